package main

import (
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/zharvest/zharvest/harvest"
)

// progress shows how a harvest goes on: a bar on a terminal, and a line now
// and then elsewhere.
type progress struct {
	app     *app
	name    string
	bars    *mpb.Progress
	bar     *mpb.Bar
	started time.Time
	last    time.Time
}

// logEvery is the time between two lines where there is no terminal.
const logEvery = 10 * time.Second

func (a *app) newProgress(name string) *progress {
	p := &progress{app: a, name: printable(name), started: time.Now(), last: time.Now()}
	if a.stderr.terminal && !a.flags.NoProgress && !a.flags.Quiet && !a.flags.Verbose {
		p.bars = mpb.New(mpb.WithOutput(a.stderr.w), mpb.WithWidth(max(20, a.stderr.width-60)))
		a.notesTo(p.bars)
	}
	return p
}

// show is called by the harvester.
func (p *progress) show(h harvest.Progress) {
	if p.bars != nil {
		p.showBar(h)
		return
	}
	if time.Since(p.last) < logEvery {
		return
	}
	p.last = time.Now()
	p.app.note("%s: %d of %d, %.0f records/s", p.name, h.Done, h.Total, float64(h.Fetched)/time.Since(p.started).Seconds())
}

func (p *progress) showBar(h harvest.Progress) {
	if p.bar == nil {
		p.bar = p.bars.AddBar(int64(h.Total),
			mpb.PrependDecorators(decor.Name(p.name+" "), decor.CountersNoUnit("%d/%d")),
			mpb.AppendDecorators(
				decor.Percentage(decor.WC{W: 5}),
				decor.AverageSpeed(0, " %.0f/s"),
				decor.Name(" "),
				decor.AverageETA(decor.ET_STYLE_GO),
			))
	}
	p.bar.SetTotal(int64(h.Total), false)
	p.bar.SetCurrent(int64(h.Done))
}

// end takes the bar away: the summary follows.
func (p *progress) end() {
	if p.bars == nil {
		return
	}
	p.app.notesTo(nil)
	if p.bar != nil {
		p.bar.Abort(true)
	}
	p.bars.Wait()
}

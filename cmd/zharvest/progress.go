package main

import (
	"fmt"
	"sync/atomic"
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
	now     atomic.Pointer[harvest.Progress] // the bar is drawn by a goroutine of its own
}

// logEvery is the time between two lines where there is no terminal.
const logEvery = 10 * time.Second

func (a *app) newProgress(name string) *progress {
	p := &progress{app: a, name: printable(name), started: time.Now(), last: time.Now()}
	if a.showsBars() {
		p.bars = mpb.New(mpb.WithOutput(a.stderr.w), mpb.WithWidth(max(20, a.stderr.width-60)))
		a.notesTo(p.bars)
	}
	return p
}

// showsBars reports whether progress is shown by bars.
func (a *app) showsBars() bool {
	return a.stderr.terminal && !a.flags.NoProgress && !a.flags.Quiet && !a.flags.Verbose
}

// show is called by the harvester.
func (p *progress) show(h harvest.Progress) {
	p.now.Store(&h)
	if p.bars != nil {
		p.showBar(h)
		return
	}
	if time.Since(p.last) < logEvery {
		return
	}
	p.last = time.Now()
	p.app.note("%s: %d of %d, %s", p.name, h.Done, h.Total, speed(h, time.Since(p.started)))
}

func (p *progress) showBar(h harvest.Progress) {
	if p.bar == nil {
		p.bar = p.bars.AddBar(int64(h.Total),
			mpb.PrependDecorators(decor.Name(p.name+" "), decor.CountersNoUnit("%d/%d")),
			mpb.AppendDecorators(
				decor.Percentage(decor.WC{W: 5}),
				decor.Any(func(decor.Statistics) string { return " " + speed(*p.now.Load(), time.Since(p.started)) }),
			))
	}
	p.bar.SetTotal(int64(h.Total), false)
	p.bar.SetCurrent(int64(h.Done))
}

// speed is how fast records come, and how long the rest will take at that. It
// counts what this run received in its time: what earlier runs had stored came
// at no cost now.
func speed(h harvest.Progress, took time.Duration) string {
	perSecond := float64(h.Fetched) / max(took.Seconds(), 1e-3)
	if perSecond == 0 {
		return "0/s"
	}
	left := time.Duration(float64(max(0, h.Total-h.Done)) / perSecond * float64(time.Second))
	return fmt.Sprintf("%.0f/s, %s left", perSecond, left.Round(time.Second))
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

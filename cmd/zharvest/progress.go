package main

import (
	"cmp"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
)

// progress shows how a harvest goes on: a bar on a terminal, and a line now
// and then elsewhere.
type progress struct {
	app     *app
	name    string
	bars    *mpb.Progress
	bar     *mpb.Bar
	started time.Time
	sent    int64 // requests before it began
	last    time.Time
	now     atomic.Pointer[harvest.Progress] // the bar is drawn by a goroutine of its own
}

// logEvery is the time between two lines where there is no terminal.
const logEvery = 10 * time.Second

func (a *app) newProgress(name string) *progress {
	p := &progress{app: a, name: printable(name), started: time.Now(), sent: a.client.Usage().Requests, last: time.Now()}
	if a.showsBars() {
		p.bars = mpb.New(mpb.WithOutput(a.stderr.w), mpb.WithWidth(max(10, a.stderr.width-75)))
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
	p.app.note("%s: %d of %d, %s", p.name, h.Done, h.Total, p.speed(h))
}

func (p *progress) showBar(h harvest.Progress) {
	if p.bar == nil {
		p.bar = p.bars.AddBar(int64(h.Total),
			mpb.PrependDecorators(decor.Name(p.name+" "), decor.CountersNoUnit("%d/%d")),
			mpb.AppendDecorators(
				decor.Percentage(decor.WC{W: 5}),
				decor.Any(func(decor.Statistics) string { return " " + cmp.Or(p.app.waitingNow(), p.speed(*p.now.Load())) }),
			))
		p.app.drawn.Store(true)
	}
	p.bar.SetTotal(int64(h.Total), false)
	p.bar.SetCurrent(int64(h.Done))
}

func (p *progress) speed(h harvest.Progress) string {
	return speed(h, time.Since(p.started), p.app.client.Usage().Requests-p.sent, p.app.client.Limits())
}

// speed is how fast records come, and how long the rest will take at that. It
// counts what this run received in its time, with so many requests: what earlier
// runs had stored came at no cost now. The rest cannot take less time than the
// server's limit allows for its requests.
func speed(h harvest.Progress, took time.Duration, requests int64, limits []zenodo.Limit) string {
	perSecond := float64(h.Fetched) / max(took.Seconds(), 1e-3)
	if perSecond == 0 {
		return "0/s"
	}
	rest := float64(max(0, h.Total-h.Done))
	left := time.Duration(rest / perSecond * float64(time.Second))
	requestsLeft := rest * float64(requests) / float64(h.Fetched)
	if limit, ok := tightest(limits); ok {
		left = max(left, time.Duration((requestsLeft-float64(limit.Remaining))/limit.PerMinute*float64(time.Minute)))
	}
	return fmt.Sprintf("%.0f/s, %s left", perSecond, left.Round(time.Second))
}

// tightest is the smallest of the limits that the server has named.
func tightest(limits []zenodo.Limit) (least zenodo.Limit, ok bool) {
	for _, l := range limits {
		if l.FromServer && l.PerMinute > 0 && (!ok || l.PerMinute < least.PerMinute) {
			least, ok = l, true
		}
	}
	return least, ok
}

// end takes the bar away: the summary follows.
func (p *progress) end() {
	if p.bars == nil {
		return
	}
	p.app.notesTo(nil)
	p.app.drawn.Store(false)
	if p.bar != nil {
		p.bar.Abort(true)
	}
	p.bars.Wait()
}

package main

import (
	"cmp"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
)

// progress shows how far a harvest is.
type progress struct {
	*term.Progress
	app     *app
	started time.Time
	sent    int64 // requests before it began
}

func (a *app) newProgress(name string) *progress {
	return &progress{
		Progress: term.NewProgress(a.stderr, name, a.showsBars(), a.note),
		app:      a, started: time.Now(), sent: a.client.Usage().Requests,
	}
}

// showsBars reports whether progress is shown by bars.
func (a *app) showsBars() bool {
	return a.stderr.IsTerminal() && !a.flags.NoProgress && !a.flags.Quiet && !a.flags.Verbose
}

// show is called by the harvester.
func (p *progress) show(h harvest.Progress) {
	p.Show(h.Done, h.Total, func() string {
		took, requests := time.Since(p.started), p.app.client.Usage().Requests-p.sent
		return cmp.Or(p.app.waitingNow(), speed(h, took, requests, p.app.client.Limits()))
	})
	p.app.drawn.Store(p.IsDrawn())
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
	p.app.drawn.Store(false)
	p.End()
}

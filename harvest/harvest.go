package harvest

import (
	"cmp"
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/oai"
	"github.com/zharvest/zharvest/harvest/internal/rest"
	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

const (
	// DefaultParallel is how many pages are asked for at a time.
	DefaultParallel = 4
	// DefaultSpanRecords is how many records a span is to have through OAI-PMH:
	// 20 pages of Zenodo's, which is less than a minute.
	DefaultSpanRecords = 1000
)

// Harvester harvests a selection from a server into a sink. The first three
// fields are needed. It must not be changed while it runs.
type Harvester struct {
	Client    *zenodo.Client
	Sink      store.Sink
	Selection Selection

	// Name is what the result calls the harvest; empty is Selection.Name().
	Name string
	// ChangedSince makes the run an incremental one, which fetches what changed
	// in the selection since then. It is the [Result.Begun] of an earlier run
	// that was complete. Zero fetches everything.
	ChangedSince time.Time
	// Known is the size of the selection as it was last counted: it says whether
	// an incremental run may list all of it, and is its total until it has
	// counted anew.
	Known int
	// Checked is what an earlier run has compared: its [Result.Checked].
	Checked Checked
	// CheckRequests is how many requests an incremental run may spend on
	// comparing what is held with what the server has. A selection that can be
	// listed whole in so many is, so that all ids are compared; of a larger one
	// spans are counted. 0 is DefaultCheckRequests.
	CheckRequests int
	// Quick makes an incremental run compare the totals alone.
	Quick bool
	// Limit ends a run after so many records were received; 0 is no limit.
	Limit int
	// Window is the server's result window, where it is known; 0 asks the
	// server whether it lists the last page of what it counts, and what it
	// lists if it does not.
	Window int
	// Parallel is how many pages are on their way, at most: asked for and not
	// yet stored. 0 is DefaultParallel.
	Parallel int
	// SpanRecords is how many records a span of a harvest through OAI-PMH is to
	// have, which is what a resumption token that died may cost. 0 is
	// DefaultSpanRecords.
	SpanRecords int
	// Progress is called, by one goroutine, when the total is known and after
	// each time that pages were stored. It may be nil.
	Progress func(Progress)
}

// Run harvests, resuming where the sink's checkpoint says that an earlier run
// ended. The result says what was done, also next to an error.
//
// An error before anything was stored is the cause itself, such as a
// [*SelectionError], a [*WindowError] or one that matches
// [zenodo.ErrNotFound] for a community. Later it also matches
// [ErrIncomplete], except for an error of the sink or of ctx: when ctx ends,
// pages that have arrived are stored first, which takes a second at most. A
// limit that was reached is no error.
func (h *Harvester) Run(ctx context.Context) (*Result, error) {
	begin, before := time.Now(), h.Client.Usage()
	r := h.newRun()
	checked, err := h.run(ctx, r)
	res, after := h.result(r, checked, err), h.Client.Usage()
	res.Requests = after.Requests - before.Requests
	res.Retries = after.Retries - before.Retries
	res.Throttled = after.Throttled - before.Throttled
	res.Seconds = time.Since(begin).Seconds()
	return res, err
}

// run fetches, and returns what has been compared by then.
func (h *Harvester) run(ctx context.Context, r *run.Run) (Checked, error) {
	if err := h.validate(); err != nil {
		return h.Checked, err
	}
	s, err := h.strategy(r)
	if err != nil {
		return h.Checked, err
	}
	err = s.Walk(ctx)
	checked := h.Checked
	if err == nil && r.Tally.Complete {
		checked, err = h.conclude(ctx, r, s)
	}
	return checked, finish(ctx, r, s, err)
}

// conclude finds out what became of records that are no longer listed, or, of
// an incremental run, whether there are as many as the server counts.
func (h *Harvester) conclude(ctx context.Context, r *run.Run, s server) (Checked, error) {
	if !r.Incremental() {
		return h.Checked, r.ResolveUnseen(ctx, store.Scope{})
	}
	c := newComparer(r, s, h.Checked)
	err := c.compare(ctx)
	return Checked{c.spans}, err
}

// strategy is the way that the selection names.
func (h *Harvester) strategy(r *run.Run) (server, error) {
	if h.Selection.Via == ViaOAI {
		return oai.New(r, cmp.Or(h.SpanRecords, DefaultSpanRecords))
	}
	return rest.New(r, h.Window), nil
}

func (h *Harvester) validate() error {
	if err := h.Selection.Validate(); err != nil || h.ChangedSince.IsZero() {
		return err
	}
	return h.Selection.Incremental()
}

func (h *Harvester) name() string { return cmp.Or(h.Name, h.Selection.Name()) }

// result is the summary of a run that ended with an error, or with none.
func (h *Harvester) result(r *run.Run, checked Checked, err error) *Result {
	res := newResult(h.name(), r.Mode(), r.Tally)
	res.Checked = checked
	if !r.Begun.IsZero() {
		res.Begun, res.Newest = r.Earliest(), r.Newest
		res.ClockAhead = r.Begun.Sub(r.Started)
	}
	if !r.Uncounted.Load() {
		res.Listed = &res.Total
	}
	if r.Incremental() {
		res.Held = max(0, res.Total-res.Missing)
	}
	_, missing := errors.AsType[*MissingError](err)
	_, unlisted := errors.AsType[*UnlistedError](err)
	res.Over = missing || unlisted
	switch {
	case err != nil || !res.Complete:
		res.State = store.StateIncomplete
	case r.Incremental() || r.Uncounted.Load():
		res.State = store.StateCounts
	default:
		res.State = store.StateComplete
		res.Checked = CheckedAt(r.Earliest())
	}
	return res
}

// newRun makes a run with what does not depend on the way it fetches.
func (h *Harvester) newRun() *run.Run {
	r := &run.Run{
		Client: h.Client, Sink: h.Sink, Filter: h.Selection.filter(), Limit: h.Limit,
		Parallel:     cmp.Or(h.Parallel, DefaultParallel),
		ChangedSince: h.ChangedSince, Known: h.Known, Quick: h.Quick,
		CheckRequests: cmp.Or(h.CheckRequests, DefaultCheckRequests),
		Uncounted:     &atomic.Bool{},
	}
	if h.Progress != nil {
		r.Report = func(p run.Progress) { h.Progress(Progress(p)) }
	}
	if !h.ChangedSince.IsZero() {
		r.MakeIncremental()
		r.Tally.Total = h.Known
	}
	return r
}

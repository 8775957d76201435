package harvest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

const (
	// DefaultWindow is how many members of a search Zenodo lists.
	DefaultWindow = 10_000
	// DefaultParallel is how many pages are asked for at a time.
	DefaultParallel = 4
)

// Harvester harvests a selection from a server into a sink. The first three
// fields are needed. It must not be changed while it runs.
type Harvester struct {
	Client    *zenodo.Client
	Sink      Sink
	Selection Selection

	// Name is what the result calls the harvest; empty is Selection.Name().
	Name string
	// Limit ends a run after so many records were received; 0 is no limit.
	Limit int
	// Window is the server's result window, where it is known; 0 asks the
	// server whether it lists the last page of what it counts.
	Window int
	// Parallel is how many pages are on their way, at most: asked for and not
	// yet stored. 0 is DefaultParallel.
	Parallel int
	// Progress is called, by one goroutine, when the total is known and after
	// each time that pages were stored. It may be nil.
	Progress func(Progress)
}

// Run harvests, going on where the sink's checkpoint says that an earlier run
// ended. The result tells what was done, also next to an error.
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
	err := r.run(ctx)

	after := h.Client.Usage()
	r.res.Requests = after.Requests - before.Requests
	r.res.Retries = after.Retries - before.Retries
	r.res.Throttled = after.Throttled - before.Throttled
	r.res.Seconds = time.Since(begin).Seconds()
	return &r.res, err
}

// run is one execution of a harvest.
type run struct {
	*Harvester
	sel    Selection
	source source
	cp     Checkpoint
	res    Result

	size    int        // places on a page
	reached int        // up to which place the server is known to list
	kept    []*listing // pages of the first span that came with the plan
	// members holds the ids of all spans where these may overlap.
	members map[string]struct{}
	overlap int // members of a span that had been found in another one
}

func (h *Harvester) newRun() *run {
	sel := h.Selection.canonical()
	r := &run{
		Harvester: h,
		sel:       sel,
		source:    newSource(h.Client, sel),
		size:      pageSize(h.Client, sel),
	}
	if h.Limit > 0 {
		r.size = min(r.size, h.Limit)
	}
	r.res.Harvest = cmp.Or(h.Name, sel.Name())
	r.res.MissingIDs = []zenodo.RecordID{} // [] in JSON
	return r
}

func (r *run) run(ctx context.Context) error {
	if err := r.sel.Validate(); err != nil {
		return err
	}
	if err := r.start(ctx); err != nil {
		return err
	}
	for i := range r.cp.Spans {
		err := r.walkSpan(ctx, i)
		if err != nil {
			r.sum()
			return r.judge(ctx, err)
		}
		if r.limitReached() {
			break
		}
	}
	r.sum()
	return r.verdict()
}

// start takes up the sink's checkpoint, or plans the harvest anew.
func (r *run) start(ctx context.Context) error {
	cp, ok := takeUp(r.Sink.Checkpoint(), r.sel)
	if ok {
		r.cp = cp
		for i := range cp.Spans {
			if err := r.fits(&cp.Spans[i]); err != nil {
				return err
			}
		}
	} else {
		spans, err := r.plan(ctx)
		if err != nil {
			return err
		}
		r.cp = Checkpoint{Version: checkpointVersion, Selection: r.sel.mark(), Spans: spans}
	}
	if len(r.cp.Spans) > 1 {
		r.members = map[string]struct{}{}
	}
	r.progress(0)
	return nil
}

// storeError is an error of the sink, which no new attempt at the server
// will mend.
type storeError struct{ err error }

func (e *storeError) Error() string { return fmt.Sprintf("store page: %v", e.err) }
func (e *storeError) Unwrap() error { return e.err }

// judge makes the error of a run of that which ended a walk.
func (r *run) judge(ctx context.Context, err error) error {
	if _, ok := errors.AsType[*storeError](err); ok && !errors.Is(err, context.Canceled) {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if r.cp.begun() {
		return fmt.Errorf("%w: %w", ErrIncomplete, err)
	}
	return err
}

// sum fills in what the result says of the whole selection.
func (r *run) sum() {
	r.res.Total = r.total()
	r.res.Complete = true
	for i := range r.cp.Spans {
		span := &r.cp.Spans[i]
		r.res.Missing += span.missing()
		r.res.Complete = r.res.Complete && span.complete()
	}
}

// verdict judges a run that nothing has stopped but perhaps its limit.
func (r *run) verdict() error {
	if r.res.Complete {
		return nil
	}
	if r.limitReached() {
		r.res.Missing = 0
		return nil
	}
	return shortError(r.res.Missing, r.res.Total)
}

// total counts the distinct members of all spans, as far as that is known.
func (r *run) total() int {
	n := -r.overlap
	for _, span := range r.cp.Spans {
		n += span.Total
	}
	return n
}

func (r *run) limitReached() bool { return r.Limit > 0 && r.res.Fetched >= r.Limit }

// left is how many members may still be received.
func (r *run) left() int {
	if r.Limit <= 0 {
		return math.MaxInt
	}
	return max(0, r.Limit-r.res.Fetched)
}

func (r *run) progress(span int) {
	if r.Progress == nil {
		return
	}
	done := -r.overlap
	for _, s := range r.cp.Spans {
		done += s.Found
	}
	r.Progress(Progress{
		Span: span, Spans: len(r.cp.Spans), Walk: r.cp.Spans[span].Walk,
		Done: done, Total: r.total(), Fetched: r.res.Fetched,
	})
}

// pageSize is how many members to ask for at a time.
func pageSize(c *zenodo.Client, sel Selection) int {
	if sel.Kind == KindCommunities {
		return communityPageSize
	}
	return c.PageSize()
}

package harvest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

const (
	// DefaultWindow is how many members of a search Zenodo lists.
	DefaultWindow = 10_000
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
	// Checked are the spans that an earlier run has compared: its
	// [Result.Checked].
	Checked []Checked
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
	run := r.run
	if r.sel.Via == ViaOAI {
		run = r.runOAI
	}
	err := run(ctx)
	r.finish(err)

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

	size   int          // places on a page
	window int          // the server's, 0 where it is not known
	ratio  float64      // records to a place; see learn
	kept   []*listing   // pages of the next span that are there already
	early  *early       // what was asked for beyond the present span
	clock  atomic.Int64 // counts what is asked and answered
	// uncounted is set when the server has answered without a total.
	uncounted *atomic.Bool
	// resumed tells that an earlier run had stored something of this one.
	resumed bool
	// encode writes the checkpoint.
	encode func() []byte
	// members holds the ids of all parts where these may overlap.
	members *idSet
}

func (h *Harvester) newRun() *run {
	sel := h.Selection.canonical()
	if !h.ChangedSince.IsZero() {
		sel.changed = h.ChangedSince.Add(-overlap).UTC()
	}
	r := &run{
		Harvester: h,
		sel:       sel,
		source:    newSource(h.Client, sel),
		size:      pageSize(h.Client, sel),
		window:    h.Window,
		ratio:     1,
		uncounted: &atomic.Bool{},
	}
	r.encode = func() []byte { return r.cp.encode() }
	if h.Limit > 0 {
		r.size = min(r.size, h.Limit)
	}
	r.res.Harvest = cmp.Or(h.Name, sel.Name())
	r.res.MissingIDs = []zenodo.RecordID{} // [] in JSON
	r.res.Mode, r.res.Checked = store.ModeFull, h.Checked
	if r.incremental() {
		r.res.Mode, r.res.Total = store.ModeIncremental, h.Known
	}
	return r
}

func (r *run) run(ctx context.Context) error {
	if err := r.validate(); err != nil {
		return err
	}
	if err := r.start(ctx); err != nil {
		return err
	}
	defer r.forgetEarly()
	err := r.walkParts(ctx)
	r.sum()
	if err != nil {
		return r.wrapError(ctx, err)
	}
	if err := r.incompleteErr(); err != nil || !r.res.Complete {
		return err
	}
	if err := r.conclude(ctx); err != nil {
		r.res.Complete = false
		return r.wrapError(ctx, err)
	}
	return nil
}

func (r *run) validate() error {
	if err := r.sel.Validate(); err != nil || !r.incremental() {
		return err
	}
	return r.sel.Incremental()
}

// walkParts walks what is left of all parts, or until the limit is reached.
func (r *run) walkParts(ctx context.Context) error {
	for _, part := range r.cp.Parts {
		if err := r.walkPart(ctx, part); err != nil || r.limitReached() {
			return err
		}
	}
	return nil
}

// conclude does what remains when everything that the server lists was
// received.
func (r *run) conclude(ctx context.Context) error {
	if r.incremental() && r.resumed {
		if err := r.catchUp(ctx); err != nil || !r.res.Complete {
			return err
		}
	}
	if err := r.fetchNewer(ctx); err != nil {
		return err
	}
	if err := r.resolveStale(ctx); err != nil {
		return err
	}
	if r.incremental() {
		return r.compare(ctx)
	}
	return r.resolveUnseen(ctx, store.Scope{})
}

// start resumes from the sink's checkpoint, or plans the harvest anew.
func (r *run) start(ctx context.Context) error {
	ok, err := r.resume(), error(nil)
	if !ok {
		err = r.planAnew(ctx)
	}
	if err != nil {
		return err
	}
	if len(r.cp.Parts) > 1 {
		if err := r.recallAll(ctx); err != nil {
			return err
		}
	}
	r.progress(&Span{})
	return nil
}

// resume takes the sink's checkpoint if it serves this run.
func (r *run) resume() bool {
	cp, ok := resumable(r.Sink.Checkpoint(), r.sel)
	if !ok || !r.canResume(cp) {
		return false
	}
	r.cp, r.resumed = cp, cp.begun()
	r.window = cmp.Or(r.window, cp.Window)
	return true
}

// planAnew plans the harvest.
func (r *run) planAnew(ctx context.Context) error {
	_, keeps := r.Sink.(store.Keeper)
	parts, err := r.planShort(ctx, keeps)
	if err != nil {
		return err
	}
	r.cp.Selection, r.cp.Parts = r.sel.mark(), parts
	return nil
}

// planShort makes the parts of the selection. An incremental run becomes a full
// one where all of the selection can be listed in few requests, if it may.
func (r *run) planShort(ctx context.Context, may bool) ([]*Part, error) {
	short := may && r.incremental() && r.isShort(r.size)
	if short {
		r.makeFull()
	}
	r.cp = r.newCheckpoint()
	parts, err := r.plan(ctx)
	if err == nil && short && requestsFor(parts, r.size) > r.checkRequests() {
		r.makeIncremental() // it has grown
		r.cp = r.newCheckpoint()
		parts, err = r.plan(ctx)
	}
	return parts, err
}

// newCheckpoint begins anew. What the same run has stored by another plan may
// not be listed any more.
func (r *run) newCheckpoint() Checkpoint {
	cp := Checkpoint{Version: checkpointVersion, Started: time.Now().UTC()}
	if r.Sink == nil { // for a plan
		return cp
	}
	old, err := ParseCheckpoint(r.Sink.Checkpoint())
	if err != nil || !old.begun() {
		return cp
	}
	cp.Next, cp.Newest = old.Next, old.Newest
	for number := range old.Next {
		if !r.incremental() {
			cp.Stale = append(cp.Stale, number)
		}
	}
	return cp
}

// requestsFor is how many pages of a size parts have.
func requestsFor(parts []*Part, size int) int {
	n := 0
	for _, part := range parts {
		n += max(1, pages(part.total(), size))
	}
	return n
}

// canResume reports whether a checkpoint serves this run. It does not where an
// earlier run was limited to the beginning of what has to be divided now.
func (r *run) canResume(cp Checkpoint) bool {
	if r.sel.Kind == KindCommunities {
		return true
	}
	known := max(cmp.Or(r.Window, cp.Window, DefaultWindow), cp.Reached)
	for _, part := range cp.Parts {
		if !part.Divided && !part.Spans[0].Done && r.wanted(part.Spans[0]) > known {
			return false
		}
	}
	return true
}

// recallAll fetches from the sink what earlier runs found.
func (r *run) recallAll(ctx context.Context) error {
	r.members = &idSet{}
	if !r.cp.begun() {
		return nil
	}
	for number := range r.cp.Next {
		if slices.Contains(r.cp.Stale, number) {
			continue
		}
		ids, err := r.Sink.SpanIDs(ctx, number)
		if err != nil {
			return &storeError{err}
		}
		for _, id := range ids {
			r.members.add(id)
		}
	}
	return nil
}

// walkPart walks the spans of a part.
func (r *run) walkPart(ctx context.Context, p *Part) error {
	for !r.limitReached() {
		span, err := r.nextSpan(ctx, p)
		if err != nil || span == nil {
			return err
		}
		err = r.walkSpan(ctx, p, span)
		if tooLarge, ok := errors.AsType[*WindowError](err); ok && span.Listed == 0 {
			p.Spans = slices.DeleteFunc(p.Spans, func(s *Span) bool { return s == span })
			err = r.divide(p, Counted{span.Range, max(span.Total, tooLarge.Window+1)}, tooLarge)
		}
		if err != nil {
			return err
		}
		if span.Done {
			p.retire(span)
		}
	}
	return nil
}

// storeError is an error of the sink, which no new attempt at the server
// will fix.
type storeError struct{ err error }

func (e *storeError) Error() string { return fmt.Sprintf("store page: %v", e.err) }
func (e *storeError) Unwrap() error { return e.err }

// wrapError wraps the error that ended a run.
func (r *run) wrapError(ctx context.Context, err error) error {
	return runError(ctx, err, r.cp.begun())
}

// runError wraps the error that ended a run: it is that of the sink or of ctx as
// it is, and any other one matches ErrIncomplete where something was stored.
func runError(ctx context.Context, err error, begun bool) error {
	if _, ok := errors.AsType[*storeError](err); ok && !errors.Is(err, context.Canceled) {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil && begun && !errors.Is(err, ErrIncomplete) {
		return fmt.Errorf("%w: %w", ErrIncomplete, err)
	}
	return err
}

// begun is when the run began by the clock that is behind, the server's or the
// one here: what is changed later is for the next run.
func (r *run) begun() time.Time {
	if r.cp.Begun.IsZero() || !r.cp.Started.IsZero() && r.cp.Started.Before(r.cp.Begun) {
		return r.cp.Started.Truncate(time.Second)
	}
	return r.cp.Begun
}

// finish fills in what follows from how the run ended.
func (r *run) finish(err error) {
	res := &r.res
	if !r.cp.Begun.IsZero() {
		res.Begun, res.Newest = r.begun(), r.cp.Newest
		res.ClockAhead = r.cp.Begun.Sub(r.cp.Started)
	}
	if !r.uncounted.Load() {
		res.Listed = &res.Total
	}
	if r.incremental() {
		res.Held = max(0, res.Total-res.Missing)
	}
	_, missing := errors.AsType[*MissingError](err)
	_, unlisted := errors.AsType[*UnlistedError](err)
	res.Over = missing || unlisted
	switch {
	case err != nil || !res.Complete:
		res.State = store.StateIncomplete
	case r.incremental() || r.uncounted.Load():
		res.State = store.StateCounts
	default:
		res.State = store.StateComplete
		res.Checked = []Checked{{Compared: r.begun(), Counted: r.begun()}}
	}
}

// sum fills in what the result says of the whole selection.
func (r *run) sum() {
	if !r.incremental() {
		r.res.Total, r.res.Held = r.total(), r.found()-r.overlap()
	}
	r.res.Complete, r.res.Missing, r.res.Unserved = true, 0, nil
	for _, part := range r.cp.Parts {
		r.res.Missing += part.missing()
		r.res.Complete = r.res.Complete && part.complete()
		for _, span := range part.Spans {
			for _, place := range span.Unservable {
				r.res.Unserved = append(r.res.Unserved, Unservable{Community: span.Community, Range: span.Range, Place: place})
			}
		}
	}
}

// incompleteErr is the error of a run that nothing has stopped but perhaps its
// limit, nil where it is complete.
func (r *run) incompleteErr() error {
	if r.res.Complete {
		return nil
	}
	if r.limitReached() {
		r.res.Missing = 0
		return nil
	}
	return shortError(&r.res, r.cp)
}

// total counts the distinct members of all parts, as far as that is known.
func (r *run) total() int {
	n := -r.overlap()
	for _, part := range r.cp.Parts {
		n += part.total()
	}
	return n
}

// found counts the distinct members that are there.
func (r *run) found() int {
	n := 0
	for _, part := range r.cp.Parts {
		n += part.found()
	}
	return n
}

// overlap is how many members were found in a second part, or a third.
func (r *run) overlap() int {
	if r.members == nil {
		return 0
	}
	return max(0, r.found()-r.members.len())
}

func (r *run) limitReached() bool { return r.Limit > 0 && r.res.Fetched >= r.Limit }

// left is how many members may still be received.
func (r *run) left() int {
	if r.Limit <= 0 {
		return math.MaxInt
	}
	return max(0, r.Limit-r.res.Fetched)
}

func (r *run) progress(span *Span) {
	if r.Progress == nil {
		return
	}
	spans := 0
	for _, part := range r.cp.Parts {
		spans += len(part.Spans) + part.DoneSpans
		for _, rest := range part.Todo {
			spans += pages(rest.Count, r.target())
		}
	}
	r.Progress(Progress{
		Span: span.Number, Spans: spans, Walk: max(1, span.Walk),
		Done: r.found() - r.overlap(), Total: r.total(), Fetched: r.res.Fetched,
	})
}

// pageSize is how many members to ask for at a time.
func pageSize(c *zenodo.Client, sel Selection) int {
	if sel.Kind == KindCommunities {
		return communityPageSize
	}
	return c.PageSize()
}

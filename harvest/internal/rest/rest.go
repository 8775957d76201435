package rest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// zenodoWindow is how many members of a search Zenodo lists.
const zenodoWindow = 10_000

// Strategy is a run through the REST API. Its parts are communities, or
// everything; its spans are intervals of the time of creation.
type Strategy struct {
	run *run.Run
	cp  Checkpoint

	size   int          // places on a page
	window int          // the server's, 0 where it is not known
	ratio  float64      // records to a place; see learn
	kept   []*listing   // pages of the next span that are there already
	early  *early       // what was asked for beyond the present span
	clock  atomic.Int64 // counts what is asked and answered
	// resumed says that an earlier run had stored something of this one.
	resumed bool
	// encode writes the checkpoint.
	encode func() []byte
	// members holds the ids of all parts where these may overlap.
	members *run.IDSet
}

// New makes a run through a server whose window is 0 where it is not known.
func New(of *run.Run, window int) *Strategy {
	r := &Strategy{run: of, size: pageSize(of.Client, of.Filter), window: window, ratio: 1}
	r.encode = r.checkpoint
	if of.Limit > 0 {
		r.size = min(r.size, of.Limit)
	}
	return r
}

// checkpoint encodes how far the run has come.
func (r *Strategy) checkpoint() []byte {
	cp := r.cp
	cp.Begun, cp.Started, cp.Newest = r.run.Begun, r.run.Started, r.run.Newest
	return cp.encode()
}

// Walk resumes where the sink's checkpoint says that an earlier run ended, or
// begins anew, and stores what is left.
func (r *Strategy) Walk(ctx context.Context) error {
	if err := r.start(ctx); err != nil {
		return err
	}
	defer r.forgetEarly()
	err := r.walkParts(ctx)
	r.sum()
	if err != nil {
		return err
	}
	if err := r.incompleteErr(); err != nil || !r.run.Tally.Complete {
		return err
	}
	return r.complete(ctx)
}

// Stored reports whether this run, or an earlier one that it resumes, has stored
// anything.
func (r *Strategy) Stored() bool { return r.cp.begun() }

// PageSize is how many records are on a page.
func (r *Strategy) PageSize() int { return r.size }

// Count asks how many members of a part were created within bounds.
func (r *Strategy) Count(ctx context.Context, part int, bounds run.Range) (int, error) {
	return r.whole().count(ctx, r.cp.Parts[part], bounds)
}

// walkParts walks what is left of all parts, or until the limit is reached.
func (r *Strategy) walkParts(ctx context.Context) error {
	for _, part := range r.cp.Parts {
		if err := r.walkPart(ctx, part); err != nil || r.run.LimitReached() {
			return err
		}
	}
	return nil
}

// complete fetches what a walk leaves out that has received everything that the
// server listed.
func (r *Strategy) complete(ctx context.Context) error {
	if r.run.Incremental() && r.resumed {
		if err := r.catchUp(ctx); err != nil || !r.run.Tally.Complete {
			return err
		}
	}
	if err := r.fetchNewer(ctx); err != nil {
		return err
	}
	return r.resolveStale(ctx)
}

// start resumes from the sink's checkpoint, or plans the harvest anew.
func (r *Strategy) start(ctx context.Context) error {
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
func (r *Strategy) resume() bool {
	cp, ok := resumable(r.run.Sink.Checkpoint(), r.run.Filter)
	if !ok || !r.canResume(cp) {
		return false
	}
	r.cp, r.resumed = cp, cp.begun()
	r.run.Begun, r.run.Started, r.run.Newest = cp.Begun, cp.Started, cp.Newest
	r.run.Slugs = nil
	for _, part := range cp.Parts {
		r.run.Slugs = append(r.run.Slugs, part.Community)
	}
	r.window = cmp.Or(r.window, cp.Window)
	return true
}

// planAnew plans the harvest.
func (r *Strategy) planAnew(ctx context.Context) error {
	_, keeps := r.run.Sink.(store.Keeper)
	parts, err := r.planShort(ctx, keeps)
	if err != nil {
		return err
	}
	r.cp.Selection, r.cp.Parts = r.run.Filter.Mark(), parts
	return nil
}

// planShort makes the parts of the selection. An incremental run becomes a full
// one where all of the selection can be listed in few requests, if it may.
func (r *Strategy) planShort(ctx context.Context, may bool) ([]*Part, error) {
	short := may && r.run.Incremental() && r.run.IsShort(r.size)
	if short {
		r.run.MakeFull()
	}
	r.cp = r.newCheckpoint()
	parts, err := r.plan(ctx)
	if err == nil && short && requestsFor(parts, r.size) > r.run.CheckRequests {
		r.run.MakeIncremental() // it has grown
		r.kept = nil
		r.cp = r.newCheckpoint()
		parts, err = r.plan(ctx)
	}
	return parts, err
}

// newCheckpoint begins anew. What the same run has stored by another plan may
// not be listed any more.
func (r *Strategy) newCheckpoint() Checkpoint {
	cp := Checkpoint{Version: checkpointVersion}
	r.run.Begun, r.run.Started, r.run.Newest = time.Time{}, time.Now().UTC(), time.Time{}
	if r.run.Sink == nil { // for a plan
		return cp
	}
	old, err := ParseCheckpoint(r.run.Sink.Checkpoint())
	if err != nil || !old.begun() {
		return cp
	}
	cp.Next, r.run.Newest = old.Next, old.Newest
	for number := range old.Next {
		if !r.run.Incremental() {
			cp.Stale = append(cp.Stale, number)
		}
	}
	return cp
}

// requestsFor is how many pages of a size parts have.
func requestsFor(parts []*Part, size int) int {
	n := 0
	for _, part := range parts {
		n += max(1, run.Pages(part.total(), size))
	}
	return n
}

// canResume reports whether a checkpoint serves this run. It does not where an
// earlier run was limited to the beginning of what has to be divided now.
func (r *Strategy) canResume(cp Checkpoint) bool {
	if r.run.Filter.OfCommunities {
		return true
	}
	known := max(cmp.Or(r.window, cp.Window, zenodoWindow), cp.Reached)
	for _, part := range cp.Parts {
		if !part.Divided && !part.Spans[0].Done && r.wanted(part.Spans[0]) > known {
			return false
		}
	}
	return true
}

// recallAll fetches from the sink what earlier runs found.
func (r *Strategy) recallAll(ctx context.Context) error {
	r.members = &run.IDSet{}
	if !r.cp.begun() {
		return nil
	}
	for number := range r.cp.Next {
		if slices.Contains(r.cp.Stale, number) {
			continue
		}
		ids, err := r.run.Sink.SpanIDs(ctx, number)
		if err != nil {
			return &run.StoreError{Err: err}
		}
		for _, id := range ids {
			r.members.Add(id)
		}
	}
	return nil
}

// walkPart walks the spans of a part.
func (r *Strategy) walkPart(ctx context.Context, p *Part) error {
	for !r.run.LimitReached() {
		span, err := r.nextSpan(ctx, p)
		if err != nil || span == nil {
			return err
		}
		err = r.walkSpan(ctx, p, span)
		if tooLarge, ok := errors.AsType[*run.WindowError](err); ok && span.Listed == 0 {
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

// sum fills in what the result says of the whole selection.
func (r *Strategy) sum() {
	t := &r.run.Tally
	if !r.run.Incremental() {
		t.Total, t.Held = r.total(), r.found()-r.overlap()
	}
	t.Complete, t.Missing, t.Unserved = true, 0, nil
	for _, part := range r.cp.Parts {
		t.Missing += part.missing()
		t.Complete = t.Complete && part.complete()
		for _, span := range part.Spans {
			for _, place := range span.Unservable {
				t.Unserved = append(t.Unserved, run.Unservable{Community: span.Community, Range: span.Range, Place: place})
			}
		}
	}
}

// incompleteErr is the error of a run that nothing has stopped but perhaps its
// limit, nil where it is complete.
func (r *Strategy) incompleteErr() error {
	if r.run.Tally.Complete {
		return nil
	}
	if r.run.LimitReached() {
		r.run.Tally.Missing = 0
		return nil
	}
	return shortError(r.run.Tally, r.cp)
}

// total counts the distinct members of all parts, as far as that is known.
func (r *Strategy) total() int {
	n := -r.overlap()
	for _, part := range r.cp.Parts {
		n += part.total()
	}
	return n
}

// found counts the distinct members that are there.
func (r *Strategy) found() int {
	n := 0
	for _, part := range r.cp.Parts {
		n += part.found()
	}
	return n
}

// overlap is how many members were found in a second part, or a third.
func (r *Strategy) overlap() int {
	if r.members == nil {
		return 0
	}
	return max(0, r.found()-r.members.Len())
}

func (r *Strategy) progress(span *Span) {
	if r.run.Report == nil {
		return
	}
	spans := 0
	for _, part := range r.cp.Parts {
		spans += len(part.Spans) + part.DoneSpans
		for _, rest := range part.Todo {
			spans += run.Pages(rest.Count, r.target())
		}
	}
	r.run.Report(run.Progress{
		Span: span.Number, Spans: spans, Walk: max(1, span.Walk),
		Done: r.found() - r.overlap(), Total: r.total(), Fetched: r.run.Tally.Fetched,
	})
}

// resolveStale asks for each record that this run has received and that was not
// listed any more when the server counted fewer than it had given out.
func (r *Strategy) resolveStale(ctx context.Context) error {
	if _, keeps := r.run.Sink.(store.Keeper); !keeps || r.run.Filter.OfCommunities {
		r.cp.Stale = nil
	}
	for len(r.cp.Stale) > 0 {
		ids, err := r.run.Sink.SpanIDs(ctx, r.cp.Stale[0])
		if err != nil {
			return &run.StoreError{Err: err}
		}
		if err := r.run.Resolve(ctx, recordIDs(ids)...); err != nil {
			return err
		}
		r.cp.Stale = r.cp.Stale[1:]
	}
	return nil
}

func recordIDs(ids []string) []zenodo.RecordID {
	all := make([]zenodo.RecordID, len(ids))
	for i, id := range ids {
		all[i] = zenodo.RecordID(id)
	}
	return all
}

// pageSize is how many members to ask for at a time.
func pageSize(c *zenodo.Client, f run.Filter) int {
	if f.OfCommunities {
		return communityPageSize
	}
	return c.PageSize()
}

// shortError is the error of a run that ended without a failure and yet short.
func shortError(t run.Tally, cp Checkpoint) error {
	if t.Missing == 0 {
		return fmt.Errorf("%w: the list of %d kept changing while it was read", run.ErrIncomplete, t.Total)
	}
	err := fmt.Errorf("%w: %d of %d were counted by the server but not listed", run.ErrIncomplete, t.Missing, t.Total)
	if n := len(t.Unserved); n > 0 {
		err = fmt.Errorf("%w; the server failed over %d of them, the first at place %d of %v", err, n, t.Unserved[0].Place, t.Unserved[0].Range)
	}
	for _, part := range cp.Parts {
		for _, span := range part.Spans {
			if beyond := span.Total - span.places(); beyond > 0 {
				err = fmt.Errorf("%w; %d of them are beyond the first %d of %v, which nothing divides any further", err, beyond, span.Listed, span.Range)
			}
		}
	}
	return err
}

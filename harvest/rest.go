package harvest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// restRun is a run through the REST API. Its parts are communities, or
// everything; its spans are intervals of the time of creation.
type restRun struct {
	run *run
	cp  Checkpoint

	size   int          // places on a page
	window int          // the server's, 0 where it is not known
	ratio  float64      // records to a place; see learn
	kept   []*listing   // pages of the next span that are there already
	early  *early       // what was asked for beyond the present span
	clock  atomic.Int64 // counts what is asked and answered
	// resumed tells that an earlier run had stored something of this one.
	resumed bool
	// encode writes the checkpoint.
	encode func() []byte
	// members holds the ids of all parts where these may overlap.
	members *idSet
}

// newREST makes a run through a server whose window is 0 where it is not known.
func newREST(run *run, window int) *restRun {
	r := &restRun{run: run, size: pageSize(run.client, run.filter), window: window, ratio: 1}
	r.encode = r.checkpoint
	if run.limit > 0 {
		r.size = min(r.size, run.limit)
	}
	return r
}

// checkpoint encodes how far the run has come.
func (r *restRun) checkpoint() []byte {
	cp := r.cp
	cp.Begun, cp.Started, cp.Newest = r.run.begun, r.run.started, r.run.newest
	return cp.encode()
}

// Walk implements [strategy].
func (r *restRun) Walk(ctx context.Context) error {
	if err := r.start(ctx); err != nil {
		return err
	}
	defer r.forgetEarly()
	err := r.walkParts(ctx)
	r.sum()
	if err != nil {
		return err
	}
	if err := r.incompleteErr(); err != nil || !r.run.tally.Complete {
		return err
	}
	return r.complete(ctx)
}

// Stored implements [strategy].
func (r *restRun) Stored() bool { return r.cp.begun() }

// PageSize implements [server].
func (r *restRun) PageSize() int { return r.size }

// Count implements [server].
func (r *restRun) Count(ctx context.Context, part int, bounds Range) (int, error) {
	return r.whole().count(ctx, r.cp.Parts[part], bounds)
}

// walkParts walks what is left of all parts, or until the limit is reached.
func (r *restRun) walkParts(ctx context.Context) error {
	for _, part := range r.cp.Parts {
		if err := r.walkPart(ctx, part); err != nil || r.run.limitReached() {
			return err
		}
	}
	return nil
}

// complete fetches what a walk leaves out that has received everything that the
// server listed.
func (r *restRun) complete(ctx context.Context) error {
	if r.run.incremental() && r.resumed {
		if err := r.catchUp(ctx); err != nil || !r.run.tally.Complete {
			return err
		}
	}
	if err := r.fetchNewer(ctx); err != nil {
		return err
	}
	return r.resolveStale(ctx)
}

// start resumes from the sink's checkpoint, or plans the harvest anew.
func (r *restRun) start(ctx context.Context) error {
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
func (r *restRun) resume() bool {
	cp, ok := resumable(r.run.sink.Checkpoint(), r.run.filter)
	if !ok || !r.canResume(cp) {
		return false
	}
	r.cp, r.resumed = cp, cp.begun()
	r.run.begun, r.run.started, r.run.newest = cp.Begun, cp.Started, cp.Newest
	r.run.slugs = nil
	for _, part := range cp.Parts {
		r.run.slugs = append(r.run.slugs, part.Community)
	}
	r.window = cmp.Or(r.window, cp.Window)
	return true
}

// planAnew plans the harvest.
func (r *restRun) planAnew(ctx context.Context) error {
	_, keeps := r.run.sink.(store.Keeper)
	parts, err := r.planShort(ctx, keeps)
	if err != nil {
		return err
	}
	r.cp.Selection, r.cp.Parts = r.run.filter.mark(), parts
	return nil
}

// planShort makes the parts of the selection. An incremental run becomes a full
// one where all of the selection can be listed in few requests, if it may.
func (r *restRun) planShort(ctx context.Context, may bool) ([]*Part, error) {
	short := may && r.run.incremental() && r.run.isShort(r.size)
	if short {
		r.run.makeFull()
	}
	r.cp = r.newCheckpoint()
	parts, err := r.plan(ctx)
	if err == nil && short && requestsFor(parts, r.size) > r.run.checkRequests {
		r.run.makeIncremental() // it has grown
		r.kept = nil
		r.cp = r.newCheckpoint()
		parts, err = r.plan(ctx)
	}
	return parts, err
}

// newCheckpoint begins anew. What the same run has stored by another plan may
// not be listed any more.
func (r *restRun) newCheckpoint() Checkpoint {
	cp := Checkpoint{Version: checkpointVersion}
	r.run.begun, r.run.started, r.run.newest = time.Time{}, time.Now().UTC(), time.Time{}
	if r.run.sink == nil { // for a plan
		return cp
	}
	old, err := ParseCheckpoint(r.run.sink.Checkpoint())
	if err != nil || !old.begun() {
		return cp
	}
	cp.Next, r.run.newest = old.Next, old.Newest
	for number := range old.Next {
		if !r.run.incremental() {
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
func (r *restRun) canResume(cp Checkpoint) bool {
	if r.run.filter.OfCommunities {
		return true
	}
	known := max(cmp.Or(r.window, cp.Window, DefaultWindow), cp.Reached)
	for _, part := range cp.Parts {
		if !part.Divided && !part.Spans[0].Done && r.wanted(part.Spans[0]) > known {
			return false
		}
	}
	return true
}

// recallAll fetches from the sink what earlier runs found.
func (r *restRun) recallAll(ctx context.Context) error {
	r.members = &idSet{}
	if !r.cp.begun() {
		return nil
	}
	for number := range r.cp.Next {
		if slices.Contains(r.cp.Stale, number) {
			continue
		}
		ids, err := r.run.sink.SpanIDs(ctx, number)
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
func (r *restRun) walkPart(ctx context.Context, p *Part) error {
	for !r.run.limitReached() {
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

// sum fills in what the result says of the whole selection.
func (r *restRun) sum() {
	t := &r.run.tally
	if !r.run.incremental() {
		t.Total, t.Held = r.total(), r.found()-r.overlap()
	}
	t.Complete, t.Missing, t.Unserved = true, 0, nil
	for _, part := range r.cp.Parts {
		t.Missing += part.missing()
		t.Complete = t.Complete && part.complete()
		for _, span := range part.Spans {
			for _, place := range span.Unservable {
				t.Unserved = append(t.Unserved, unservable{Community: span.Community, Range: span.Range, Place: place})
			}
		}
	}
}

// incompleteErr is the error of a run that nothing has stopped but perhaps its
// limit, nil where it is complete.
func (r *restRun) incompleteErr() error {
	if r.run.tally.Complete {
		return nil
	}
	if r.run.limitReached() {
		r.run.tally.Missing = 0
		return nil
	}
	return shortError(r.run.tally, r.cp)
}

// total counts the distinct members of all parts, as far as that is known.
func (r *restRun) total() int {
	n := -r.overlap()
	for _, part := range r.cp.Parts {
		n += part.total()
	}
	return n
}

// found counts the distinct members that are there.
func (r *restRun) found() int {
	n := 0
	for _, part := range r.cp.Parts {
		n += part.found()
	}
	return n
}

// overlap is how many members were found in a second part, or a third.
func (r *restRun) overlap() int {
	if r.members == nil {
		return 0
	}
	return max(0, r.found()-r.members.len())
}

func (r *restRun) progress(span *Span) {
	if r.run.report == nil {
		return
	}
	spans := 0
	for _, part := range r.cp.Parts {
		spans += len(part.Spans) + part.DoneSpans
		for _, rest := range part.Todo {
			spans += pages(rest.Count, r.target())
		}
	}
	r.run.report(Progress{
		Span: span.Number, Spans: spans, Walk: max(1, span.Walk),
		Done: r.found() - r.overlap(), Total: r.total(), Fetched: r.run.tally.Fetched,
	})
}

// resolveStale asks for each record that this run has received and that was not
// listed any more when the server counted fewer than it had given out.
func (r *restRun) resolveStale(ctx context.Context) error {
	if _, keeps := r.run.sink.(store.Keeper); !keeps || r.run.filter.OfCommunities {
		r.cp.Stale = nil
	}
	for len(r.cp.Stale) > 0 {
		ids, err := r.run.sink.SpanIDs(ctx, r.cp.Stale[0])
		if err != nil {
			return &storeError{err}
		}
		if err := r.run.resolve(ctx, recordIDs(ids)...); err != nil {
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
func pageSize(c *zenodo.Client, f filter) int {
	if f.OfCommunities {
		return communityPageSize
	}
	return c.PageSize()
}

package harvest

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/oaipmh"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

const (
	// oaiPrefix is the format that is asked for: the one on Zenodo that tells
	// which versions belong together.
	oaiPrefix = "oai_datacite"
	// oaiPageSize is how many records Zenodo puts on a page.
	oaiPageSize = 50
	// oaiLeast is how few records a span should have at least.
	oaiLeast = 2 * oaiPageSize
	// oaiMost is how many times as many records as it should a span may have
	// without being divided.
	oaiMost = 3
)

// oaiRun is one execution of a harvest through OAI-PMH. Its parts are sets,
// its spans intervals of the time of change. Of run it has what is counted.
type oaiRun struct {
	*run
	client *oaipmh.Client
	cp     oaiCheckpoint
	until  time.Time // of the selection, excluded; zero is open
	wanted int       // records in a span
	date   time.Time // the server's clock at the last page
	found  idSet     // of the part that is walked
	stored bool      // an earlier run has stored something
}

func (r *run) runOAI(ctx context.Context) error {
	o, err := r.newOAIRun()
	if err != nil {
		return err
	}
	if err := o.start(ctx); err != nil {
		return o.wrapError(ctx, err)
	}
	for number, part := range o.cp.Parts {
		err := o.walkPart(ctx, number, part)
		if err != nil {
			o.sum()
			return o.wrapError(ctx, err)
		}
		if o.limitReached() {
			break
		}
	}
	o.sum()
	if err := o.incompleteErr(); err != nil || !o.res.Complete {
		return err
	}
	if err := o.conclude(ctx); err != nil {
		o.res.Complete = false
		return o.wrapError(ctx, err)
	}
	return nil
}

// conclude finds out what became of records that are no longer listed, or, of
// an incremental run, whether there are as many as the server counts.
func (o *oaiRun) conclude(ctx context.Context) error {
	if !o.incremental() {
		return o.run.resolveUnseen(ctx, store.Scope{})
	}
	slugs := make([]zenodo.Slug, len(o.cp.Parts))
	for i, part := range o.cp.Parts {
		slugs[i] = part.Community
	}
	c := o.newComparer(slugs)
	c.count = func(ctx context.Context, part int, bounds Range) (int, error) {
		return o.countSet(ctx, o.walkOf(part, o.cp.Parts[part], oaiSpan{From: bounds.Since, Until: bounds.Until}))
	}
	return c.compare(ctx)
}

// newOAIRun makes a run whose requests go the way of the API's, without a
// token of access.
func (r *run) newOAIRun() (*oaiRun, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	_, until, err := r.sel.times()
	if err != nil {
		return nil, err
	}
	client, err := oaipmh.NewClient(r.Client.OAIURL(), oaipmh.WithHTTPClient(r.Client.HTTPClient()), oaipmh.WithListRetry())
	if err != nil {
		return nil, err
	}
	r.members = &idSet{}
	o := &oaiRun{run: r, client: client, until: until, wanted: cmp.Or(r.SpanRecords, DefaultSpanRecords)}
	r.encode = func() []byte { return o.cp.encode() }
	return o, nil
}

// start takes up the sink's checkpoint, or begins anew.
func (o *oaiRun) start(ctx context.Context) error {
	cp, ok := o.resume()
	if !ok {
		if _, keeps := o.Sink.(store.Keeper); keeps && o.incremental() && o.isShort(oaiPageSize) {
			o.makeFull()
		}
		parts, err := o.sets(ctx)
		if err != nil {
			return err
		}
		cp = oaiCheckpoint{Version: oaiVersion, Selection: o.sel.mark(), Started: time.Now().UTC(), Parts: parts}
		if parts[0].Done { // nothing is asked for, and so nobody tells the time
			cp.Begun = o.ChangedSince
		}
	}
	o.cp, o.stored = cp, ok
	o.run.cp.Begun, o.run.cp.Started = cp.Begun, cp.Started
	return nil
}

// resume returns the sink's checkpoint if it serves this run. An incremental run
// may have been made a full one.
func (o *oaiRun) resume() (oaiCheckpoint, bool) {
	data := o.Sink.Checkpoint()
	cp, ok := resumableOAI(data, o.sel)
	if ok || !o.incremental() {
		return cp, ok
	}
	whole := o.sel
	whole.changed = time.Time{}
	if cp, ok = resumableOAI(data, whole); ok {
		o.makeFull()
	}
	return cp, ok
}

// recallPart fetches from the sink what earlier runs found of a part.
func (o *oaiRun) recallPart(ctx context.Context, number int, p *oaiPart) error {
	o.found = idSet{}
	if !o.stored {
		return nil
	}
	ids, err := o.Sink.SpanIDs(ctx, number)
	if err != nil {
		return &storeError{err}
	}
	for _, id := range ids {
		o.members.add(id)
		if !p.Again {
			o.found.add(id)
		}
	}
	return nil
}

// sets makes a part for each community, or one for everything.
func (o *oaiRun) sets(ctx context.Context) ([]*oaiPart, error) {
	since, err := o.sel.changedFrom()
	if err != nil {
		return nil, err
	}
	// What was changed since the run before is not of a selection that had ended
	// by then.
	over := o.incremental() && !o.until.IsZero() && !since.Before(o.until)
	if len(o.sel.Communities) == 0 {
		return []*oaiPart{{From: since, Done: over}}, nil
	}
	slugs, err := resolve(ctx, o.Client, o.sel.Communities)
	if err != nil {
		return nil, err
	}
	var parts []*oaiPart
	for _, slug := range slugs {
		parts = append(parts, &oaiPart{Community: slug, From: since, Done: over})
	}
	return parts, nil
}

// changedFrom is from when on changes are wanted, zero for all.
func (s Selection) changedFrom() (time.Time, error) {
	since, _, err := s.times()
	if since.Before(s.changed) {
		since = s.changed
	}
	return since, err
}

// wrapError wraps the error that ended a run.
func (o *oaiRun) wrapError(ctx context.Context, err error) error {
	return runError(ctx, err, o.members.len() > 0)
}

// sum fills in what the result says of the whole selection.
func (o *oaiRun) sum() {
	o.res.Complete = true
	for _, part := range o.cp.Parts {
		o.res.Complete = o.res.Complete && part.complete()
	}
	o.res.Total, o.res.Held = o.total(), o.members.len()
	if !o.res.Complete {
		o.res.Missing = o.res.Total - o.members.len()
	}
}

// total is how many records there are, as far as that is known.
func (o *oaiRun) total() int {
	n, done := o.members.len(), true
	for _, part := range o.cp.Parts {
		n += part.missing()
		done = done && part.Done
	}
	if done {
		return n
	}
	return max(n, o.counted())
}

// counted is what the server counted when the parts were begun.
func (o *oaiRun) counted() int {
	n := 0
	for _, part := range o.cp.Parts {
		n += part.Total
	}
	return n
}

// incompleteErr is the error of a run that nothing has stopped but perhaps its
// limit, nil where it is complete.
func (o *oaiRun) incompleteErr() error {
	switch {
	case o.res.Complete:
		return nil
	case o.limitReached():
		o.res.Missing = 0
		return nil
	}
	err := fmt.Errorf("%w: %d of %d were counted by the server and not received", ErrIncomplete, o.res.Missing, o.res.Total)
	if n := len(o.res.MissingIDs); n > 0 {
		err = fmt.Errorf("%w; %d of them were listed without metadata that can be read, such as %s", err, n, o.res.MissingIDs[0])
	}
	return err
}

// tell reports how far the run has come.
func (o *oaiRun) tell(number, walk int) {
	if o.Progress == nil {
		return
	}
	o.Progress(Progress{
		Span: number, Spans: len(o.cp.Parts), Walk: walk,
		Done: o.members.len(), Total: o.total(), Fetched: o.res.Fetched,
	})
}

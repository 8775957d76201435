package harvest

import (
	"context"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/oaipmh"
	"github.com/zharvest/zharvest/store"
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
// its spans intervals of the time of change.
type oaiRun struct {
	run    *run
	client *oaipmh.Client
	cp     oaiCheckpoint
	until  time.Time // of the selection, excluded; zero is open
	wanted int       // records in a span
	date   time.Time // the server's clock at the last page
	found  idSet     // of the part that is walked
	// members holds the ids of all parts.
	members idSet
	stored  bool // an earlier run has stored something
}

// newOAI makes a run whose requests go the way of the API's, without a token of
// access. A span is to have a number of records.
func newOAI(run *run, spanRecords int) (*oaiRun, error) {
	client, err := oaipmh.NewClient(run.client.OAIURL(), oaipmh.WithHTTPClient(run.client.HTTPClient()), oaipmh.WithListRetry())
	if err != nil {
		return nil, err
	}
	return &oaiRun{run: run, client: client, until: run.filter.Until, wanted: spanRecords}, nil
}

// checkpoint encodes how far the run has come.
func (o *oaiRun) checkpoint() []byte {
	cp := o.cp
	cp.Begun, cp.Started = o.run.begun, o.run.started
	return cp.encode()
}

// Walk implements [strategy].
func (o *oaiRun) Walk(ctx context.Context) error {
	if err := o.start(ctx); err != nil {
		return err
	}
	for number, part := range o.cp.Parts {
		err := o.walkPart(ctx, number, part)
		if err != nil {
			o.sum()
			return err
		}
		if o.run.limitReached() {
			break
		}
	}
	o.sum()
	return o.incompleteErr()
}

// Stored implements [strategy].
func (o *oaiRun) Stored() bool { return o.members.len() > 0 }

// PageSize implements [server].
func (o *oaiRun) PageSize() int { return oaiPageSize }

// Count implements [server].
func (o *oaiRun) Count(ctx context.Context, part int, bounds Range) (int, error) {
	return o.countSet(ctx, o.walkOf(part, o.cp.Parts[part], oaiSpan{From: bounds.Since, Until: bounds.Until}))
}

// start resumes from the sink's checkpoint, or begins anew.
func (o *oaiRun) start(ctx context.Context) error {
	cp, ok := o.resume()
	if !ok {
		if _, keeps := o.run.sink.(store.Keeper); keeps && o.run.incremental() && o.run.isShort(oaiPageSize) {
			o.run.makeFull()
		}
		parts, err := o.sets(ctx)
		if err != nil {
			return err
		}
		cp = oaiCheckpoint{Version: oaiVersion, Selection: o.run.filter.mark(), Started: time.Now().UTC(), Parts: parts}
		if parts[0].Done { // nothing is asked for, and so nobody tells the time
			cp.Begun = o.run.changedSince
		}
	}
	o.cp, o.stored = cp, ok
	o.run.begun, o.run.started = cp.Begun, cp.Started
	o.run.slugs = nil
	for _, part := range cp.Parts {
		o.run.slugs = append(o.run.slugs, part.Community)
	}
	return nil
}

// resume returns the sink's checkpoint if it serves this run. An incremental run
// may have been made a full one.
func (o *oaiRun) resume() (oaiCheckpoint, bool) {
	data := o.run.sink.Checkpoint()
	cp, ok := resumableOAI(data, o.run.filter)
	if ok || !o.run.incremental() {
		return cp, ok
	}
	whole := o.run.filter
	whole.Changed = time.Time{}
	if cp, ok = resumableOAI(data, whole); ok {
		o.run.makeFull()
	}
	return cp, ok
}

// recallPart fetches from the sink what earlier runs found of a part.
func (o *oaiRun) recallPart(ctx context.Context, number int, p *oaiPart) error {
	o.found = idSet{}
	if !o.stored {
		return nil
	}
	ids, err := o.run.sink.SpanIDs(ctx, number)
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
	since := o.run.filter.changedFrom()
	// What was changed since the run before is not of a selection that had ended
	// by then.
	over := o.run.incremental() && !o.until.IsZero() && !since.Before(o.until)
	slugs, err := o.run.findSlugs(ctx)
	if err != nil {
		return nil, err
	}
	var parts []*oaiPart
	for _, slug := range slugs {
		parts = append(parts, &oaiPart{Community: slug, From: since, Done: over})
	}
	return parts, nil
}

// sum fills in what the result says of the whole selection.
func (o *oaiRun) sum() {
	t := &o.run.tally
	t.Complete = true
	for _, part := range o.cp.Parts {
		t.Complete = t.Complete && part.complete()
	}
	t.Total, t.Held = o.total(), o.members.len()
	if !t.Complete {
		t.Missing = t.Total - t.Held
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
	t := &o.run.tally
	switch {
	case t.Complete:
		return nil
	case o.run.limitReached():
		t.Missing = 0
		return nil
	}
	err := fmt.Errorf("%w: %d of %d were counted by the server and not received", ErrIncomplete, t.Missing, t.Total)
	if n := len(t.MissingIDs); n > 0 {
		err = fmt.Errorf("%w; %d of them were listed without metadata that can be read, such as %s", err, n, t.MissingIDs[0])
	}
	return err
}

// tell reports how far the run has come.
func (o *oaiRun) tell(number, walk int) {
	if o.run.report == nil {
		return
	}
	o.run.report(Progress{
		Span: number, Spans: len(o.cp.Parts), Walk: walk,
		Done: o.members.len(), Total: o.total(), Fetched: o.run.tally.Fetched,
	})
}

package oai

import (
	"context"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/oaipmh"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

const (
	// metadataPrefix is the format that is asked for: the one on Zenodo that says
	// which versions belong together.
	metadataPrefix = "oai_datacite"
	// pageSize is how many records Zenodo puts on a page.
	pageSize = 50
	// leastWanted is how few records a span should have at least.
	leastWanted = 2 * pageSize
	// mostTimes is how many times as many records as it should a span may have
	// without being divided.
	mostTimes = 3
)

// Strategy is one execution of a harvest through OAI-PMH. Its parts are sets,
// its spans intervals of the time of change.
type Strategy struct {
	run    *run.Run
	client *oaipmh.Client
	// dialect is how the server names sets, empty where none is asked for.
	dialect zenodo.Dialect
	cp      Checkpoint
	until   time.Time // of the selection, excluded; zero is open
	wanted  int       // records in a span
	date    time.Time // the server's clock at the last page
	found   run.IDSet // of the part that is walked
	// members holds the ids of all parts.
	members run.IDSet
	stored  bool // an earlier run has stored something
}

// New makes a run whose requests go the way of the API's, without a token of
// access. A span is to have a number of records.
func New(r *run.Run, spanRecords int) (*Strategy, error) {
	client, err := oaipmh.NewClient(r.Client.OAIURL(), oaipmh.WithHTTPClient(r.Client.HTTPClient()))
	if err != nil {
		return nil, err
	}
	return &Strategy{run: r, client: client, until: r.Filter.Until, wanted: spanRecords}, nil
}

// checkpoint encodes how far the run has come.
func (o *Strategy) checkpoint() []byte {
	cp := o.cp
	cp.Begun, cp.Started = o.run.Begun, o.run.Started
	return cp.encode()
}

// Walk resumes where the sink's checkpoint says that an earlier run ended, or
// begins anew, and stores what is left.
func (o *Strategy) Walk(ctx context.Context) error {
	if err := o.start(ctx); err != nil {
		return err
	}
	for number, part := range o.cp.Parts {
		err := o.walkPart(ctx, number, part)
		if err != nil {
			o.sum()
			return err
		}
		if o.run.LimitReached() {
			break
		}
	}
	o.sum()
	return o.incompleteErr()
}

// Stored reports whether this run, or an earlier one that it resumes, has stored
// anything.
func (o *Strategy) Stored() bool { return o.members.Len() > 0 }

// PageSize is how many records are on a page.
func (o *Strategy) PageSize() int { return pageSize }

// Count asks how many members of a part were changed within bounds.
func (o *Strategy) Count(ctx context.Context, part int, bounds run.Range) (int, error) {
	return o.countSet(ctx, o.walkOf(part, o.cp.Parts[part], Span{From: bounds.Since, Until: bounds.Until}))
}

// start resumes from the sink's checkpoint, or begins anew.
func (o *Strategy) start(ctx context.Context) error {
	cp, ok := o.resume()
	if !ok {
		if _, keeps := o.run.Sink.(store.Keeper); keeps && o.run.Incremental() && o.run.IsShort(pageSize) {
			o.run.MakeFull()
		}
		parts, err := o.sets(ctx)
		if err != nil {
			return err
		}
		cp = Checkpoint{Version: checkpointVersion, Selection: o.run.Filter.Mark(), Started: time.Now().UTC(), Parts: parts}
		if parts[0].Done { // nothing is asked for, and so nobody names the time
			cp.Begun = o.run.ChangedSince
		}
	}
	o.cp, o.stored = cp, ok
	o.run.Begun, o.run.Started = cp.Begun, cp.Started
	if err := o.findDialect(ctx, cp.Parts); err != nil {
		return err
	}
	o.run.Slugs = nil
	for _, part := range cp.Parts {
		o.run.Slugs = append(o.run.Slugs, part.Community)
	}
	return nil
}

// findDialect finds out how the server names the sets of communities.
func (o *Strategy) findDialect(ctx context.Context, parts []*Part) (err error) {
	if parts[0].Community != "" {
		o.dialect, err = o.run.Client.Dialect(ctx)
	}
	return err
}

// resume returns the sink's checkpoint if it serves this run. An incremental run
// may have been made a full one.
func (o *Strategy) resume() (Checkpoint, bool) {
	data := o.run.Sink.Checkpoint()
	cp, ok := resumable(data, o.run.Filter)
	if ok || !o.run.Incremental() {
		return cp, ok
	}
	whole := o.run.Filter
	whole.Changed = time.Time{}
	if cp, ok = resumable(data, whole); ok {
		o.run.MakeFull()
	}
	return cp, ok
}

// recallPart fetches from the sink what earlier runs found of a part.
func (o *Strategy) recallPart(ctx context.Context, number int, p *Part) error {
	o.found = run.IDSet{}
	if !o.stored {
		return nil
	}
	ids, err := o.run.Sink.SpanIDs(ctx, number)
	if err != nil {
		return &run.StoreError{Err: err}
	}
	for _, id := range ids {
		o.members.Add(id)
		if !p.Again {
			o.found.Add(id)
		}
	}
	return nil
}

// sets makes a part for each community, or one for everything.
func (o *Strategy) sets(ctx context.Context) ([]*Part, error) {
	since := o.run.Filter.ChangedFrom()
	// What was changed since the run before is not of a selection that had ended
	// by then.
	over := o.run.Incremental() && !o.until.IsZero() && !since.Before(o.until)
	slugs, err := o.run.FindSlugs(ctx)
	if err != nil {
		return nil, err
	}
	var parts []*Part
	for _, slug := range slugs {
		parts = append(parts, &Part{Community: slug, From: since, Done: over})
	}
	return parts, nil
}

// sum fills in what the result says of the whole selection.
func (o *Strategy) sum() {
	t := &o.run.Tally
	t.Complete = true
	for _, part := range o.cp.Parts {
		t.Complete = t.Complete && part.complete()
	}
	t.Total, t.Held = o.total(), o.members.Len()
	if !t.Complete {
		t.Missing = t.Total - t.Held
	}
}

// total is how many records there are, as far as that is known.
func (o *Strategy) total() int {
	n, done := o.members.Len(), true
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
func (o *Strategy) counted() int {
	n := 0
	for _, part := range o.cp.Parts {
		n += part.Total
	}
	return n
}

// incompleteErr is the error of a run that nothing has stopped but perhaps its
// limit, nil where it is complete.
func (o *Strategy) incompleteErr() error {
	t := &o.run.Tally
	switch {
	case t.Complete:
		return nil
	case o.run.LimitReached():
		t.Missing = 0
		return nil
	}
	err := fmt.Errorf("%w: %d of %d were counted by the server and not received", run.ErrIncomplete, t.Missing, t.Total)
	if n := len(t.MissingIDs); n > 0 {
		err = fmt.Errorf("%w; %d of them were listed without metadata that can be read, such as %s", err, n, t.MissingIDs[0])
	}
	return err
}

// report says how far the run has come.
func (o *Strategy) report(number, walk int) {
	if o.run.Report == nil {
		return
	}
	o.run.Report(run.Progress{
		Span: number, Spans: len(o.cp.Parts), Walk: walk,
		Done: o.members.Len(), Total: o.total(), Fetched: o.run.Tally.Fetched,
	})
}

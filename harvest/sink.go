package harvest

import (
	"context"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// Page is a page of records or of communities as it is to be stored: what the
// server listed, and from where to go on once this is safe.
type Page struct {
	Span        int // number of the span it belongs to: [Span.Number]
	Records     []*zenodo.Record
	Communities []*zenodo.Community
	Checkpoint  []byte // opaque; see [ParseCheckpoint]
}

// Stored counts what became of the members of some pages.
type Stored struct {
	New, Updated, Unchanged int
}

// Preparer is a [Sink] that can do part of its work on records before they are
// stored. Prepare is called where pages arrive, by several goroutines, while
// others are being stored. Some pages may never be.
type Preparer interface {
	Prepare(ctx context.Context, records []*zenodo.Record) error
}

// Sink takes what a harvest fetches. Its methods are called by one goroutine
// at a time.
type Sink interface {
	// Checkpoint returns the last one stored by an unfinished run of the same
	// harvest, and nil where there is none.
	Checkpoint() []byte
	// StorePage stores all pages, and the last one's checkpoint, or nothing.
	// Storing what is there already must do no harm: pages may come twice.
	StorePage(ctx context.Context, pages ...Page) (Stored, error)
	// SpanIDs returns the distinct ids of what this run, from its beginning
	// and not only since it was taken up again, has stored for a span. Where
	// communities overlap, what was stored for a later span as well may be left
	// out.
	SpanIDs(ctx context.Context, span int) ([]string, error)
}

// Keeper is a [Sink] that knows what the harvest holds since earlier runs. With
// it, a full run settles what is no longer listed, and an incremental one
// compares what is held with what the server counts.
type Keeper interface {
	Sink
	// Unseen returns the first n records, in an order that stays, that the
	// harvest holds, that are not known to be gone, and that this run has not
	// stored.
	Unseen(ctx context.Context, n int) ([]zenodo.RecordID, error)
	// Settle stores what became of records that are no longer listed, all or
	// nothing. They are not unseen any more.
	Settle(ctx context.Context, settled ...Settled) error
	// Held counts the records that the harvest holds and that are not gone: of
	// a community, or of all for the empty slug; the latest versions alone, or
	// all; created before a moment, or whenever for the zero one.
	Held(ctx context.Context, community zenodo.Slug, allVersions bool, before time.Time) (int, error)
}

// Settled is what became of a record that is no longer listed. One that is not
// gone has left the selection.
type Settled struct {
	ID zenodo.RecordID
	// Gone tells that the record was deleted, Reason why, where the server says.
	Gone   bool
	Reason string
	// Record is what the server has now, nil for one that is gone or that is not
	// shown to us any more.
	Record *zenodo.Record
}

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
	// Outvoted are records that were held as the latest of their concept when an
	// earlier version arrived that says it is the latest now.
	Outvoted []zenodo.RecordID
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
// it, a full run finds out what became of records that are no longer listed,
// and an incremental one compares what is held with what the server has.
type Keeper interface {
	Sink
	// Unseen returns the first n records, in an order that stays, that the
	// harvest holds within the bounds of time of a scope, that are not known to
	// be gone, and that this run has neither stored nor found unlisted.
	Unseen(ctx context.Context, within Scope, n int) ([]zenodo.RecordID, error)
	// Settle stores what became of records that are no longer listed, all or
	// nothing. They are not unseen any more. Those that were outvoted may be the
	// latest of their concept again.
	Settle(ctx context.Context, settled ...Settled) ([]zenodo.RecordID, error)
	// Record returns a record as it is held, an error where there is none.
	Record(ctx context.Context, id zenodo.RecordID) (*zenodo.Record, error)
	// Held counts the records that the harvest holds in a scope and that are not
	// gone; those of them that were found unlisted are counted apart.
	Held(ctx context.Context, within Scope) (listed, unlisted int, err error)
	// Bounds returns the times of creation, in whole seconds, that divide what is
	// held in a scope into parts of about n records.
	Bounds(ctx context.Context, within Scope, n int) ([]time.Time, error)
}

// Scope is a part of what a harvest holds: the records of a community, or of
// all for the empty slug; the latest versions alone, or all; created in
// [Since, Until), in whole seconds, where a zero time is no bound. Records of
// which the time of creation is not known are in every scope.
type Scope struct {
	Community    zenodo.Slug
	AllVersions  bool
	Since, Until time.Time
}

// Fate is what became of a record that was not listed.
type Fate int

// What may have become of a record.
const (
	FateLeft     Fate = iota // it does not belong to the selection any more
	FateGone                 // it was deleted, or is no longer public
	FateUnlisted             // it belongs to the selection, and the server does not list it
	FateKept                 // it belongs to the selection, and was not to be listed yet
)

// Settled is what became of a record that was not listed.
type Settled struct {
	ID     zenodo.RecordID
	Fate   Fate
	Reason string // why it is gone, where that is known
	// Record is what the server has now, nil for one that is gone or that was
	// not given out.
	Record *zenodo.Record
}

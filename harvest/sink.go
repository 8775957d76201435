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
// it, an incremental run compares what is held with what the server counts.
type Keeper interface {
	Sink
	// Held counts the records that the harvest holds and that are not gone: of
	// a community, or of all for the empty slug; the latest versions alone, or
	// all; created before a moment, or whenever for the zero one.
	Held(ctx context.Context, community zenodo.Slug, allVersions bool, before time.Time) (int, error)
}

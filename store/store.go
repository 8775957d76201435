// Package store is the contract between a harvest and what keeps its records.
// Package harvest hands pages to a [Sink], or to a [Keeper], which knows what
// earlier runs have stored; a run of package index is both.
package store

import (
	"context"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// The modes of a run.
const (
	ModeFull        = "full"        // fetches the whole selection
	ModeIncremental = "incremental" // fetches what changed
)

// The states of a harvest.
const (
	StateComplete   = "complete"   // all ids were compared with those that the server lists
	StateCounts     = "counts"     // as many records are held as the server counts
	StateIncomplete = "incomplete" // neither
)

// Page is a page of records or of communities as the server listed it, and the
// checkpoint from which a run resumes once both are stored.
type Page struct {
	Span        int // number of the span that it belongs to
	Records     []*zenodo.Record
	Communities []*zenodo.Community
	Checkpoint  []byte // opaque to the store
}

// Stored counts what became of the members of some pages.
type Stored struct {
	New       int
	Updated   int
	Unchanged int // the same, but for views, downloads, links and what the store does not compare
	// Outvoted are records that were held as the latest of their concept when an
	// earlier version arrived that says it is the latest now: most likely they
	// were deleted.
	Outvoted []zenodo.RecordID
}

// Add adds what was stored after this.
func (s *Stored) Add(next Stored) {
	s.New += next.New
	s.Updated += next.Updated
	s.Unchanged += next.Unchanged
	s.Outvoted = append(s.Outvoted, next.Outvoted...)
}

// Scope is a part of what a harvest holds: the records of a community, or of
// all for the empty slug; the latest versions alone, or all; created in
// [Since, Until), in whole seconds, where a zero time is no bound. Records of
// which the time of creation is not known are in scopes without Since.
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

// Resolved is what became of a record that a harvest holds and that was not
// listed.
type Resolved struct {
	ID     zenodo.RecordID
	Fate   Fate
	Reason string // why it is gone, where that is known
	// Record is what the server has now, nil for one that is gone or that was
	// not given out.
	Record *zenodo.Record
}

// Gone says that the server no longer has a record, when it was deleted and why,
// as far as that is known. At may be a day, which counts as its end.
type Gone struct {
	ID     zenodo.RecordID
	At     zenodo.Timestamp
	Reason string
}

// Unfilled is a record that is not known in full. Keys order them.
type Unfilled struct {
	Key int64
	ID  zenodo.RecordID
}

// Sink takes what a harvest fetches. Its methods are called by one goroutine
// at a time.
type Sink interface {
	// Checkpoint returns the last one stored by an unfinished run of the same
	// harvest, and nil where there is none.
	Checkpoint() []byte
	// StorePages stores all pages, and the last one's checkpoint, or nothing.
	// Storing what is there already must do no harm: pages may come twice.
	StorePages(ctx context.Context, pages ...Page) (Stored, error)
	// SpanIDs returns the distinct ids of what this run, from its beginning
	// and not only since it was resumed, has stored for a span. Where
	// communities overlap, what was stored for a later span as well may be left
	// out.
	SpanIDs(ctx context.Context, span int) ([]string, error)
}

// Preparer is a [Sink] that can do part of its work on records before they are
// stored. Prepare is called where pages arrive, by several goroutines, while
// others are being stored. Some pages may never be.
type Preparer interface {
	Prepare(ctx context.Context, records []*zenodo.Record) error
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
	// Resolve stores what became of records that are no longer listed, all or
	// nothing. They are not unseen any more. It returns those that were outvoted,
	// which may be the latest of their concept again.
	Resolve(ctx context.Context, resolved ...Resolved) ([]zenodo.RecordID, error)
	// Record returns a record as it is held, an error where there is none.
	Record(ctx context.Context, id zenodo.RecordID) (*zenodo.Record, error)
	// Held counts the records that the harvest holds in a scope and that are not
	// gone; those of them that were found unlisted are counted apart.
	Held(ctx context.Context, within Scope) (listed, unlisted int, err error)
	// Bounds returns the times of creation, in whole seconds, that divide what is
	// held in a scope into parts of about n records, or more where many were
	// created in one second.
	Bounds(ctx context.Context, within Scope, n int) ([]time.Time, error)
}

// Difference is something that two states of a record do not share, with its
// values as text; empty is none.
type Difference struct {
	// Field is the name of a field of exports, or else the key in the record's
	// JSON, whose values are JSON then. Of "files" each value is one file: its
	// key, its size and its checksum.
	Field    string
	Old, New string
}

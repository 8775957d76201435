package run

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"time"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// grace is how long pages that have arrived may take to be stored once the
// run was interrupted.
const grace = 900 * time.Millisecond

// Overlap is how far before the begin of the run before an incremental one
// looks: a change may be seen in searches some time after it was made.
const Overlap = time.Hour

// Run is one execution of a harvest, whatever way it fetches.
type Run struct {
	Client   *zenodo.Client
	Sink     store.Sink // nil for a plan
	Filter   Filter
	Limit    int            // of records received; 0 is none
	Parallel int            // requests at a time
	Report   func(Progress) // called after each storing; may be nil

	ChangedSince  time.Time // of an incremental run
	Known         int       // members of the selection, as counted before
	Quick         bool      // compares the totals alone
	CheckRequests int       // that comparing may take

	Tally Tally
	Slugs []zenodo.Slug // of the parts of the selection; empty for everything
	// Begun is when the run began by the server's clock, zero where that names no
	// time, and Started by the one here. Newest is the latest change among the
	// records received.
	Begun, Started, Newest time.Time
	// Uncounted is set when the server has answered without a total.
	Uncounted *atomic.Bool
}

// Whole is a run over the whole selection beside this one, with counts of its
// own.
func (r *Run) Whole() *Run {
	whole := *r
	whole.Limit, whole.Report, whole.Tally = 0, nil, Tally{}
	whole.MakeFull()
	return &whole
}

// Incremental reports whether the run fetches only what changed.
func (r *Run) Incremental() bool { return !r.Filter.Changed.IsZero() }

// MakeFull makes an incremental run a full one.
func (r *Run) MakeFull() { r.Filter.Changed = time.Time{} }

// MakeIncremental makes a run fetch what changed alone.
func (r *Run) MakeIncremental() { r.Filter.Changed = r.ChangedSince.Add(-Overlap).UTC() }

// Mode is what the run fetches, as the sink calls it.
func (r *Run) Mode() string {
	if r.Incremental() {
		return store.ModeIncremental
	}
	return store.ModeFull
}

// IsShort reports whether the whole selection can be listed in few requests, in
// pages of a size, so that all ids are compared in place of what changed.
func (r *Run) IsShort(size int) bool {
	return !r.Quick && r.Limit == 0 && Pages(r.Known, size)+len(r.Filter.Communities) <= r.CheckRequests+1
}

// FindSlugs notes and returns the slugs by which the server knows the
// communities of the selection, the empty one where it is of everything. Zenodo
// drops a filter by an unknown one and answers with everything, so nothing is
// asked for before all of them are known to exist.
func (r *Run) FindSlugs(ctx context.Context) ([]zenodo.Slug, error) {
	var slugs []zenodo.Slug
	for _, name := range r.Filter.Communities {
		community, err := r.Client.Communities.Get(ctx, string(name))
		if err != nil {
			return nil, fmt.Errorf("community %s: %w", name, err)
		}
		slugs = append(slugs, community.Slug)
	}
	if len(slugs) == 0 {
		slugs = []zenodo.Slug{""}
	}
	slices.Sort(slugs)
	r.Slugs = slices.Compact(slugs)
	return r.Slugs, nil
}

// Earliest is when the run began by the clock that is behind, the server's or
// the one here: what is changed later is for the next run.
func (r *Run) Earliest() time.Time {
	if r.Begun.IsZero() || !r.Started.IsZero() && r.Started.Before(r.Begun) {
		return r.Started.Truncate(time.Second)
	}
	return r.Begun
}

// LimitReached reports whether the run has received all it may.
func (r *Run) LimitReached() bool { return r.Limit > 0 && r.Tally.Fetched >= r.Limit }

// Left is how many members may still be received.
func (r *Run) Left() int {
	if r.Limit <= 0 {
		return math.MaxInt
	}
	return max(0, r.Limit-r.Tally.Fetched)
}

// NoteChange notes when a record was changed.
func (r *Run) NoteChange(record *zenodo.Record) {
	if at, ok := record.UpdatedAt.Time(); ok && at.After(r.Newest) {
		r.Newest = at.UTC()
	}
}

// Store stores pages, known of whose members this run had stored before. It
// does so even if ctx has ended, because they have arrived.
func (r *Run) Store(ctx context.Context, known int, out ...store.Page) (store.Stored, error) {
	ctx, cancel := withGrace(ctx, grace)
	defer cancel()
	stored, err := r.Sink.StorePages(ctx, out...)
	if err != nil {
		return stored, &StoreError{Err: err}
	}
	r.Tally.New += stored.New
	r.Tally.Updated += stored.Updated
	r.Tally.Unchanged += max(0, stored.Unchanged-known)
	return stored, nil
}

// Pages is how many pages of a size hold n members.
func Pages(n, size int) int { return (n + size - 1) / size }

// withGrace returns a context that outlives ctx by a little.
func withGrace(ctx context.Context, extra time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(extra, cancel) })
	return longer, func() {
		stop()
		cancel()
	}
}

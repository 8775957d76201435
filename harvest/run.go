package harvest

import (
	"cmp"
	"context"
	"errors"
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

// run is one execution of a harvest, whatever way it fetches.
type run struct {
	client   *zenodo.Client
	sink     store.Sink // nil for a plan
	filter   filter
	limit    int // of records received; 0 is none
	parallel int // requests at a time
	report   func(Progress)

	changedSince  time.Time // of an incremental run
	known         int       // members of the selection, as counted before
	quick         bool      // compares the totals alone
	checkRequests int       // that comparing may take

	tally tally
	slugs []zenodo.Slug // of the parts of the selection; empty for everything
	// begun is when the run began by the server's clock, zero where that names no
	// time, and started by the one here. newest is the latest change among the
	// records received.
	begun, started, newest time.Time
	// uncounted is set when the server has answered without a total.
	uncounted *atomic.Bool
}

// newRun makes a run with what does not depend on the way it fetches.
func (h *Harvester) newRun() *run {
	r := &run{
		client: h.Client, sink: h.Sink, filter: h.Selection.filter(), limit: h.Limit, report: h.Progress,
		parallel:     cmp.Or(h.Parallel, DefaultParallel),
		changedSince: h.ChangedSince, known: h.Known, quick: h.Quick,
		checkRequests: cmp.Or(h.CheckRequests, DefaultCheckRequests),
		uncounted:     &atomic.Bool{},
	}
	if !h.ChangedSince.IsZero() {
		r.makeIncremental()
		r.tally.Total = h.Known
	}
	return r
}

// whole is a run over the whole selection beside this one, with counts of its
// own.
func (r *run) whole() *run {
	whole := *r
	whole.limit, whole.report, whole.tally = 0, nil, tally{}
	whole.makeFull()
	return &whole
}

func (r *run) incremental() bool { return !r.filter.Changed.IsZero() }

// makeFull makes an incremental run a full one.
func (r *run) makeFull() { r.filter.Changed = time.Time{} }

// makeIncremental makes a run fetch what changed alone.
func (r *run) makeIncremental() { r.filter.Changed = r.changedSince.Add(-overlap).UTC() }

// mode is what the run fetches, as the sink calls it.
func (r *run) mode() string {
	if r.incremental() {
		return store.ModeIncremental
	}
	return store.ModeFull
}

// isShort reports whether the whole selection can be listed in few requests, in
// pages of a size, so that all ids are compared in place of what changed.
func (r *run) isShort(size int) bool {
	return !r.quick && r.limit == 0 && pages(r.known, size)+len(r.filter.Communities) <= r.checkRequests+1
}

// findSlugs notes and returns the slugs by which the server knows the
// communities of the selection, the empty one where it is of everything. Zenodo
// drops a filter by an unknown one and answers with everything, so nothing is
// asked for before all of them are known to exist.
func (r *run) findSlugs(ctx context.Context) ([]zenodo.Slug, error) {
	var slugs []zenodo.Slug
	for _, name := range r.filter.Communities {
		community, err := r.client.Communities.Get(ctx, string(name))
		if err != nil {
			return nil, fmt.Errorf("community %s: %w", name, err)
		}
		slugs = append(slugs, community.Slug)
	}
	if len(slugs) == 0 {
		slugs = []zenodo.Slug{""}
	}
	slices.Sort(slugs)
	r.slugs = slices.Compact(slugs)
	return r.slugs, nil
}

// earliest is when the run began by the clock that is behind, the server's or
// the one here: what is changed later is for the next run.
func (r *run) earliest() time.Time {
	if r.begun.IsZero() || !r.started.IsZero() && r.started.Before(r.begun) {
		return r.started.Truncate(time.Second)
	}
	return r.begun
}

func (r *run) limitReached() bool { return r.limit > 0 && r.tally.Fetched >= r.limit }

// left is how many members may still be received.
func (r *run) left() int {
	if r.limit <= 0 {
		return math.MaxInt
	}
	return max(0, r.limit-r.tally.Fetched)
}

// noteChange notes when a record was changed.
func (r *run) noteChange(record *zenodo.Record) {
	if at, ok := record.UpdatedAt.Time(); ok && at.After(r.newest) {
		r.newest = at.UTC()
	}
}

// store stores pages, known of whose members this run had stored before. It
// does so even if ctx has ended, because they have arrived.
func (r *run) store(ctx context.Context, known int, out ...store.Page) (store.Stored, error) {
	ctx, cancel := withGrace(ctx, grace)
	defer cancel()
	stored, err := r.sink.StorePages(ctx, out...)
	if err != nil {
		return stored, &storeError{err}
	}
	r.tally.New += stored.New
	r.tally.Updated += stored.Updated
	r.tally.Unchanged += max(0, stored.Unchanged-known)
	return stored, nil
}

// explain says in which community something failed.
func explain(err error, community zenodo.Slug) error {
	if _, said := errors.AsType[*WindowError](err); said || community == "" {
		return err
	}
	return fmt.Errorf("community %s: %w", community, err)
}

// pages is how many pages of a size hold n members.
func pages(n, size int) int { return (n + size - 1) / size }

// storeError is an error of the sink, which no new attempt at the server
// will fix.
type storeError struct{ err error }

func (e *storeError) Error() string { return fmt.Sprintf("store page: %v", e.err) }
func (e *storeError) Unwrap() error { return e.err }

// runError wraps the error that ended a run: it is that of the sink or of ctx as
// it is, and any other one matches ErrIncomplete where something was stored.
func runError(ctx context.Context, err error, begun bool) error {
	if _, ok := errors.AsType[*storeError](err); ok && !errors.Is(err, context.Canceled) {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil && begun && !errors.Is(err, ErrIncomplete) {
		return fmt.Errorf("%w: %w", ErrIncomplete, err)
	}
	return err
}

// withGrace returns a context that outlives ctx by a little.
func withGrace(ctx context.Context, extra time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(extra, cancel) })
	return longer, func() {
		stop()
		cancel()
	}
}

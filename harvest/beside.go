package harvest

import (
	"cmp"
	"context"
	"time"

	"github.com/zharvest/zharvest/store"
)

// wrongClock is how far a clock may be behind another without being wrong.
const wrongClock = 5 * time.Minute

// fetchNewer fetches records that were created after the server's clock said
// that the run had begun, where it counts fewer up to then than it did without
// a bound: they are there already if its clock is behind. A large part always
// loses some members while it is read, so that the clock here has to agree.
func (r *restRun) fetchNewer(ctx context.Context) error {
	behind := r.run.started.Sub(r.run.begun) > wrongClock
	for _, part := range r.cp.Parts {
		if part.Open <= part.total() || part.Divided && !behind || r.run.uncounted.Load() || r.run.filter.OfCommunities {
			continue
		}
		newer := r.beside()
		newer.run.filter = r.run.filter
		newer.cp.Parts = []*Part{newer.newPart(part.Community, r.run.filter.within(r.run.begun, time.Time{}))}
		err := newer.walkParts(ctx)
		newer.sum()
		r.cp.Next = newer.cp.Next
		r.run.tally.add(newer.run.tally)
		if err != nil {
			return err
		}
		if newer.run.tally.Complete && !r.run.incremental() { // else it grows, and is for the next run
			r.run.tally.Total += newer.run.tally.Total
			r.run.tally.Held += newer.run.tally.Held
		}
	}
	return nil
}

// whole is a run over the whole selection beside this one.
func (r *restRun) whole() *restRun {
	whole := newREST(r.run.whole(), 0)
	whole.size = min(r.size, whole.size)
	return whole
}

// beside is a run over the whole selection that stores its pages in the name of
// this one, whose checkpoint stays.
func (r *restRun) beside() *restRun {
	other := r.whole()
	other.encode = r.encode
	other.cp.Next, other.window = r.cp.Next, cmp.Or(r.window, r.cp.Window)
	return other
}

// List implements [lister]. The checkpoint of the run stays: the next one
// compares anew.
func (r *restRun) List(ctx context.Context, since, until time.Time) error {
	lister := r.beside()
	if until.IsZero() {
		until = r.run.begun
	}
	for _, slug := range r.run.slugs {
		lister.cp.Parts = append(lister.cp.Parts, lister.newPart(slug, r.run.filter.within(since, until)))
	}
	err := lister.walkParts(ctx)
	lister.sum()
	if err == nil {
		err = lister.incompleteErr()
	}
	if err == nil {
		err = lister.resolveStale(ctx)
	}
	if err == nil {
		err = lister.run.resolveUnseen(ctx, store.Scope{Since: since, Until: until})
	}
	r.cp.Next = lister.cp.Next
	r.run.tally.add(lister.run.tally)
	return err
}

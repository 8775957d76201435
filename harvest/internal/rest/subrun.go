package rest

import (
	"cmp"
	"context"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/store"
)

// wrongClock is how far a clock may be behind another without being wrong.
const wrongClock = 5 * time.Minute

// fetchNewer fetches records that were created after the server's clock said
// that the run had begun, where it counts fewer up to then than it did without
// a bound: they are there already if its clock is behind. A large part always
// loses some members while it is read, so that the clock here has to agree.
func (r *Strategy) fetchNewer(ctx context.Context) error {
	behind := r.run.Started.Sub(r.run.Begun) > wrongClock
	for _, part := range r.cp.Parts {
		if part.Open <= part.total() || part.Divided && !behind || r.run.Uncounted.Load() || r.run.Filter.OfCommunities {
			continue
		}
		newer := r.beside()
		newer.run.Filter = r.run.Filter
		newer.cp.Parts = []*Part{newer.newPart(part.Community, r.run.Filter.Within(r.run.Begun, time.Time{}))}
		err := newer.walkParts(ctx)
		newer.sum()
		r.cp.Next = newer.cp.Next
		r.run.Tally.Add(newer.run.Tally)
		if err != nil {
			return err
		}
		if newer.run.Tally.Complete && !r.run.Incremental() { // else it grows, and is for the next run
			r.run.Tally.Total += newer.run.Tally.Total
			r.run.Tally.Held += newer.run.Tally.Held
		}
	}
	return nil
}

// whole is a run over the whole selection beside this one.
func (r *Strategy) whole() *Strategy {
	whole := New(r.run.Whole(), 0)
	whole.size = min(r.size, whole.size)
	return whole
}

// beside is a run over the whole selection that stores its pages in the name of
// this one, whose checkpoint stays.
func (r *Strategy) beside() *Strategy {
	other := r.whole()
	other.encode = r.encode
	other.cp.Next, other.window = r.cp.Next, cmp.Or(r.window, r.cp.Window)
	return other
}

// List stores what was created in a span, whenever it was changed, and finds
// out what became of the records held of that span that are not listed. The
// checkpoint of the run stays: the next one compares anew.
func (r *Strategy) List(ctx context.Context, since, until time.Time) error {
	lister := r.beside()
	if until.IsZero() {
		until = r.run.Begun
	}
	for _, slug := range r.run.Slugs {
		lister.cp.Parts = append(lister.cp.Parts, lister.newPart(slug, r.run.Filter.Within(since, until)))
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
		err = lister.run.ResolveUnseen(ctx, store.Scope{Since: since, Until: until})
	}
	r.cp.Next = lister.cp.Next
	r.run.Tally.Add(lister.run.Tally)
	return err
}

// catchUp fetches what changed since the run began, which is long ago where it
// was interrupted: who runs it again wants to be up to date.
func (r *Strategy) catchUp(ctx context.Context) error {
	if r.run.Begun.IsZero() {
		return nil
	}
	r.forgetEarly()
	r.kept = nil
	r.run.Filter.Changed = r.run.Earliest().Add(-run.Overlap)
	r.run.Started = time.Now().UTC()
	parts, err := r.plan(ctx)
	if err != nil {
		return err
	}
	r.cp.Selection, r.cp.Parts = r.run.Filter.Mark(), parts
	err = r.walkParts(ctx)
	r.sum()
	if err != nil {
		return err
	}
	return r.incompleteErr()
}

package harvest

import (
	"cmp"
	"context"
	"time"

	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/store"
)

// overlap is how far before the begin of the run before an incremental one
// looks: a change may be seen in searches some time after it was made.
const overlap = time.Hour

// Incremental returns nil where a run can fetch what changed in the selection
// alone, and otherwise a [*SelectionError] that says why not.
func (s Selection) Incremental() error {
	if s.Kind == KindCommunities {
		return &SelectionError{Problem: "changes of communities cannot be asked for"}
	}
	if _, err := combine(s.Query, querystring.Between("updated", formatTime(time.Unix(0, 0)), "")); err != nil {
		return &SelectionError{
			Problem: "Zenodo takes this query for plain words, and would take the time of a change for words, too",
			Hint:    "each run fetches everything",
		}
	}
	return nil
}

func (r *run) incremental() bool { return !r.sel.changed.IsZero() }

// catchUp fetches what changed since the run began, which is long ago where it
// was interrupted: who runs it again wants to be up to date.
func (r *run) catchUp(ctx context.Context) error {
	if r.cp.Begun.IsZero() {
		return nil
	}
	r.forgetEarly()
	r.kept = nil
	r.sel.changed = r.begun().Add(-overlap)
	r.cp.Started = time.Now().UTC()
	r.source = newSource(r.Client, r.sel)
	parts, err := r.plan(ctx)
	if err != nil {
		return err
	}
	r.cp.Selection, r.cp.Parts = r.sel.mark(), parts
	err = r.walkParts(ctx)
	r.sum()
	if err != nil {
		return err
	}
	return r.incompleteErr()
}

// whole is a run over the whole selection beside this one.
func (r *run) whole() *run {
	h := *r.Harvester
	h.ChangedSince, h.Limit, h.Progress = time.Time{}, 0, nil
	whole := h.newRun()
	whole.size, whole.uncounted = min(r.size, whole.size), r.uncounted
	return whole
}

// within is the range of the selection between two moments, of which zero is
// no bound.
func (r *run) within(since, until time.Time) Range {
	from, to, _ := r.sel.times() // Validate has read them
	if since.After(from) {
		from = since
	}
	if !until.IsZero() && (to.IsZero() || until.Before(to)) {
		to = until
	}
	return Range{Since: from, Until: to}
}

// checkRequests is how many requests comparing may take.
func (r *run) checkRequests() int { return cmp.Or(r.CheckRequests, DefaultCheckRequests) }

// isShort reports whether the whole selection can be listed in few requests, in
// pages of a size, so that all ids are compared in place of what changed.
func (r *run) isShort(size int) bool {
	return !r.Quick && r.Limit == 0 && pages(r.Known, size)+len(r.sel.Communities) <= r.checkRequests()+1
}

// makeFull makes an incremental run a full one.
func (r *run) makeFull() {
	r.sel.changed = time.Time{}
	r.source = newSource(r.Client, r.sel)
	r.res.Mode = store.ModeFull
}

// makeIncremental takes makeFull back.
func (r *run) makeIncremental() {
	r.sel.changed = r.ChangedSince.Add(-overlap).UTC()
	r.source, r.kept = newSource(r.Client, r.sel), nil
	r.res.Mode = store.ModeIncremental
}

package harvest

import (
	"context"
	"time"

	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
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
	r.sel.changed = r.cp.Begun.Add(-overlap)
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
	return r.verdict()
}

// compare counts the whole selection on the server and compares it with what
// the sink holds. What was published since the run began is for the next one:
// where it makes the difference, only what is older is compared.
func (r *run) compare(ctx context.Context) error {
	b, err := r.weigh(ctx, time.Time{})
	if err == nil && b.missing > 0 && !r.cp.Begun.IsZero() {
		b, err = r.weigh(ctx, r.cp.Begun)
	}
	if err != nil {
		return err
	}
	return r.settleAccounts(b)
}

// settleAccounts puts a balance into the result.
func (r *run) settleAccounts(b balance) error {
	r.res.Total, r.res.Missing, r.res.Unlisted = b.total, b.missing, b.unlisted
	if b.missing > 0 {
		return &MissingError{Missing: b.missing, Total: b.total}
	}
	return nil
}

// balance is what the server counts against what the sink holds.
type balance struct{ total, held, missing, unlisted int }

// weigh makes the balance of the records created before a moment, or of all for
// the zero one.
func (r *run) weigh(ctx context.Context, before time.Time) (balance, error) {
	whole := r.whole()
	slugs := make([]zenodo.Slug, len(r.cp.Parts))
	for i, part := range r.cp.Parts {
		slugs[i] = part.Community
	}
	return r.balance(ctx, slugs, before, func(i int) (int, error) {
		return whole.count(ctx, r.cp.Parts[i], whole.before(before))
	})
}

// balance makes the balance of the parts of a selection: of communities, or of
// everything for the empty slug. count asks the server. A sink that does not
// know what it holds is believed to hold everything.
func (r *run) balance(ctx context.Context, slugs []zenodo.Slug, before time.Time, count func(part int) (int, error)) (balance, error) {
	var b balance
	keeper, keeps := r.Sink.(Keeper)
	for i, slug := range slugs {
		total, err := count(i)
		if err != nil {
			return b, r.explain(err, slug)
		}
		held := total
		if len(slugs) == 1 {
			slug = "" // all that is held belongs to it
		}
		if keeps {
			if held, err = keeper.Held(ctx, slug, r.sel.AllVersions, before); err != nil {
				return b, &storeError{err}
			}
		}
		b.total += total
		b.held += held
		b.missing += max(0, total-held)
		b.unlisted += max(0, held-total)
	}
	if !keeps || len(slugs) == 1 {
		return b, nil
	}
	return b, r.join(ctx, keeper, &b, before)
}

// join takes what several communities share out of their sum. Where records do
// not name their communities by slugs, there is nothing to compare by.
func (r *run) join(ctx context.Context, keeper Keeper, b *balance, before time.Time) error {
	all, err := keeper.Held(ctx, "", r.sel.AllVersions, before)
	if err != nil {
		return &storeError{err}
	}
	if b.held == 0 {
		*b = balance{total: all, held: all}
		return nil
	}
	b.total = max(0, b.total-max(0, b.held-all))
	b.unlisted += max(0, all-b.held) // in none of the communities any more
	return nil
}

// whole is a run over the whole selection, which only counts.
func (r *run) whole() *run {
	h := *r.Harvester
	h.ChangedSince = time.Time{}
	return h.newRun()
}

// before is the range of the selection up to a moment, zero for no end.
func (r *run) before(at time.Time) Range {
	since, until, _ := r.sel.times() // Validate has read them
	if !at.IsZero() && (until.IsZero() || at.Before(until)) {
		until = at
	}
	return Range{Since: since, Until: until}
}

package harvest

import (
	"context"
	"slices"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// DefaultCheckRequests is how many requests an incremental run may spend on
// comparing what is held with what the server has.
const DefaultCheckRequests = 20

// comparer compares what is held with what the server has, without listing all
// of it: it counts, by spans of creation time, and lists the spans whose counts
// differ.
type comparer struct {
	run    *run.Run
	server server
	keeper store.Keeper // nil where the sink does not know what it holds

	spans  []checkedSpan
	until  time.Time // up to which moment is counted, zero for the present
	total  []int     // what the server lists of each part up to then
	budget int       // requests that counting may still take
}

// counts are what the server lists and what is held, of each part.
type counts struct{ listed, held []int }

func (t counts) equal() bool { return slices.Equal(t.listed, t.held) }

// missing reports whether the server lists more than is held of some part.
func (t counts) missing() bool { return counts{t.held, t.listed}.short() }

// short reports whether the server lists less than is held of some part.
func (t counts) short() bool {
	for i := range t.listed {
		if t.listed[i] < t.held[i] {
			return true
		}
	}
	return false
}

// minus is what is left of counts without a part of it.
func (t counts) minus(o counts) counts {
	rest := counts{slices.Clone(t.listed), slices.Clone(t.held)}
	for i := range rest.listed {
		rest.listed[i] -= o.listed[i]
		rest.held[i] -= o.held[i]
	}
	return rest
}

// newComparer makes a comparer that resumes where an earlier run ended.
func newComparer(r *run.Run, s server, before Checked) *comparer {
	keeper, _ := r.Sink.(store.Keeper)
	spans := slices.Clone(before.spans)
	if len(spans) == 0 {
		spans = []checkedSpan{{}}
	}
	return &comparer{run: r, server: s, keeper: keeper, spans: spans, budget: r.CheckRequests}
}

// compare compares the whole selection with what the sink holds.
func (c *comparer) compare(ctx context.Context) error {
	all, err := c.countAll(ctx)
	if err != nil {
		return err
	}
	lister, ok := c.server.(lister)
	if ok {
		if ok, err = c.canList(ctx); err != nil {
			return err
		}
	}
	if ok {
		differing, err := c.differing(ctx, all)
		if err != nil {
			return err
		}
		for _, i := range differing {
			span := c.bounded(i)
			if err := lister.List(ctx, span.Since, span.Until); err != nil {
				return err
			}
			c.spans[i].Compared, c.spans[i].Counted = c.run.Earliest(), c.run.Earliest()
		}
		if len(differing) > 0 {
			if all, err = c.countAll(ctx); err != nil {
				return err
			}
		}
	}
	return c.conclude(ctx, all)
}

// canList reports whether spans whose counts differ can be found and listed.
// Records whose time of creation is not known are in no span.
func (c *comparer) canList(ctx context.Context) (bool, error) {
	if c.keeper == nil || c.run.Quick || c.run.Uncounted.Load() {
		return false, nil
	}
	undated, _, err := c.keeper.Held(ctx, store.Scope{AllVersions: true, Until: time.Unix(1, 0)})
	if err != nil {
		return false, &run.StoreError{Err: err}
	}
	return undated == 0, nil
}

// countAll counts the whole selection. What was published since the run began
// is for the next one: where it makes the difference, only what is older is
// compared.
func (c *comparer) countAll(ctx context.Context) (counts, error) {
	c.until = time.Time{}
	all, err := c.countAgain(ctx)
	c.total = all.listed
	if err != nil || !all.missing() || c.run.Begun.IsZero() {
		return all, err
	}
	c.until = c.run.Begun
	all, err = c.countBoth(ctx, time.Time{}, c.until)
	c.total = all.listed
	return all, err
}

// countAgain counts the whole selection, and once more where the server lists
// less than is held: an engine with a part that fails for a moment does that.
func (c *comparer) countAgain(ctx context.Context) (counts, error) {
	all, err := c.countBoth(ctx, time.Time{}, time.Time{})
	if err == nil && all.short() {
		all, err = c.countBoth(ctx, time.Time{}, time.Time{})
	}
	return all, err
}

// countBoth counts what the server lists and what is held in a span of time.
func (c *comparer) countBoth(ctx context.Context, since, until time.Time) (counts, error) {
	var t counts
	for i, slug := range c.run.Slugs {
		c.budget--
		listed, err := c.server.Count(ctx, i, c.run.Filter.Within(since, until))
		if err != nil {
			return t, run.Explain(err, slug)
		}
		held, err := c.held(ctx, slug, since, until, listed)
		if err != nil {
			return t, err
		}
		t.listed, t.held = append(t.listed, listed), append(t.held, held)
	}
	return t, nil
}

// held is how many records of a part are held. A sink that does not know is
// believed to hold what the server lists.
func (c *comparer) held(ctx context.Context, slug zenodo.Slug, since, until time.Time, listed int) (int, error) {
	if c.keeper == nil {
		return listed, nil
	}
	scope := store.Scope{AllVersions: c.run.Filter.AllVersions}
	if !c.run.Filter.ByChange { // what is held was changed by now, or is one more
		scope.Since, scope.Until = since, until
	}
	if len(c.run.Slugs) > 1 { // else all that is held belongs to it
		scope.Community = slug
	}
	held, _, err := c.keeper.Held(ctx, scope)
	if err != nil {
		return 0, &run.StoreError{Err: err}
	}
	return held, nil
}

// differing returns the numbers of spans whose counts differ: first those that
// make the whole differ, found by halving it, then those among the ones that
// were not checked for the longest time, as far as the budget goes.
func (c *comparer) differing(ctx context.Context, all counts) ([]int, error) {
	if err := c.divide(ctx); err != nil {
		return nil, err
	}
	found, err := c.halve(ctx, 0, len(c.spans), all)
	if err != nil || len(c.spans) == 1 {
		if all.equal() {
			c.spans[0].Counted = c.run.Earliest()
		}
		return found, err
	}
	for _, i := range c.oldest() {
		if c.budget < 2*len(c.run.Slugs) { // the whole may have to be counted again
			break
		}
		if slices.Contains(found, i) {
			continue
		}
		span := c.bounded(i)
		t, err := c.countBoth(ctx, span.Since, span.Until)
		if err != nil {
			return found, err
		}
		if c.spans[i].Counted = c.run.Earliest(); !t.equal() {
			found = append(found, i)
		}
	}
	return found, nil
}

// halve looks for the spans from lo to hi, excluded, that make counts differ.
func (c *comparer) halve(ctx context.Context, lo, hi int, t counts) ([]int, error) {
	if t.equal() {
		return nil, nil
	}
	if hi-lo == 1 {
		return []int{lo}, nil
	}
	if c.budget < 2*len(c.run.Slugs) {
		return nil, nil // another run resumes here
	}
	middle := (lo + hi) / 2
	left, err := c.countBoth(ctx, c.spans[lo].Since, c.spans[middle].Since)
	if err != nil {
		return nil, err
	}
	found, err := c.halve(ctx, lo, middle, left)
	if err != nil {
		return nil, err
	}
	more, err := c.halve(ctx, middle, hi, t.minus(left))
	return append(found, more...), err
}

// divide makes several spans of those that hold more than can be listed in as
// many requests as counting may take.
func (c *comparer) divide(ctx context.Context) error {
	size := c.server.PageSize() * c.run.CheckRequests
	var spans []checkedSpan
	for _, span := range c.spans {
		scope := store.Scope{AllVersions: c.run.Filter.AllVersions, Since: span.Since, Until: span.Until}
		held, _, err := c.keeper.Held(ctx, scope)
		if err != nil {
			return &run.StoreError{Err: err}
		}
		if held > 2*size {
			bounds, err := c.keeper.Bounds(ctx, scope, size)
			if err != nil {
				return &run.StoreError{Err: err}
			}
			for _, bound := range bounds {
				part := span
				part.Until, span.Since = bound, bound
				spans = append(spans, part)
			}
		}
		spans = append(spans, span)
	}
	c.spans = spans
	return nil
}

// oldest are the numbers of the spans, the one unchecked for longest first.
func (c *comparer) oldest() []int {
	order := make([]int, len(c.spans))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return c.spans[a].Counted.Compare(c.spans[b].Counted) })
	return order
}

// bounded is a span that ends, at the latest, where counting does.
func (c *comparer) bounded(i int) checkedSpan {
	span := c.spans[i]
	if span.Until.IsZero() {
		span.Until = c.until
	}
	return span
}

// conclude puts into the result how the last count of the whole came out.
func (c *comparer) conclude(ctx context.Context, all counts) error {
	t := &c.run.Tally
	t.Total = sumOf(c.total)
	if c.keeper == nil {
		return nil
	}
	scope := store.Scope{AllVersions: c.run.Filter.AllVersions}
	if !c.run.Filter.ByChange {
		scope.Until = c.until
	}
	held, unlisted, err := c.keeper.Held(ctx, scope)
	if err != nil {
		return &run.StoreError{Err: err}
	}
	missing, surplus := 0, 0
	for i := range all.listed {
		missing += max(0, all.listed[i]-all.held[i])
		surplus += max(0, all.held[i]-all.listed[i])
	}
	if len(c.run.Slugs) > 1 {
		// What several communities share is counted in each.
		inAny := sumOf(all.held)
		t.Total = max(0, t.Total-max(0, inAny-held))
		surplus += max(0, held-inAny) // in none of the communities any more
		if inAny == 0 {               // records do not name their communities by slugs
			t.Total, missing, surplus = held, 0, 0
		}
	}
	t.Missing, t.Unlisted = missing, unlisted+surplus
	if c.run.Uncounted.Load() || missing+surplus == 0 {
		return nil
	}
	return &MissingError{Missing: missing, Surplus: surplus, Total: t.Total}
}

func sumOf(numbers []int) int {
	n := 0
	for _, one := range numbers {
		n += one
	}
	return n
}

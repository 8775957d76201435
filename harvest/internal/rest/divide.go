package rest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/zenodo"
)

const (
	// fill is how much of the window a new span is meant to take, in percent:
	// a request for more than the window is wasted.
	fill = 85
	// sure is up to which part of the window a count from before is trusted.
	sure = 97
	// minFill is the part of its target that a span must reach for the next
	// one to be measured by it.
	minFill = 8
	// maxTrend is how much faster than in the last span records are thought to
	// come in the next one.
	maxTrend = 2
)

// divide makes a part of many spans of what is too large for one.
func (r *Strategy) divide(p *Part, whole Counted, problem *run.WindowError) error {
	if r.run.Filter.OfCommunities {
		return problem
	}
	if whole.Until.IsZero() {
		whole.Until = time.Now().UTC().Truncate(time.Second)
	}
	r.window = problem.Window
	r.cp.Window = r.window
	if _, err := r.run.Filter.QueryOf(p.Community, whole.Range); err != nil {
		return indivisible(err, problem)
	}
	if !p.Divided {
		p.Divided, p.Whole, p.Total = true, whole.Range, whole.Count
	}
	p.Todo = slices.Insert(p.Todo, 0, whole)
	return nil
}

// nextSpan returns the span of a part that is to be walked, cutting one off
// what is left where there is none, and nil where nothing is left.
func (r *Strategy) nextSpan(ctx context.Context, p *Part) (*Span, error) {
	for {
		if span := p.present(); span != nil || !p.Divided {
			return span, nil
		}
		if len(p.Todo) > 0 {
			if err := r.cut(ctx, p); err != nil {
				return nil, run.Explain(err, p.Community)
			}
			continue
		}
		if p.Checked {
			return nil, nil
		}
		if err := r.check(ctx, p); err != nil {
			return nil, run.Explain(err, p.Community)
		}
	}
}

// cut asks for the first page of what may be the next span. If the total is
// within the window that is the span, and its first page is there already.
// Otherwise it is what is to be cut next.
func (r *Strategy) cut(ctx context.Context, p *Part) error {
	rest := p.Todo[0]
	if rest.Count > r.window && rest.Indivisible() {
		return r.split(ctx, p, rest)
	}
	next, ok := r.guess(p, rest)
	place := 0
	if !ok {
		var err error
		if next, place, err = r.probe(ctx, p, rest); err != nil {
			return err
		}
	}
	page, err := r.firstPage(ctx, p, next)
	if err != nil {
		return err
	}
	r.learn(place, page.total)
	p.Todo = slices.Insert(p.Todo[1:], 0, remainders(rest, Counted{next, page.total}, page.total > r.window)...)
	if page.total <= r.window {
		r.open(p, next, page)
	}
	return nil
}

// remainders are what is left to be divided when next was cut off rest, with
// next itself where it is too large.
func remainders(rest, next Counted, tooLarge bool) []Counted {
	var left []Counted
	if tooLarge {
		left = append(left, next)
	}
	if next.Until.Before(rest.Until) {
		after := rest
		after.Since, after.Count = next.Until, max(0, rest.Count-next.Count)
		left = append(left, after)
	}
	return left
}

// open begins a span, whose first page is there.
func (r *Strategy) open(p *Part, bounds run.Range, first *listing) *Span {
	span := &Span{Number: r.cp.Next, Community: p.Community, Range: bounds, Total: first.total, Walk: 1}
	r.cp.Next++
	p.Spans = append(p.Spans, span)
	r.kept = []*listing{first}
	if bounds.Type != "" || bounds.IDPrefix != "" {
		return span
	}
	p.measure(Counted{bounds, first.total}, first)
	return span
}

// measure notes how fast records come in a new span.
func (p *Part) measure(span Counted, first *listing) {
	last := p.Last
	if at, ok := first.oldest(); ok && span.Since.IsZero() {
		span.Since = at
	}
	p.Last, p.Trend = Counted{}, 1
	if span.Since.IsZero() {
		return
	}
	if last.Count > 0 && last.Until.Equal(span.Since) {
		p.Trend = min(max(1, span.pace()/last.pace()), maxTrend)
	}
	p.Last = span
}

// target is how many members a span should have: full pages, and not so many
// that the window is missed.
func (r *Strategy) target() int {
	n := max(1, r.window*fill/100)
	return max(n/r.size*r.size, min(n, r.size))
}

// guess says where the next span may end if records go on to come as fast as
// in the last one. It fails where that is not to be expected.
func (r *Strategy) guess(p *Part, rest Counted) (run.Range, bool) {
	if rest.Count <= r.window*sure/100 || rest.Indivisible() {
		return rest.Range, true
	}
	last, target := p.Last, r.target()
	if last.Count < target/minFill || !last.Until.Equal(rest.Since) {
		return run.Range{}, false
	}
	pace := last.pace() * max(1, p.Trend)
	if asked := len(p.Todo) > 1; asked && rest.pace() < maxTrend*pace {
		pace = rest.pace() // what turned out to be too large is so by little
	}
	width := time.Duration(float64(target) / pace).Truncate(time.Millisecond)
	if width <= 0 || width >= rest.Width() {
		return run.Range{}, false // this cannot be, with more than the window in rest
	}
	next := rest.Range
	next.Until = rest.Since.Add(width)
	return next, true
}

// probe looks up the time of creation of a record at a place well inside the
// window, which is where the next span may end. It returns that place, or 0
// where the middle has to do.
func (r *Strategy) probe(ctx context.Context, p *Part, rest Counted) (run.Range, int, error) {
	place := min(max(1, int(float64(r.target())/r.ratio)), r.window)
	next := rest.Range
	page, err := r.ask(ctx, Span{Community: p.Community, Range: rest.Range}, place, 1)
	if err != nil && !run.MayBeUnservable(err) {
		return next, 0, err
	}
	if err == nil {
		if at, ok := page.oldest(); ok {
			next.Until = at.Truncate(time.Millisecond)
			if first := rest.Since.Add(time.Millisecond); next.Until.Before(first) {
				next.Until = first
			}
			if next.Until.Before(rest.Until) {
				return next, place, nil
			}
		}
	}
	next.Until = rest.Until.Add(-rest.Width() / 2).Truncate(time.Millisecond)
	return next, 0, nil
}

// learn takes note of how many records were created before the one at a place.
// There are more of them than places where the records of verified owners are
// listed first.
func (r *Strategy) learn(place, total int) {
	if place > 0 {
		r.ratio = max(1, float64(total)/float64(place))
	}
}

// firstPage asks for the first page of what may be a span, unless it was asked
// for already.
func (r *Strategy) firstPage(ctx context.Context, p *Part, bounds run.Range) (*listing, error) {
	early := r.early
	r.early = nil
	if early == nil {
		return r.page(ctx, Span{Community: p.Community, Range: bounds}, 1, r.size)
	}
	defer early.ahead.stop()
	if early.community != p.Community || early.bounds != bounds {
		return r.page(ctx, Span{Community: p.Community, Range: bounds}, 1, r.size)
	}
	pages, err := early.ahead.take(ctx, 1)
	if err != nil {
		return nil, err
	}
	return pages[0], nil
}

// early is the first page of a span to come, asked for while the last pages of
// the one before it are on their way.
type early struct {
	ahead     *ahead
	community zenodo.Slug
	bounds    run.Range
}

// lookAhead asks for the first page of the span that is likely to be next.
func (r *Strategy) lookAhead(ctx context.Context, p *Part) {
	if r.early != nil || !p.Divided || len(p.Todo) == 0 {
		return
	}
	bounds, ok := r.guess(p, p.Todo[0])
	if !ok {
		return
	}
	span, size := Span{Community: p.Community, Range: bounds}, r.size
	r.early = &early{community: p.Community, bounds: bounds}
	r.early.ahead = newAhead(ctx, func(ctx context.Context, number int) (*listing, error) {
		return r.page(ctx, span, number, size)
	}, 1, 1)
	r.early.ahead.fill(1)
}

// forgetEarly ends what was asked for and is not needed any more.
func (r *Strategy) forgetEarly() {
	if r.early != nil {
		r.early.ahead.stop()
		r.early = nil
	}
}

// indivisible says of a selection that is too large why nothing can be added
// to its query.
func indivisible(err error, problem *run.WindowError) error {
	reason, ok := errors.AsType[*run.SelectionError](err)
	if !ok {
		return err
	}
	return &run.SelectionError{
		Problem: fmt.Sprintf("%v; this query cannot be divided by date to get at the rest: Zenodo takes it for plain words, and would take the dates for words, too", problem),
		Hint:    reason.Hint,
	}
}

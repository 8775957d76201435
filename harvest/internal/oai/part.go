package oai

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/oaipmh"
)

const (
	// endOverlap is how much of what was walked already is asked for again at
	// the end: a server may list a change somewhat later than it happened.
	endOverlap = 10 * time.Second
	// maxEnds is how often the end of a part is moved to the present at most.
	maxEnds = 10
	// shortest is the shortest span: nothing is finer.
	shortest = time.Second
)

// errNoDate says that a list cannot be closed at the server's time.
var errNoDate = errors.New("the server does not tell its time, so that a long list cannot be divided")

// walkPart walks a set up to the present. Records that are changed meanwhile
// move to the future, past every bound; so the walk is closed by a moment of
// the server's clock, and what was changed since is fetched at the end, until
// that is a single page: it shows one state of the list and not several.
func (o *Strategy) walkPart(ctx context.Context, number int, p *Part) error {
	if err := o.recallPart(ctx, number, p); err != nil {
		return err
	}
	if err := o.walkShort(ctx, number, p); err != nil {
		return run.Explain(err, p.Community)
	}
	for !p.Done && !o.run.LimitReached() {
		err := o.walkNext(ctx, number, p)
		if err != nil {
			return run.Explain(err, p.Community)
		}
	}
	if o.run.Incremental() || !p.Done || p.Total > 0 || o.found.Len() > 0 {
		return nil
	}
	if err := o.checkSet(ctx, p.Community); err != nil {
		return run.Explain(err, p.Community)
	}
	return nil
}

// walkShort walks the spans again that an earlier run gave up.
func (o *Strategy) walkShort(ctx context.Context, number int, p *Part) error {
	for range len(p.Short) {
		w := o.walkOf(number, p, p.Short[0].Span)
		w.whole = true
		w.done = func(*oaipmh.Page[oaipmh.Record]) { p.Short = p.Short[1:] }
		if err := w.insist(ctx); err != nil || o.run.LimitReached() {
			return err
		}
	}
	return nil
}

// countWhole asks how many records a part has that is walked in several spans,
// before what has changed lately is fetched: all that are counted are then to
// be had. A list on a single page does not tell how many it should have.
func (o *Strategy) countWhole(ctx context.Context, p *Part) error {
	if !p.End.IsZero() || !p.Divided {
		return nil
	}
	w := o.walkOf(0, p, Span{From: o.run.Filter.Since, Until: o.until})
	var err error
	p.Total, err = w.count(ctx)
	return err
}

// closePart looks for what was counted and is not there once a part is done. What
// was deleted meanwhile may hide it, or seem to be it, so it asks once more.
func (o *Strategy) closePart(p *Part) {
	if !p.Done || !p.Divided {
		return
	}
	p.Unlisted = 0
	p.Unlisted = max(0, p.Total-o.found.Len()-p.missing())
	if p.Unlisted > 0 && p.Ends <= maxEnds {
		p.Done = p.Rechecked
		p.Rechecked = true
	}
}

// walkNext walks the next span of a part: what there is from its beginning to
// the present, where its end is not known, and else a good number of
// records.
func (o *Strategy) walkNext(ctx context.Context, number int, p *Part) error {
	if err := errors.Join(o.measure(ctx, p), o.countWhole(ctx, p)); err != nil {
		return err
	}
	w := o.walkOf(number, p, o.next(p))
	if p.End.IsZero() {
		w.done = func(first *oaipmh.Page[oaipmh.Record]) {
			p.reachPresent(first, o.until)
			o.closePart(p)
		}
	} else {
		w.whole = w.span.Until.Sub(p.From) <= shortest
		w.done = func(*oaipmh.Page[oaipmh.Record]) {
			o.pass(p, w.span.Until, w.ids.Len())
			o.closePart(p)
		}
	}
	err := w.insist(ctx)
	if large, ok := errors.AsType[*largeError](err); ok {
		return o.divide(p, w.span.Until, large)
	}
	return err
}

// measure finds out where time begins, for a part that is to be divided and
// has no lower bound. The first span asks without one all the same.
func (o *Strategy) measure(ctx context.Context, p *Part) error {
	if p.End.IsZero() || !p.From.IsZero() {
		return nil
	}
	id, err := persist(ctx, func() (*oaipmh.Identify, error) { return o.client.Identify(ctx) })
	if err != nil {
		return err
	}
	p.From = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	if !id.EarliestDatestamp.IsZero() {
		p.From = id.EarliestDatestamp.Truncate(shortest)
	}
	if !p.From.Before(p.End) {
		p.From = p.End.Add(-shortest)
	}
	p.Unbounded = true
	return nil
}

// next is the span that is to be walked next.
func (o *Strategy) next(p *Part) Span {
	span := Span{From: p.From, Until: o.until}
	if !p.End.IsZero() {
		span.Until = p.From.Add(max(shortest, o.width(p).Truncate(shortest)))
		if span.Until.After(p.End) {
			span.Until = p.End
		}
	}
	if p.Unbounded {
		span.From = time.Time{}
	}
	return span
}

// width is how long the next span is to be, by what is known of the time up to
// some later moment. Records seldom come evenly: where few were found, half of
// that time is taken, so that a burst far off is come upon by bisection.
func (o *Strategy) width(p *Part) time.Duration {
	if p.Half > 0 {
		return p.Half
	}
	var least Known
	for _, least = range p.Known { // the last moment first
		if least.Count <= o.wanted*3/2 {
			return least.Until.Sub(p.From)
		}
	}
	rest := least.Until.Sub(p.From)
	if p.Sparse || least.Count <= 0 {
		return rest / 2
	}
	return time.Duration(float64(rest) * float64(o.wanted) / float64(least.Count))
}

// pass notes that a span up to a time has been walked. Its last second begins
// the next one, since whether a bound holds with all its fractions is not
// known.
func (o *Strategy) pass(p *Part, walked time.Time, found int) {
	p.From, p.Unbounded, p.Half = walked, false, 0
	p.Sparse = found < o.wanted/8
	for i := range p.Known {
		p.Known[i].Count -= found
	}
	p.Known = slices.DeleteFunc(p.Known, func(k Known) bool { return !p.From.Before(k.Until) })
	if p.From.Before(p.End) {
		return
	}
	p.Done = p.Ends > maxEnds || !o.until.IsZero() && !p.End.Before(o.until)
	p.From, p.End, p.Known = p.End.Add(-endOverlap), time.Time{}, nil
}

// reachPresent notes that a list up to the present has been walked. One of a
// single page leaves nothing to be done.
func (p *Part) reachPresent(first *oaipmh.Page[oaipmh.Record], until time.Time) {
	p.Ends++
	over := !until.IsZero() && !first.ResponseDate.Before(until)
	if p.Done = first.Last() || over || p.Ends > maxEnds; p.Done {
		return
	}
	if from := first.ResponseDate.Add(-endOverlap); from.After(p.From) {
		p.From = from
	}
}

// divide makes shorter spans of one, up to a time, that has too many records
// or failed too often.
func (o *Strategy) divide(p *Part, until time.Time, large *largeError) error {
	switch {
	case p.End.IsZero() && large.date.IsZero():
		return errNoDate
	case p.End.IsZero():
		o.closeAt(p, large)
	case large.failed:
		p.Half = until.Sub(p.From) / 2
	default:
		p.Half = 0
		p.Known = append(p.Known, Known{Until: until, Count: large.total})
	}
	return nil
}

// closeAt bounds a part by the moment at which its list was asked for.
func (o *Strategy) closeAt(p *Part, large *largeError) {
	p.Ends++
	p.End = large.date
	if !o.until.IsZero() && o.until.Before(p.End) {
		p.End = o.until
	}
	if !p.From.Before(p.End) {
		p.From = p.End.Add(-shortest)
	}
	p.Known = []Known{{Until: p.End, Count: large.total}}
	p.Divided = true
}

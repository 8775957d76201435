package engine

import (
	"context"
	"time"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/internal/searchfields"
	"github.com/zharvest/zharvest/querystring"
)

// dates matches times from one bound to the other, each rounded as the
// engine rounds it.
func (e *evaluator) dates(ctx context.Context, n querystring.Node, f *field, lo, hi querystring.Bound) (segment.Bitset, error) {
	from, err := e.moment(n, lo, minNumber, !lo.Inclusive)
	if err != nil {
		return nil, err
	}
	until, err := e.moment(n, hi, maxNumber, hi.Inclusive)
	if err != nil {
		return nil, err
	}
	if f.kind == dateRange && from > until {
		return nil, refused(e.text, n.At(), "the range ends before it begins, which %s does not allow", f.name)
	}
	const millisecond = 1000 // the engine's dates end with milliseconds
	if !lo.Open && !lo.Inclusive {
		from += millisecond
	}
	if hi.Inclusive {
		until += millisecond - 1
	} else if !hi.Open {
		until--
	}
	switch f.kind {
	case times:
		return e.terms(ctx, segment.Key(f.id, sortableInt(from)), append(segment.Key(f.id, sortableInt(until)), 0), isTerm)
	case dateRange:
		return e.overlapping(ctx, f, from, until)
	}
	return e.inColumn(ctx, f, from, until)
}

// moment is a bound in microseconds.
func (e *evaluator) moment(n querystring.Node, b querystring.Bound, open int64, up bool) (int64, error) {
	if b.Open {
		return open, nil
	}
	at, err := parseDate(b.Value, up, e.now)
	if err != nil {
		return 0, &querystring.Error{Pos: n.At().Pos, Text: e.text, Status: 500, Msg: err.Error()}
	}
	return microsOf(at), nil
}

// microsOf is a time in microseconds; 64 bits cover some 290,000
// years.
func microsOf(at time.Time) int64 {
	year := min(max(at.Year(), -290_000), 290_000)
	if year != at.Year() {
		at = time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return at.UnixMicro()
}

// overlapping matches the records whose days overlap those from one to another.
func (e *evaluator) overlapping(ctx context.Context, f *field, from, until int64) (segment.Bitset, error) {
	begin, err := e.documentsBetween(ctx, NumberColumn(f.column), minNumber, until)
	if err != nil {
		return nil, err
	}
	end, err := e.documentsBetween(ctx, NumberColumn(f.column+1), from, maxNumber)
	if err != nil {
		return nil, err
	}
	begin.And(end)
	return begin, nil
}

// daysOf is when the first and the last day of a publication date begin, in
// microseconds.
func daysOf(date string) (from, until int64, ok bool) {
	first, last, ok := searchfields.Days(date)
	return first.UnixMicro(), last.UnixMicro(), ok
}

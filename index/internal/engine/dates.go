package engine

import (
	"time"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/internal/searchfields"
	"github.com/zharvest/zharvest/querystring"
)

// dates matches times from one bound to the other, each rounded as the
// engine rounds it.
func (p *planner) dates(n querystring.Node, f *field, lo, hi querystring.Bound) (condition, error) {
	from, err := p.moment(n, lo, minNumber, !lo.Inclusive)
	if err != nil {
		return nil, err
	}
	until, err := p.moment(n, hi, maxNumber, hi.Inclusive)
	if err != nil {
		return nil, err
	}
	if f.kind == dateRange && from > until {
		return nil, refused(p.text, n.At(), "the range ends before it begins, which %s does not allow", f.name)
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
		return p.walk(f, f.key(sortableInt(from)), append(f.key(sortableInt(until)), 0)), nil
	case dateRange:
		return p.overlapping(f, from, until), nil
	}
	return p.inColumn(f, from, until), nil
}

// moment is a bound in microseconds.
func (p *planner) moment(n querystring.Node, b querystring.Bound, open int64, up bool) (int64, error) {
	if b.Open {
		return open, nil
	}
	at, err := parseDate(b.Value, up, p.now)
	if err != nil {
		return 0, &querystring.Error{Pos: n.At().Pos, Text: p.text, Status: 500, Msg: err.Error()}
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
func (p *planner) overlapping(f *field, from, until int64) condition {
	return allOf{segment: p.segment, all: []condition{
		between{p.segment, segment.Number(f.column), minNumber, until},
		between{p.segment, segment.Number(f.column + 1), from, maxNumber},
	}}
}

// daysOf is when the first and the last day of a publication date begin, in
// microseconds.
func daysOf(date string) (from, until int64, ok bool) {
	first, last, ok := searchfields.Days(date)
	return first.UnixMicro(), last.UnixMicro(), ok
}

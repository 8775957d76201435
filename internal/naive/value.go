package naive

import (
	"math"
	"slices"

	"github.com/zharvest/zharvest/querystring"
)

// span is what a condition on values allows, its ends included where they are
// said to be.
type span struct {
	lo, hi         float64
	withLo, withHi bool
}

func (s span) has(n float64) bool {
	return (n > s.lo || s.withLo && n == s.lo) && (n < s.hi || s.withHi && n == s.hi)
}

// inValues makes a condition on numbers, dates and such ready.
func (q *Query) inValues(n querystring.Node, f *field) (inField, error) {
	var lo, hi querystring.Bound
	exact := true
	switch n := n.(type) {
	case *querystring.Text:
		lo = querystring.Bound{Value: n.Value, Inclusive: true}
		hi = lo
	case *querystring.Phrase:
		lo = querystring.Bound{Value: n.Value, Inclusive: true}
		hi = lo
	case *querystring.Range:
		lo, hi, exact = n.Lo, n.Hi, false
	default:
		return inField{}, q.refused(n, "%s has no words", f.name)
	}
	s := span{math.Inf(-1), math.Inf(1), lo.Open || lo.Inclusive, hi.Open || hi.Inclusive}
	for _, end := range []struct {
		querystring.Bound
		at *float64
		up bool
	}{{lo, &s.lo, !lo.Inclusive}, {hi, &s.hi, hi.Inclusive}} {
		if end.Open {
			continue
		}
		var err error
		if *end.at, err = q.value(n, f, end.Value, end.up, exact); err != nil {
			return inField{}, err
		}
	}
	if f.kind == dateRange {
		return q.inDateRange(n, f, s)
	}
	return inField{match: func(r *Record) bool { return slices.ContainsFunc(r.numbersOf(f), s.has) }}, nil
}

// value reads a value of a field as a number. A fraction is exactly none of a
// field of whole numbers, which is no error.
func (q *Query) value(n querystring.Node, f *field, value string, up, exact bool) (float64, error) {
	switch f.kind {
	case boolean:
		if at := slices.Index(truths, value); at >= 0 {
			return float64(at), nil
		}
		return 0, q.refused(n, "%s is true or false, not %q", f.name, value)
	case date, dateRange:
		at, err := parseDate(value, up, q.now)
		if err != nil {
			return 0, &querystring.Error{Pos: n.At().Pos, Msg: err.Error(), Status: 500, Text: q.parsed.Text}
		}
		return millis(at), nil
	case integer, long, double:
		number, ok := parseNumber(value)
		if ok && (f.fits(number, value) || exact && f.kind != double && isFraction(number)) {
			return number, nil
		}
		return 0, q.refused(n, "%s holds numbers, and not %q", f.name, value)
	}
	return 0, q.refused(n, "%s holds places", f.name)
}

// truths are the values of what is true or false.
var truths = []string{"false", "true"}

// inDateRange is whether the days of a record overlap with some others.
func (q *Query) inDateRange(n querystring.Node, f *field, s span) (inField, error) {
	if s.lo > s.hi {
		return inField{}, q.refused(n, "the range ends before it begins")
	}
	if !s.withLo {
		s.lo++
	}
	if !s.withHi {
		s.hi--
	}
	first, last := &field{path: f.path + ".gte", kind: date}, &field{path: f.path + ".lte", kind: date}
	return inField{match: func(r *Record) bool {
		begin, end := r.numbersOf(first), r.numbersOf(last)
		return s.lo <= s.hi && len(begin) > 0 && len(end) > 0 && begin[0] <= s.hi && end[0] >= s.lo
	}}, nil
}

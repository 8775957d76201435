package engine

import (
	"context"
	"fmt"
	"math"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// Numbers and times are between these; [segment.None] is below.
const (
	minNumber = segment.None + 1
	maxNumber = math.MaxInt64
)

// equals matches one number. A fraction equals no whole one.
func (p *planner) equals(ctx context.Context, n querystring.Node, f *field, value string) (condition, error) {
	number, ok := readNumber(value)
	if !ok {
		return nil, p.notNumber(n, f, value)
	}
	if f.kind != doubles && number.isFraction() {
		return nothing{}, nil
	}
	return p.numbersBetween(ctx, n, f, exactly(value), exactly(value))
}

// exactly is a bound on both sides of a value.
func exactly(value string) querystring.Bound { return querystring.Bound{Value: value, Inclusive: true} }

// numbersBetween matches numbers from one bound to another.
func (p *planner) numbersBetween(ctx context.Context, n querystring.Node, f *field, lo, hi querystring.Bound) (condition, error) {
	if f.kind == doubles {
		return p.doublesBetween(n, f, lo, hi)
	}
	from, err := p.integer(n, f, lo, minNumber, +1)
	if err != nil {
		return nil, err
	}
	until, err := p.integer(n, f, hi, maxNumber, -1)
	if err != nil {
		return nil, err
	}
	if from > until {
		return nothing{}, nil
	}
	switch f.kind {
	case integers:
		return p.walk(f, f.key(sortableInt(from)), append(f.key(sortableInt(until)), 0)), nil
	case statistic:
		return p.statistics(ctx, f, from, until)
	}
	return p.inColumn(f, from, until), nil
}

// integer reads a bound. inward is the step into the range: a bound that is
// not included, or lies between two whole numbers, is moved by it.
func (p *planner) integer(n querystring.Node, f *field, b querystring.Bound, open, inward int64) (int64, error) {
	if b.Open {
		return open, nil
	}
	number, ok := readNumber(b.Value)
	if !ok {
		return 0, p.notNumber(n, f, b.Value)
	}
	i, ok := number.in(f)
	if !ok {
		return 0, refused(p.text, n.At(), "%s is no number that %s can hold", b.Value, f.name)
	}
	outside := !b.Inclusive
	if number.isFraction() {
		outside = number.value*float64(inward) > 0 // what was cut off leads out of the range
	}
	if outside && i > minNumber && i < maxNumber {
		i += inward
	}
	return max(i, minNumber), nil
}

// doublesBetween matches numbers that may have a fraction.
func (p *planner) doublesBetween(n querystring.Node, f *field, lo, hi querystring.Bound) (condition, error) {
	from, err := p.double(n, f, lo, math.Inf(-1))
	if err != nil {
		return nil, err
	}
	until, err := p.double(n, f, hi, math.Inf(1))
	if err != nil {
		return nil, err
	}
	first, last := f.key(sortableFloat(from)), f.key(sortableFloat(until))
	if !lo.Open && !lo.Inclusive {
		first = append(first, 0)
	}
	if hi.Open || hi.Inclusive {
		last = append(last, 0)
	}
	return p.walk(f, first, last), nil
}

func (p *planner) double(n querystring.Node, f *field, b querystring.Bound, open float64) (float64, error) {
	if b.Open {
		return open, nil
	}
	number, ok := readNumber(b.Value)
	if !ok || !number.isFinite() {
		return 0, p.notNumber(n, f, b.Value)
	}
	return number.value, nil
}

func (p *planner) notNumber(n querystring.Node, f *field, value string) error {
	return refused(p.text, n.At(), "%s holds numbers, and %q is none", f.name, value)
}

// inColumn matches a number from one to another, both included.
func (p *planner) inColumn(f *field, from, until int64) condition {
	return between{p.segment, f.stream(), from, until}
}

// stream is the column of a field of numbers.
func (f *field) stream() segment.Stream {
	if f.column == cCreated {
		return segment.Created
	}
	return segment.Number(f.column)
}

// statistics matches the documents of records that came with statistics, if the
// last of these are from one number to another, both included.
func (p *planner) statistics(ctx context.Context, f *field, from, until int64) (condition, error) {
	if p.segment.Docs == 0 {
		return nothing{}, nil
	}
	records, err := p.shared.statistic(ctx, f.name, from, until)
	return withRecord{p.segment, records}, err
}

// statistic finds the records with a statistic in a range, once for all segments.
func (s *shared) statistic(ctx context.Context, name string, from, until int64) (KeySet, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := fmt.Sprint(name, " ", from, " ", until)
	if records, ok := s.byStatistic[key]; ok {
		return records, nil
	}
	records, err := s.withStatistic(ctx, name, from, until)
	if err == nil {
		s.byStatistic[key] = records
	}
	return records, err
}

package engine

import (
	"bytes"
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
func (e *evaluator) equals(ctx context.Context, n querystring.Node, f *field, value string) (segment.Bitset, error) {
	number, ok := readNumber(value)
	if !ok {
		return nil, e.notNumber(n, f, value)
	}
	if f.kind != doubles && number.isFraction() {
		return e.segment.empty(), nil
	}
	return e.numbersBetween(ctx, n, f, exactly(value), exactly(value))
}

// exactly is a bound on both sides of a value.
func exactly(value string) querystring.Bound { return querystring.Bound{Value: value, Inclusive: true} }

// numbersBetween matches numbers from one bound to another.
func (e *evaluator) numbersBetween(ctx context.Context, n querystring.Node, f *field, lo, hi querystring.Bound) (segment.Bitset, error) {
	if f.kind == doubles {
		return e.doublesBetween(ctx, n, f, lo, hi)
	}
	from, err := e.integer(n, f, lo, minNumber, +1)
	if err != nil {
		return nil, err
	}
	until, err := e.integer(n, f, hi, maxNumber, -1)
	if err != nil {
		return nil, err
	}
	if from > until {
		return e.segment.empty(), nil
	}
	switch f.kind {
	case integers:
		return e.terms(ctx, segment.Key(f.id, sortableInt(from)), append(segment.Key(f.id, sortableInt(until)), 0), isTerm)
	case statistic:
		return e.statistics(ctx, f, from, until)
	}
	return e.inColumn(ctx, f, from, until)
}

// integer reads a bound. inward is the step into the range: a bound that is
// not included, or lies between two whole numbers, is moved by it.
func (e *evaluator) integer(n querystring.Node, f *field, b querystring.Bound, open, inward int64) (int64, error) {
	if b.Open {
		return open, nil
	}
	number, ok := readNumber(b.Value)
	if !ok {
		return 0, e.notNumber(n, f, b.Value)
	}
	i, ok := number.in(f)
	if !ok {
		return 0, refused(e.text, n.At(), "%s is no number that %s can hold", b.Value, f.name)
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
func (e *evaluator) doublesBetween(ctx context.Context, n querystring.Node, f *field, lo, hi querystring.Bound) (segment.Bitset, error) {
	from, err := e.double(n, f, lo, math.Inf(-1))
	if err != nil {
		return nil, err
	}
	until, err := e.double(n, f, hi, math.Inf(1))
	if err != nil {
		return nil, err
	}
	first, last := segment.Key(f.id, sortableFloat(from)), segment.Key(f.id, sortableFloat(until))
	if !lo.Open && !lo.Inclusive {
		first = append(first, 0)
	}
	if hi.Open || hi.Inclusive {
		last = append(last, 0)
	}
	if bytes.Compare(first, last) >= 0 {
		return e.segment.empty(), nil
	}
	return e.terms(ctx, first, last, isTerm)
}

func (e *evaluator) double(n querystring.Node, f *field, b querystring.Bound, open float64) (float64, error) {
	if b.Open {
		return open, nil
	}
	number, ok := readNumber(b.Value)
	if !ok || !number.isFinite() {
		return 0, e.notNumber(n, f, b.Value)
	}
	return number.value, nil
}

func (e *evaluator) notNumber(n querystring.Node, f *field, value string) error {
	return refused(e.text, n.At(), "%s holds numbers, and %q is none", f.name, value)
}

// inColumn returns the documents with a number from one to another, both
// included.
func (e *evaluator) inColumn(ctx context.Context, f *field, from, until int64) (segment.Bitset, error) {
	name := ColumnCreated
	if f.column != cCreated {
		name = NumberColumn(f.column)
	}
	return e.documentsBetween(ctx, name, from, until)
}

func (e *evaluator) documentsBetween(ctx context.Context, column string, from, until int64) (segment.Bitset, error) {
	set := e.segment.empty()
	for chunk := 0; chunk*ChunkDocs < e.segment.Docs; chunk++ {
		values, err := e.segment.columnChunk(ctx, column, chunk)
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			if v >= from && v <= until {
				set.Add(uint32(chunk*ChunkDocs + i))
			}
		}
	}
	return set, nil
}

// statistics returns the documents of records that came with statistics, if the
// last of these are from one number to another, both included.
func (e *evaluator) statistics(ctx context.Context, f *field, from, until int64) (segment.Bitset, error) {
	if e.segment.Docs == 0 {
		return e.segment.empty(), nil
	}
	key := fmt.Sprint(f.name, " ", from, " ", until)
	records, ok := e.byStatistic[key]
	if !ok {
		var err error
		if records, err = e.withStatistic(ctx, f.name, from, until); err != nil {
			return nil, err
		}
		e.byStatistic[key] = records
	}
	return e.withRecords(ctx, records)
}

// withRecords returns the documents of records.
func (e *evaluator) withRecords(ctx context.Context, records KeySet) (segment.Bitset, error) {
	set := e.segment.empty()
	for chunk := 0; chunk*ChunkDocs < e.segment.Docs; chunk++ {
		keys, err := e.segment.columnChunk(ctx, ColumnRecords, chunk)
		if err != nil {
			return nil, err
		}
		for i, key := range keys {
			if records.Has(key) {
				set.Add(uint32(chunk*ChunkDocs + i))
			}
		}
	}
	return set, nil
}

package engine

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// countedValues are the values of a field that some documents of a segment
// have, in their order, with how many have them. They are read a page at a time:
// a million records have millions of keywords and names.
type countedValues struct {
	source *segment.Counts
	keys   []byte // of the values that were read, one after the other
	ends   []int
	counts []int
	at     int
}

// advance moves to the next value.
func (v *countedValues) advance(ctx context.Context) (ok bool, err error) {
	v.at++
	for v.at >= len(v.ends) {
		v.keys, v.ends, v.counts, v.at = v.keys[:0], v.ends[:0], v.counts[:0], 0
		more, err := v.source.Next(ctx, func(value []byte, count int) {
			if string(value) != presence {
				v.keys = append(v.keys, value...)
				v.ends, v.counts = append(v.ends, len(v.keys)), append(v.counts, count)
			}
		})
		if err != nil || !more {
			return false, err
		}
	}
	return true, nil
}

// value is the value at hand.
func (v *countedValues) value() []byte {
	from := 0
	if v.at > 0 {
		from = v.ends[v.at-1]
	}
	return v.keys[from:v.ends[v.at]]
}

// count is how many documents have it.
func (v *countedValues) count() int { return v.counts[v.at] }

// valueQueue is a heap of segments by the value at hand: with it, the values of
// all of them come in their order.
type valueQueue []*countedValues

func (q valueQueue) Len() int           { return len(q) }
func (q valueQueue) Less(i, j int) bool { return bytes.Compare(q[i].value(), q[j].value()) < 0 }
func (q valueQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *valueQueue) Push(x any)        { *q = append(*q, x.(*countedValues)) }
func (q *valueQueue) Pop() any {
	last := (*q)[len(*q)-1]
	*q = (*q)[:len(*q)-1]
	return last
}

// frequentValues takes values in their order, and keeps the most frequent: a
// heap with the last one on top, or all of them for a limit of 0.
type frequentValues struct {
	limit  int
	total  int
	values []FacetValue
	value  []byte // the last that was taken
	count  int    // of it so far
}

// add counts a value, which may come several times in a row.
func (f *frequentValues) add(value []byte, count int) {
	if !bytes.Equal(value, f.value) {
		f.end()
		f.value = append(f.value[:0], value...)
	}
	f.count += count
}

// end keeps the value that was counted, if it is among the most frequent.
func (f *frequentValues) end() {
	if f.count == 0 {
		return
	}
	full := f.limit > 0 && len(f.values) == f.limit
	switch count := f.count; {
	case !full:
		heap.Push(f, FacetValue{string(f.value), count})
	case count > f.values[0].Count: // of equal counts the one before goes first
		f.values[0] = FacetValue{string(f.value), count}
		heap.Fix(f, 0)
	}
	f.total++
	f.count = 0
}

// facet ends the counting.
func (f *frequentValues) facet(name string) Facet {
	f.end()
	values := append([]FacetValue{}, f.values...)
	slices.SortFunc(values, compareFrequency)
	return Facet{Name: name, Total: f.total, Values: values}
}

func compareFrequency(a, b FacetValue) int {
	return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
}

func (f *frequentValues) Len() int           { return len(f.values) }
func (f *frequentValues) Less(i, j int) bool { return compareFrequency(f.values[i], f.values[j]) > 0 }
func (f *frequentValues) Swap(i, j int)      { f.values[i], f.values[j] = f.values[j], f.values[i] }
func (f *frequentValues) Push(x any)         { f.values = append(f.values, x.(FacetValue)) }

// Pop is of [heap.Interface]; nothing is taken from this heap.
func (f *frequentValues) Pop() any {
	last := f.values[len(f.values)-1]
	f.values = f.values[:len(f.values)-1]
	return last
}

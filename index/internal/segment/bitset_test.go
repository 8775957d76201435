package segment_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// someDocs are numbers below n, each with a chance of its own for the set.
func someDocs(r *rand.Rand, n int) (docs []uint32) {
	chance := r.Float64()
	for d := range n {
		if r.Float64() < chance {
			docs = append(docs, uint32(d))
		}
	}
	return docs
}

func setOf(n int, docs []uint32) segment.Bitset {
	b := segment.NewBitset(n)
	for _, d := range docs {
		b.Add(d)
	}
	return b
}

func only(docs []uint32, keep func(uint32) bool) []uint32 {
	return slices.DeleteFunc(slices.Clone(docs), func(d uint32) bool { return !keep(d) })
}

// Sets whose sizes lie about the ends of their words do what lists of numbers do.
func TestBitsetIsASet(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, n := range []int{0, 1, 63, 64, 65, 127, 128, 129, 300} {
		for range 20 {
			a, b := someDocs(r, n), someDocs(r, n)
			x, y := setOf(n, a), setOf(n, b)
			inA := func(d uint32) bool { return slices.Contains(a, d) }
			inB := func(d uint32) bool { return slices.Contains(b, d) }
			either := slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
			for _, tt := range []struct {
				name string
				do   func(segment.Bitset)
				want []uint32
			}{
				{"itself", func(segment.Bitset) {}, a},
				{"And", func(s segment.Bitset) { s.And(y) }, only(a, inB)},
				{"AndNot", func(s segment.Bitset) { s.AndNot(y) }, only(a, func(d uint32) bool { return !inB(d) })},
				{"Or", func(s segment.Bitset) { s.Or(y) }, either},
				{"And with all", func(s segment.Bitset) { s.And(segment.FullBitset(n)) }, a},
				{"Or with all", func(s segment.Bitset) { s.Or(segment.FullBitset(n)) }, slices.Collect(segment.FullBitset(n).All())},
			} {
				s := x.Clone()
				tt.do(s)
				if got := slices.Collect(s.All()); !slices.Equal(got, tt.want) || s.Count() != len(tt.want) {
					t.Errorf("%d documents, %s: got %v (Count %d), want %v", n, tt.name, got, s.Count(), tt.want)
				}
			}
			if got := slices.Collect(x.All()); !slices.Equal(got, a) {
				t.Errorf("%d documents: a change of a clone changed the set: %v, want %v", n, got, a)
			}
			for d := range uint32(n) {
				if x.Has(d) != inA(d) {
					t.Errorf("%d documents: Has(%d) = %t", n, d, x.Has(d))
				}
			}
		}
	}
}

// First and Last find what looking at every document finds, from every place.
func TestBitsetNeighbours(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, n := range []int{1, 64, 65, 200} {
		for range 10 {
			docs := someDocs(r, n)
			s := setOf(n, docs)
			for at := range uint32(n + 70) {
				above, below := only(docs, func(d uint32) bool { return d >= at }), only(docs, func(d uint32) bool { return d < at })
				if got, ok := s.First(at); ok != (len(above) > 0) || ok && got != above[0] {
					t.Errorf("First(%d) of %v = %d, %t", at, docs, got, ok)
				}
				if got, ok := s.Last(at); ok != (len(below) > 0) || ok && got != below[len(below)-1] {
					t.Errorf("Last(%d) of %v = %d, %t", at, docs, got, ok)
				}
			}
		}
	}
}

func TestBitsetRanges(t *testing.T) {
	const n = 200
	for from := uint32(0); from <= n; from += 7 {
		for until := from; until <= n; until += 3 {
			s := segment.NewBitset(n)
			s.AddRange(from, until)
			first, some := s.First(0)
			last, _ := s.Last(n)
			if s.Count() != int(until-from) || some != (from < until) || some && (first != from || last != until-1) {
				t.Errorf("AddRange(%d, %d): %d documents from %d to %d", from, until, s.Count(), first, last)
			}
		}
	}
}

// Who needs one document asks for no other.
func TestBitsetAllStops(t *testing.T) {
	var got []uint32
	for d := range segment.FullBitset(130).All() {
		if got = append(got, d); d == 65 {
			break
		}
	}
	if len(got) != 66 {
		t.Errorf("got %v, want 0 to 65", got)
	}
}

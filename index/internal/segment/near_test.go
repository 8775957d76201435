package segment_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// fewestMoves is by how many places words of a phrase must be moved so that they
// stand in a text as in the phrase, in the best of all ways to place them, -1 where
// there is none. No two of them stand in one place.
func fewestMoves(text, phrase []string) int {
	best := -1
	taken := make([]bool, len(text))
	var place func(k, least, greatest int)
	place = func(k, least, greatest int) {
		if k == len(phrase) {
			if moves := greatest - least; best < 0 || moves < best {
				best = moves
			}
			return
		}
		for i, w := range text {
			if w == phrase[k] && !taken[i] {
				taken[i] = true
				place(k+1, min(least, i-k), max(greatest, i-k))
				taken[i] = false
			}
		}
	}
	place(0, 1<<30, -1<<30)
	return best
}

// near asks for a phrase with slop: which documents have it, and how often.
func near(t *testing.T, s built, phrase []string, slop int) (docs []uint32, freqs map[uint32]float64) {
	t.Helper()
	freqs = s.frequencies(t, full(s.Made.Docs), slop, phrase...)
	return slices.Sorted(maps.Keys(freqs)), freqs
}

// A phrase with slop has the documents in which its words can be moved together
// by so many places. Where a word comes twice in the phrase, as in Lucene, some
// may be missed, and none is found beyond these.
func TestNear(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	var docs []doc
	var texts [][]string
	for i := range 300 {
		var w []string
		for range r.IntN(9) {
			w = append(w, []string{"a", "b", "c", "-", "-"}[r.IntN(5)])
		}
		texts = append(texts, w)
		docs = append(docs, doc{record: int64(i + 1), at: int64(i), titles: []string{strings.Join(w, " ")}})
	}
	s := build(t, docs)
	missed, found := 0, 0
	for _, text := range []string{"a b", "b a", "a b c", "c a b", "c b a", "a a", "a b a", "a a b", "a b b a", "b b b"} {
		phrase := strings.Fields(text)
		repeated := len(slices.Compact(slices.Sorted(slices.Values(phrase)))) < len(phrase)
		for slop := range 6 {
			var want []uint32
			for d, words := range texts {
				if moves := fewestMoves(words, phrase); moves >= 0 && moves <= slop {
					want = append(want, uint32(d))
				}
			}
			got, freqs := near(t, s, phrase, slop)
			for _, d := range got {
				if !slices.Contains(want, d) {
					t.Errorf("%q~%d: found in %q, where it takes %d moves", text, slop, texts[d], fewestMoves(texts[d], phrase))
				}
				if freq := freqs[d]; freq < 1/float64(1+slop) || freq > float64(len(texts[d])) {
					t.Errorf("%q~%d in %q: a frequency of %g", text, slop, texts[d], freq)
				}
			}
			if len(freqs) != len(got) {
				t.Errorf("%q~%d: %d documents with a frequency, want %d", text, slop, len(freqs), len(got))
			}
			if !repeated && !slices.Equal(got, want) {
				t.Errorf("%q~%d: found in %d documents, want %d", text, slop, len(got), len(want))
			}
			missed, found = missed+len(want)-len(got), found+len(got)
		}
	}
	if found < 500 || missed > found/20 {
		t.Errorf("found %d, missed %d: want many and few", found, missed)
	}
}

// Without slop, a phrase with moves is a phrase, also one with a word twice.
func TestNearWithoutMoves(t *testing.T) {
	l := list(t, rand.New(rand.NewPCG(25, 26)), 300)
	for _, text := range []string{"x y", "y x", "x x", "x y x", "y y x", "x x x"} {
		phrase := strings.Fields(text)
		want := l.count(full(300), inARow(phrase...))
		got, freqs := near(t, l.s, phrase, 0)
		for _, d := range got {
			if want[d] == 0 {
				t.Errorf("%q: found in %q", text, l.texts[d])
			}
		}
		if repeats := slices.Sorted(slices.Values(phrase)); len(slices.Compact(repeats)) < len(phrase) {
			continue // which may be missed, and counted less often
		}
		for d, n := range want {
			if freqs[d] != float64(n) {
				t.Errorf("%q in %q: a frequency of %g, want %d", text, l.texts[d], freqs[d], n)
			}
		}
	}
}

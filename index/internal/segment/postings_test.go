package segment_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// listed are documents that hold "x", "y" and fillers at random places, and how
// often each holds x, and y right behind x.
type listed struct {
	s     built
	texts []string
}

func list(t testing.TB, r *rand.Rand, n int) listed {
	t.Helper()
	var l listed
	docs := make([]doc, n)
	for i := range docs {
		var w []string
		for range r.IntN(9) {
			w = append(w, []string{"x", "y", "-"}[r.IntN(3)])
		}
		if r.IntN(20) == 0 { // places that take more than one byte
			w = append(w, strings.Fields(strings.Repeat("- ", r.IntN(400)))...)
			w = append(w, "x", "y")
		}
		text := strings.Join(w, " ")
		l.texts = append(l.texts, text)
		docs[i] = doc{record: int64(i + 1), at: int64(i), titles: []string{text}}
	}
	l.s = build(t, docs)
	return l
}

// count counts in each document, among some, what pick finds in its words.
func (l listed) count(within segment.Bitset, pick func(words []string) int) map[uint32]int {
	counts := map[uint32]int{}
	for d := range within.All() {
		if n := pick(strings.Fields(l.texts[d])); n > 0 {
			counts[d] = n
		}
	}
	return counts
}

func times(word string) func([]string) int {
	return func(words []string) (n int) {
		for _, w := range words {
			if w == word {
				n++
			}
		}
		return n
	}
}

func inARow(phrase ...string) func([]string) int {
	return func(words []string) (n int) {
		for i := range words {
			if i+len(phrase) <= len(words) && slices.Equal(words[i:i+len(phrase)], phrase) {
				n++
			}
		}
		return n
	}
}

// Lists about as long as the chunks of their positions give back which documents
// have a word, how often, and where, in all of them or in a few that lie far apart.
func TestPostings(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for _, n := range []int{1, 2, 127, 128, 129, 256, 700} {
		l := list(t, r, n)
		x, y := l.s.find(t, title, "x"), l.s.find(t, title, "y")
		all := segment.FullBitset(n)
		want := slices.Sorted(maps.Keys(l.count(all, times("x"))))
		docs, err := x.Docs()
		if err != nil || !slices.Equal(docs, want) || x.Count() != len(want) {
			t.Fatalf("%d documents: Docs() = %v, %v, Count() = %d; want %v", n, docs, err, x.Count(), want)
		}
		few := setOf(n, []uint32{0, uint32(n / 2), uint32(n - 1)})
		for name, within := range map[string]segment.Bitset{"all": all, "none": segment.NewBitset(n), "some": setOf(n, someDocs(r, n)), "few": few} {
			want := l.count(within, times("x"))
			if got, err := x.CountIn(within); err != nil || got != len(want) {
				t.Errorf("%d documents, %s: CountIn() = %d, %v; want %d", n, name, got, err, len(want))
			}
			set := segment.NewBitset(n)
			if err := x.AddTo(set); err != nil {
				t.Fatal(err)
			}
			if set.And(within); !slices.Equal(slices.Collect(set.All()), slices.Sorted(maps.Keys(want))) {
				t.Errorf("%d documents, %s: the set is %v, want %v", n, name, slices.Collect(set.All()), want)
			}
			for _, tt := range []struct {
				name string
				want map[uint32]int
				ask  func(emit func(uint32, int)) error
			}{
				{"x", want, func(emit func(uint32, int)) error { return x.Frequencies(within, emit) }},
				{"x y", l.count(within, inARow("x", "y")), func(emit func(uint32, int)) error {
					return segment.PhraseFrequencies([]segment.Postings{x, y}, within, emit)
				}},
				{"x x", l.count(within, inARow("x", "x")), func(emit func(uint32, int)) error {
					return segment.PhraseFrequencies([]segment.Postings{x, x}, within, emit)
				}},
				{"y x y", l.count(within, inARow("y", "x", "y")), func(emit func(uint32, int)) error {
					return segment.PhraseFrequencies([]segment.Postings{y, x, y}, within, emit)
				}},
			} {
				got := map[uint32]int{}
				if err := tt.ask(func(doc uint32, freq int) { got[doc] = freq }); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%d documents, %s, %q (-want +got):\n%s", n, name, tt.name, diff)
				}
			}
		}
	}
}

// A word of keywords has no places: to ask how often or where it stands is to ask
// of the wrong list.
func TestKeywordsHaveNoPlaces(t *testing.T) {
	s := build(t, []doc{{record: 1, tags: []string{"a", "a", "b"}}, {record: 2, tags: []string{"b"}}})
	a, b, all := s.find(t, tag, "a"), s.find(t, tag, "b"), segment.FullBitset(2)
	if a.Count() != 1 || b.Count() != 2 {
		t.Errorf("%d and %d documents, want 1 and 2: a value that comes twice counts once", a.Count(), b.Count())
	}
	for name, ask := range map[string]func() error{
		"how often": func() error { return a.Frequencies(all, func(uint32, int) {}) },
		"in a row":  func() error { return segment.PhraseFrequencies([]segment.Postings{a, b}, all, func(uint32, int) {}) },
		"near": func() error {
			return segment.NearFrequencies([]segment.Postings{a, b}, []int{0, 1}, all, 3, func(uint32, float64) {})
		},
	} {
		if err := ask(); !errors.Is(err, segment.ErrDamaged) {
			t.Errorf("%s: got %v, want ErrDamaged", name, err)
		}
	}
}

// A document that no set of the segment has a place for is damage, not a panic.
func TestDocumentTooFar(t *testing.T) {
	l := list(t, rand.New(rand.NewPCG(19, 20)), 200)
	x, short := l.s.find(t, title, "x"), segment.FullBitset(64)
	if err := x.AddTo(segment.NewBitset(64)); !errors.Is(err, segment.ErrDamaged) {
		t.Errorf("AddTo: got %v, want ErrDamaged", err)
	}
	if n, err := x.CountIn(short); !errors.Is(err, segment.ErrDamaged) {
		t.Errorf("CountIn: got %d, %v, want ErrDamaged", n, err)
	}
	if err := x.Frequencies(short, func(doc uint32, _ int) {
		if doc >= 64 {
			t.Errorf("document %d", doc)
		}
	}); err != nil {
		t.Errorf("how often in those that are in: %v", err)
	}
}

// Values of one field are apart: no phrase runs from one into the next.
func TestGap(t *testing.T) {
	s := build(t, []doc{{record: 1, titles: []string{"a b", "", "c"}}})
	if got := s.phrase(t, "a", "b"); len(got) != 1 {
		t.Errorf("a b: got %v, want the document", got)
	}
	if got := s.phrase(t, "b", "c"); len(got) != 0 {
		t.Errorf("b c: got %v, want none", got)
	}
	for slop, want := range map[int]int{segment.Gap - 1: 0, segment.Gap: 1} {
		set, err := segment.Near([]segment.Postings{s.find(t, title, "b"), s.find(t, title, "c")}, []int{0, 1}, segment.FullBitset(1), slop)
		if err != nil || set.Count() != want {
			t.Errorf("b c with slop %d: %d documents, %v; want %d", slop, set.Count(), err, want)
		}
	}
}

// Bytes squeeze lengths in their order: a longer text never has a smaller byte,
// and none comes back longer than it is, nor by an eighth shorter.
func TestLengthsInOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	lengths := []int{-1, 0, 1, 23, 24, 31, 32, 39, 40, 41, 1<<31 - 1}
	for range 2000 {
		lengths = append(lengths, r.IntN(1<<(1+r.IntN(30))))
	}
	slices.Sort(lengths)
	before := byte(0)
	for _, n := range lengths {
		b := segment.EncodeLength(n)
		if b < before {
			t.Errorf("EncodeLength(%d) = %d, less than that of a shorter text, %d", n, b, before)
		}
		before = b
		if got := segment.DecodeLength(b); n >= 0 && (got > n || got < n-n/8 || n < 40 && got != n) {
			t.Errorf("%d comes back as %d", n, got)
		}
	}
	if got := segment.EncodeLength(-1); got != 0 {
		t.Errorf("EncodeLength(-1) = %d, want 0", got)
	}
}

// Ids have one order, whichever two are compared.
func TestCompareIDsIsAnOrder(t *testing.T) {
	ids := []string{"", "0", "00", "007", "7", "9", "10", "100", "99999999999999999999", "9a", "a", "a9", "A", "-1", "é"}
	for _, a := range ids {
		for _, b := range ids {
			ab := segment.CompareIDs(a, b)
			if ba := segment.CompareIDs(b, a); ab != -ba || (ab == 0) != (a == b) {
				t.Errorf("%q and %q compare as %d, and the other way as %d", a, b, ab, ba)
			}
			for _, c := range ids {
				if ab < 0 && segment.CompareIDs(b, c) < 0 && segment.CompareIDs(a, c) >= 0 {
					t.Errorf("%q is before %q and that before %q, which is not behind the first", a, b, c)
				}
			}
		}
	}
}

// What a builder was given comes back in its columns, whatever the order it was
// given in, and it is empty afterwards.
func TestBuilderColumns(t *testing.T) {
	var b segment.Builder
	for _, i := range []int{3, 1, 2} {
		d := &segment.Document{Record: int64(10 * i), Created: 5, ID: fmt.Sprint(i * 5), Texts: []string{fmt.Sprint("text ", i), ""}}
		d.Grow(100)
		d.Text(title, strings.Repeat("w ", i), words)
		b.Add(d)
	}
	if b.Len() != 3 {
		t.Errorf("Len() = %d, want 3", b.Len())
	}
	c, err := b.Build(func(segment.Block) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"5", "10", "15"}; !slices.Equal(c.IDs, want) || !slices.Equal(c.Records, []int64{10, 20, 30}) {
		t.Errorf("ids %q of records %v, want %q", c.IDs, c.Records, want)
	}
	if want := [][]string{{"text 1", "text 2", "text 3"}, {"", "", ""}}; !cmp.Equal(c.Texts, want) {
		t.Errorf("texts %q, want %q", c.Texts, want)
	}
	if !slices.Equal(c.Norms[title], []byte{1, 2, 3}) || c.Tokens[title] != 6 {
		t.Errorf("lengths %v, %d tokens; want 1, 2 and 3, which are 6", c.Norms[title], c.Tokens[title])
	}
	if b.Len() != 0 {
		t.Errorf("after Build there are %d documents", b.Len())
	}
	if c, err = b.Build(func(b segment.Block) error { return fmt.Errorf("a block %q", b.First) }); err != nil || c.Docs() != 0 {
		t.Errorf("Build of nothing: %d documents, %v", c.Docs(), err)
	}
}

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
func (l listed) count(within *segment.Window, pick func(words []string) int) map[uint32]int {
	counts := map[uint32]int{}
	for d := range segment.Bitset(within[:]).All() {
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

// window is a window of some documents.
func window(docs []uint32) *segment.Window {
	w := &segment.Window{}
	for _, doc := range docs {
		w.Add(doc)
	}
	return w
}

// Lists about as long as blocks give back which documents have a word, how often,
// and where, in all of them or in a few that lie far apart.
func TestLists(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	for _, n := range []int{1, 2, 127, 128, 129, 256, 700} {
		l := list(t, r, n)
		x := l.s.find(t, title, "x")
		if x == nil {
			continue
		}
		all := full(n)
		if want := len(l.count(all, times("x"))); x.Count() != want {
			t.Fatalf("%d documents: Count() = %d; want %d", n, x.Count(), want)
		}
		few := window([]uint32{0, uint32(n / 2), uint32(n - 1)})
		for name, within := range map[string]*segment.Window{"all": all, "none": {}, "some": window(someDocs(r, n)), "few": few} {
			want := l.count(within, times("x"))
			if got, err := x.CountIn(t.Context(), segment.Bitset(within[:])); err != nil || got != len(want) {
				t.Errorf("%d documents, %s: CountIn() = %d, %v; want %d", n, name, got, err, len(want))
			}
			var set segment.Window
			if err := x.AddTo(t.Context(), 0, &set); err != nil {
				t.Fatal(err)
			}
			set.And(within)
			if got := slices.Collect(segment.Bitset(set[:]).All()); !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
				t.Errorf("%d documents, %s: the set is %v, want %v", n, name, got, want)
			}
			got := map[uint32]int{}
			if err := x.Frequencies(t.Context(), 0, within, func(doc uint32, freq int) { got[doc] = freq }); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%d documents, %s (-want +got):\n%s", n, name, diff)
			}
			for _, phrase := range []string{"x y", "x x", "y x y"} {
				words := strings.Fields(phrase)
				got, want := l.s.frequencies(t, within, 0, words...), l.count(within, inARow(words...))
				for doc := range max(len(got), n) {
					if got[uint32(doc)] != float64(want[uint32(doc)]) {
						t.Errorf("%d documents, %s, %q: %g times in %d, want %d", n, name, phrase, got[uint32(doc)], doc, want[uint32(doc)])
					}
				}
			}
		}
	}
}

// What lies in several windows is found in each of them, whichever is asked for
// first.
func TestWindows(t *testing.T) {
	docs := make([]doc, 2*segment.WindowDocs+100)
	for i := range docs {
		docs[i] = doc{record: int64(i + 1), at: int64(i)}
		if i%3 == 0 {
			docs[i].titles = []string{"x y"}
		}
		if i%5000 == 7 {
			docs[i].tags = []string{"t"}
		}
		if i >= segment.WindowDocs && i < segment.WindowDocs+50 {
			docs[i].titles = append(docs[i].titles, "z")
		}
	}
	s := build(t, docs)
	for name, tt := range map[string]struct {
		field segment.Field
		term  string
		is    func(i int) bool
	}{
		"every third":      {title, "x", func(i int) bool { return i%3 == 0 }},
		"a few":            {tag, "t", func(i int) bool { return i%5000 == 7 }},
		"of one window":    {title, "z", func(i int) bool { return i >= segment.WindowDocs && i < segment.WindowDocs+50 }},
		"far apart, again": {tag, "t", func(i int) bool { return i%5000 == 7 }},
	} {
		want := naive(docs, func(d doc) bool { return tt.is(int(d.record) - 1) })
		if got := s.search(t, tt.field, tt.term); !slices.Equal(got, want) {
			t.Errorf("%s: found %d, want %d", name, len(got), len(want))
		}
		set := segment.NewBitset(len(docs))
		if err := s.find(t, tt.field, tt.term).AddAll(t.Context(), set); err != nil || !slices.Equal(s.records(t, set), want) {
			t.Errorf("%s, all at once: %d, %v; want %d", name, set.Count(), err, len(want))
		}
	}
	want := naive(docs, func(d doc) bool { return (d.record-1)%3 == 0 })
	if got := s.phrase(t, "x", "y"); !slices.Equal(got, want) {
		t.Errorf("a phrase: found %d, want %d", len(got), len(want))
	}
}

// A word of keywords has no places: to ask how often or where it stands is to ask
// of the wrong list.
func TestKeywordsHaveNoPlaces(t *testing.T) {
	s := build(t, []doc{{record: 1, tags: []string{"a", "a", "b"}}, {record: 2, tags: []string{"b"}}})
	a, b := s.find(t, tag, "a"), s.find(t, tag, "b")
	if a.Count() != 1 || b.Count() != 2 {
		t.Errorf("%d and %d documents, want 1 and 2: a value that comes twice counts once", a.Count(), b.Count())
	}
	if err := a.Frequencies(t.Context(), 0, full(2), func(uint32, int) {}); !errors.Is(err, segment.ErrDamaged) {
		t.Errorf("how often: got %v, want ErrDamaged", err)
	}
	for _, slop := range []int{0, 3} {
		p := segment.NewPhrase([]*segment.List{b, a}, []int{0, 1}, slop)
		if err := p.Frequencies(t.Context(), 0, full(2), true, func(uint32, float64) {}); !errors.Is(err, segment.ErrDamaged) {
			t.Errorf("a phrase with slop %d: got %v, want ErrDamaged", slop, err)
		}
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
		if got := s.frequencies(t, full(1), slop, "b", "c"); len(got) != want {
			t.Errorf("b c with slop %d: %d documents, want %d", slop, len(got), want)
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
	pages := segment.Memory{}
	made, err := b.Build(pages.Add)
	if err != nil {
		t.Fatal(err)
	}
	s := built{made, &segment.Reader{Pages: pages, Docs: made.Docs}, pages}
	if ids, want := s.texts(t, segment.IDs), []string{"5", "10", "15"}; !slices.Equal(ids, want) || !slices.Equal(s.column(t, segment.Records), []int64{10, 20, 30}) {
		t.Errorf("ids %q of records %v, want %q", ids, s.column(t, segment.Records), want)
	}
	for k, want := range [][]string{{"text 1", "text 2", "text 3"}, {"", "", ""}} {
		if got := s.texts(t, segment.Text(k)); !slices.Equal(got, want) {
			t.Errorf("texts %q, want %q", got, want)
		}
	}
	lengths, err := s.Norms(t.Context(), title, 0)
	if err != nil || !slices.Equal(lengths, []byte{1, 2, 3}) {
		t.Errorf("lengths %v, %v; want 1, 2 and 3", lengths, err)
	}
	if totals, err := s.Totals(t.Context()); err != nil || totals[title] != (segment.Total{Tokens: 6, Docs: 3}) {
		t.Errorf("%v, %v; want 6 tokens in 3 documents", totals[title], err)
	}
	if b.Len() != 0 {
		t.Errorf("after Build there are %d documents", b.Len())
	}
	if made, err = b.Build(segment.Memory{}.Add); err != nil || made.Docs != 0 {
		t.Errorf("Build of nothing: %d documents, %v", made.Docs, err)
	}
}

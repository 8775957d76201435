package segment_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index/internal/segment"
)

const (
	title  segment.Field = 1
	tag    segment.Field = 2
	absent segment.Field = 3
)

// doc is a document as the tests know it.
type doc struct {
	record int64
	at     int64
	titles []string
	tags   []string
}

func (d doc) document() *segment.Document {
	out := &segment.Document{
		Record: d.record, Created: d.at, ID: fmt.Sprint(d.record), Latest: d.record%3 != 0, Gone: d.record%7 == 0,
		Numbers: []int64{d.record * 10, segment.None}, Texts: []string{fmt.Sprint("text of ", d.record)},
	}
	for _, t := range d.titles {
		out.Text(title, t, words)
	}
	for _, t := range d.tags {
		out.Keyword(tag, t)
	}
	return out
}

func words(s string, emit func([]byte)) {
	for w := range strings.FieldsSeq(s) {
		emit([]byte(w))
	}
}

// built is a segment held in memory.
type built struct {
	segment.Made
	*segment.Reader
	pages segment.Memory
}

// orders are those that the segments of the tests have.
var orders = []segment.Order{{Text: 0, Compare: func(a, b string) int { return len(a) - len(b) }}}

func build(t testing.TB, docs []doc) built {
	t.Helper()
	b := segment.Builder{Orders: orders}
	for _, d := range docs {
		b.Add(d.document())
	}
	pages := segment.Memory{}
	made, err := b.Build(pages.Add)
	if err != nil {
		t.Fatal(err)
	}
	return built{made, &segment.Reader{Pages: pages, Docs: made.Docs}, pages}
}

func (s built) source(dead segment.Bitset) segment.Source {
	return segment.Source{Reader: s.Reader, Latest: s.Latest, Gone: s.Gone, Dead: dead}
}

// find is the list of a term in a field, nil for none.
func (s built) find(t testing.TB, f segment.Field, term string) *segment.List {
	t.Helper()
	key := segment.ValueKey(f, term)
	if f == title {
		key = segment.WordKey(term)
	}
	lists, err := s.Find(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lists {
		if l.Field == f {
			return l
		}
	}
	return nil
}

// column reads a whole column.
func (s built) column(t testing.TB, column segment.Stream) (all []int64) {
	t.Helper()
	for w := range s.Windows() {
		part, err := s.Ints(t.Context(), column, w)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, part...)
	}
	return all
}

// texts reads a whole column of texts.
func (s built) texts(t testing.TB, column segment.Stream) []string {
	t.Helper()
	all := make([]string, s.Made.Docs)
	c := segment.TextColumn{Reader: s.Reader, Stream: column}
	for i := range all {
		text, err := c.At(t.Context(), uint32(i))
		if err != nil {
			t.Fatal(err)
		}
		all[i] = text
	}
	return all
}

// records names the documents of a set by their records, in order.
func (s built) records(t testing.TB, set segment.Bitset) (out []int64) {
	t.Helper()
	all := s.column(t, segment.Records)
	for d := range set.All() {
		out = append(out, all[d])
	}
	return out
}

// windows gathers a set from its windows, the last first.
func (s built) windows(t testing.TB, match func(window int, into *segment.Window) error) segment.Bitset {
	t.Helper()
	all := segment.NewBitset(s.Made.Docs)
	for w := s.Windows() - 1; w >= 0; w-- {
		var set segment.Window
		if err := match(w, &set); err != nil {
			t.Fatal(err)
		}
		copy(all.Window(w), set[:])
	}
	return all
}

func (s built) search(t testing.TB, f segment.Field, term string) []int64 {
	t.Helper()
	l := s.find(t, f, term)
	if l == nil {
		return nil
	}
	return s.records(t, s.windows(t, func(w int, into *segment.Window) error { return l.AddTo(t.Context(), w, into) }))
}

// full is a window of all documents.
func full(docs int) *segment.Window {
	w := &segment.Window{}
	w.Fill(docs)
	return w
}

// frequencies is how often each document of a set has a phrase, where slop
// words were moved.
func (s built) frequencies(t testing.TB, within *segment.Window, slop int, terms ...string) map[uint32]float64 {
	t.Helper()
	lists, same := make([]*segment.List, len(terms)), make([]int, len(terms))
	for i, term := range terms {
		if lists[i], same[i] = s.find(t, title, term), slices.Index(terms, term); lists[i] == nil {
			return nil
		}
	}
	freqs := map[uint32]float64{}
	p := segment.NewPhrase(lists, same, slop)
	for w := range s.Windows() {
		err := p.Frequencies(t.Context(), w, within, true, func(place uint32, freq float64) {
			freqs[uint32(w*segment.WindowDocs)+place] = freq
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return freqs
}

func (s built) phrase(t testing.TB, terms ...string) []int64 {
	t.Helper()
	set := segment.NewBitset(s.Made.Docs)
	for doc := range s.frequencies(t, full(s.Made.Docs), 0, terms...) {
		set.Add(doc)
	}
	return s.records(t, set)
}

// term is a key of a segment in a field, with what it has there.
type term struct {
	Key   string
	Field segment.Field
	Docs  []string
}

// contents is all that a segment holds, however it is divided into pages.
type contents struct {
	Made    segment.Made
	Columns map[segment.Stream][]int64
	IDs     []string
	Texts   []string
	Norms   map[segment.Field][]byte
	Totals  []segment.Total
	Terms   []term
}

func (s built) contents(t testing.TB) contents {
	t.Helper()
	c := contents{Made: s.Made, Columns: map[segment.Stream][]int64{}, Norms: map[segment.Field][]byte{}}
	if s.Made.Docs > 0 {
		for _, column := range []segment.Stream{segment.Records, segment.Created, segment.Number(0), segment.Number(1), segment.Rank(0)} {
			c.Columns[column] = s.column(t, column)
		}
		c.IDs, c.Texts = s.texts(t, segment.IDs), s.texts(t, segment.Text(0))
	}
	for f := range segment.Field(4) {
		for w := range s.Windows() {
			lengths, err := s.Norms(t.Context(), f, w)
			if err != nil {
				t.Fatal(err)
			}
			c.Norms[f] = append(c.Norms[f], lengths...)
		}
	}
	var err error
	if c.Totals, err = s.Totals(t.Context()); err != nil {
		t.Fatal(err)
	}
	cursor := s.Cursor(nil)
	for {
		if err := cursor.Advance(t.Context()); err != nil {
			t.Fatal(err)
		}
		if cursor.Key == nil {
			return c
		}
		for _, l := range cursor.Lists {
			found := term{Key: string(cursor.Key), Field: l.Field}
			err := l.Each(t.Context(), func(doc uint32, freq int, places []uint32) {
				found.Docs = append(found.Docs, fmt.Sprint(doc, freq, places))
			})
			if err != nil || len(found.Docs) != l.Count() {
				t.Fatalf("%q: %d documents, %v; want %d", cursor.Key, len(found.Docs), err, l.Count())
			}
			c.Terms = append(c.Terms, found)
		}
	}
}

func randomDocs(r *rand.Rand, n int) []doc {
	vocabulary := strings.Fields("a b c d e f rare the of and bat cave virus host green energy")
	docs := make([]doc, n)
	for i := range docs {
		docs[i] = doc{record: int64(i + 1), at: r.Int64N(int64(n))}
		for range r.IntN(3) {
			var w []string
			for range r.IntN(12) {
				w = append(w, vocabulary[min(r.IntN(len(vocabulary)), r.IntN(len(vocabulary)))])
			}
			docs[i].titles = append(docs[i].titles, strings.Join(w, " "))
		}
		for range r.IntN(3) {
			docs[i].tags = append(docs[i].tags, fmt.Sprintf("tag %d", r.IntN(40)))
		}
	}
	return docs
}

func inOrder(docs []doc) []doc {
	return slices.SortedFunc(slices.Values(docs), func(a, b doc) int {
		if a.at != b.at {
			return int(a.at - b.at)
		}
		return int(a.record - b.record)
	})
}

func naive(docs []doc, match func(doc) bool) []int64 {
	var out []int64
	for _, d := range inOrder(docs) {
		if match(d) {
			out = append(out, d.record)
		}
	}
	return out
}

func hasPhrase(d doc, phrase string) bool {
	return slices.ContainsFunc(d.titles, func(t string) bool {
		return strings.Contains(" "+strings.Join(strings.Fields(t), " ")+" ", " "+phrase+" ")
	})
}

func check(t *testing.T, s built, docs []doc) {
	t.Helper()
	for word := range strings.FieldsSeq("a rare the energy missing") {
		want := naive(docs, func(d doc) bool { return hasPhrase(d, word) })
		if diff := cmp.Diff(want, s.search(t, title, word)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", word, diff)
		}
		for second := range strings.FieldsSeq("a b the") {
			want := naive(docs, func(d doc) bool { return hasPhrase(d, word+" "+second) })
			if diff := cmp.Diff(want, s.phrase(t, word, second)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", word+" "+second, diff)
			}
		}
	}
	for i := range 40 {
		value := fmt.Sprintf("tag %d", i)
		want := naive(docs, func(d doc) bool { return slices.Contains(d.tags, value) })
		if diff := cmp.Diff(want, s.search(t, tag, value)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", value, diff)
		}
	}
	if got := s.search(t, absent, "a"); got != nil {
		t.Errorf("a field that no document has gave %v", got)
	}
	if len(docs) == 0 {
		return
	}
	records, created, numbers, none := s.column(t, segment.Records), s.column(t, segment.Created), s.column(t, segment.Number(0)), s.column(t, segment.Number(1))
	for i, d := range inOrder(docs) {
		if records[i] != d.record || created[i] != d.at || s.Latest.Has(uint32(i)) != (d.record%3 != 0) ||
			s.Gone.Has(uint32(i)) != (d.record%7 == 0) || numbers[i] != d.record*10 || none[i] != segment.None {
			t.Fatalf("document %d is not record %d with all its columns", i, d.record)
		}
	}
	for i, d := range slices.SortedFunc(slices.Values(docs), func(a, b doc) int { return int(a.record - b.record) }) { // by the length of the id first
		at := slices.Index(records, d.record)
		if rank := s.column(t, segment.Rank(0))[at]; rank != int64(i) {
			t.Fatalf("record %d has rank %d, want %d", d.record, rank, i)
		}
	}
	if s.Oldest != created[0] || s.Newest != created[len(created)-1] {
		t.Errorf("created from %d to %d, want %d to %d", s.Oldest, s.Newest, created[0], created[len(created)-1])
	}
}

func TestBuild(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 64, 2000} {
		docs := randomDocs(r, n)
		check(t, build(t, docs), docs)
	}
}

// Merging leaves out the dead, and gives the same segment as building one of the
// living.
func TestMergeEqualsBuild(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	docs := randomDocs(r, 1500)
	var sources []segment.Source
	var living []doc
	for part := range slices.Chunk(docs, 400) {
		s := build(t, part)
		dead := segment.NewBitset(len(part))
		killed := map[int64]bool{}
		for i, record := range s.column(t, segment.Records) {
			if r.IntN(5) == 0 {
				dead.Add(uint32(i))
				killed[record] = true
			}
		}
		sources = append(sources, s.source(dead))
		for _, d := range part {
			if !killed[d.record] {
				living = append(living, d)
			}
		}
	}
	merged := merge(t, sources...)
	check(t, merged, living)
	same(t, "of the living", build(t, living), merged)
}

func TestFrequencies(t *testing.T) {
	s := build(t, []doc{{record: 1, at: 1, titles: []string{"a b a", "a"}}, {record: 2, at: 2, titles: []string{"b a"}}})
	got := map[uint32]int{}
	if err := s.find(t, title, "a").Frequencies(t.Context(), 0, full(2), func(doc uint32, freq int) { got[doc] = freq }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[uint32]int{0: 3, 1: 1}, got); diff != "" {
		t.Errorf("frequencies (-want +got):\n%s", diff)
	}
	if lengths, err := s.Norms(t.Context(), title, 0); err != nil || !slices.Equal(lengths, []byte{4, 2}) {
		t.Errorf("lengths %v, %v; want 4 and 2", lengths, err)
	}
}

// A phrase with slop counts in full where its words stand together, and less
// the more they were moved. Of several places of a word, the nearest counts.
func TestNearFrequencies(t *testing.T) {
	s := build(t, []doc{
		{record: 1, at: 1, titles: []string{"a b"}},
		{record: 2, at: 2, titles: []string{"a x b", "a b"}},
		{record: 3, at: 3, titles: []string{"b a"}},
		{record: 4, at: 4, titles: []string{"a a a x b"}},
		{record: 5, at: 5, titles: []string{"a x x x b"}},
	})
	got := s.frequencies(t, full(5), 2, "a", "b")
	if diff := cmp.Diff(map[uint32]float64{0: 1, 1: 1.5, 2: 1. / 3, 3: 0.5}, got); diff != "" {
		t.Errorf("frequencies (-want +got):\n%s", diff)
	}
}

func TestLengths(t *testing.T) {
	last := 0
	for b := range 256 {
		n := segment.DecodeLength(byte(b))
		if b > 0 && n <= last {
			t.Errorf("DecodeLength(%d) = %d, not above %d", b, n, last)
		}
		if got := segment.EncodeLength(n); got != byte(b) {
			t.Errorf("EncodeLength(%d) = %d, want %d", n, got, b)
		}
		last = n
	}
	if got := segment.DecodeLength(segment.EncodeLength(1000)); got > 1000 || got < 900 {
		t.Errorf("1000 comes back as %d", got)
	}
}

func TestBitset(t *testing.T) {
	b := segment.NewBitset(200)
	b.AddRange(3, 140)
	b.Add(199)
	if got := b.Count(); got != 138 {
		t.Errorf("Count() = %d, want 138", got)
	}
	for _, tc := range []struct {
		until, want uint32
		ok          bool
	}{{200, 199, true}, {199, 139, true}, {1000, 199, true}, {4, 3, true}, {3, 0, false}} {
		if got, ok := b.Last(tc.until); got != tc.want || ok != tc.ok {
			t.Errorf("Last(%d) = %d, %v, want %d, %v", tc.until, got, ok, tc.want, tc.ok)
		}
	}
	for _, tc := range []struct {
		from, want uint32
		ok         bool
	}{{0, 3, true}, {5, 5, true}, {140, 199, true}, {200, 0, false}} {
		if got, ok := b.First(tc.from); got != tc.want || ok != tc.ok {
			t.Errorf("First(%d) = %d, %v, want %d, %v", tc.from, got, ok, tc.want, tc.ok)
		}
	}
	if got := segment.FullBitset(70).Count(); got != 70 {
		t.Errorf("a full set of 70 has %d", got)
	}
}

func TestCompareIDs(t *testing.T) {
	ids := []string{"abc", "10", "9", "100", "9a"}
	slices.SortFunc(ids, segment.CompareIDs)
	if diff := cmp.Diff([]string{"9", "10", "100", "9a", "abc"}, ids); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

package segment_test

import (
	"fmt"
	"iter"
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
	out := &segment.Document{Record: d.record, Created: d.at, ID: fmt.Sprint(d.record), Latest: d.record%3 != 0, Gone: d.record%7 == 0, Numbers: []int64{d.record * 10, segment.None}}
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
	columns *segment.Columns
	blocks  []segment.Block
}

func build(t testing.TB, docs []doc) built {
	t.Helper()
	var b segment.Builder
	for _, d := range docs {
		b.Add(d.document())
	}
	var s built
	columns, err := b.Build(func(block segment.Block) error {
		s.blocks = append(s.blocks, block)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.columns = columns
	return s
}

func (s built) source(dead segment.Bitset) segment.Source {
	var blocks iter.Seq2[segment.Block, error] = func(yield func(segment.Block, error) bool) {
		for _, b := range s.blocks {
			if !yield(b, nil) {
				return
			}
		}
	}
	return segment.Source{Columns: s.columns, Dead: dead, Blocks: blocks}
}

func (s built) find(t testing.TB, f segment.Field, term string) segment.Postings {
	t.Helper()
	key := segment.Key(f, term)
	i, found := slices.BinarySearchFunc(s.blocks, key, func(b segment.Block, k []byte) int { return slices.Compare(b.First, k) })
	if !found {
		i--
	}
	if i < 0 {
		return segment.Postings{}
	}
	p, _, err := s.blocks[i].Find(key)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// records names the documents of a set by their records, in order.
func (s built) records(set segment.Bitset) []int64 {
	var out []int64
	for d := range set.All() {
		out = append(out, s.columns.Records[d])
	}
	return out
}

func (s built) search(t testing.TB, f segment.Field, term string) []int64 {
	t.Helper()
	set := segment.NewBitset(s.columns.Docs())
	if err := s.find(t, f, term).AddTo(set); err != nil {
		t.Fatal(err)
	}
	return s.records(set)
}

func (s built) phrase(t testing.TB, terms ...string) []int64 {
	t.Helper()
	postings := make([]segment.Postings, len(terms))
	for i, term := range terms {
		postings[i] = s.find(t, title, term)
	}
	set, err := segment.Phrase(postings, segment.FullBitset(s.columns.Docs()))
	if err != nil {
		t.Fatal(err)
	}
	return s.records(set)
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
	for i, d := range inOrder(docs) {
		c := s.columns
		if c.Records[i] != d.record || c.Created[i] != d.at || c.Latest.Has(uint32(i)) != (d.record%3 != 0) || c.Gone.Has(uint32(i)) != (d.record%7 == 0) || c.Numbers[0][i] != d.record*10 || c.Numbers[1][i] != segment.None {
			t.Fatalf("document %d is not record %d with all its columns", i, d.record)
		}
	}
}

func TestBuild(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 64, 2000} {
		docs := randomDocs(r, n)
		check(t, build(t, docs), docs)
	}
}

func TestMergeEqualsBuild(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	docs := randomDocs(r, 1500)
	var sources []segment.Source
	var living []doc
	for part := range slices.Chunk(docs, 400) {
		s := build(t, part)
		dead := segment.NewBitset(len(part))
		killed := map[int64]bool{}
		for i, record := range s.columns.Records {
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
	var merged built
	columns, origins, err := segment.Merge(sources, func(b segment.Block) error {
		merged.blocks = append(merged.blocks, b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	merged.columns = columns
	check(t, merged, living)
	for i, o := range origins {
		if was := sources[o.Source].Columns.IDs[o.Doc]; was != columns.IDs[i] {
			t.Fatalf("document %d is %s, and said to come from one that is %s", i, columns.IDs[i], was)
		}
	}

	atOnce := build(t, living)
	if diff := cmp.Diff(atOnce.columns, merged.columns); diff != "" {
		t.Errorf("columns of the merged segment (-built at once +merged):\n%s", diff)
	}
	if diff := cmp.Diff(atOnce.entries(t), merged.entries(t), cmp.AllowUnexported(segment.Postings{})); diff != "" {
		t.Errorf("terms of the merged segment differ from those of one built at once:\n%.2000s", diff)
	}
}

// entries are those of all blocks.
func (s built) entries(t *testing.T) (all []segment.Entry) {
	for _, b := range s.blocks {
		for e, err := range b.Entries() {
			if err != nil {
				t.Fatal(err)
			}
			e.Key = slices.Clone(e.Key)
			all = append(all, e)
		}
	}
	return all
}

func TestFrequencies(t *testing.T) {
	s := build(t, []doc{{record: 1, at: 1, titles: []string{"a b a", "a"}}, {record: 2, at: 2, titles: []string{"b a"}}})
	got := map[uint32]int{}
	if err := s.find(t, title, "a").Frequencies(segment.FullBitset(2), func(doc uint32, freq int) { got[doc] = freq }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[uint32]int{0: 3, 1: 1}, got); diff != "" {
		t.Errorf("frequencies (-want +got):\n%s", diff)
	}
	if lengths := s.columns.Norms[title]; lengths[0] != 4 || lengths[1] != 2 {
		t.Errorf("lengths %v, want 4 and 2", lengths)
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
	got := map[uint32]float64{}
	lists := []segment.Postings{s.find(t, title, "a"), s.find(t, title, "b")}
	err := segment.NearFrequencies(lists, []int{0, 1}, segment.FullBitset(5), 2, func(doc uint32, freq float64) { got[doc] = freq })
	if err != nil {
		t.Fatal(err)
	}
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

func TestDamagedBlocks(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	s := build(t, randomDocs(r, 200))
	for range 2000 {
		b := s.blocks[0]
		b.Keys, b.Postings = slices.Clone(b.Keys), slices.Clone(b.Postings)
		b.Keys[r.IntN(len(b.Keys))] = byte(r.Uint32())
		b.Postings[r.IntN(len(b.Postings))] = byte(r.Uint32())
		_ = b.EachKey(func(int, []byte) {})
		for e, err := range b.Entries() { // errors are fine, panics are not
			if err != nil {
				break
			}
			_ = e.Postings.AddTo(segment.NewBitset(200))
			_ = e.Postings.Frequencies(segment.FullBitset(2), func(uint32, int) {})
		}
	}
}

func TestCompareIDs(t *testing.T) {
	ids := []string{"abc", "10", "9", "100", "9a"}
	slices.SortFunc(ids, segment.CompareIDs)
	if diff := cmp.Diff([]string{"9", "10", "100", "9a", "abc"}, ids); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

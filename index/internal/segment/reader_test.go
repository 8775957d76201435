package segment_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// termsOf are words that share beginnings; one is empty and one is
// larger than a page, in order.
func termsOf(r *rand.Rand, n int) []string {
	terms := []string{"", "a", "aa", "ab", "\x00", "\xff\xff", "é", strings.Repeat("long", 10_000)}
	for range n {
		terms = append(terms, fmt.Sprintf("%s%d", []string{"pre", "prefix", "prefixed", "z"}[r.IntN(4)], r.IntN(n)))
	}
	slices.Sort(terms)
	return slices.Compact(terms)
}

// ofTerms is a segment in which each term is a tag of some documents.
func ofTerms(t testing.TB, terms []string, docs int) built {
	t.Helper()
	all := make([]doc, docs)
	for i := range all {
		all[i] = doc{record: int64(i + 1), at: int64(i), titles: []string{"word"}}
		for k, term := range terms {
			if k%docs <= i {
				all[i].tags = append(all[i].tags, term)
			}
		}
	}
	return build(t, all)
}

// Every term is found with the documents that have it, and what lies between two
// terms is not found.
func TestFind(t *testing.T) {
	terms := termsOf(rand.New(rand.NewPCG(11, 12)), 5000)
	s := ofTerms(t, terms, 5)
	if _, ok := s.pages[segment.PageID{Stream: segment.Keys, Number: 3}]; !ok {
		t.Fatal("the terms fill few pages, want several")
	}
	for k, term := range terms {
		if l := s.find(t, tag, term); l == nil || l.Count() != 5-k%5 {
			t.Fatalf("%.20q: found %v, want a list of %d documents", term, l, 5-k%5)
		}
		if next := term + "\x00"; !slices.Contains(terms, next) && s.find(t, tag, next) != nil {
			t.Fatalf("%.20q, which nothing has, is found", next)
		}
	}
}

// A word has a list for each field that it is in.
func TestFindWord(t *testing.T) {
	const other segment.Field = 9
	var b segment.Builder
	for i, fields := range [][]segment.Field{{title}, {title, other}, {other}, {}} {
		d := &segment.Document{Record: int64(i), Created: int64(i)}
		d.Keyword(title, "w") // beside the word, and not the same
		for _, f := range fields {
			d.Text(f, "v w", words)
		}
		b.Add(d)
	}
	pages := segment.Memory{}
	made, err := b.Build(pages.Add)
	if err != nil {
		t.Fatal(err)
	}
	r := &segment.Reader{Pages: pages, Docs: made.Docs}
	for key, want := range map[string]map[segment.Field]int{
		string(segment.WordKey("w")):         {title: 2, other: 2},
		string(segment.ValueKey(title, "w")): {title: 4},
		string(segment.ValueKey(other, "w")): {},
		string(segment.WordKey("x")):         {},
	} {
		lists, err := r.Find(t.Context(), []byte(key))
		got := map[segment.Field]int{}
		for _, l := range lists {
			got[l.Field] = l.Count()
		}
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%q: documents by field %v, %v; want %v", key, got, err, want)
		}
	}
}

// picker picks the terms that a function accepts, and notes what it was told.
type picker struct {
	accept func(term string) bool
	term   []byte
}

func (p *picker) Next(shared int, rest []byte) bool {
	p.term = append(p.term[:shared], rest...)
	return p.accept(string(p.term))
}

// A walk tells a matcher the terms between two keys in full, and uses those that
// it picks. A cursor goes over the same in order.
func TestWalk(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	terms := termsOf(r, 5000)
	s := ofTerms(t, terms, 3)
	for range 50 {
		from, until := terms[r.IntN(len(terms))], terms[r.IntN(len(terms))]+"x"
		accept := func(term string) bool { return len(term)%3 != 1 }
		var want []string
		for _, term := range terms {
			if term >= from && term < until && accept(term) {
				want = append(want, term)
			}
		}
		var got []string
		err := s.Walk(t.Context(), segment.ValueKey(tag, from), segment.ValueKey(tag, until),
			func() segment.Matcher { return &picker{accept: accept} },
			func(key []byte, lists []*segment.List) error {
				if len(lists) != 1 || lists[0].Field != tag {
					t.Errorf("%.20q has lists %v", key, lists)
				}
				got = append(got, string(key[1:]))
				return nil
			})
		slices.Sort(got)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("from %.20q to %.20q: %d terms, %v; want %d", from, until, len(got), err, len(want))
		}
		c := s.Cursor(segment.ValueKey(tag, from))
		for _, term := range terms {
			if term < from {
				continue
			}
			if err := c.Advance(t.Context()); err != nil || string(c.Key) != string(segment.ValueKey(tag, term)) {
				t.Fatalf("a cursor from %.20q is at %.20q, %v; want %.20q", from, c.Key, err, term)
			}
		}
		if err := c.Advance(t.Context()); err != nil || c.Key != nil {
			t.Fatalf("a cursor goes on behind the last key to %.20q, %v", c.Key, err)
		}
	}
	failed := errors.New("enough")
	err := s.Walk(t.Context(), []byte{0}, []byte{255}, func() segment.Matcher { return &picker{accept: func(string) bool { return true }} },
		func([]byte, []*segment.List) error { return failed })
	if !errors.Is(err, failed) {
		t.Errorf("the error of using a key: got %v", err)
	}
}

// What is written is in the files of users: it does not change unnoticed.
func TestFormat(t *testing.T) {
	s := build(t, []doc{
		{record: 1, at: 1, titles: []string{"ab a", "a"}, tags: []string{"x"}},
		{record: 2, at: 2, titles: []string{"ab"}, tags: []string{"x"}},
	})
	for id, want := range map[segment.PageID][]byte{
		{Stream: segment.Fences}: {0, 2, 0, 'a'}, // shared, length, key
		{Stream: segment.Keys}: {
			0, 0, // where documents and positions begin
			0, 2, 0, 'a', 4, 1, 1, 2, 2, // shared, length, key; 4 bytes of lists: field, documents, bytes of these and of positions
			2, 1, 'b', 4, 1, 2, 2, 2,
			0, 2, 2, 'x', 4, 2, 2, 2, 0,
		},
		{Stream: segment.Docs}: {
			0, 0, // a: document 0, 2 times
			1, 3, // ab: documents 0 and 1, once each
			0, 1, // x
		},
		{Stream: segment.Positions}: {
			1, segment.Gap + 1, // a: at 1 and behind the gap
			0, 0, // ab
		},
		{Stream: segment.Records}:      {2, 2},
		{Stream: segment.Norm(title)}:  {3, 1},
		{Stream: segment.IDs}:          {1, 1, '1', '2'},
		{Stream: segment.Number(0)}:    {20, 20},
		{Stream: segment.Norm(absent)}: nil,
	} {
		if got := s.pages[id]; !bytes.Equal(got, want) {
			t.Errorf("page %v is % x, want % x", id, got, want)
		}
	}
}

// A list of more documents than a block has is divided, behind a table.
func TestFormatOfBlocks(t *testing.T) {
	docs := make([]doc, 129)
	for i := range docs {
		docs[i] = doc{record: int64(i + 1), at: int64(i), titles: []string{"w"}}
	}
	want := append([]byte{
		15,                                   // bytes of the table
		0x80, 1, 127, 0x80, 1, 0x80, 1, 1, 1, // 128 documents, the last at 127, in 128 bytes, with 128 of positions, once, in a text of one word
		1, 1, 1, 1, 1, 1,
		1,
	}, bytes.Repeat([]byte{3}, 128)...)
	if got := build(t, docs).pages[segment.PageID{Stream: segment.Docs}]; !bytes.Equal(got, want) {
		t.Errorf("got % x, want % x", got, want)
	}
}

// FuzzPages holds that whatever bytes pages have, to read them ends, with no
// other error than that they are damaged, and without a document that the segment
// has no place for.
func FuzzPages(f *testing.F) {
	const docs = 150
	s := build(f, randomDocs(rand.New(rand.NewPCG(15, 16)), docs))
	page := func(stream segment.Stream) []byte { return s.pages[segment.PageID{Stream: stream}] }
	f.Add(page(segment.Fences), page(segment.Keys), page(segment.Docs), page(segment.Positions))
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		spoil := func(stream segment.Stream) []byte {
			data := bytes.Clone(page(stream))
			data[r.IntN(len(data))] = byte(r.Uint32())
			return data
		}
		f.Add(spoil(segment.Fences), spoil(segment.Keys), spoil(segment.Docs), spoil(segment.Positions))
	}
	f.Fuzz(func(t *testing.T, fences, keys, documents, positions []byte) {
		known := func(err error) {
			if err != nil && !errors.Is(err, segment.ErrDamaged) {
				t.Errorf("got %v, want ErrDamaged or none", err)
			}
		}
		reader := &segment.Reader{Docs: docs, Pages: segment.Memory{
			{Stream: segment.Fences}: fences, {Stream: segment.Keys}: keys, {Stream: segment.Docs}: documents, {Stream: segment.Positions}: positions,
		}}
		inSegment := func(doc uint32) {
			if doc >= docs {
				t.Errorf("document %d of %d", doc, docs)
			}
		}
		within := full(docs)
		for _, key := range []string{"\x00a", "\x02tag 7", "\x05"} {
			_, err := reader.Find(t.Context(), []byte(key))
			known(err)
		}
		c := reader.Cursor(nil)
		for {
			if err := c.Advance(t.Context()); err != nil || c.Key == nil {
				known(err)
				break
			}
			for _, l := range c.Lists {
				var set segment.Window
				err := l.AddTo(t.Context(), 0, &set)
				if known(err); err != nil {
					set = segment.Window{}
				}
				for doc := range segment.Bitset(set[:]).All() {
					inSegment(doc)
				}
				all := segment.NewBitset(docs)
				known(l.AddAll(t.Context(), all))
				n, err := l.CountIn(t.Context(), all)
				if known(err); err == nil && n > l.Count() {
					t.Errorf("CountIn() = %d of %d", n, l.Count())
				}
				known(l.Frequencies(t.Context(), 0, within, func(doc uint32, _ int) { inSegment(doc) }))
				for _, slop := range []int{0, 2} {
					p := segment.NewPhrase([]*segment.List{l, l}, []int{0, 0}, slop)
					known(p.Frequencies(t.Context(), 0, within, true, func(doc uint32, _ float64) { inSegment(doc) }))
				}
			}
		}
		known(reader.Walk(t.Context(), []byte{0}, []byte{255}, func() segment.Matcher { return &picker{accept: func(string) bool { return true }} },
			func([]byte, []*segment.List) error { return nil }))
	})
}

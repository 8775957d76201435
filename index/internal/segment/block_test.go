package segment_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// termsOf are words that share beginnings; one is empty and one is
// larger than a block, in order.
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
		all[i] = doc{record: int64(i + 1), at: int64(i)}
		for k, term := range terms {
			if k%docs <= i {
				all[i].tags = append(all[i].tags, term)
			}
		}
	}
	return build(t, all)
}

// Every term is found in the block where it belongs, in no other, and with
// the documents that have it. What lies between two terms is not found.
func TestFind(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	terms := termsOf(r, 5000)
	s := ofTerms(t, terms, 5)
	if len(s.blocks) < 3 {
		t.Fatalf("the terms fill %d blocks, want several", len(s.blocks))
	}
	for k, term := range terms {
		key := segment.Key(tag, term)
		home := 0
		for i, b := range s.blocks {
			if bytes.Compare(b.First, key) <= 0 {
				home = i
			}
		}
		for i, b := range s.blocks {
			p, found, err := b.Find(key)
			if err != nil || found != (i == home) || found && p.Count() != 5-k%5 {
				t.Fatalf("%.20q in block %d: found %t, %d documents, %v; it belongs in block %d with %d", term, i, found, p.Count(), err, home, 5-k%5)
			}
		}
		if next := term + "\x00"; !slices.Contains(terms, next) {
			if _, found, err := s.blocks[home].Find(segment.Key(tag, next)); found || err != nil {
				t.Fatalf("%.20q, which nothing has: found %t, %v", next, found, err)
			}
		}
	}
}

// The blocks of a segment hold its terms in order, none twice, and begin with
// the key that they are filed under. A block that is read without its postings
// has the same keys and counts.
func TestBlocksInOrder(t *testing.T) {
	terms := termsOf(rand.New(rand.NewPCG(13, 14)), 5000)
	s := ofTerms(t, terms, 3)
	var got []string
	for i, b := range s.blocks {
		var keys []string
		if err := b.EachKey(func(place int, key []byte) {
			if place != len(keys) {
				t.Errorf("block %d: place %d comes after %d keys", i, place, len(keys))
			}
			keys = append(keys, string(key))
		}); err != nil {
			t.Fatal(err)
		}
		if keys[0] != string(b.First) {
			t.Errorf("block %d is filed under %q and begins with %q", i, b.First, keys[0])
		}
		bare, at := segment.Block{First: b.First, Keys: b.Keys}, 0
		var counts []int
		for e, err := range b.Entries() {
			if err != nil || string(e.Key) != keys[at] {
				t.Fatalf("block %d, place %d: %q, %v; want %q", i, at, e.Key, err, keys[at])
			}
			counts = append(counts, e.Postings.Count())
			at++
		}
		at = 0
		for e, err := range bare.Entries() {
			if err != nil || string(e.Key) != keys[at] || e.Postings.Count() != counts[at] {
				t.Fatalf("block %d without postings, place %d: %q, %d, %v; want %q, %d", i, at, e.Key, e.Postings.Count(), err, keys[at], counts[at])
			}
			at++
		}
		if at != len(keys) {
			t.Errorf("block %d without postings has %d keys, want %d", i, at, len(keys))
		}
		for _, key := range keys {
			got = append(got, strings.TrimPrefix(key, string(segment.Key(tag, ""))))
		}
	}
	if !slices.Equal(got, terms) {
		t.Errorf("the blocks hold %d terms, want %d in order", len(got), len(terms))
	}
}

// A block that ends early gives the entries that are whole, and then an error
// unless the cut lies between two of them.
func TestCutBlocks(t *testing.T) {
	s := ofTerms(t, []string{"", "a", "ab", "abc", "b", strings.Repeat("c", 200)}, 4)
	whole := s.blocks[0]
	var want []string
	for e := range whole.Entries() {
		docs, err := e.Postings.Docs()
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, fmt.Sprint(string(e.Key), docs))
	}
	read := func(b segment.Block) (got []string, err error) {
		for e, err := range b.Entries() {
			if err != nil {
				return got, err
			}
			docs, err := e.Postings.Docs()
			if err != nil {
				return got, err
			}
			got = append(got, fmt.Sprint(string(e.Key), docs))
		}
		return got, nil
	}
	between := 0
	for n := range whole.Keys {
		got, err := read(segment.Block{Keys: whole.Keys[:n], Postings: whole.Postings})
		if err == nil {
			between++
		}
		if err != nil && !errors.Is(err, segment.ErrDamaged) || len(got) >= len(want) || !slices.Equal(got, want[:len(got)]) {
			t.Errorf("%d of %d bytes of keys: got %q, %v; want a beginning of %q", n, len(whole.Keys), got, err, want)
		}
		if each := (segment.Block{Keys: whole.Keys[:n]}).EachKey(func(int, []byte) {}); (each == nil) != (err == nil) {
			t.Errorf("%d of %d bytes of keys: EachKey gives %v, Entries %v", n, len(whole.Keys), each, err)
		}
	}
	if between != len(want) {
		t.Errorf("%d cuts gave no error, want those before each of %d entries", between, len(want))
	}
	for n := range whole.Postings {
		got, err := read(segment.Block{Keys: whole.Keys, Postings: whole.Postings[:n]})
		if !errors.Is(err, segment.ErrDamaged) || !slices.Equal(got, want[:len(got)]) {
			t.Errorf("%d of %d bytes of postings: got %q, %v; want a beginning of %q and ErrDamaged", n, len(whole.Postings), got, err, want)
		}
	}
}

// Whatever bytes a block has, to read it ends, with no other error than that it
// is damaged, and without a document that the set has no place for.
func FuzzBlock(f *testing.F) {
	s := build(f, randomDocs(rand.New(rand.NewPCG(15, 16)), 150))
	for _, b := range s.blocks {
		f.Add(b.Keys, b.Postings)
	}
	f.Add([]byte{0, 1, 'a', 0xff, 0xff, 0xff, 0xff, 0x7, 1}, []byte{0})                     // a list that says it is long
	f.Add([]byte{0, 1, 'a', 1, 5}, []byte{0xff, 0xff, 0xff, 0xff, 0xf})                     // a document far away
	f.Add([]byte{0, 1, 'a', 1, 4}, []byte{0, 0xff, 0xff, 0x3})                              // a chunk that is longer than the rest
	f.Add([]byte{3, 1, 'a', 1, 1}, []byte{0})                                               // more shared than there was
	f.Add([]byte{0, 0xff, 0xff, 0xff, 0xff, 0xf, 'a'}, []byte{})                            // a key that is longer than the rest
	f.Add([]byte{0, 1, 'a', 2, 6}, []byte{0, 1, 3, 0xff, 0xff, 0x3})                        // a word that stands there too often
	f.Add([]byte{0, 1, 'a', 1, 0}, []byte{})                                                // a document without its bytes
	f.Add([]byte{0, 1, 'a', 1, 5}, []byte{0, 3, 1, 0xff, 0xff})                             // a position that has no end
	f.Add([]byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1}, []byte{0}) // a number that has none
	f.Fuzz(func(t *testing.T, keys, postings []byte) {
		known := func(err error) {
			if err != nil && !errors.Is(err, segment.ErrDamaged) {
				t.Errorf("got %v, want ErrDamaged or none", err)
			}
		}
		b := segment.Block{Keys: keys, Postings: postings}
		known(b.EachKey(func(int, []byte) {}))
		const docs = 150
		within := segment.FullBitset(docs)
		for e, err := range b.Entries() {
			if known(err); err != nil {
				break
			}
			set := segment.NewBitset(docs)
			known(e.Postings.AddTo(set))
			n, err := e.Postings.CountIn(within)
			if known(err); err == nil && n > e.Postings.Count() {
				t.Errorf("CountIn() = %d of %d", n, e.Postings.Count())
			}
			if list, err := e.Postings.Docs(); err == nil && len(list) != e.Postings.Count() {
				t.Errorf("%d documents, want %d", len(list), e.Postings.Count())
			}
			inSet := func(doc uint32) {
				if int(doc) >= len(within)*64 {
					t.Errorf("document %d of %d", doc, docs)
				}
			}
			two := []segment.Postings{e.Postings, e.Postings}
			known(e.Postings.Frequencies(within, func(doc uint32, _ int) { inSet(doc) }))
			known(segment.PhraseFrequencies(two, within, func(doc uint32, _ int) { inSet(doc) }))
			known(segment.NearFrequencies(two, []int{0, 0}, within, 2, func(doc uint32, _ float64) { inSet(doc) }))
		}
	})
}

package segment_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// What is written is in the files of users: it does not change unnoticed.
func TestFormat(t *testing.T) {
	s := build(t, []doc{
		{record: 1, at: 1, titles: []string{"ab a", "a"}, tags: []string{"x"}},
		{record: 2, at: 2, titles: []string{"ab"}, tags: []string{"x"}},
	})
	var keys, postings []byte
	for _, b := range s.blocks { // there is one for each processor at most
		keys, postings = append(keys, b.Keys...), append(postings, b.Postings...)
	}
	if len(s.blocks) == 1 {
		want := []byte{
			0, 2, 1, 'a', 1, 5, // shared, length, key, documents, bytes
			2, 1, 'b', 2, 7,
			0, 2, 2, 'x', 2, 2,
		}
		if !bytes.Equal(keys, want) {
			t.Errorf("keys % x, want % x", keys, want)
		}
	}
	want := []byte{
		0, 3, 2, 1, segment.Gap + 1, // a: document 0; 3 bytes of places: 2 times, at 1 and behind the gap
		0, 1, 4, 1, 0, 1, 0, // ab: documents 0 and 1; 4 bytes: once each, at 0
		0, 1, // x
	}
	if !bytes.Equal(postings, want) {
		t.Errorf("postings % x, want % x", postings, want)
	}
}

// manyDocs are the postings of a word that stands first in each of 129 documents:
// these, the bytes of two chunks, and the chunks.
func manyDocs() []byte {
	docs := append([]byte{0}, bytes.Repeat([]byte{1}, 128)...)
	return slices.Concat(docs, []byte{0x80, 2, 2}, bytes.Repeat([]byte{1, 0}, 129))
}

func TestFormatOfChunks(t *testing.T) {
	docs := make([]doc, 129)
	for i := range docs {
		docs[i] = doc{record: int64(i + 1), at: int64(i), titles: []string{"w"}}
	}
	if got := build(t, docs).blocks[0].Postings; !bytes.Equal(got, manyDocs()) {
		t.Errorf("got % x, want % x", got, manyDocs())
	}
}

// Heads of keys that cannot be are damage.
func TestDamagedKeys(t *testing.T) {
	for name, keys := range map[string][]byte{
		"the first shares something":    {1, 1, 'a', 1, 1},
		"more shared than the last has": {0, 1, 'a', 1, 1, 2, 1, 'b', 1, 0},
		"longer than the block":         {0, 9, 'a', 1, 1},
		"a length without end":          {0, 0x80},
		"a length beyond any block":     {0, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 'a', 1, 1},
		"no number of documents":        {0, 1, 'a'},
		"no size":                       {0, 1, 'a', 1},
		"more bytes than the postings":  {0, 1, 'a', 1, 2},
	} {
		b := segment.Block{Keys: keys, Postings: []byte{0}}
		var err error
		for _, err = range b.Entries() {
			if err != nil {
				break
			}
		}
		if !errors.Is(err, segment.ErrDamaged) {
			t.Errorf("%s: Entries gives %v, want ErrDamaged", name, err)
		}
		if _, _, err := b.Find([]byte("zz")); !errors.Is(err, segment.ErrDamaged) {
			t.Errorf("%s: Find gives %v, want ErrDamaged", name, err)
		}
	}
}

// Lists that cannot be are damage for whoever reads that far, and for no one else.
func TestDamagedPostings(t *testing.T) {
	many := manyDocs()
	swap := func(at int, with ...byte) []byte {
		out := slices.Clone(many)
		copy(out[at:], with)
		return out
	}
	for _, tt := range []struct {
		name     string
		postings []byte
		docs     bool // the list of documents itself is damaged
	}{
		{"whole", many, false},
		{"a document without end", swap(0, bytes.Repeat([]byte{0xff}, 11)...), true},
		{"fewer documents", many[:100], true},
		{"no chunks", many[:129], false},
		{"a chunk that is longer than the list", swap(129, 0xff, 0x7f), false},
		{"chunks that are longer together", swap(131, 3), false},
		{"a number of places that is too large", swap(132, 0x7f), false},
		{"a last place without end", swap(len(many)-1, 0x80), false},
	} {
		var p segment.Postings
		for e, err := range (segment.Block{Keys: []byte{0, 1, 'k', 0x81, 1, byte(len(tt.postings)&0x7f) | 0x80, byte(len(tt.postings) >> 7)}, Postings: tt.postings}).Entries() {
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			p = e.Postings
		}
		all := segment.FullBitset(129)
		_, docs := p.Docs()
		if got := []error{docs, p.AddTo(segment.NewBitset(129))}; errors.Is(got[0], segment.ErrDamaged) != tt.docs || errors.Is(got[1], segment.ErrDamaged) != tt.docs {
			t.Errorf("%s: the documents give %v, want damage: %t", tt.name, got, tt.docs)
		}
		damaged := tt.name != "whole"
		two := []segment.Postings{p, p}
		for what, err := range map[string]error{
			"how often": p.Frequencies(all, func(uint32, int) {}),
			"in a row":  segment.PhraseFrequencies(two, all, func(uint32, int) {}),
			"near":      segment.NearFrequencies(two, []int{0, 0}, all, 1, func(uint32, float64) {}),
		} {
			if errors.Is(err, segment.ErrDamaged) != damaged {
				t.Errorf("%s, %s: got %v, want damage: %t", tt.name, what, err, damaged)
			}
		}
	}
}

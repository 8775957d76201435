package segment_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index/internal/segment"
)

func merge(t *testing.T, sources ...segment.Source) (built, []segment.Origin) {
	t.Helper()
	var s built
	columns, origins, err := segment.Merge(sources, func(b segment.Block) error {
		s.blocks = append(s.blocks, b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	s.columns = columns
	return s, origins
}

// same fails the test where two segments differ in more than how their terms are
// divided into blocks.
func same(t *testing.T, what string, want, got built) {
	t.Helper()
	if diff := cmp.Diff(want.columns, got.columns); diff != "" {
		t.Errorf("%s: columns (-want +got):\n%.2000s", what, diff)
	}
	if diff := cmp.Diff(want.entries(t), got.entries(t), cmp.AllowUnexported(segment.Postings{})); diff != "" {
		t.Errorf("%s: terms (-want +got):\n%.2000s", what, diff)
	}
}

// A segment that is merged with none, with one that is empty, or with one that is
// all dead, is the same segment. So it is from whichever parts it is made, in
// whichever order they come, and in however many steps.
func TestMergeAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(27, 28))
	docs := randomDocs(r, 600)
	whole := build(t, docs)
	a, b, c := build(t, docs[:50]), build(t, docs[50:400]), build(t, docs[400:])
	empty := build(t, nil)
	others := randomDocs(r, 70)
	for i := range others {
		others[i].record += 1000
	}
	dead := build(t, others)

	join := func(parts ...built) built {
		sources := make([]segment.Source, len(parts))
		for i, p := range parts {
			sources[i] = p.source(nil)
		}
		s, origins := merge(t, sources...)
		for i, o := range origins {
			if id := parts[o.Source].columns.IDs[o.Doc]; id != s.columns.IDs[i] {
				t.Errorf("document %d is %s, and said to be %s", i, s.columns.IDs[i], id)
			}
		}
		return s
	}
	same(t, "alone", whole, join(whole))
	same(t, "with an empty one", whole, join(empty, whole, empty))
	same(t, "of three", whole, join(a, b, c))
	same(t, "in another order", whole, join(c, a, b))
	same(t, "in two steps", whole, join(join(c, b), a))
	s, _ := merge(t, dead.source(segment.FullBitset(70)), whole.source(nil))
	same(t, "with a dead one", whole, s)
	s, origins := merge(t, dead.source(segment.FullBitset(70)))
	if len(origins) > 0 || len(s.blocks) > 0 || s.columns.Docs() > 0 {
		t.Errorf("of the dead alone: %d documents, %d blocks", len(origins), len(s.blocks))
	}
}

// A document that was changed is dead in one segment and alive in another; each
// of the states is one document, which counts the words that it has.
func TestMergeChanged(t *testing.T) {
	old := build(t, []doc{{record: 1, at: 1, titles: []string{"a a b"}}, {record: 2, at: 2, titles: []string{"a"}}})
	renewed := build(t, []doc{{record: 1, at: 1, titles: []string{"c"}}})
	s, origins := merge(t, old.source(setOf(2, []uint32{0})), renewed.source(nil))
	if want := []segment.Origin{{Source: 1, Doc: 0}, {Source: 0, Doc: 1}}; !slices.Equal(origins, want) {
		t.Errorf("documents come from %v, want %v", origins, want)
	}
	for term, want := range map[string][]int64{"a": {2}, "b": nil, "c": {1}} {
		if got := s.search(t, title, term); !slices.Equal(got, want) {
			t.Errorf("%s is in %v, want %v", term, got, want)
		}
	}
	if s.columns.Tokens[title] != 2 || !slices.Equal(s.columns.Norms[title], []byte{1, 1}) {
		t.Errorf("%d words in texts of %v, want 2 in texts of 1", s.columns.Tokens[title], s.columns.Norms[title])
	}
}

// Merging ends with the first error: of reading a block, of what is in it, or of
// storing one.
func TestMergeFails(t *testing.T) {
	docs := randomDocs(rand.New(rand.NewPCG(29, 30)), 500)
	whole := build(t, docs)
	errDisk := errors.New("the disk is gone")
	after := func(blocks []segment.Block) segment.Source {
		src := whole.source(nil)
		src.Blocks = func(yield func(segment.Block, error) bool) {
			for _, b := range blocks {
				if !yield(b, nil) {
					return
				}
			}
			yield(segment.Block{}, errDisk)
		}
		return src
	}
	spoiled := func(change func(*segment.Block)) segment.Source {
		b := whole.blocks[0]
		b.Keys, b.Postings = slices.Clone(b.Keys), slices.Clone(b.Postings)
		change(&b)
		return built{whole.columns, []segment.Block{b}}.source(nil)
	}
	few := built{build(t, docs[:3]).columns, whole.blocks}
	keep := func(segment.Block) error { return nil }
	for _, tt := range []struct {
		name string
		src  segment.Source
		emit func(segment.Block) error
		want error
	}{
		{"no block can be read", after(nil), keep, errDisk},
		{"only the first can", after(whole.blocks[:1]), keep, errDisk},
		{"keys without end", spoiled(func(b *segment.Block) { b.Keys = b.Keys[:len(b.Keys)-1] }), keep, segment.ErrDamaged},
		{"the first key is damaged", spoiled(func(b *segment.Block) { b.Keys[0] = 7 }), keep, segment.ErrDamaged},
		{"postings without end", spoiled(func(b *segment.Block) { b.Postings = b.Postings[:len(b.Postings)-1] }), keep, segment.ErrDamaged},
		{"documents that the columns lack", few.source(nil), keep, segment.ErrDamaged},
		{"no block can be stored", whole.source(nil), func(segment.Block) error { return errDisk }, errDisk},
	} {
		columns, origins, err := segment.Merge([]segment.Source{whole.source(nil), tt.src}, tt.emit)
		if !errors.Is(err, tt.want) || tt.name != "no block can be stored" && (columns != nil || origins != nil) {
			t.Errorf("%s: got %v, %v; want %v", tt.name, columns, err, tt.want)
		}
	}
}

func TestBuildFails(t *testing.T) {
	var b segment.Builder
	for _, d := range randomDocs(rand.New(rand.NewPCG(31, 32)), 10) {
		b.Add(d.document())
	}
	errDisk := fmt.Errorf("the disk is gone")
	if _, err := b.Build(func(segment.Block) error { return errDisk }); !errors.Is(err, errDisk) || b.Len() != 0 {
		t.Errorf("got %v and %d documents, want the error and none", err, b.Len())
	}
}

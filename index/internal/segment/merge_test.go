package segment_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index/internal/segment"
)

func merge(t *testing.T, sources ...segment.Source) built {
	t.Helper()
	pages := segment.Memory{}
	made, err := segment.Merge(t.Context(), sources, 2, 1, orders, pages.Add)
	if err != nil {
		t.Fatal(err)
	}
	return built{made, &segment.Reader{Pages: pages, Docs: made.Docs}, pages}
}

// same fails the test where two segments differ in more than how they are
// divided into pages and blocks.
func same(t *testing.T, what string, want, got built) {
	t.Helper()
	if diff := cmp.Diff(want.contents(t), got.contents(t)); diff != "" {
		t.Errorf("%s (-want +got):\n%.2000s", what, diff)
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
		return merge(t, sources...)
	}
	same(t, "alone", whole, join(whole))
	same(t, "with an empty one", whole, join(empty, whole, empty))
	same(t, "of three", whole, join(a, b, c))
	same(t, "in another order", whole, join(c, a, b))
	same(t, "in two steps", whole, join(join(c, b), a))
	same(t, "with a dead one", whole, merge(t, dead.source(segment.FullBitset(70)), whole.source(nil)))
	same(t, "of the dead alone", empty, merge(t, dead.source(segment.FullBitset(70))))
}

// Lists of segments that follow each other are joined as they are, which gives
// the same segment, and bounds that hold for it.
func TestMergeFollowing(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	docs := randomDocs(r, 3000)
	for i := range docs {
		docs[i].at = int64(i)
	}
	whole := build(t, docs)
	var sources []segment.Source
	for _, ends := range [][2]int{{900, 1600}, {0, 900}, {1600, 3000}} {
		sources = append(sources, build(t, docs[ends[0]:ends[1]]).source(nil))
	}
	merged := merge(t, sources...)
	same(t, "of three that follow each other", whole, merged)
	for _, word := range []string{"a", "b", "the", "rare"} {
		counts, freqs, lengths, err := merged.find(t, title, word).Blocks(t.Context())
		if err != nil || len(counts) < 2 {
			t.Fatalf("%s: %d blocks, %v; want several", word, len(counts), err)
		}
		norms, err := merged.Norms(t.Context(), title, 0)
		if err != nil {
			t.Fatal(err)
		}
		block, in := 0, 0
		err = merged.find(t, title, word).Each(t.Context(), func(doc uint32, freq int, _ []uint32) {
			if freq > freqs[block] || norms[doc] < lengths[block] {
				t.Errorf("%s, block %d: %d times in a text of %d, where %d and %d are the bounds", word, block, freq, norms[doc], freqs[block], lengths[block])
			}
			if in++; in == counts[block] {
				block, in = block+1, 0
			}
		})
		if err != nil || block != len(counts) {
			t.Errorf("%s: read %d of %d blocks, %v", word, block, len(counts), err)
		}
	}
}

// A document that was changed is dead in one segment and alive in another; each
// of the states is one document, which counts the words that it has.
func TestMergeChanged(t *testing.T) {
	old := build(t, []doc{{record: 1, at: 1, titles: []string{"a a b"}}, {record: 2, at: 2, titles: []string{"a"}}})
	renewed := build(t, []doc{{record: 1, at: 1, titles: []string{"c"}}})
	s := merge(t, old.source(setOf(2, []uint32{0})), renewed.source(nil))
	for term, want := range map[string][]int64{"a": {2}, "b": nil, "c": {1}} {
		if got := s.search(t, title, term); !slices.Equal(got, want) {
			t.Errorf("%s is in %v, want %v", term, got, want)
		}
	}
	c := s.contents(t)
	if want := (segment.Total{Tokens: 2, Docs: 2}); c.Totals[title] != want || !slices.Equal(c.Norms[title], []byte{1, 1}) {
		t.Errorf("%v words in texts of %v, want %v in texts of 1", c.Totals[title], c.Norms[title], want)
	}
}

// Merging ends with the first error: of reading a page, of what is in it, or of
// storing one.
func TestMergeFails(t *testing.T) {
	docs := randomDocs(rand.New(rand.NewPCG(29, 30)), 500)
	whole := build(t, docs)
	errDisk := errors.New("the disk is gone")
	keep := func(segment.Page) error { return nil }
	for id := range whole.pages {
		if id.Stream == segment.Totals || id.Stream == segment.Rank(0) {
			continue // which are made anew where segments do not follow each other
		}
		for what, pages := range map[string]segment.Pages{
			"cannot be read":  brokenPages{whole.pages, id, errDisk},
			"is missing":      brokenPages{whole.pages, id, nil},
			"has another end": brokenPages{spoiled(whole.pages, id), segment.PageID{}, nil},
		} {
			want := segment.ErrDamaged
			if what == "cannot be read" {
				want = errDisk
			}
			src := whole.source(nil)
			src.Reader = &segment.Reader{Pages: pages, Docs: whole.Made.Docs}
			_, err := segment.Merge(t.Context(), []segment.Source{whole.source(nil), src}, 2, 1, orders, keep)
			if isNorm := id.Stream >= segment.Norm(0); !errors.Is(err, want) && !(isNorm && what == "is missing") {
				t.Errorf("page %v %s: got %v, want %v", id, what, err, want)
			}
		}
	}
	_, err := segment.Merge(t.Context(), []segment.Source{whole.source(nil)}, 2, 1, orders, func(segment.Page) error { return errDisk })
	if !errors.Is(err, errDisk) {
		t.Errorf("no page can be stored: got %v", err)
	}
}

// brokenPages lack a page.
type brokenPages struct {
	segment.Pages
	lost segment.PageID
	err  error
}

func (p brokenPages) Page(ctx context.Context, id segment.PageID) ([]byte, error) {
	if id == p.lost {
		return nil, p.err
	}
	return p.Pages.Page(ctx, id)
}

// spoiled are pages, one of them a byte shorter.
func spoiled(pages segment.Memory, id segment.PageID) segment.Memory {
	other := maps.Clone(pages)
	other[id] = other[id][:len(other[id])-1]
	return other
}

func TestBuildFails(t *testing.T) {
	var b segment.Builder
	for _, d := range randomDocs(rand.New(rand.NewPCG(31, 32)), 10) {
		b.Add(d.document())
	}
	errDisk := fmt.Errorf("the disk is gone")
	if _, err := b.Build(func(segment.Page) error { return errDisk }); !errors.Is(err, errDisk) || b.Len() != 0 {
		t.Errorf("got %v and %d documents, want the error and none", err, b.Len())
	}
}

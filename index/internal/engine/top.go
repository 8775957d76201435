package engine

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// MaxTop is up to how many hits are picked out of all rather than all sorted.
const MaxTop = 10_000

// Orders are the orders that segments have the places of documents in.
var Orders = []segment.Order{
	{Text: slices.Index(TextColumns, "title"), Compare: compareTitles},
	{Text: slices.Index(TextColumns, "updated"), Compare: func(a, b string) int { return cmp.Compare(b, a) }},
}

// The orders by their numbers.
const (
	byTitle = iota
	byUpdated
)

// compareTitles takes no notice of case, as SQLite does for ASCII, unless there
// is no other difference.
func compareTitles(a, b string) int {
	for i := range min(len(a), len(b)) {
		if c := cmp.Compare(lowerASCII(a[i]), lowerASCII(b[i])); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

func lowerASCII(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c - 'A' + 'a'
	}
	return c
}

// ByTitle iterates over what comes first by title, no more than limit.
func (r *Result) ByTitle(ctx context.Context, limit int) iter.Seq2[int64, error] {
	return r.top(ctx, byTitle, limit)
}

// ByUpdated iterates over what was changed last, no more than limit.
func (r *Result) ByUpdated(ctx context.Context, limit int) iter.Seq2[int64, error] {
	return r.top(ctx, byUpdated, limit)
}

// top iterates over the first hits in an order, so many of them: those that come
// first in each segment are compared by their texts.
func (r *Result) top(ctx context.Context, order, limit int) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		hits, err := r.topHits(ctx, order, limit)
		if err != nil {
			yield(0, err)
			return
		}
		for _, h := range hits[:min(limit, len(hits))] {
			if !yield(h.record, nil) {
				return
			}
		}
	}
}

// topHit is a document with what it is ordered by.
type topHit struct {
	text, id string
	record   int64
}

func (r *Result) topHits(ctx context.Context, order, limit int) ([]topHit, error) {
	plans, err := r.all(ctx)
	if err != nil {
		return nil, err
	}
	var hits []topHit
	for _, p := range plans {
		docs, err := p.first(ctx, order, limit)
		if err != nil {
			return nil, err
		}
		texts := segment.TextColumn{Reader: p.segment.Reader, Stream: segment.Text(Orders[order].Text)}
		for _, doc := range docs {
			text, err := texts.At(ctx, doc)
			if err != nil {
				return nil, err
			}
			h, err := p.segment.hit(ctx, doc)
			if err != nil {
				return nil, err
			}
			hits = append(hits, topHit{text, h.id, h.record})
		}
	}
	slices.SortFunc(hits, func(a, b topHit) int {
		return cmp.Or(Orders[order].Compare(a.text, b.text), segment.CompareIDs(a.id, b.id))
	})
	return hits, nil
}

// first are the hits of a segment that come first in an order, by their numbers.
func (p *plan) first(ctx context.Context, order, limit int) (docs []uint32, err error) {
	type ranked struct{ doc, rank uint32 }
	var hits []ranked
	found := segment.NewBitset(p.segment.Docs) // of ranks
	for window := range p.segment.Windows() {
		set := p.set.Window(window)
		if set.Count() == 0 {
			continue
		}
		ranks, err := p.segment.Ints(ctx, segment.Rank(order), window)
		if err != nil {
			return nil, err
		}
		for place := range set.All() {
			rank := ranks[place]
			if rank < 0 || rank >= int64(p.segment.Docs) {
				return nil, segment.ErrDamaged
			}
			found.Add(uint32(rank))
			hits = append(hits, ranked{uint32(window*segment.WindowDocs) + place, uint32(rank)})
		}
	}
	last, n := uint32(0), 0
	for last = range found.All() {
		if n++; n == limit {
			break
		}
	}
	for _, h := range hits {
		if h.rank <= last {
			docs = append(docs, h.doc)
		}
	}
	return docs, nil
}

package engine

import (
	"cmp"
	"container/heap"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// MaxTop is up to how many hits are picked out of all rather than all sorted.
const MaxTop = 10_000

// textOrder is an order of records by one of the text columns. Ties are in
// order of id.
type textOrder struct {
	column  string
	compare func(a, b string) int
}

var (
	orderByTitle   = textOrder{"title", compareTitles}
	orderByUpdated = textOrder{"updated", func(a, b string) int { return cmp.Compare(b, a) }}
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
	return r.top(ctx, orderByTitle, limit)
}

// ByUpdated iterates over what was changed last, no more than limit.
func (r *Result) ByUpdated(ctx context.Context, limit int) iter.Seq2[int64, error] {
	return r.top(ctx, orderByUpdated, limit)
}

// top iterates over the first hits in an order, so many of them.
func (r *Result) top(ctx context.Context, order textOrder, limit int) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		t := topHits{order: order, limit: limit}
		plans, err := r.all(ctx)
		for i := 0; err == nil && i < len(plans); i++ {
			err = t.take(ctx, plans[i].segment, plans[i].set)
		}
		if err != nil {
			yield(0, err)
			return
		}
		slices.SortFunc(t.hits, t.before)
		for _, h := range t.hits {
			key, err := h.segment.column(ctx, segment.Records, h.doc)
			if !yield(key, err) || err != nil {
				return
			}
		}
	}
}

// topHit is a document with what it is ordered by.
type topHit struct {
	text, id string
	segment  *Segment
	doc      uint32
}

// topHits keeps the first hits: a heap with the last one on top.
type topHits struct {
	order textOrder
	limit int
	hits  []topHit
}

// take goes over the hits of a segment.
func (t *topHits) take(ctx context.Context, seg *Segment, set segment.Bitset) error {
	texts := segment.TextColumn{Reader: seg.Reader, Stream: textStream(t.order.column)}
	ids := segment.TextColumn{Reader: seg.Reader, Stream: segment.IDs}
	for doc := range set.All() {
		text, err := texts.At(ctx, doc)
		if err != nil {
			return err
		}
		full := len(t.hits) == t.limit
		if full && t.order.compare(text, t.hits[0].text) > 0 {
			continue
		}
		id, err := ids.At(ctx, doc)
		if err != nil {
			return err
		}
		h := topHit{text, id, seg, doc}
		if full && t.before(h, t.hits[0]) >= 0 {
			continue
		}
		h.text, h.id = strings.Clone(text), strings.Clone(id) // not with all of their chunks
		if full {
			t.hits[0] = h
			heap.Fix(t, 0)
			continue
		}
		heap.Push(t, h)
	}
	return nil
}

func (t *topHits) before(a, b topHit) int {
	return cmp.Or(t.order.compare(a.text, b.text), segment.CompareIDs(a.id, b.id))
}

func (t *topHits) Len() int           { return len(t.hits) }
func (t *topHits) Less(i, j int) bool { return t.before(t.hits[i], t.hits[j]) > 0 }
func (t *topHits) Swap(i, j int)      { t.hits[i], t.hits[j] = t.hits[j], t.hits[i] }
func (t *topHits) Push(x any)         { t.hits = append(t.hits, x.(topHit)) }

// Pop is of [heap.Interface]; nothing is taken from this heap.
func (t *topHits) Pop() any {
	last := t.hits[len(t.hits)-1]
	t.hits = t.hits[:len(t.hits)-1]
	return last
}

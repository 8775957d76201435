package engine

import (
	"cmp"
	"container/heap"
	"context"
	"iter"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// ByScore iterates over what was found, the best first. Of equal scores the
// newest comes first. More than limit are not asked for, unless that is 0.
func (r *Result) ByScore(ctx context.Context, limit int) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		hits, err := r.best(ctx, limit)
		if err != nil {
			yield(0, err)
			return
		}
		for _, h := range hits {
			if !yield(h.record, nil) {
				return
			}
		}
	}
}

// scoredHit is a document with its score.
type scoredHit struct {
	hit
	score float32
}

func (r *Result) best(ctx context.Context, limit int) ([]scoredHit, error) {
	scorer, err := r.scorer(ctx)
	if err != nil {
		return nil, err
	}
	best := bestHits{limit: limit}
	for i, seg := range r.index.Segments {
		p, err := r.plan(ctx, i)
		if err != nil {
			return nil, err
		}
		for window := range seg.Windows() {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			hits, err := p.window(ctx, window)
			if err != nil {
				return nil, err
			}
			if hits.Empty() {
				continue
			}
			var all scores
			if err := scorer.score(ctx, part{i, window}, &hits, &all); err != nil {
				return nil, err
			}
			for doc := range segment.Bitset(hits[:]).All() {
				score := all[doc]
				if best.full() && score < best.hits[0].score {
					continue
				}
				h, err := seg.hit(ctx, uint32(window*segment.WindowDocs)+doc)
				if err != nil {
					return nil, err
				}
				best.take(scoredHit{h, score})
			}
		}
	}
	slices.SortFunc(best.hits, compareScores)
	return best.hits, nil
}

func compareScores(a, b scoredHit) int {
	if c := cmp.Compare(b.score, a.score); c != 0 {
		return c
	}
	return compareHits(a.hit, b.hit)
}

// bestHits keeps the best hits, as a heap with the last one on top, or
// all of them for a limit of 0.
type bestHits struct {
	limit int
	hits  []scoredHit
}

func (b *bestHits) full() bool { return b.limit > 0 && len(b.hits) == b.limit }

func (b *bestHits) take(h scoredHit) {
	switch {
	case b.limit == 0:
		b.hits = append(b.hits, h)
	case !b.full():
		heap.Push(b, h)
	case compareScores(h, b.hits[0]) < 0:
		b.hits[0] = h
		heap.Fix(b, 0)
	}
}

func (b *bestHits) Len() int           { return len(b.hits) }
func (b *bestHits) Less(i, j int) bool { return compareScores(b.hits[i], b.hits[j]) > 0 }
func (b *bestHits) Swap(i, j int)      { b.hits[i], b.hits[j] = b.hits[j], b.hits[i] }
func (b *bestHits) Push(x any)         { b.hits = append(b.hits, x.(scoredHit)) }

// Pop is of [heap.Interface]; nothing is taken from this heap.
func (b *bestHits) Pop() any {
	last := b.hits[len(b.hits)-1]
	b.hits = b.hits[:len(b.hits)-1]
	return last
}

package index

import (
	"context"
	"iter"

	"github.com/zharvest/zharvest/index/internal/engine"
)

// ordered iterates over the keys of the records found, in the order that is
// asked for.
func (r *result) ordered(ctx context.Context) iter.Seq2[int64, error] {
	keys := r.inOrder(ctx)
	if r.query.Limit <= 0 {
		return keys
	}
	return func(yield func(int64, error) bool) {
		n := 0
		for key, err := range keys {
			if !yield(key, err) {
				return
			}
			if n++; n == r.query.Limit {
				return
			}
		}
	}
}

func (r *result) inOrder(ctx context.Context) iter.Seq2[int64, error] {
	q := r.query
	if q.ByYear {
		return r.matches.ByYear(ctx)
	}
	if q.Limit > 0 && q.Limit <= engine.MaxTop {
		switch q.Sort {
		case Title:
			return r.matches.ByTitle(ctx, q.Limit)
		case Updated:
			return r.matches.ByUpdated(ctx, q.Limit)
		}
	}
	switch q.Sort {
	case Oldest:
		return r.matches.ByCreation(ctx, false)
	case Updated:
		return r.bySQL(ctx, "updated DESC")
	case Title:
		return r.bySQL(ctx, "title COLLATE NOCASE, title")
	case Views:
		return r.byCount(ctx, "views")
	case Downloads:
		return r.byCount(ctx, "downloads")
	case BestMatch:
		if q.Parsed != nil && q.Parsed.Text != "" {
			return r.matches.ByScore(ctx, q.Limit)
		}
	}
	return r.matches.ByCreation(ctx, true)
}

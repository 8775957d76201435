package engine

import (
	"context"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// truths are the values of a field that is true or false, in their order.
var truths = []string{"false", "true"}

// truthsBetween matches what is true or false from one bound to another.
func (e *evaluator) truthsBetween(ctx context.Context, n querystring.Node, f *field, lo, hi querystring.Bound) (segment.Bitset, error) {
	from, err := e.truth(n, f, lo, 0, +1)
	if err != nil {
		return nil, err
	}
	until, err := e.truth(n, f, hi, len(truths)-1, -1)
	if err != nil {
		return nil, err
	}
	all := e.segment.empty()
	for i := from; i <= until; i++ {
		set, err := e.withTruth(ctx, f, truths[i])
		if err != nil {
			return nil, err
		}
		all.Or(set)
	}
	return all, nil
}

// truth is the place of a bound in truths, moved inward if it is not included.
func (e *evaluator) truth(n querystring.Node, f *field, b querystring.Bound, open, inward int) (int, error) {
	if b.Open {
		return open, nil
	}
	i := slices.Index(truths, b.Value)
	if i < 0 {
		return 0, refused(e.text, n.At(), "%s is true or false, and not %q", f.name, b.Value)
	}
	if !b.Inclusive {
		i += inward
	}
	return i, nil
}

func (e *evaluator) withTruth(ctx context.Context, f *field, value string) (segment.Bitset, error) {
	if f.kind != latest {
		return e.term(ctx, f, value)
	}
	set := segment.FullBitset(e.segment.Docs)
	if value == "true" {
		set.And(e.segment.Latest)
	} else {
		set.AndNot(e.segment.Latest)
	}
	return set, nil
}

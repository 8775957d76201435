package engine

import (
	"context"
	"slices"

	"github.com/zharvest/zharvest/querystring"
)

// truths are the values of a field that is true or false, in their order.
var truths = []string{"false", "true"}

// truthsBetween matches what is true or false from one bound to another.
func (p *planner) truthsBetween(ctx context.Context, n querystring.Node, f *field, lo, hi querystring.Bound) (condition, error) {
	from, err := p.truth(n, f, lo, 0, +1)
	if err != nil {
		return nil, err
	}
	until, err := p.truth(n, f, hi, len(truths)-1, -1)
	if err != nil {
		return nil, err
	}
	var conditions []condition
	for i := from; i <= until; i++ {
		c, err := p.withTruth(ctx, f, truths[i])
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, c)
	}
	return joined(conditions), nil
}

// truth is the place of a bound in truths, moved inward if it is not included.
func (p *planner) truth(n querystring.Node, f *field, b querystring.Bound, open, inward int) (int, error) {
	if b.Open {
		return open, nil
	}
	i := slices.Index(truths, b.Value)
	if i < 0 {
		return 0, refused(p.text, n.At(), "%s is true or false, and not %q", f.name, b.Value)
	}
	if !b.Inclusive {
		i += inward
	}
	return i, nil
}

func (p *planner) withTruth(ctx context.Context, f *field, value string) (condition, error) {
	if f.kind != latest {
		return p.term(ctx, f, value)
	}
	is := members{p.segment.Latest}
	if value == "true" {
		return is, nil
	}
	return allOf{segment: p.segment, not: []condition{is}}, nil
}

package engine

import (
	"context"
	"time"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// filter are the conditions of a query besides its text.
func (p *planner) filter(ctx context.Context, q Query) (all []condition, err error) {
	add := func(f *field, terms ...string) {
		conditions := make([]condition, 0, len(terms))
		for _, term := range terms {
			c, failed := p.term(ctx, f, term)
			if failed != nil {
				err = failed
				return
			}
			conditions = append(conditions, c)
		}
		all = append(all, joined(conditions))
	}
	if q.Type != "" {
		add(fieldsByName["metadata.resource_type.props.type"], q.Type)
	}
	if q.Subtype != "" {
		add(fieldsByName["metadata.resource_type.props.subtype"], q.Type+"-"+q.Subtype)
	}
	if len(q.Communities) > 0 {
		slugs := make([]string, len(q.Communities))
		for i, slug := range q.Communities {
			slugs[i] = string(slug)
		}
		add(fieldsByName["parent.communities.ids"], slugs...)
	}
	if !q.Since.IsZero() || !q.Until.IsZero() {
		all = append(all, p.created(q.Since, q.Until))
	}
	if q.Among != nil {
		all = append(all, withRecord{p.segment, q.Among})
	}
	return all, err
}

func (p *planner) created(since, until time.Time) condition {
	c := between{p.segment, segment.Created, minNumber, maxNumber}
	if !since.IsZero() {
		c.from = since.UnixMicro()
	}
	if !until.IsZero() {
		c.until = until.UnixMicro() - 1
	}
	return c
}

// visible are the documents of a window that a query may find at all.
func (s *Segment) visible(q Query, window int) (set segment.Window) {
	set.Fill(s.DocsIn(window))
	keep := func(others segment.Bitset, combine func(a, b segment.Bitset)) {
		part := others.Window(window)
		combine(segment.Bitset(set[:len(part)]), part)
	}
	if !q.AllVersions {
		keep(s.Latest, segment.Bitset.And)
	}
	if !q.IncludeGone {
		keep(s.Gone, segment.Bitset.AndNot)
	}
	keep(s.Dead, segment.Bitset.AndNot)
	return set
}

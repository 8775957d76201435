package engine

import (
	"context"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// condition finds documents of a segment, a window at a time.
type condition interface {
	// match puts the documents of a window that match into an empty set. Those
	// that are not among some others may be left out.
	match(ctx context.Context, window int, among, into *segment.Window) error
	// most is how many documents match at most.
	most() int
}

// nothing matches no document.
type nothing struct{}

func (nothing) match(context.Context, int, *segment.Window, *segment.Window) error { return nil }

func (nothing) most() int { return 0 }

// everything matches all documents.
type everything struct{ segment *Segment }

func (c everything) match(_ context.Context, window int, _, into *segment.Window) error {
	into.Fill(c.segment.DocsIn(window))
	return nil
}

func (c everything) most() int { return c.segment.Docs }

// members matches the documents of a set.
type members struct{ set segment.Bitset }

func (c members) match(_ context.Context, window int, _, into *segment.Window) error {
	copy(into[:], c.set.Window(window))
	return nil
}

func (c members) most() int { return c.set.Count() }

// listed matches the documents of any of some lists.
type listed struct{ lists []*segment.List }

func (c listed) match(ctx context.Context, window int, _, into *segment.Window) error {
	for _, l := range c.lists {
		if err := l.AddTo(ctx, window, into); err != nil {
			return err
		}
	}
	return nil
}

func (c listed) most() (n int) {
	for _, l := range c.lists {
		n += l.Count()
	}
	return n
}

// withPhrase matches documents with a phrase.
type withPhrase struct {
	phrase *segment.Phrase
	rarest int // how many documents have the rarest of its words
}

func (c withPhrase) match(ctx context.Context, window int, among, into *segment.Window) error {
	return c.phrase.Frequencies(ctx, window, among, false, func(place uint32, _ float64) { into.Add(place) })
}

func (c withPhrase) most() int { return c.rarest }

// between matches documents with a number from one to another, both included.
type between struct {
	segment     *Segment
	column      segment.Stream
	from, until int64
}

func (c between) match(ctx context.Context, window int, _, into *segment.Window) error {
	values, err := c.segment.columnPage(ctx, c.column, window)
	if err != nil {
		return err
	}
	for i, v := range values {
		if v >= c.from && v <= c.until {
			into.Add(uint32(i))
		}
	}
	return nil
}

func (c between) most() int { return c.segment.Docs }

// withRecord matches the documents of records.
type withRecord struct {
	segment *Segment
	records KeySet
}

func (c withRecord) match(ctx context.Context, window int, _, into *segment.Window) error {
	keys, err := c.segment.columnPage(ctx, segment.Records, window)
	if err != nil {
		return err
	}
	for i, key := range keys {
		if c.records.Has(key) {
			into.Add(uint32(i))
		}
	}
	return nil
}

func (c withRecord) most() int { return c.segment.Docs }

// anyOf matches what any of some conditions matches.
type anyOf struct{ conditions []condition }

// joined is a condition that any of some others comes to.
func joined(conditions []condition) condition {
	var lists []*segment.List
	var rest []condition
	for _, c := range conditions {
		switch c := c.(type) {
		case nothing:
		case listed:
			lists = append(lists, c.lists...)
		case *walked:
			if !slices.ContainsFunc(rest, func(other condition) bool {
				w, ok := other.(*walked)
				return ok && w.add(c)
			}) {
				rest = append(rest, c)
			}
		default:
			rest = append(rest, c)
		}
	}
	if len(lists) > 0 {
		rest = append(rest, listed{lists})
	}
	switch len(rest) {
	case 0:
		return nothing{}
	case 1:
		return rest[0]
	}
	return anyOf{rest}
}

func (c anyOf) match(ctx context.Context, window int, among, into *segment.Window) error {
	for _, one := range c.conditions {
		var set segment.Window
		if err := one.match(ctx, window, among, &set); err != nil {
			return err
		}
		into.Or(&set)
	}
	return nil
}

func (c anyOf) most() (n int) {
	for _, one := range c.conditions {
		n += one.most()
	}
	return n
}

// allOf matches what all of some conditions match, the rarest first, and none of
// some others.
type allOf struct {
	segment  *Segment
	all, not []condition
}

func (c allOf) match(ctx context.Context, window int, among, into *segment.Window) error {
	left := *among
	for _, one := range c.all {
		var set segment.Window
		if err := one.match(ctx, window, &left, &set); err != nil {
			return err
		}
		if !left.And(&set) {
			return nil
		}
	}
	for _, one := range c.not {
		var set segment.Window
		if err := one.match(ctx, window, &left, &set); err != nil {
			return err
		}
		left.AndNot(&set)
	}
	*into = left
	return nil
}

func (c allOf) most() int {
	if len(c.all) == 0 {
		return c.segment.Docs
	}
	return c.all[0].most()
}

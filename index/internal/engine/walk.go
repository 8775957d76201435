package engine

import (
	"bytes"
	"context"
	"sync"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// walked matches documents with any of the terms from one key (included) to
// another (not included) that a matcher picks, in some fields. The terms are
// gone over when the first window is asked for.
type walked struct {
	segment     *Segment
	from, until []byte
	fields      [256]bool
	// pattern tells matchers apart, matcher makes one; nil picks all terms.
	pattern string
	matcher func() segment.Matcher

	once sync.Once
	set  segment.Bitset
	err  error
}

// walk matches the terms of a field from one key to another.
func (p *planner) walk(f *field, from, until []byte) condition {
	return p.walkMatching(f, from, until, "", func() segment.Matcher { return anything{} })
}

// anything picks every term.
type anything struct{}

// Next picks a term.
func (anything) Next(int, []byte) bool { return true }

func (p *planner) walkMatching(f *field, from, until []byte, pattern string, matcher func() segment.Matcher) condition {
	if bytes.Compare(from, until) >= 0 {
		return nothing{}
	}
	w := &walked{segment: p.segment, from: from, until: until, pattern: pattern, matcher: matcher}
	w.fields[f.id] = true
	return w
}

// add takes the fields of another walk that goes the same way, and reports
// whether it does.
func (w *walked) add(other *walked) bool {
	if w.pattern != other.pattern || !bytes.Equal(w.from, other.from) || !bytes.Equal(w.until, other.until) {
		return false
	}
	for f, is := range other.fields {
		w.fields[f] = w.fields[f] || is
	}
	return true
}

func (w *walked) match(ctx context.Context, window int, _, into *segment.Window) error {
	w.once.Do(func() {
		w.set = segment.NewBitset(w.segment.Docs)
		w.err = w.segment.Walk(ctx, w.from, w.until, w.matcher, func(key []byte, lists []*segment.List) error {
			if !isTerm(key) {
				return nil
			}
			for _, l := range lists {
				if w.fields[l.Field] {
					if err := l.AddAll(ctx, w.set); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
	copy(into[:], w.set.Window(window))
	return w.err
}

func (w *walked) most() int { return w.segment.Docs }

// after is the first key that does not begin with prefix.
func after(prefix []byte) []byte {
	end := bytes.Clone(prefix)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] < 0xff {
			end[i]++
			return end[:i+1]
		}
	}
	return nil
}

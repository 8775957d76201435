package engine

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/zharvest/zharvest/index/internal/pattern"
	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// fuzzy matches terms that are few edits away: of all that the index has, the
// nearest ones.
func (p *planner) fuzzy(ctx context.Context, n *querystring.Fuzzy, f *field) (condition, error) {
	if !f.hasTerms() {
		return nil, refused(p.text, n.At(), "%s holds %s, which are not fuzzy", f.name, f.holds())
	}
	word := f.normalize(n.Value)
	if n.Edits == 0 {
		return p.term(ctx, f, word)
	}
	if p.segment.Docs == 0 {
		return nothing{}, nil
	}
	terms, err := p.expansions.of(ctx, f, word, n.Edits)
	if err != nil {
		return nil, err
	}
	conditions := make([]condition, 0, len(terms))
	for _, t := range terms {
		c, err := p.term(ctx, f, t.text)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, c)
	}
	return joined(conditions), nil
}

// maxExpansions is how many terms the engine lets a fuzzy word stand for.
const maxExpansions = 50

// expansions finds the terms of all segments that a fuzzy word stands for, each
// word once.
type expansions struct {
	segments []*Segment

	mu    sync.Mutex
	near  map[expansion]*nearTerms
	found map[fieldExpansion][]nearTerm
}

// expansion is a fuzzy word, in all text fields or in one other.
type expansion struct {
	field segment.Field // 0 for text
	word  string
	edits int
}

type fieldExpansion struct {
	expansion
	in segment.Field
}

// nearTerm is a term with how near it is to a word, 1 for the word itself.
type nearTerm struct {
	text     string
	nearness float32
}

// of lists the terms of a field that a word stands for, the nearest first, and
// among equals in the order of their bytes.
func (x *expansions) of(ctx context.Context, f *field, word string, edits int) ([]nearTerm, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	key := expansion{f.id, word, edits}
	if f.isText() {
		key.field = 0
	}
	inField := fieldExpansion{key, f.id}
	if terms, ok := x.found[inField]; ok {
		return terms, nil
	}
	near := x.near[key]
	if near == nil {
		var err error
		if near, err = x.findNear(ctx, f, word, edits); err != nil {
			return nil, err
		}
		if x.near == nil {
			x.near, x.found = map[expansion]*nearTerms{}, map[fieldExpansion][]nearTerm{}
		}
		x.near[key] = near
	}
	terms := make([]nearTerm, 0, maxExpansions)
	for _, t := range near.terms {
		if len(terms) == maxExpansions {
			break
		}
		alive, err := near.alive(ctx, t.text, f.id)
		if err != nil {
			return nil, err
		}
		if alive {
			terms = append(terms, t)
		}
	}
	x.found[inField] = terms
	return terms, nil
}

// nearTerms are the terms near a word, with their lists in all segments.
type nearTerms struct {
	terms []nearTerm
	lists map[string][]segmentList
}

type segmentList struct {
	*segment.List
	segment *Segment
}

func (x *expansions) findNear(ctx context.Context, f *field, word string, edits int) (*nearTerms, error) {
	near := &nearTerms{lists: map[string][]segmentList{}}
	from := f.key("")
	fuzzy := pattern.NewFuzzy(word, edits)
	for _, s := range x.segments {
		err := s.Walk(ctx, from, after(from), func() segment.Matcher { return fuzzy.Walker() }, func(key []byte, lists []*segment.List) error {
			if !isTerm(key) {
				return nil
			}
			known := near.lists[string(key[1:])]
			if known == nil {
				_, nearness, _ := fuzzy.Match(key[1:])
				near.terms = append(near.terms, nearTerm{string(key[1:]), nearness})
			}
			for _, l := range lists {
				known = append(known, segmentList{l, s})
			}
			near.lists[string(key[1:])] = known
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(near.terms, func(a, b nearTerm) int {
		return cmp.Or(cmp.Compare(b.nearness, a.nearness), cmp.Compare(a.text, b.text))
	})
	return near, nil
}

// alive reports whether any document that is not dead has a term in a field.
func (n *nearTerms) alive(ctx context.Context, term string, f segment.Field) (bool, error) {
	for _, l := range n.lists[term] {
		if l.Field != f {
			continue
		}
		if l.segment.Dead == nil {
			return true, nil
		}
		dead, err := l.CountIn(ctx, l.segment.Dead)
		if err != nil || dead < l.Count() {
			return err == nil, err
		}
	}
	return false, nil
}

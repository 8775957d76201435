package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/zharvest/zharvest/index/internal/pattern"
	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// matcher is a pattern for terms.
type matcher interface {
	Prefix() string // of all terms that match
	Match(term []byte) bool
}

// matching returns the documents with a term of a field that matches.
func (e *evaluator) matching(ctx context.Context, f *field, m matcher) (segment.Bitset, error) {
	from := segment.Key(f.id, m.Prefix())
	return e.terms(ctx, from, after(from), func(key []byte) bool { return isTerm(key) && m.Match(key[1:]) })
}

// wildcard matches terms, or the whole of keywords.
func (e *evaluator) wildcard(ctx context.Context, n *querystring.Wildcard, f *field) (segment.Bitset, error) {
	if !f.hasTerms() {
		return nil, refused(e.text, n.At(), "%s holds %s, which no wildcard matches", f.name, f.holds())
	}
	return e.matching(ctx, f, pattern.NewWildcard(f.pieces(n)))
}

// pieces are those of a pattern, normalised but for what is escaped.
func (f *field) pieces(n *querystring.Wildcard) (pieces []pattern.Piece) {
	for _, g := range n.Globs() {
		piece := pattern.Piece{Wild: g.Wild, Literal: g.Literal}
		if g.Wild == 0 && !g.Escaped {
			piece.Literal = f.normalize(g.Literal)
		}
		pieces = append(pieces, piece)
	}
	return pieces
}

// regexp matches terms, or the whole of keywords. The engine normalises the
// expression like any text, which in folded fields takes its operators away.
func (e *evaluator) regexp(ctx context.Context, n *querystring.Regexp, f *field) (segment.Bitset, error) {
	if !f.hasTerms() {
		return nil, refused(e.text, n.At(), "%s holds %s, which no regular expression matches", f.name, f.holds())
	}
	re, err := e.compile(f.normalize(n.Pattern))
	switch {
	case errors.Is(err, pattern.ErrUnsupported):
		return nil, unsupported(e.text, n.At(), "in a regular expression, "+withoutKind(err, pattern.ErrUnsupported)+",")
	case err != nil:
		return nil, refused(e.text, n.At(), "/%s/ is not a regular expression: %s", n.Pattern, withoutKind(err, pattern.ErrSyntax))
	}
	return e.matching(ctx, f, re)
}

// maxRegexp is how long a regular expression may be for the engine, whose
// setting for it, index.max_regex_length, Zenodo leaves as it is.
const maxRegexp = 1000

func (e *evaluator) compile(expr string) (*pattern.Regexp, error) {
	if re, ok := e.regexps[expr]; ok {
		return re, nil
	}
	re, err := pattern.NewRegexp(expr)
	if err == nil {
		e.regexps[expr] = re
	}
	return re, err
}

// withoutKind is what an error says besides its kind.
func withoutKind(err, kind error) string {
	text, _ := bytes.CutPrefix([]byte(err.Error()), []byte(kind.Error()+": "))
	return string(text)
}

// fuzzy matches terms that are few edits away: of all that the index has, the
// nearest ones.
func (e *evaluator) fuzzy(ctx context.Context, n *querystring.Fuzzy, f *field) (segment.Bitset, error) {
	if !f.hasTerms() {
		return nil, refused(e.text, n.At(), "%s holds %s, which are not fuzzy", f.name, f.holds())
	}
	word := f.normalize(n.Value)
	if n.Edits == 0 {
		return e.term(ctx, f, word)
	}
	terms, err := e.expansions.fuzzy(ctx, f, word, n.Edits)
	if err != nil {
		return nil, err
	}
	all := e.segment.empty()
	for _, t := range terms {
		set, err := e.term(ctx, f, t.text)
		if err != nil {
			return nil, err
		}
		all.Or(set)
	}
	return all, nil
}

// maxExpansions is how many terms the engine lets a fuzzy word stand for.
const maxExpansions = 50

// expansions finds the terms of all segments that a fuzzy word stands for, each
// word once.
type expansions struct {
	segments []*Segment
	found    map[expansion][]nearTerm
}

type expansion struct {
	field segment.Field
	word  string
	edits int
}

func (x *expansions) fuzzy(ctx context.Context, f *field, word string, edits int) ([]nearTerm, error) {
	key := expansion{f.id, word, edits}
	if terms, ok := x.found[key]; ok {
		return terms, nil
	}
	near, err := x.near(ctx, f, word, edits)
	if err != nil {
		return nil, err
	}
	terms := make([]nearTerm, 0, min(len(near), maxExpansions))
	for _, t := range near {
		if len(terms) == maxExpansions {
			break
		}
		alive, err := x.alive(ctx, f, t.text)
		if err != nil {
			return nil, err
		}
		if alive {
			terms = append(terms, t)
		}
	}
	if x.found == nil {
		x.found = map[expansion][]nearTerm{}
	}
	x.found[key] = terms
	return terms, nil
}

// nearTerm is a term with how near it is to a word, 1 for the word itself.
type nearTerm struct {
	text     string
	nearness float32
}

// near lists the terms within some edits, the nearest first, and among equals
// in the order of their bytes.
func (x *expansions) near(ctx context.Context, f *field, word string, edits int) ([]nearTerm, error) {
	var mu sync.Mutex
	found := map[string]float32{}
	from := segment.Key(f.id, "")
	fuzzy := pattern.NewFuzzy(word, edits)
	for _, s := range x.segments {
		err := s.Terms.Scan(ctx, from, after(from), func(key []byte) bool {
			if isTerm(key) {
				if _, nearness, ok := fuzzy.Match(key[1:]); ok {
					mu.Lock()
					found[string(key[1:])] = nearness
					mu.Unlock()
				}
			}
			return false
		}, nil)
		if err != nil {
			return nil, err
		}
	}
	near := make([]nearTerm, 0, len(found))
	for text, nearness := range found {
		near = append(near, nearTerm{text, nearness})
	}
	slices.SortFunc(near, func(a, b nearTerm) int {
		return cmp.Or(cmp.Compare(b.nearness, a.nearness), cmp.Compare(a.text, b.text))
	})
	return near, nil
}

// alive reports whether any document that is not dead has a term.
func (x *expansions) alive(ctx context.Context, f *field, term string) (bool, error) {
	for _, s := range x.segments {
		p, ok, err := s.Terms.Find(ctx, segment.Key(f.id, term))
		if err != nil {
			return false, err
		}
		if !ok {
			continue
		}
		set := s.empty()
		if err := p.AddTo(set); err != nil {
			return false, err
		}
		if s.Dead != nil {
			set.AndNot(s.Dead)
		}
		if set.Count() > 0 {
			return true, nil
		}
	}
	return false, nil
}

package engine

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/index/internal/pattern"
	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// prefix matches terms that begin with a text.
func (p *planner) prefix(n *querystring.Prefix, f *field) (condition, error) {
	if !f.hasTerms() {
		return nil, refused(p.text, n.At(), "%s holds %s, which have no beginning to search for", f.name, f.holds())
	}
	from := f.key(f.normalize(n.Value))
	return p.walk(f, from, after(from)), nil
}

// wildcard matches terms, or the whole of keywords.
func (p *planner) wildcard(n *querystring.Wildcard, f *field) (condition, error) {
	if !f.hasTerms() {
		return nil, refused(p.text, n.At(), "%s holds %s, which no wildcard matches", f.name, f.holds())
	}
	pieces := f.pieces(n)
	w := pattern.NewWildcard(pieces)
	return p.matching(f, w.Prefix(), fmt.Sprint(pieces), w.Walker), nil
}

// matching matches the terms that a pattern matches. All of them begin with
// prefix.
func (p *planner) matching(f *field, prefix, name string, walker func() *pattern.Walker) condition {
	from := f.key(prefix)
	return p.walkMatching(f, from, after(from), name, func() segment.Matcher { return walker() })
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
func (p *planner) regexp(n *querystring.Regexp, f *field) (condition, error) {
	if !f.hasTerms() {
		return nil, refused(p.text, n.At(), "%s holds %s, which no regular expression matches", f.name, f.holds())
	}
	expr := f.normalize(n.Pattern)
	re, err := p.compile(expr)
	switch {
	case errors.Is(err, pattern.ErrUnsupported):
		return nil, unsupported(p.text, n.At(), "in a regular expression, "+withoutKind(err, pattern.ErrUnsupported)+",")
	case err != nil:
		return nil, refused(p.text, n.At(), "/%s/ is not a regular expression: %s", n.Pattern, withoutKind(err, pattern.ErrSyntax))
	}
	return p.matching(f, re.Prefix(), "/"+expr, re.Walker), nil
}

// maxRegexp is how long a regular expression may be for the engine, whose
// setting for it, index.max_regex_length, Zenodo leaves as it is.
const maxRegexp = 1000

func (s *shared) compile(expr string) (*pattern.Regexp, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if re, ok := s.regexps[expr]; ok {
		return re, nil
	}
	re, err := pattern.NewRegexp(expr)
	if err == nil {
		s.regexps[expr] = re
	}
	return re, err
}

// withoutKind is what an error says besides its kind.
func withoutKind(err, kind error) string {
	text, _ := bytes.CutPrefix([]byte(err.Error()), []byte(kind.Error()+": "))
	return string(text)
}

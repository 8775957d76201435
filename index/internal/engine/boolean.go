package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/zharvest/zharvest/querystring"
)

// boolean is Lucene's: all that must, none of what must not, and where
// nothing must, at least one of what should.
func (p *planner) boolean(ctx context.Context, b *querystring.Boolean) (condition, error) {
	var must, not, should []condition
	clauses := b.Resolve(analysesToNothing)
	for _, c := range distinctClauses(clauses) {
		one, err := p.node(ctx, c.Node)
		if err != nil {
			return nil, err
		}
		switch c.Occur {
		case querystring.Must:
			if one == (nothing{}) && p.segment.Docs > 0 {
				return one, nil // an empty segment is asked for errors
			}
			must = append(must, one)
		case querystring.MustNot:
			not = append(not, one)
		case querystring.Should:
			should = append(should, one)
		}
	}
	if len(clauses) == 0 {
		return nothing{}, nil
	}
	if len(must) == 0 && len(should) > 0 {
		must = append(must, joined(should))
	}
	slices.SortStableFunc(must, func(a, b condition) int { return a.most() - b.most() })
	return allOf{p.segment, must, not}, nil
}

// distinctClauses leaves out those that come twice.
func distinctClauses(clauses []querystring.Clause) []querystring.Clause {
	seen := make(map[string]bool, len(clauses))
	var distinct []querystring.Clause
	for _, c := range clauses {
		key := fmt.Sprintf("%s %T %s", c.Occur, c.Node, c.Node)
		if !seen[key] {
			seen[key] = true
			distinct = append(distinct, c)
		}
	}
	return distinct
}

// analysesToNothing reports whether the engine drops a clause: words in a named
// text field that have no token, or a group of such.
func analysesToNothing(n querystring.Node) bool {
	switch n := n.(type) {
	case *querystring.Text:
		return hasNoToken(n.Field, n.Value)
	case *querystring.Phrase:
		return hasNoToken(n.Field, n.Value)
	case *querystring.Boolean:
		return len(n.Resolve(analysesToNothing)) == 0
	}
	return false
}

func hasNoToken(name, value string) bool {
	fields := fieldsNamed(name)
	none := len(fields) > 0
	for _, f := range fields {
		if !f.isText() {
			return false
		}
		f.analyse()(value, func([]byte) { none = false })
	}
	return none
}

package engine

import (
	"context"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// boolean is Lucene's: all that must, none of what must not, and where
// nothing must, at least one of what should.
func (e *evaluator) boolean(ctx context.Context, b *querystring.Boolean) (segment.Bitset, error) {
	result, should := segment.FullBitset(e.segment.Docs), e.segment.empty()
	musts, shoulds, clauses := 0, 0, 0
	for _, c := range b.Resolve(analysesToNothing) {
		clauses++
		set, err := e.node(ctx, c.Node)
		if err != nil {
			return nil, err
		}
		switch c.Occur {
		case querystring.Must:
			result.And(set)
			musts++
		case querystring.MustNot:
			result.AndNot(set)
		case querystring.Should:
			should.Or(set)
			shoulds++
		}
	}
	if clauses == 0 {
		return e.segment.empty(), nil
	}
	if musts == 0 && shoulds > 0 {
		result.And(should)
	}
	return result, nil
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

package querystring

import "iter"

// Leaves iterates over the parts of the query that are no groups, in the order of the text. A text that is loose, or
// empty, has none.
func (q *Query) Leaves() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		if q.Root != nil {
			eachLeaf(q.Root, yield)
		}
	}
}

// eachLeaf returns false once yield has.
func eachLeaf(n Node, yield func(Node) bool) bool {
	b, ok := n.(*Boolean)
	if !ok {
		return yield(n)
	}
	for _, c := range b.Clauses {
		if !eachLeaf(c.Node, yield) {
			return false
		}
	}
	return true
}

// FieldOf returns the name of the index field that a leaf asks about, and "" for the default fields.
func FieldOf(n Node) string {
	switch n := n.(type) {
	case *Text:
		return n.Field
	case *Phrase:
		return n.Field
	case *Prefix:
		return n.Field
	case *Wildcard:
		return n.Field
	case *Fuzzy:
		return n.Field
	case *Regexp:
		return n.Field
	case *Range:
		return n.Field
	case *Exists:
		return n.Field
	}
	return ""
}

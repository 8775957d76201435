package index

import (
	"strings"

	"github.com/zharvest/zharvest/querystring"
)

// Unsearchable returns the parts of a query that name fields which the index
// does not have: they match nothing in it. Zenodo may have the field, since
// its JSON does not tell all that its search knows.
func Unsearchable(q *querystring.Query) []querystring.Node {
	if q.Root == nil {
		return nil
	}
	return unsearchable(q.Root, nil)
}

func unsearchable(n querystring.Node, found []querystring.Node) []querystring.Node {
	switch n := n.(type) {
	case *querystring.Boolean:
		for _, c := range n.Clauses {
			found = unsearchable(c.Node, found)
		}
		return found
	case *querystring.Exists:
		if hasField(n.Field) {
			return found
		}
		return append(found, n)
	}
	if name := fieldOf(n); name != "" && fieldsByName[name] == nil {
		found = append(found, n)
	}
	return found
}

// hasField tells whether the index has a field, or any below it.
func hasField(name string) bool {
	for i := range allFields {
		if field := allFields[i].name; field == name || strings.HasPrefix(field, name+".") {
			return true
		}
	}
	return false
}

// fieldOf is the field that a leaf names, empty for the default fields.
func fieldOf(n querystring.Node) string {
	switch n := n.(type) {
	case *querystring.Text:
		return n.Field
	case *querystring.Phrase:
		return n.Field
	case *querystring.Prefix:
		return n.Field
	case *querystring.Range:
		return n.Field
	case *querystring.Wildcard:
		return n.Field
	case *querystring.Fuzzy:
		return n.Field
	case *querystring.Regexp:
		return n.Field
	}
	return ""
}

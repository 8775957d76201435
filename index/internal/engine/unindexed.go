package engine

import (
	"slices"

	"github.com/zharvest/zharvest/querystring"
)

// UnindexedFields returns the parts of a query that name fields which the index
// does not have: they match nothing in it. Zenodo may have the field, since
// its JSON does not tell all that its search knows.
func UnindexedFields(q *querystring.Query) (found []querystring.Node) {
	for n := range q.Leaves() {
		name := querystring.FieldOf(n)
		_, isExists := n.(*querystring.Exists)
		if name != "" && !hasField(name, isExists) {
			found = append(found, n)
		}
	}
	return found
}

// hasField reports whether the index has a field, or any below it where that is
// asked for.
func hasField(name string, below bool) bool {
	if below {
		return len(fieldsBelow(name)) > 0
	}
	return slices.ContainsFunc(fieldsNamed(name), func(f *field) bool { return !f.absent })
}

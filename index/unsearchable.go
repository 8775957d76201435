package index

import (
	"strings"

	"github.com/zharvest/zharvest/querystring"
)

// Unsearchable returns the parts of a query that name fields which the index
// does not have: they match nothing in it. Zenodo may have the field, since
// its JSON does not tell all that its search knows.
func Unsearchable(q *querystring.Query) (found []querystring.Node) {
	for n := range q.Leaves() {
		name := querystring.FieldOf(n)
		_, isExists := n.(*querystring.Exists)
		if name != "" && fieldsByName[name] == nil && !(isExists && hasField(name)) {
			found = append(found, n)
		}
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

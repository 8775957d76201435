package querystring

import (
	"fmt"
	"strings"
)

// phraseEscapes escapes what could end a phrase.
var phraseEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Quote spells value as a phrase: on a keyword field exactly this value, on a text field its words in this order.
// Wildcards and operators in it mean nothing.
func Quote(value string) string { return `"` + phraseEscapes.Replace(value) + `"` }

// Term returns a query for the records in which field has value, such as doi:"10.5281/zenodo.1". The name of the field is
// given without escapes, either one of [Fields] or one of the index.
func Term(field, value string) string { return fieldName(field) + ":" + Quote(value) }

// Between returns a query for the values of field from the bound from, which is included, up to but not including to:
// field:[from TO to}. An empty bound is open. Times must be written in UTC with a Z, as in 2024-01-31T12:00:00Z.
func Between(field, from, to string) string {
	r := Range{Lo: Bound{Value: from, Inclusive: true}, Hi: Bound{Value: to}}
	if from == "" {
		r.Lo = Bound{Open: true}
	}
	if to == "" {
		r.Hi = Bound{Open: true}
	}
	return fieldName(field) + ":" + r.String()
}

// fieldName spells a name so that the gate finds it in its table, or the engine in the index.
func fieldName(field string) string {
	if _, ok := fields[field]; ok {
		return field
	}
	return escapeTerm(field)
}

// And joins a query that someone typed and a condition of ours: (query) AND condition. Either may be empty. The error is
// that of [Combinable].
func And(query, condition string) (string, error) {
	if err := Combinable(query); err != nil {
		return "", err
	}
	switch {
	case query == "":
		return condition, nil
	case condition == "":
		return query, nil
	}
	return "(" + query + ") AND " + condition, nil
}

// Combinable reports why nothing can be added to a query: it wraps [ErrLoose] if Zenodo would search its words loosely,
// which it would then do with all that is added, or is an [*Error] if Zenodo refuses the query. The empty query can be
// combined.
func Combinable(query string) error {
	q, err := Parse(query)
	if err != nil {
		return err
	}
	if q.Loose {
		return fmt.Errorf("%w: %s", ErrLoose, q.where())
	}
	return nil
}

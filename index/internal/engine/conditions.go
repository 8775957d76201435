package engine

import (
	"context"
	"fmt"

	"github.com/zharvest/zharvest/querystring"
)

// What Zenodo's engine takes of one query: conditions, after it has looked for
// each word in each field, and units of UTF-16.
const (
	maxConditions = 1024
	maxLength     = 32_000
)

// TooLong says why Zenodo refuses a query that is too long, and is empty for
// any other. A fuzzy word counts as one.
func TooLong(q *querystring.Query) string {
	sent := q.Sent
	if q.Loose {
		sent = q.Text
	}
	if n := utf16Length(sent); n > maxLength && !q.Loose {
		return fmt.Sprintf("it has %d characters, and Zenodo takes %d", n, maxLength)
	}
	c := conditions{terms: func(*field, string, int) (int, error) { return 1, nil }}
	n, _ := c.inQuery(q)
	return tooMany(n)
}

// TooLong says why Zenodo refuses a query, as the function of that name does,
// with each fuzzy word counted as the terms that it stands for in the segments.
func (x *Index) TooLong(ctx context.Context, q *querystring.Query) (string, error) {
	fuzzy := &expansions{segments: x.Segments}
	c := conditions{terms: func(f *field, word string, edits int) (int, error) {
		terms, err := fuzzy.of(ctx, f, word, edits)
		return len(terms), err
	}}
	n, err := c.inQuery(q)
	return tooMany(n), err
}

func tooMany(n int) string {
	if n <= maxConditions {
		return ""
	}
	return fmt.Sprintf("it comes to %d conditions, a word without a field to about %d, and Zenodo takes %d", n, len(defaultFields)+len(otherDefaults), maxConditions)
}

// otherDefaults are the fields that Zenodo searches where none is named and that
// the index lacks.
var otherDefaults = []*field{
	{name: "metadata.contact", kind: keyword},
}

// conditions counts what the engine makes of a query. It is never too many: the
// engine leaves out the doubles in a group, and so is done here.
type conditions struct {
	// terms is how many terms a fuzzy word stands for in a field.
	terms func(f *field, word string, edits int) (int, error)
}

func (c *conditions) inQuery(q *querystring.Query) (int, error) {
	switch {
	case q.Loose:
		return c.inLeaf(&querystring.Text{Value: q.Text})
	case q.Root == nil:
		return 0, nil
	}
	return c.inNode(q.Root)
}

func (c *conditions) inNode(n querystring.Node) (total int, err error) {
	group, ok := n.(*querystring.Boolean)
	if !ok {
		return c.inLeaf(n)
	}
	seen, excludes := map[string]bool{}, true
	for _, clause := range group.Clauses {
		excludes = excludes && clause.Occur == querystring.MustNot
		text := clause.Occur.String() + clause.Node.String()
		if seen[text] {
			continue
		}
		seen[text] = true
		inside, err := c.inNode(clause.Node)
		if err != nil {
			return 0, err
		}
		total += inside
	}
	if excludes {
		total++ // from which to exclude
	}
	return total, nil
}

func (c *conditions) inLeaf(n querystring.Node) (total int, err error) {
	for _, f := range fieldsOf(n) {
		inField, err := c.inField(n, f)
		if err != nil {
			return 0, err
		}
		total += inField
	}
	return total, nil
}

// fieldsOf are the fields that the engine looks for a leaf in.
func fieldsOf(n querystring.Node) []*field {
	name := querystring.FieldOf(n)
	switch n.(type) {
	case *querystring.MatchAll:
		return nil
	case *querystring.Exists:
		return fieldsBelow(name)
	}
	if name == "" {
		return append(defaultFields[:len(defaultFields):len(defaultFields)], otherDefaults...)
	}
	return fieldsNamed(name)
}

func (c *conditions) inField(n querystring.Node, f *field) (int, error) {
	switch n := n.(type) {
	case *querystring.Text:
		return distinct(f.words(n.Value)), nil
	case *querystring.Phrase:
		return min(1, len(f.words(n.Value))), nil
	case *querystring.Fuzzy:
		if n.Edits > 0 {
			return c.terms(f, f.normalize(n.Value), n.Edits)
		}
	}
	return 1, nil
}

func distinct(words []string) int {
	seen := map[string]bool{}
	for _, w := range words {
		seen[w] = true
	}
	return len(seen)
}

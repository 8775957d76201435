package querystring_test

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/zharvest/zharvest/querystring"
)

// escaped is what a pattern has escaped so that the gate passes it. Escaping keeps the engine from normalising the
// character, which would not change it either.
var escaped = regexp.MustCompile(`\\([\v\f\x1c-\x1f\x{85}\p{Z}!(){}\[\]:^"~/+'<>-])`)

// show spells a tree without its positions: + and - stand for clauses that must and must not match.
func show(n querystring.Node) string {
	if n == nil {
		return "nil"
	}
	s := showLeaf(n)
	if b := n.At().Boost; b != "" {
		s += "^" + b
	}
	return s
}

func showLeaf(n querystring.Node) string {
	switch n := n.(type) {
	case *querystring.Boolean:
		var parts []string
		for _, c := range n.Clauses {
			parts = append(parts, [...]string{"", "+", "-"}[c.Occur]+show(c.Node))
		}
		return "bool(" + strings.Join(parts, " ") + ")"
	case *querystring.Text:
		return fmt.Sprintf("text(%s %q)", n.Field, n.Value)
	case *querystring.Phrase:
		return fmt.Sprintf("phrase(%s %q %d)", n.Field, n.Value, n.Slop)
	case *querystring.Prefix:
		return fmt.Sprintf("prefix(%s %q)", n.Field, n.Value)
	case *querystring.Wildcard:
		return fmt.Sprintf("wildcard(%s %q)", n.Field, escaped.ReplaceAllString(n.Pattern, "$1"))
	case *querystring.Fuzzy:
		return fmt.Sprintf("fuzzy(%s %q %d)", n.Field, n.Value, n.Edits)
	case *querystring.Regexp:
		return fmt.Sprintf("regexp(%s %q)", n.Field, n.Pattern)
	case *querystring.Range:
		return fmt.Sprintf("range(%s %s %s)", n.Field, showBound(n.Lo), showBound(n.Hi))
	case *querystring.Exists:
		return fmt.Sprintf("exists(%s)", n.Field)
	case *querystring.MatchAll:
		return "all"
	}
	return fmt.Sprintf("%T", n)
}

func showBound(b querystring.Bound) string {
	switch {
	case b.Open:
		return "*"
	case b.Inclusive:
		return fmt.Sprintf("=%q", b.Value)
	}
	return fmt.Sprintf("%q", b.Value)
}

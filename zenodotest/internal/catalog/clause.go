package catalog

import (
	"math"
	"strconv"
	"strings"
)

// clause is a simple condition of a query that needs no search engine.
type clause struct {
	field clauseField
	// from and to bound a time, in milliseconds since 1970, or an identifier:
	// [from, to).
	from, to int64
	text     string // a slug or a type
	prefix   string // of an identifier, in decimal
}

type clauseField int

const (
	everything clauseField = iota
	byCreated
	byUpdated
	byID
	byIDPrefix
	byConcept
	byCommunity
	byType
)

// parseQuery takes a query apart into simple conditions and what remains for
// a search engine; all of them must hold. Only queries that are conditions
// joined by AND are taken apart: with other operators between them, the engine's
// rules do not let them be looked at one by one.
func parseQuery(q string) (clauses []clause, rest []string) {
	q = strings.TrimSpace(q)
	if q == "" {
		return nil, nil
	}
	parts, ok := splitAnd(q)
	if !ok {
		return nil, []string{q}
	}
	for _, part := range parts {
		if group, ok := ungroup(part); ok {
			groupClauses, groupRest := parseQuery(group)
			clauses, rest = append(clauses, groupClauses...), append(rest, groupRest...)
		} else if c, ok := parseClause(part); ok {
			clauses = append(clauses, c)
		} else {
			rest = append(rest, part)
		}
	}
	return clauses, rest
}

// splitAnd cuts a query at the ANDs outside quotes and brackets. It fails
// where a part is more than one condition, or brackets do not match.
func splitAnd(q string) ([]string, bool) {
	words, ok := splitWords(q)
	if !ok || len(words)%2 == 0 {
		return nil, false
	}
	var parts []string
	for i, word := range words {
		switch isAnd := word == "AND"; {
		case i%2 == 1 && !isAnd:
			return nil, false
		case i%2 == 1:
		case isAnd || word == "OR" || word == "NOT" || strings.ContainsAny(word[:1], "+-!"):
			return nil, false
		default:
			parts = append(parts, word)
		}
	}
	return parts, true
}

// splitWords cuts at blanks outside quotes and brackets.
func splitWords(q string) (words []string, ok bool) {
	depth, quoted, start := 0, false, 0
	for i := 0; i <= len(q); i++ {
		if i == len(q) || q[i] == ' ' && depth == 0 && !quoted {
			if start < i {
				words = append(words, q[start:i])
			}
			start = i + 1
			continue
		}
		switch c := q[i]; {
		case c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		}
		if depth < 0 {
			return nil, false
		}
	}
	return words, depth == 0 && !quoted
}

// ungroup takes the brackets off (a AND b), but not off (a)(b).
func ungroup(part string) (string, bool) {
	if !strings.HasPrefix(part, "(") || !strings.HasSuffix(part, ")") {
		return "", false
	}
	inside := part[1 : len(part)-1]
	_, ok := splitWords(inside)
	return inside, ok && strings.TrimSpace(inside) != ""
}

func parseClause(s string) (clause, bool) {
	if s == "*" || s == "*:*" {
		return clause{field: everything}, true
	}
	field, value, ok := strings.Cut(s, ":")
	if !ok || value == "" {
		return clause{}, false
	}
	switch field {
	case "created":
		return timeClause(byCreated, value)
	case "updated":
		return timeClause(byUpdated, value)
	case "recid", "id":
		return idClause(value)
	case "conceptrecid", "parent.id":
		return numberClause(byConcept, value)
	case "communities":
		return textClause(byCommunity, value)
	case "type", "resource_type.type":
		return textClause(byType, value)
	}
	return clause{}, false
}

// plain takes the quotes off a value. It fails where the value has a meaning
// beyond its letters.
func plain(value string) (string, bool) {
	if quoted, ok := strings.CutPrefix(value, `"`); ok {
		inside, ok := strings.CutSuffix(quoted, `"`)
		return inside, ok && !strings.ContainsAny(inside, `"\`)
	}
	return value, value != "" && value[0] != '-' && !strings.ContainsAny(value, ` "\()[]{}^~*?:/<>=&|!+`)
}

func textClause(field clauseField, value string) (clause, bool) {
	text, ok := plain(value)
	return clause{field: field, text: text}, ok
}

func numberClause(field clauseField, value string) (clause, bool) {
	text, ok := plain(value)
	if !ok {
		return clause{}, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != text {
		return clause{field: field, from: -1, to: -1}, true // a keyword that no record has
	}
	return clause{field: field, from: n, to: n + 1}, true
}

func idClause(value string) (clause, bool) {
	if prefix, ok := strings.CutSuffix(value, "*"); ok && prefix != "" && strings.Trim(prefix, "0123456789") == "" {
		return clause{field: byIDPrefix, prefix: prefix}, true
	}
	return numberClause(byID, value)
}

// prefixRanges are the intervals of numbers that begin with the given digits.
func prefixRanges(prefix string) [][2]int64 {
	first, err := strconv.ParseInt(prefix, 10, 64)
	if err != nil || first == 0 {
		return nil
	}
	var ranges [][2]int64
	for from, to := first, first+1; to < math.MaxInt64/10; from, to = from*10, to*10 {
		ranges = append(ranges, [2]int64{from, to})
	}
	return ranges
}

// idMatches reports whether an identifier meets a condition on identifiers.
func (c clause) idMatches(id int64) bool {
	if c.field == byIDPrefix {
		return strings.HasPrefix(strconv.FormatInt(id, 10), c.prefix)
	}
	return c.from <= id && id < c.to
}

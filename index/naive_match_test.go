package index_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/zharvest/zharvest/querystring"
)

func matchesQuery(q *querystring.Query, r *naiveRecord) bool {
	switch {
	case q.Loose:
		return matches(&querystring.Text{Value: q.Text}, r)
	case q.Root == nil:
		return true
	}
	return matches(q.Root, r)
}

// matches is the evaluator: one record, no index.
func matches(n querystring.Node, r *naiveRecord) bool {
	switch n := n.(type) {
	case *querystring.MatchAll:
		return true
	case *querystring.Boolean:
		return matchesGroup(n, r)
	case *querystring.Exists:
		return slices.ContainsFunc(naiveFields, func(f naiveField) bool {
			return (f.name == n.Field || strings.HasPrefix(f.name, n.Field+".")) && f.exists(r)
		})
	case *querystring.Text:
		return anyField(n.Field, func(f *naiveField) bool { return f.hasText(r, n.Value) })
	case *querystring.Phrase:
		if n.Slop > 0 {
			return anyField(n.Field, func(f *naiveField) bool { return f.hasNear(r, n.Value, n.Slop) })
		}
		return anyField(n.Field, func(f *naiveField) bool { return f.hasPhrase(r, n.Value) })
	case *querystring.Wildcard:
		return anyField(n.Field, func(f *naiveField) bool { return f.hasPattern(r, globPattern(n, f.normalize)) })
	case *querystring.Regexp:
		return anyField(n.Field, func(f *naiveField) bool { return f.normalize != nil && f.hasPattern(r, f.normalize(n.Pattern)) })
	case *querystring.Fuzzy:
		return anyField(n.Field, func(f *naiveField) bool {
			if f.number != nil {
				return false
			}
			word := f.normalize(n.Value)
			return f.hasTerm(r, func(term string) bool { return distance(term+"\x00"+word) <= n.Edits })
		})
	case *querystring.Prefix:
		return anyField(n.Field, func(f *naiveField) bool {
			if f.number != nil {
				return false
			}
			beginning := f.normalize(n.Value)
			return f.hasTerm(r, func(term string) bool { return strings.HasPrefix(term, beginning) })
		})
	case *querystring.Range:
		return anyField(n.Field, func(f *naiveField) bool { return f.inRange(r, n) })
	}
	return false
}

func matchesGroup(b *querystring.Boolean, r *naiveRecord) bool {
	must, should, matched, clauses := false, false, false, b.Resolve(yieldsNothing)
	for _, c := range clauses {
		got := matches(c.Node, r)
		switch c.Occur {
		case querystring.Must:
			must = true
			if !got {
				return false
			}
		case querystring.MustNot:
			if got {
				return false
			}
		case querystring.Should:
			should = true
			matched = matched || got
		}
	}
	return len(clauses) > 0 && (must || !should || matched)
}

// yieldsNothing tells clauses that the engine drops.
func yieldsNothing(n querystring.Node) bool {
	field, value := "", ""
	switch n := n.(type) {
	case *querystring.Boolean:
		return len(n.Resolve(yieldsNothing)) == 0
	case *querystring.Text:
		field, value = n.Field, n.Value
	case *querystring.Phrase:
		field, value = n.Field, n.Value
	}
	return slices.ContainsFunc(naiveFields, func(f naiveField) bool {
		return f.name == field && f.analyse != nil && len(f.analyse(value)) == 0
	})
}

func anyField(name string, match func(*naiveField) bool) bool {
	for i := range naiveFields {
		if f := &naiveFields[i]; (f.name == name || name == "" && f.byDefault) && match(f) {
			return true
		}
	}
	return false
}

func (f *naiveField) exists(r *naiveRecord) bool {
	if f.number != nil {
		_, ok := f.number(r.Record)
		return ok
	}
	return len(r.values[f.at]) > 0
}

// hasTerm reports whether a token, or a whole keyword, is one that is wanted.
func (f *naiveField) hasTerm(r *naiveRecord, want func(string) bool) bool {
	if f.number != nil {
		return false
	}
	if f.analyse == nil {
		return slices.ContainsFunc(r.values[f.at], want)
	}
	return slices.ContainsFunc(r.tokens[f.at], func(tokens []string) bool { return slices.ContainsFunc(tokens, want) })
}

func (f *naiveField) hasText(r *naiveRecord, text string) bool {
	switch {
	case f.number != nil:
		return f.inRange(r, &querystring.Range{Lo: querystring.Bound{Value: text, Inclusive: true}, Hi: querystring.Bound{Value: text, Inclusive: true}})
	case f.analyse == nil:
		return f.hasTerm(r, func(term string) bool { return term == text })
	}
	tokens := f.analyse(text)
	return f.hasTerm(r, func(term string) bool { return slices.Contains(tokens, term) })
}

func (f *naiveField) hasPhrase(r *naiveRecord, text string) bool {
	if f.analyse == nil {
		return f.hasText(r, text)
	}
	words := f.analyse(text)
	if len(words) == 0 {
		return false
	}
	return slices.ContainsFunc(r.tokens[f.at], func(tokens []string) bool {
		for i := range tokens {
			if rest := tokens[i:]; len(rest) >= len(words) && slices.Equal(rest[:len(words)], words) {
				return true
			}
		}
		return false
	})
}

// hasNear tries all places that the words of a phrase have.
func (f *naiveField) hasNear(r *naiveRecord, text string, slop int) bool {
	if f.analyse == nil {
		return f.hasText(r, text)
	}
	words := f.analyse(text)
	var tokens []string // with a gap between values
	for _, value := range r.tokens[f.at] {
		if len(value) > 0 {
			tokens = append(append(tokens, value...), make([]string, 100)...)
		}
	}
	var places []int
	var try func() bool
	try = func() bool {
		k := len(places)
		if k == len(words) {
			return k > 0
		}
		for at, token := range tokens {
			if token != words[k] || slices.Contains(places, at) {
				continue
			}
			places = append(places, at)
			starts := make([]int, len(places))
			for i, p := range places {
				starts[i] = p - i
			}
			if slices.Max(starts)-slices.Min(starts) <= slop && try() {
				return true
			}
			places = places[:k]
		}
		return false
	}
	return try()
}

func (f *naiveField) hasPattern(r *naiveRecord, expr string) bool {
	return f.hasTerm(r, anchored(expr).MatchString)
}

// globPattern writes wildcards as a regular expression.
func globPattern(n *querystring.Wildcard, normalize func(string) string) string {
	var expr strings.Builder
	for _, g := range n.Globs() {
		switch g.Wild {
		case '*':
			expr.WriteString(".*")
		case '?':
			expr.WriteString(".")
		default:
			if normalize != nil && !g.Escaped {
				g.Literal = normalize(g.Literal)
			}
			expr.WriteString(regexp.QuoteMeta(g.Literal))
		}
	}
	return expr.String()
}

// osa is the distance by edits and swaps of neighbours.
func osa(a, b []rune) int {
	switch {
	case len(a) == 0 || len(b) == 0:
		return len(a) + len(b)
	case a[0] == b[0]:
		return osa(a[1:], b[1:])
	}
	if diff := len(a) - len(b); diff > 2 || diff < -2 || len(a) > 30 {
		return 3 // more than any query allows
	}
	least := 1 + min(osa(a[1:], b), osa(a, b[1:]), osa(a[1:], b[1:]))
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		least = min(least, 1+osa(a[2:], b[2:]))
	}
	return least
}

func (f *naiveField) inRange(r *naiveRecord, n *querystring.Range) bool {
	if f.number != nil {
		value, ok := f.number(r.Record)
		return ok && f.aboveLo(value, n.Lo) && f.belowHi(value, n.Hi)
	}
	lo, hi := f.normalize(n.Lo.Value), f.normalize(n.Hi.Value)
	return f.hasTerm(r, func(term string) bool {
		return (n.Lo.Open || term > lo || n.Lo.Inclusive && term == lo) && (n.Hi.Open || term < hi || n.Hi.Inclusive && term == hi)
	})
}

func (f *naiveField) aboveLo(value int64, b querystring.Bound) bool {
	lo := f.bound(b.Value, !b.Inclusive)
	return b.Open || value > lo || b.Inclusive && value == lo
}

func (f *naiveField) belowHi(value int64, b querystring.Bound) bool {
	hi := f.bound(b.Value, b.Inclusive)
	return b.Open || value < hi || b.Inclusive && value == hi
}

// bound reads a whole number, or a day of which up means the last
// millisecond.
func (f *naiveField) bound(s string, up bool) int64 {
	if !f.isTime {
		n, _ := strconv.ParseInt(s, 10, 64)
		return n
	}
	at, _ := time.Parse(time.DateOnly, s)
	if up {
		at = at.AddDate(0, 0, 1).Add(-time.Millisecond)
	}
	return at.UnixMicro()
}

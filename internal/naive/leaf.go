package naive

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zharvest/zharvest/querystring"
)

// leaf is a condition in one of some fields.
type leaf struct {
	boost
	in []inField
}

// inField is a condition in one field.
type inField struct {
	match func(*Record) bool
	score func(*Record) float64 // nil where each record that matches gets 1
	count func() int            // of the engine's conditions; nil for 1
}

func (l *leaf) match(r *Record) bool {
	return slices.ContainsFunc(l.in, func(c inField) bool { return c.match(r) })
}

// score is that of the best field.
func (l *leaf) score(r *Record) (best float64) {
	for _, c := range l.in {
		switch {
		case !c.match(r):
		case c.score == nil:
			best = max(best, 1)
		default:
			best = max(best, c.score(r))
		}
	}
	return l.of(best)
}

func (l *leaf) conditions() (n int) {
	for _, c := range l.in {
		if c.count == nil {
			n++
		} else {
			n += c.count()
		}
	}
	return n
}

// leaf makes a condition ready. A field that Zenodo does not have matches
// nothing.
func (q *Query) leaf(n querystring.Node) (node, error) {
	l := &leaf{boost: boostOf(n)}
	if exists, ok := n.(*querystring.Exists); ok {
		if exists.Field == "*" {
			return nil, q.refused(n, "there are fields for which _exists_ cannot be asked")
		}
		for _, f := range below(exists.Field) {
			l.in = append(l.in, inField{match: func(r *Record) bool { return r.has(f) }})
		}
		return l, nil
	}
	for _, f := range named(querystring.FieldOf(n)) {
		inField := q.inTerms
		if !f.hasTerms() {
			inField = q.inValues
		}
		c, err := inField(n, f)
		if err != nil {
			return nil, err
		}
		l.in = append(l.in, c)
	}
	return l, nil
}

// inTerms makes a condition on words or keywords ready.
func (q *Query) inTerms(n querystring.Node, f *field) (inField, error) {
	switch n := n.(type) {
	case *querystring.Text:
		return q.inText(f, n.Value), nil
	case *querystring.Phrase:
		if f.isText() {
			return q.inPhrase(f, n), nil
		}
		return q.inText(f, n.Value), nil
	case *querystring.Prefix:
		beginning := f.normalize(n.Value)
		return ofTerms(f, func(term string) bool { return strings.HasPrefix(term, beginning) }), nil
	case *querystring.Wildcard:
		glob := globPattern(n, f)
		return ofTerms(f, remembered(glob.MatchString)), nil
	case *querystring.Regexp:
		if utf8.RuneCountInString(n.Pattern) > maxRegexp {
			return inField{}, q.refused(n, "the regular expression is too long")
		}
		p, err := parsePattern(f.normalize(n.Pattern))
		if err != nil {
			return inField{}, q.refused(n, "/%s/ is no regular expression: %v", n.Pattern, err)
		}
		return ofTerms(f, remembered(p.matchString)), nil
	case *querystring.Fuzzy:
		return q.inFuzzy(f, n), nil
	case *querystring.Range:
		lo, hi := f.normalize(n.Lo.Value), f.normalize(n.Hi.Value)
		return ofTerms(f, func(term string) bool {
			return (n.Lo.Open || term > lo || n.Lo.Inclusive && term == lo) && (n.Hi.Open || term < hi || n.Hi.Inclusive && term == hi)
		}), nil
	}
	return inField{}, q.refused(n, "there is no such condition")
}

// ofTerms is a condition on single terms.
func ofTerms(f *field, want func(term string) bool) inField {
	return inField{match: func(r *Record) bool { return r.hasTerm(f, want) }}
}

// inText is any of the words of a text, or the whole of it as a keyword.
func (q *Query) inText(f *field, value string) inField {
	if !f.isText() {
		return ofTerms(f, func(term string) bool { return term == value })
	}
	tokens := f.analyse(value)
	in := q.corpus.of(f, tokens...)
	c := ofTerms(f, func(term string) bool { return slices.Contains(tokens, term) })
	c.score = func(r *Record) (score float64) {
		for _, token := range tokens {
			score += in.score(r, float64(r.frequency(f, token)), token)
		}
		return score
	}
	c.count = func() int { return len(slices.Compact(slices.Sorted(slices.Values(tokens)))) }
	return c
}

// inPhrase is words in a row, or with some moves.
func (q *Query) inPhrase(f *field, n *querystring.Phrase) inField {
	words := f.analyse(n.Value)
	in := q.corpus.of(f, words...)
	frequency := func(r *Record) float64 { return float64(r.inRow(f, words)) }
	if n.Slop > 0 {
		frequency = func(r *Record) float64 { return r.near(f, words, n.Slop) }
	}
	return inField{
		match: func(r *Record) bool { return frequency(r) > 0 },
		score: func(r *Record) float64 { return in.score(r, frequency(r), words...) },
		count: func() int { return min(1, len(words)) },
	}
}

// inRow is how often words stand in a row.
func (r *Record) inRow(f *field, words []string) (n int) {
	if len(words) == 0 {
		return 0
	}
	for _, tokens := range r.tokensOf(f) {
		for i := range len(tokens) - len(words) + 1 {
			if slices.Equal(tokens[i:i+len(words)], words) {
				n++
			}
		}
	}
	return n
}

// gap is how many places are between two values of a field.
const gap = 100

// near is 1 for words in a row, less the more moves of words it takes to bring
// them there, and 0 where it takes more than slop. It tries all places that the
// words have; Lucene adds up what it gets for some of them.
func (r *Record) near(f *field, words []string, slop int) (frequency float64) {
	var tokens []string
	for _, value := range r.tokensOf(f) {
		if len(value) > 0 {
			tokens = append(append(tokens, value...), make([]string, gap)...)
		}
	}
	least := slop + 1
	places, starts := []int{}, []int{} // of the first words, and where the phrase would begin by each of them
	var try func()
	try = func() {
		k := len(places)
		if k == len(words) {
			least = min(least, slices.Max(starts)-slices.Min(starts))
			return
		}
		for at, token := range tokens {
			if token != words[k] || slices.Contains(places, at) {
				continue
			}
			places, starts = append(places, at), append(starts, at-k)
			if slices.Max(starts)-slices.Min(starts) < least {
				try()
			}
			places, starts = places[:k], starts[:k]
		}
	}
	if len(words) > 0 {
		try()
	}
	if least > slop {
		return 0
	}
	return 1 / float64(1+least)
}

// globPattern writes wildcards as a regular expression. What is escaped is not
// normalised.
func globPattern(n *querystring.Wildcard, f *field) *regexp.Regexp {
	var expr strings.Builder
	for _, g := range n.Globs() {
		switch {
		case g.Wild == '*':
			expr.WriteString(".*")
		case g.Wild == '?':
			expr.WriteString(".")
		case g.Escaped:
			expr.WriteString(regexp.QuoteMeta(g.Literal))
		default:
			expr.WriteString(regexp.QuoteMeta(f.normalize(g.Literal)))
		}
	}
	return regexp.MustCompile("^(?s:" + expr.String() + ")$")
}

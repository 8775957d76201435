package engine

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/zharvest/zharvest/index/internal/pattern"
	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// evaluator finds the documents of one segment that match a query.
type evaluator struct {
	text    string
	now     time.Time
	segment *Segment
	// withStatistic finds the records with a statistic from one number to
	// another, both included.
	withStatistic func(ctx context.Context, field string, from, until int64) (KeySet, error)
	// byStatistic keeps the records that a condition on views or downloads
	// selects, expansions the terms that a fuzzy word stands for, and regexps
	// what was compiled: all segments share them.
	byStatistic map[string]KeySet
	expansions  *expansions
	regexps     map[string]*pattern.Regexp // by what they are after analysis
}

// query returns the documents that match a text.
func (e *evaluator) query(ctx context.Context, q *querystring.Query) (segment.Bitset, error) {
	switch {
	case q.Loose:
		return e.loose(ctx, q.Text)
	case q.Root == nil:
		return segment.FullBitset(e.segment.Docs), nil
	}
	return e.node(ctx, q.Root)
}

// loose is what Zenodo does with a text that it cannot parse: any of its
// words in any of the default fields.
func (e *evaluator) loose(ctx context.Context, text string) (segment.Bitset, error) {
	return e.inDefaults(func(f *field) (segment.Bitset, error) { return e.textIn(ctx, f, text) })
}

func (e *evaluator) node(ctx context.Context, n querystring.Node) (segment.Bitset, error) {
	switch n := n.(type) {
	case *querystring.Boolean:
		return e.boolean(ctx, n)
	case *querystring.MatchAll:
		return segment.FullBitset(e.segment.Docs), nil
	case *querystring.Exists:
		return e.exists(ctx, n)
	case *querystring.Text:
		return e.inFields(n.Field, func(f *field) (segment.Bitset, error) { return e.value(ctx, n, f, n.Value) })
	case *querystring.Phrase:
		return e.inFields(n.Field, func(f *field) (segment.Bitset, error) { return e.phrase(ctx, n, f) })
	case *querystring.Prefix:
		return e.inFields(n.Field, func(f *field) (segment.Bitset, error) { return e.prefix(ctx, n, f) })
	case *querystring.Range:
		return e.inFields(n.Field, func(f *field) (segment.Bitset, error) { return e.between(ctx, n, f) })
	case *querystring.Wildcard:
		return e.inFields(n.Field, func(f *field) (segment.Bitset, error) { return e.wildcard(ctx, n, f) })
	case *querystring.Fuzzy:
		return e.inFields(n.Field, func(f *field) (segment.Bitset, error) { return e.fuzzy(ctx, n, f) })
	case *querystring.Regexp:
		if utf8.RuneCountInString(n.Pattern) > maxRegexp {
			return nil, refused(e.text, n.At(), "a regular expression has at most %d characters", maxRegexp)
		}
		return e.inFields(n.Field, func(f *field) (segment.Bitset, error) { return e.regexp(ctx, n, f) })
	}
	return nil, unsupported(e.text, n.At(), "this")
}

// inFields evaluates a leaf in the field that it names, or in any of the
// default fields. A field that the index does not know matches nothing, as
// with Zenodo.
func (e *evaluator) inFields(name string, leaf func(*field) (segment.Bitset, error)) (segment.Bitset, error) {
	if name == "" {
		return e.inDefaults(leaf)
	}
	return e.inEach(fieldsNamed(name), leaf)
}

func (e *evaluator) inDefaults(leaf func(*field) (segment.Bitset, error)) (segment.Bitset, error) {
	return e.inEach(defaultFields, leaf)
}

// inEach evaluates a leaf in any of some fields. One that refuses it refuses the
// whole.
func (e *evaluator) inEach(fields []*field, leaf func(*field) (segment.Bitset, error)) (segment.Bitset, error) {
	all := e.segment.empty()
	for _, f := range fields {
		set, err := leaf(f)
		if err != nil {
			return nil, err
		}
		all.Or(set)
	}
	return all, nil
}

// term returns the documents with a term.
func (e *evaluator) term(ctx context.Context, f *field, term string) (segment.Bitset, error) {
	set := e.segment.empty()
	p, _, err := e.segment.Terms.Find(ctx, segment.Key(f.id, term))
	if err != nil {
		return nil, err
	}
	return set, p.AddTo(set)
}

// value matches a text without quotes.
func (e *evaluator) value(ctx context.Context, n querystring.Node, f *field, value string) (segment.Bitset, error) {
	switch f.kind {
	case number, integers, doubles, statistic:
		return e.equals(ctx, n, f, value)
	case date, times, dateRange:
		return e.dates(ctx, n, f, exactly(value), exactly(value))
	case boolean, latest:
		return e.truthsBetween(ctx, n, f, exactly(value), exactly(value))
	case place:
		return nil, e.onlyExists(n, f)
	}
	return e.textIn(ctx, f, value)
}

// textIn matches any token of a text, or the whole of it in a keyword field.
func (e *evaluator) textIn(ctx context.Context, f *field, value string) (segment.Bitset, error) {
	if !f.isText() {
		return e.term(ctx, f, value)
	}
	all := e.segment.empty()
	var failed error
	f.analyse()(value, func(token []byte) {
		set, err := e.term(ctx, f, string(token))
		if err != nil {
			failed = err
			return
		}
		all.Or(set)
	})
	return all, failed
}

func (e *evaluator) phrase(ctx context.Context, n *querystring.Phrase, f *field) (segment.Bitset, error) {
	if !f.isText() {
		return e.value(ctx, n, f, n.Value)
	}
	var words []string
	f.analyse()(n.Value, func(token []byte) { words = append(words, string(token)) })
	switch {
	case len(words) == 0:
		return e.segment.empty(), nil
	case len(words) == 1:
		return e.term(ctx, f, words[0])
	}
	within := segment.FullBitset(e.segment.Docs)
	lists := make([]segment.Postings, len(words))
	for i, word := range words {
		p, ok, err := e.segment.Terms.Find(ctx, segment.Key(f.id, word))
		if err != nil || !ok {
			return e.segment.empty(), err
		}
		set := e.segment.empty()
		if err := p.AddTo(set); err != nil {
			return nil, err
		}
		within.And(set)
		lists[i] = p
	}
	if n.Slop > 0 {
		return segment.Near(lists, numbered(words), within, n.Slop)
	}
	return segment.Phrase(lists, within)
}

// numbered gives equal words the same number.
func numbered(words []string) []int {
	numbers := make([]int, len(words))
	for i, w := range words {
		numbers[i] = slices.Index(words, w)
	}
	return numbers
}

func (e *evaluator) prefix(ctx context.Context, n *querystring.Prefix, f *field) (segment.Bitset, error) {
	if !f.hasTerms() {
		return nil, refused(e.text, n.At(), "%s holds %s, which have no beginning to search for", f.name, f.holds())
	}
	from := segment.Key(f.id, f.normalize(n.Value))
	return e.terms(ctx, from, after(from), isTerm)
}

// after is the first key that does not begin with prefix.
func after(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] < 0xff {
			end[i]++
			return end[:i+1]
		}
	}
	return nil
}

// terms returns the documents with any of the terms from one key (included)
// to another (not included) that want accepts.
func (e *evaluator) terms(ctx context.Context, from, until []byte, want func(key []byte) bool) (segment.Bitset, error) {
	all := e.segment.empty()
	err := e.segment.Terms.Scan(ctx, from, until, want, func(_ []byte, p segment.Postings) error { return p.AddTo(all) })
	return all, err
}

// between matches a range.
func (e *evaluator) between(ctx context.Context, n *querystring.Range, f *field) (segment.Bitset, error) {
	switch f.kind {
	case date, times, dateRange:
		return e.dates(ctx, n, f, n.Lo, n.Hi)
	case number, integers, doubles, statistic:
		return e.numbersBetween(ctx, n, f, n.Lo, n.Hi)
	case boolean, latest:
		return e.truthsBetween(ctx, n, f, n.Lo, n.Hi)
	case place:
		return nil, e.onlyExists(n, f)
	}
	from, until := segment.Key(f.id, ""), segment.Key(f.id+1, "")
	if !n.Lo.Open {
		from = segment.Key(f.id, f.normalize(n.Lo.Value))
		if !n.Lo.Inclusive {
			from = append(from, 0)
		}
	}
	if !n.Hi.Open {
		until = segment.Key(f.id, f.normalize(n.Hi.Value))
		if n.Hi.Inclusive {
			until = append(until, 0)
		}
	}
	if string(from) >= string(until) {
		return e.segment.empty(), nil
	}
	return e.terms(ctx, from, until, isTerm)
}

// onlyExists refuses what asks more of a field than whether it is there.
func (e *evaluator) onlyExists(n querystring.Node, f *field) error {
	return refused(e.text, n.At(), "%s holds places, which cannot be searched for; only _exists_:%s can be asked", f.name, f.name)
}

// exists matches records that have the field, or any field below it.
func (e *evaluator) exists(ctx context.Context, n *querystring.Exists) (segment.Bitset, error) {
	if n.Field == "*" {
		return nil, refused(e.text, n.At(), "the engine has fields for which _exists_ cannot be asked, so not for all; *:* finds everything")
	}
	return e.inEach(fieldsBelow(n.Field), func(f *field) (segment.Bitset, error) { return e.has(ctx, f) })
}

func (e *evaluator) has(ctx context.Context, f *field) (segment.Bitset, error) {
	switch f.kind {
	case latest:
		return segment.FullBitset(e.segment.Docs), nil
	case number, date, dateRange:
		return e.inColumn(ctx, f, minNumber, maxNumber)
	case statistic:
		return e.statistics(ctx, f, minNumber, maxNumber)
	}
	return e.term(ctx, f, presence)
}

package engine

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// planner makes the conditions that find what a query matches in one segment.
type planner struct {
	*shared
	text    string
	now     time.Time
	segment *Segment
	leaves  map[string]condition // by what they are: equal ones are looked up once
	words   map[analysed][]string
}

// analysed is a text in fields of a kind, which all make the same words of it.
type analysed struct {
	kind kind
	text string
}

// wordsOf are the words of a field, as those of others of its kind.
func (p *planner) wordsOf(f *field, text string) []string {
	key := analysed{f.kind, text}
	words, ok := p.words[key]
	if !ok {
		words = f.words(text)
		p.words[key] = words
	}
	return words
}

// query is the condition for a whole query.
func (p *planner) query(ctx context.Context, q *querystring.Query) (condition, error) {
	switch {
	case q.Loose:
		return p.loose(ctx, q.Text)
	case q.Root == nil:
		return everything{p.segment}, nil
	}
	return p.node(ctx, q.Root)
}

// loose is what Zenodo does with a text that it cannot parse: any of its
// words in any of the default fields.
func (p *planner) loose(ctx context.Context, text string) (condition, error) {
	return p.inEach(defaultFields, func(f *field) (condition, error) { return p.textIn(ctx, f, text) })
}

func (p *planner) node(ctx context.Context, n querystring.Node) (condition, error) {
	if group, ok := n.(*querystring.Boolean); ok {
		return p.boolean(ctx, group)
	}
	key := fmt.Sprintf("%T %s", n, n)
	if c, ok := p.leaves[key]; ok {
		return c, nil
	}
	c, err := p.leaf(ctx, n)
	if err == nil {
		p.leaves[key] = c
	}
	return c, err
}

func (p *planner) leaf(ctx context.Context, n querystring.Node) (condition, error) {
	switch n := n.(type) {
	case *querystring.MatchAll:
		return everything{p.segment}, nil
	case *querystring.Exists:
		return p.exists(ctx, n)
	case *querystring.Text:
		return p.inFields(n.Field, func(f *field) (condition, error) { return p.value(ctx, n, f, n.Value) })
	case *querystring.Phrase:
		return p.inFields(n.Field, func(f *field) (condition, error) { return p.phrase(ctx, n, f) })
	case *querystring.Prefix:
		return p.inFields(n.Field, func(f *field) (condition, error) { return p.prefix(n, f) })
	case *querystring.Range:
		return p.inFields(n.Field, func(f *field) (condition, error) { return p.between(ctx, n, f) })
	case *querystring.Wildcard:
		return p.inFields(n.Field, func(f *field) (condition, error) { return p.wildcard(n, f) })
	case *querystring.Fuzzy:
		return p.inFields(n.Field, func(f *field) (condition, error) { return p.fuzzy(ctx, n, f) })
	case *querystring.Regexp:
		if utf8.RuneCountInString(n.Pattern) > maxRegexp {
			return nil, refused(p.text, n.At(), "a regular expression has at most %d characters", maxRegexp)
		}
		return p.inFields(n.Field, func(f *field) (condition, error) { return p.regexp(n, f) })
	}
	return nil, unsupported(p.text, n.At(), "this")
}

// inFields plans a leaf in the field that it names, or in any of the default
// fields. A field that the index does not know matches nothing, as with Zenodo.
func (p *planner) inFields(name string, leaf func(*field) (condition, error)) (condition, error) {
	if name == "" {
		return p.inEach(defaultFields, leaf)
	}
	return p.inEach(fieldsNamed(name), leaf)
}

// inEach plans a leaf in any of some fields. One that refuses it refuses the
// whole.
func (p *planner) inEach(fields []*field, leaf func(*field) (condition, error)) (condition, error) {
	conditions := make([]condition, 0, len(fields))
	for _, f := range fields {
		c, err := leaf(f)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, c)
	}
	return joined(conditions), nil
}

// term matches a term.
func (p *planner) term(ctx context.Context, f *field, term string) (condition, error) {
	l, err := p.segment.list(ctx, f, term)
	if err != nil || l == nil {
		return nothing{}, err
	}
	return listed{[]*segment.List{l}}, nil
}

// value matches a text without quotes.
func (p *planner) value(ctx context.Context, n querystring.Node, f *field, value string) (condition, error) {
	switch f.kind {
	case number, integers, doubles, statistic:
		return p.equals(ctx, n, f, value)
	case date, times, dateRange:
		return p.dates(n, f, exactly(value), exactly(value))
	case boolean, latest:
		return p.truthsBetween(ctx, n, f, exactly(value), exactly(value))
	case place:
		return nil, p.onlyExists(n, f)
	}
	return p.textIn(ctx, f, value)
}

// textIn matches any token of a text, or the whole of it in a keyword field.
func (p *planner) textIn(ctx context.Context, f *field, value string) (condition, error) {
	words := p.wordsOf(f, value)
	conditions := make([]condition, 0, len(words))
	for _, word := range words {
		c, err := p.term(ctx, f, word)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, c)
	}
	return joined(conditions), nil
}

// words are what a field makes of a text: its tokens, or the whole of it.
func (f *field) words(text string) (words []string) {
	if !f.isText() {
		return []string{text}
	}
	f.analyse()(text, func(token []byte) { words = append(words, string(token)) })
	return words
}

func (p *planner) phrase(ctx context.Context, n *querystring.Phrase, f *field) (condition, error) {
	if !f.isText() {
		return p.value(ctx, n, f, n.Value)
	}
	words := p.wordsOf(f, n.Value)
	if len(words) < 2 {
		return p.textIn(ctx, f, n.Value)
	}
	lists, err := p.segment.lists(ctx, f, words)
	if err != nil || lists == nil {
		return nothing{}, err
	}
	rarest := slices.MinFunc(lists, func(a, b *segment.List) int { return a.Count() - b.Count() })
	return withPhrase{segment.NewPhrase(lists, numbered(words), n.Slop), rarest.Count()}, nil
}

// lists finds the documents with each of some words, nil where one of these has
// none.
func (s *Segment) lists(ctx context.Context, f *field, words []string) ([]*segment.List, error) {
	lists := make([]*segment.List, len(words))
	for i, word := range words {
		l, err := s.list(ctx, f, word)
		if err != nil || l == nil {
			return nil, err
		}
		lists[i] = l
	}
	return lists, nil
}

// numbered gives equal words the same number.
func numbered(words []string) []int {
	numbers := make([]int, len(words))
	for i, w := range words {
		numbers[i] = slices.Index(words, w)
	}
	return numbers
}

// between matches a range.
func (p *planner) between(ctx context.Context, n *querystring.Range, f *field) (condition, error) {
	switch f.kind {
	case date, times, dateRange:
		return p.dates(n, f, n.Lo, n.Hi)
	case number, integers, doubles, statistic:
		return p.numbersBetween(ctx, n, f, n.Lo, n.Hi)
	case boolean, latest:
		return p.truthsBetween(ctx, n, f, n.Lo, n.Hi)
	case place:
		return nil, p.onlyExists(n, f)
	}
	from, until := f.key(""), after(f.key(""))
	if !n.Lo.Open {
		from = f.key(f.normalize(n.Lo.Value))
		if !n.Lo.Inclusive {
			from = append(from, 0)
		}
	}
	if !n.Hi.Open {
		until = f.key(f.normalize(n.Hi.Value))
		if n.Hi.Inclusive {
			until = append(until, 0)
		}
	}
	return p.walk(f, from, until), nil
}

// onlyExists refuses what asks more of a field than whether it is there.
func (p *planner) onlyExists(n querystring.Node, f *field) error {
	return refused(p.text, n.At(), "%s holds places, which cannot be searched for; only _exists_:%s can be asked", f.name, f.name)
}

// exists matches records that have the field, or any field below it.
func (p *planner) exists(ctx context.Context, n *querystring.Exists) (condition, error) {
	if n.Field == "*" {
		return nil, refused(p.text, n.At(), "the engine has fields for which _exists_ cannot be asked, so not for all; *:* finds everything")
	}
	return p.inEach(fieldsBelow(n.Field), func(f *field) (condition, error) { return p.has(ctx, f) })
}

func (p *planner) has(ctx context.Context, f *field) (condition, error) {
	switch f.kind {
	case latest:
		return everything{p.segment}, nil
	case number, date, dateRange:
		return p.inColumn(f, minNumber, maxNumber), nil
	case statistic:
		return p.statistics(ctx, f, minNumber, maxNumber)
	}
	return p.term(ctx, f, presence)
}

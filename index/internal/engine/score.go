package engine

import (
	"context"
	"strconv"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// scorer scores the documents of all segments the way the engine does: the
// scores of clauses add up; words and phrases score as their best field, which
// is BM25 in a text field; keywords, patterns, ranges and whatever else has no
// frequency score 1. A boost multiplies.
type scorer interface {
	// score adds the scores of the documents of a window that are among some. All
	// of these match, unless the scorer scores nothing but matches.
	score(ctx context.Context, at part, among *segment.Window, into *scores) error
}

// part is a window of a segment, both by number.
type part struct{ segment, window int }

// scores are those of the documents of a window.
type scores [segment.WindowDocs]float32

// each calls use with the documents of a set.
func each(set *segment.Window, use func(doc uint32)) {
	for doc := range segment.Bitset(set[:]).All() {
		use(doc)
	}
}

// scorer makes the scorer of the query.
func (r *Result) scorer(ctx context.Context) (scorer, error) {
	m := &scorerMaker{result: r, stats: map[*field]*fieldStats{}}
	if r.query.Parsed.Loose {
		return m.node(ctx, &querystring.Text{Value: r.query.Parsed.Text}, 1)
	}
	return m.node(ctx, r.query.Parsed.Root, 1)
}

// scorerMaker makes scorers of the parts of a query.
type scorerMaker struct {
	result *Result
	stats  map[*field]*fieldStats
}

func (m *scorerMaker) node(ctx context.Context, n querystring.Node, boost float64) (scorer, error) {
	if b, err := strconv.ParseFloat(n.At().Boost, 64); err == nil {
		boost *= b
	}
	if b, ok := n.(*querystring.Boolean); ok {
		return m.boolean(ctx, b, boost)
	}
	if fields := scoredFields(n); fields != nil {
		return m.bestField(ctx, fields, n, boost)
	}
	return constant(boost), nil
}

// constant scores all documents alike.
type constant float32

func (c constant) score(_ context.Context, _ part, among *segment.Window, into *scores) error {
	each(among, func(doc uint32) { into[doc] += float32(c) })
	return nil
}

// sum adds up what others score.
type sum []scorer

func (s sum) score(ctx context.Context, at part, among *segment.Window, into *scores) error {
	for _, one := range s {
		if err := one.score(ctx, at, among, into); err != nil {
			return err
		}
	}
	return nil
}

func (m *scorerMaker) boolean(ctx context.Context, b *querystring.Boolean, boost float64) (scorer, error) {
	var all sum
	for _, c := range b.Resolve(analysesToNothing) {
		if c.Occur == querystring.MustNot {
			continue
		}
		one, err := m.node(ctx, c.Node, boost)
		if err != nil {
			return nil, err
		}
		if c.Occur == querystring.Should && !scoresMatches(c.Node) {
			one = &ofMatches{scorer: one, result: m.result, node: c.Node, conditions: make([]condition, len(m.result.index.Segments))}
		}
		all = append(all, one)
	}
	return all, nil
}

// ofMatches scores only what matches a part of a query.
type ofMatches struct {
	scorer
	result     *Result
	node       querystring.Node
	conditions []condition // by segment, nil until it is needed
}

func (s *ofMatches) score(ctx context.Context, at part, among *segment.Window, into *scores) error {
	if s.conditions[at.segment] == nil {
		c, err := s.result.planner(s.result.index.Segments[at.segment]).node(ctx, s.node)
		if err != nil {
			return err
		}
		s.conditions[at.segment] = c
	}
	var matches segment.Window
	if err := s.conditions[at.segment].match(ctx, at.window, among, &matches); err != nil {
		return err
	}
	if !matches.And(among) {
		return nil
	}
	return s.scorer.score(ctx, at, &matches, into)
}

// scoresMatches reports whether a part of a query adds nothing to documents that
// do not match it.
func scoresMatches(n querystring.Node) bool {
	b, ok := n.(*querystring.Boolean)
	if !ok {
		return scoredFields(n) != nil
	}
	for _, c := range b.Resolve(analysesToNothing) {
		if c.Occur != querystring.Should {
			return false
		}
	}
	return true
}

// scoredFields are the fields in which a leaf scores by frequency, nil for one
// that does not.
func scoredFields(n querystring.Node) (fields []*field) {
	switch n.(type) {
	case *querystring.Text, *querystring.Phrase, *querystring.Fuzzy:
	default:
		return nil
	}
	candidates := defaultFields
	if name := querystring.FieldOf(n); name != "" {
		candidates = fieldsNamed(name)
	}
	for _, f := range candidates {
		if f.hasTerms() || f.isTruth() {
			fields = append(fields, f)
		}
	}
	return fields
}

// best scores as the best of others.
type best []scorer

func (m *scorerMaker) bestField(ctx context.Context, fields []*field, n querystring.Node, boost float64) (scorer, error) {
	var all best
	for _, f := range fields {
		one, err := m.inField(ctx, n, f, boost)
		if err != nil {
			return nil, err
		}
		if len(one) > 0 {
			all = append(all, one)
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (b best) score(ctx context.Context, at part, among *segment.Window, into *scores) error {
	var most, one scores
	for _, s := range b {
		if err := s.score(ctx, at, among, &one); err != nil {
			return err
		}
		each(among, func(doc uint32) {
			most[doc] = max(most[doc], one[doc])
			one[doc] = 0
		})
	}
	each(among, func(doc uint32) { into[doc] += most[doc] })
	return nil
}

// inField makes the scorers of a leaf in one field.
func (m *scorerMaker) inField(ctx context.Context, n querystring.Node, f *field, boost float64) (sum, error) {
	if f.isTruth() {
		return m.truth(ctx, n, f, boost)
	}
	switch n := n.(type) {
	case *querystring.Phrase:
		if words := f.words(n.Value); len(words) > 1 {
			return m.phrase(ctx, f, words, n.Slop, boost)
		}
		return m.words(ctx, f, n.Value, boost)
	case *querystring.Text:
		return m.words(ctx, f, n.Value, boost)
	case *querystring.Fuzzy:
		return m.fuzzy(ctx, f, n, boost)
	}
	return nil, nil
}

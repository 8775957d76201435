package engine

import (
	"context"
	"strconv"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// scorer adds up the scores of documents the way the engine does: those of
// clauses add up; words and phrases score as their best field, which is BM25 in
// a text field; keywords, patterns, ranges and whatever else has no frequency
// score 1. A boost multiplies.
type scorer struct {
	found *Result
	stats map[*field]*fieldStats
	sum   scores // of one of several fields; all 0 between them
}

// scores has for each segment the scores of its documents.
type scores [][]float32

func (r *Result) newScores() scores {
	s := make(scores, len(r.index.Segments))
	for i, seg := range r.index.Segments {
		s[i] = make([]float32, seg.Docs)
	}
	return s
}

// raise raises scores to those of other, and sets these to 0.
func (s scores) raise(other scores) {
	for i, part := range other {
		for doc, score := range part {
			s[i][doc] = max(s[i][doc], score)
		}
		clear(part)
	}
}

// add adds the scores of other.
func (s scores) add(other scores) {
	for i, part := range other {
		for doc, score := range part {
			s[i][doc] += score
		}
	}
}

// scores scores what was found.
func (r *Result) scores(ctx context.Context) (scores, error) {
	into := r.newScores()
	for i := range r.index.Segments {
		if _, err := r.set(ctx, i); err != nil {
			return nil, err
		}
	}
	s := &scorer{found: r, stats: map[*field]*fieldStats{}}
	var root querystring.Node = &querystring.Text{Value: r.query.Parsed.Text}
	if !r.query.Parsed.Loose {
		root = r.query.Parsed.Root
	}
	return into, s.node(ctx, root, 1, r.sets, into)
}

// node adds the scores of a part of a query to those of some documents. All of
// these match it, unless it scores nothing but matches.
func (s *scorer) node(ctx context.Context, n querystring.Node, boost float64, among []segment.Bitset, into scores) error {
	if b, err := strconv.ParseFloat(n.At().Boost, 64); err == nil {
		boost *= b
	}
	if b, ok := n.(*querystring.Boolean); ok {
		return s.boolean(ctx, b, boost, among, into)
	}
	if fields := scoredFields(n); fields != nil {
		return s.bestField(ctx, fields, n, boost, among, into)
	}
	for i, set := range among {
		for doc := range set.All() {
			into[i][doc] += float32(boost)
		}
	}
	return nil
}

func (s *scorer) boolean(ctx context.Context, b *querystring.Boolean, boost float64, among []segment.Bitset, into scores) error {
	for _, c := range b.Resolve(analysesToNothing) {
		if c.Occur == querystring.MustNot {
			continue
		}
		within := among
		if c.Occur == querystring.Should && !scoresMatches(c.Node) {
			var err error
			if within, err = s.matching(ctx, c.Node, among); err != nil {
				return err
			}
		}
		if err := s.node(ctx, c.Node, boost, within, into); err != nil {
			return err
		}
	}
	return nil
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

// matching is which documents of a set match a part of a query.
func (s *scorer) matching(ctx context.Context, n querystring.Node, among []segment.Bitset) ([]segment.Bitset, error) {
	sets := make([]segment.Bitset, len(among))
	for i := range sets {
		set, err := s.found.evaluator(s.found.index.Segments[i]).node(ctx, n)
		if err != nil {
			return nil, err
		}
		set.And(among[i])
		sets[i] = set
	}
	return sets, nil
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

// bestField adds the score of the field in which a leaf scores most.
func (s *scorer) bestField(ctx context.Context, fields []*field, n querystring.Node, boost float64, among []segment.Bitset, into scores) error {
	if len(fields) == 1 {
		_, err := s.inField(ctx, n, fields[0], boost, among, into)
		return err
	}
	if s.sum == nil {
		s.sum = s.found.newScores()
	}
	best := s.found.newScores()
	for _, f := range fields {
		found, err := s.inField(ctx, n, f, boost, among, s.sum)
		if err != nil {
			return err
		}
		if found {
			best.raise(s.sum)
		}
	}
	into.add(best)
	return nil
}

// inField adds the scores of a leaf in one field.
func (s *scorer) inField(ctx context.Context, n querystring.Node, f *field, boost float64, among []segment.Bitset, into scores) (found bool, err error) {
	if f.isTruth() {
		return true, s.truth(ctx, n, f, boost, among, into)
	}
	switch n := n.(type) {
	case *querystring.Phrase:
		words := f.words(n.Value)
		if len(words) > 1 {
			return s.phrase(ctx, f, words, n.Slop, boost, among, into)
		}
		return s.words(ctx, f, words, boost, among, into)
	case *querystring.Text:
		return s.words(ctx, f, f.words(n.Value), boost, among, into)
	case *querystring.Fuzzy:
		return s.fuzzy(ctx, f, n, boost, among, into)
	}
	return false, nil
}

// words are what a field makes of a text: its tokens, or the whole of it.
func (f *field) words(text string) (words []string) {
	if !f.isText() {
		return []string{text}
	}
	f.analyse()(text, func(token []byte) { words = append(words, string(token)) })
	return words
}

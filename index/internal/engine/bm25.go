package engine

import (
	"context"
	"math"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// The engine's parameters of BM25.
const (
	bm25K = 1.2
	bm25B = 0.75
)

// fieldStats is what scoring knows of a text field, over all segments.
type fieldStats struct {
	docs  int          // that have the field
	norms [256]float64 // what a length adds to the frequency
}

// statsOf reads how long a text field is.
func (m *scorerMaker) statsOf(ctx context.Context, f *field) (*fieldStats, error) {
	if stats, ok := m.stats[f]; ok {
		return stats, nil
	}
	stats, tokens := &fieldStats{}, 0
	for _, seg := range m.result.index.Segments {
		totals, err := seg.totals(ctx)
		if err != nil {
			return nil, err
		}
		stats.docs += totals[f.id].Docs
		tokens += totals[f.id].Tokens
	}
	average := float64(tokens) / float64(max(1, stats.docs))
	for b := range stats.norms {
		stats.norms[b] = bm25K * (1 - bm25B + bm25B*float64(segment.DecodeLength(byte(b)))/average)
	}
	m.stats[f] = stats
	return stats, nil
}

// docFreq is how many documents have a term.
func (m *scorerMaker) docFreq(ctx context.Context, f *field, term string) (n int, err error) {
	for _, seg := range m.result.index.Segments {
		in, err := seg.docFreq(ctx, f, term)
		if err != nil {
			return 0, err
		}
		n += in
	}
	return n, nil
}

// lists finds a term in all segments, nil where it is not.
func (m *scorerMaker) lists(ctx context.Context, f *field, term string) ([]*segment.List, error) {
	lists := make([]*segment.List, len(m.result.index.Segments))
	for i, seg := range m.result.index.Segments {
		l, err := seg.list(ctx, f, term)
		if err != nil {
			return nil, err
		}
		lists[i] = l
	}
	return lists, nil
}

// weight is the weight in a field of a term that so many documents have: the
// lower, the more of those that have the field have it.
func (f *fieldStats) weight(docFreq int) float64 { return inverseFrequency(docFreq, f.docs) }

func inverseFrequency(docFreq, docs int) float64 {
	n := float64(docFreq)
	return math.Log(1 + (float64(docs)-n+0.5)/(n+0.5))
}

// rarityOf is what a value scores that so many of the documents with a field
// have, where the field has no lengths: as a word that occurs once in a text of
// average length.
func rarityOf(docFreq, docs int) float64 { return inverseFrequency(docFreq, docs) / (1 + bm25K) }

// words scores each of the words of a text, or a keyword, which counts as much
// in all documents that have it.
func (m *scorerMaker) words(ctx context.Context, f *field, text string, boost float64) (all sum, err error) {
	for _, word := range f.words(text) {
		docFreq, err := m.docFreq(ctx, f, word)
		if err != nil {
			return nil, err
		}
		if docFreq == 0 {
			continue
		}
		var one scorer
		if f.isText() {
			one, err = m.term(ctx, f, word, docFreq, boost)
		} else {
			one, err = m.keyword(ctx, f, word, boost)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// scoredKeyword scores the documents with a value alike.
type scoredKeyword struct {
	lists []*segment.List // by segment
	value float32
}

func (m *scorerMaker) keyword(ctx context.Context, f *field, value string, score float64) (scorer, error) {
	lists, err := m.lists(ctx, f, value)
	return &scoredKeyword{lists, float32(score)}, err
}

func (s *scoredKeyword) score(ctx context.Context, at part, among *segment.Window, into *scores) error {
	l := s.lists[at.segment]
	if l == nil {
		return nil
	}
	var with segment.Window
	if err := l.AddTo(ctx, at.window, &with); err != nil {
		return err
	}
	with.And(among)
	each(&with, func(doc uint32) { into[doc] += s.value })
	return nil
}

// inText is what the score of a word or phrase in a text field depends on,
// besides how often a document has it.
type inText struct {
	segments []*Segment
	field    segment.Field
	stats    *fieldStats
	weight   float64
}

// norms are what the lengths of the field add to the frequencies in a window.
func (t *inText) norms(ctx context.Context, at part) (func(doc uint32) float64, error) {
	lengths, err := t.segments[at.segment].Norms(ctx, t.field, at.window)
	if err != nil {
		return nil, err
	}
	return func(doc uint32) float64 {
		if int(doc) >= len(lengths) {
			return t.stats.norms[0]
		}
		return t.stats.norms[lengths[doc]]
	}, nil
}

// scoredTerm scores a word.
type scoredTerm struct {
	inText
	lists []*segment.List // by segment
}

// term scores one term, as if so many documents had it.
func (m *scorerMaker) term(ctx context.Context, f *field, term string, docFreq int, boost float64) (scorer, error) {
	stats, err := m.statsOf(ctx, f)
	if err != nil {
		return nil, err
	}
	lists, err := m.lists(ctx, f, term)
	return &scoredTerm{inText{m.result.index.Segments, f.id, stats, boost * stats.weight(docFreq)}, lists}, err
}

func (s *scoredTerm) score(ctx context.Context, at part, among *segment.Window, into *scores) error {
	l := s.lists[at.segment]
	if l == nil {
		return nil
	}
	norm, err := s.norms(ctx, at)
	if err != nil {
		return err
	}
	return l.Frequencies(ctx, at.window, among, func(doc uint32, freq int) {
		into[doc] += float32(s.weight * float64(freq) / (float64(freq) + norm(doc)))
	})
}

// scoredMembers scores the documents of sets alike.
type scoredMembers struct {
	conditions []condition // by segment
	value      float32
}

// truth scores what is true or false by how common it is.
func (m *scorerMaker) truth(ctx context.Context, n querystring.Node, f *field, boost float64) (sum, error) {
	conditions := make([]condition, len(m.result.index.Segments))
	having, total := 0, 0
	for i, seg := range m.result.index.Segments {
		p := m.result.planner(seg)
		has, err := p.has(ctx, f)
		if err != nil {
			return nil, err
		}
		if conditions[i], err = p.value(ctx, n, f, valueOf(n)); err != nil {
			return nil, err
		}
		haveIt, err := countAll(ctx, seg, has)
		if err != nil {
			return nil, err
		}
		areSo, err := countAll(ctx, seg, conditions[i])
		if err != nil {
			return nil, err
		}
		having, total = having+haveIt, total+areSo
	}
	return sum{&scoredMembers{conditions, float32(boost * rarityOf(total, having))}}, nil
}

// countAll is how many documents of a segment match, dead ones included.
func countAll(ctx context.Context, seg *Segment, c condition) (n int, err error) {
	for window := range seg.Windows() {
		var all, set segment.Window
		all.Fill(seg.DocsIn(window))
		if err := c.match(ctx, window, &all, &set); err != nil {
			return 0, err
		}
		n += set.Count()
	}
	return n, nil
}

func (s *scoredMembers) score(ctx context.Context, at part, among *segment.Window, into *scores) error {
	var set segment.Window
	if err := s.conditions[at.segment].match(ctx, at.window, among, &set); err != nil {
		return err
	}
	set.And(among)
	each(&set, func(doc uint32) { into[doc] += s.value })
	return nil
}

// valueOf is the text of words or of a phrase.
func valueOf(n querystring.Node) string {
	switch n := n.(type) {
	case *querystring.Text:
		return n.Value
	case *querystring.Phrase:
		return n.Value
	}
	return ""
}

// scoredPhrase scores a phrase: it is as frequent as it stands there as a whole,
// and has the weights of its words together.
type scoredPhrase struct {
	inText
	phrases []*segment.Phrase // by segment
}

func (m *scorerMaker) phrase(ctx context.Context, f *field, words []string, slop int, boost float64) (sum, error) {
	stats, err := m.statsOf(ctx, f)
	if err != nil {
		return nil, err
	}
	weight := 0.0
	for _, word := range words {
		docFreq, err := m.docFreq(ctx, f, word)
		if err != nil || docFreq == 0 {
			return nil, err
		}
		weight += boost * stats.weight(docFreq)
	}
	s := &scoredPhrase{inText{m.result.index.Segments, f.id, stats, weight}, make([]*segment.Phrase, len(m.result.index.Segments))}
	for i, seg := range m.result.index.Segments {
		lists, err := seg.lists(ctx, f, words)
		if err != nil {
			return nil, err
		}
		if lists != nil {
			s.phrases[i] = segment.NewPhrase(lists, numbered(words), slop)
		}
	}
	return sum{s}, nil
}

func (s *scoredPhrase) score(ctx context.Context, at part, among *segment.Window, into *scores) error {
	phrase := s.phrases[at.segment]
	if phrase == nil {
		return nil
	}
	norm, err := s.norms(ctx, at)
	if err != nil {
		return err
	}
	return phrase.Frequencies(ctx, at.window, among, true, func(doc uint32, freq float64) {
		into[doc] += float32(s.weight * freq / (freq + norm(doc)))
	})
}

// fuzzy scores the terms that a word stands for. Each counts less the farther it
// is from the word, and as if it were as common as the commonest: else
// misspellings, being rare, would come first.
func (m *scorerMaker) fuzzy(ctx context.Context, f *field, n *querystring.Fuzzy, boost float64) (all sum, err error) {
	word := f.normalize(n.Value)
	terms := []nearTerm{{word, 1}}
	if n.Edits > 0 {
		if terms, err = m.result.expansions.of(ctx, f, word, n.Edits); err != nil {
			return nil, err
		}
	}
	most := 0
	for _, t := range terms {
		docFreq, err := m.docFreq(ctx, f, t.text)
		if err != nil {
			return nil, err
		}
		most = max(most, docFreq)
	}
	if most == 0 {
		return nil, nil
	}
	for _, t := range terms {
		nearness := max(0, float64(t.nearness)) // of words as short as their edits it is less
		one, err := m.similar(ctx, f, t.text, most, boost*nearness)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// similar scores a term, as if so many documents had it. A value of a keyword
// field scores by how common it is here: as a word of a text of average length,
// which is exact where a record has one value.
func (m *scorerMaker) similar(ctx context.Context, f *field, term string, docFreq int, boost float64) (scorer, error) {
	if f.isText() {
		return m.term(ctx, f, term, docFreq, boost)
	}
	having, err := m.docFreq(ctx, f, presence)
	if err != nil {
		return nil, err
	}
	return m.keyword(ctx, f, term, boost*rarityOf(docFreq, having))
}

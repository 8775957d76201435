package engine

import (
	"bytes"
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

// fieldStats is what scoring knows of a field, over all segments.
type fieldStats struct {
	docs    int          // that have the field
	lengths [][]byte     // of a text field in each document, squeezed into a byte
	norms   [256]float64 // what a length adds to the frequency
}

// statsOf reads how long a text field is in each document.
func (s *scorer) statsOf(ctx context.Context, f *field) (*fieldStats, error) {
	if stats, ok := s.stats[f]; ok {
		return stats, nil
	}
	stats, total := &fieldStats{}, 0
	for _, seg := range s.found.index.Segments {
		lengths, docs, err := seg.lengths(ctx, f)
		if err != nil {
			return nil, err
		}
		tokens, err := seg.Columns.Tokens(ctx, f.id)
		if err != nil {
			return nil, err
		}
		stats.lengths = append(stats.lengths, lengths)
		stats.docs += docs
		total += tokens
	}
	average := float64(total) / float64(max(1, stats.docs))
	for b := range stats.norms {
		stats.norms[b] = bm25K * (1 - bm25B + bm25B*float64(segment.DecodeLength(byte(b)))/average)
	}
	s.stats[f] = stats
	return stats, nil
}

// lengths reads how long a text field is in each document, and how many
// documents have a word there.
func (s *Segment) lengths(ctx context.Context, f *field) (lengths []byte, docs int, err error) {
	lengths = make([]byte, s.Docs)
	for chunk := 0; chunk*ChunkDocs < s.Docs; chunk++ {
		part, err := s.Columns.Norms(ctx, f.id, chunk)
		if err != nil {
			return nil, 0, err
		}
		copy(lengths[chunk*ChunkDocs:], part)
	}
	return lengths, s.Docs - bytes.Count(lengths, []byte{0}), nil
}

// docFreq is how many documents have a term.
func (s *scorer) docFreq(ctx context.Context, f *field, term string) (n int, err error) {
	key := segment.Key(f.id, term)
	for _, seg := range s.found.index.Segments {
		in, err := seg.Terms.Count(ctx, key)
		if err != nil {
			return 0, err
		}
		n += in
	}
	return n, nil
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

// words adds the scores of each of some words, or of a keyword, which counts as
// much in all documents that have it.
func (s *scorer) words(ctx context.Context, f *field, words []string, boost float64, among []segment.Bitset, into scores) (found bool, err error) {
	for _, word := range words {
		docFreq, err := s.docFreq(ctx, f, word)
		if err != nil {
			return false, err
		}
		if docFreq == 0 {
			continue
		}
		found = true
		if f.isText() {
			err = s.term(ctx, f, word, docFreq, boost, among, into)
		} else {
			err = s.keyword(ctx, f, word, boost, among, into)
		}
		if err != nil {
			return false, err
		}
	}
	return found, nil
}

// keyword adds a score to the documents with a value.
func (s *scorer) keyword(ctx context.Context, f *field, value string, score float64, among []segment.Bitset, into scores) error {
	for i, seg := range s.found.index.Segments {
		p, ok, err := seg.Terms.Find(ctx, segment.Key(f.id, value))
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		with := make(segment.Bitset, len(among[i]))
		if err := p.AddTo(with); err != nil {
			return err
		}
		with.And(among[i])
		for doc := range with.All() {
			into[i][doc] += float32(score)
		}
	}
	return nil
}

// term adds the scores of one term, as if so many documents had it.
func (s *scorer) term(ctx context.Context, f *field, term string, docFreq int, boost float64, among []segment.Bitset, into scores) error {
	stats, err := s.statsOf(ctx, f)
	if err != nil {
		return err
	}
	weight := boost * stats.weight(docFreq)
	for i, seg := range s.found.index.Segments {
		p, ok, err := seg.Terms.Find(ctx, segment.Key(f.id, term))
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		lengths, to := stats.lengths[i], into[i]
		err = p.Frequencies(among[i], func(doc uint32, freq int) {
			to[doc] += float32(weight * float64(freq) / (float64(freq) + stats.norms[lengths[doc]]))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// truth adds the scores of what is true or false, which scores by how common it
// is.
func (s *scorer) truth(ctx context.Context, n querystring.Node, f *field, boost float64, among []segment.Bitset, into scores) error {
	with := make([]segment.Bitset, len(s.found.index.Segments))
	having, total := 0, 0
	for i, seg := range s.found.index.Segments {
		e := s.found.evaluator(seg)
		has, err := e.has(ctx, f)
		if err != nil {
			return err
		}
		if with[i], err = e.value(ctx, n, f, valueOf(n)); err != nil {
			return err
		}
		having += has.Count()
		total += with[i].Count()
	}
	score := boost * rarityOf(total, having)
	for i, set := range with {
		set.And(among[i])
		for doc := range set.All() {
			into[i][doc] += float32(score)
		}
	}
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

// phrase adds the scores of a phrase: it is as frequent as it stands there as
// a whole, and has the weights of its words together.
func (s *scorer) phrase(ctx context.Context, f *field, words []string, slop int, boost float64, among []segment.Bitset, into scores) (found bool, err error) {
	stats, err := s.statsOf(ctx, f)
	if err != nil {
		return false, err
	}
	weight := 0.0
	for _, word := range words {
		docFreq, err := s.docFreq(ctx, f, word)
		if err != nil || docFreq == 0 {
			return false, err
		}
		weight += boost * stats.weight(docFreq)
	}
	for i, seg := range s.found.index.Segments {
		lists, err := seg.postingsOf(ctx, f, words)
		if err != nil {
			return false, err
		}
		if lists == nil {
			continue
		}
		err = eachPhrase(lists, words, among[i], slop, func(doc uint32, freq float64) {
			into[i][doc] += float32(weight * freq / (freq + stats.norms[stats.lengths[i][doc]]))
		})
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// postingsOf finds the postings of all words, nil where one of them has none.
func (s *Segment) postingsOf(ctx context.Context, f *field, words []string) ([]segment.Postings, error) {
	lists := make([]segment.Postings, len(words))
	for i, word := range words {
		p, ok, err := s.Terms.Find(ctx, segment.Key(f.id, word))
		if err != nil || !ok {
			return nil, err
		}
		lists[i] = p
	}
	return lists, nil
}

// eachPhrase calls emit with how often each document of a set has a phrase.
func eachPhrase(lists []segment.Postings, words []string, among segment.Bitset, slop int, emit func(doc uint32, freq float64)) error {
	if slop > 0 {
		return segment.NearFrequencies(lists, numbered(words), among, slop, emit)
	}
	return segment.PhraseFrequencies(lists, among, func(doc uint32, freq int) { emit(doc, float64(freq)) })
}

// fuzzy adds the scores of the terms that a word stands for. Each counts less
// the farther it is from the word, and as if it were as common as the
// commonest: else misspellings, being rare, would come first.
func (s *scorer) fuzzy(ctx context.Context, f *field, n *querystring.Fuzzy, boost float64, among []segment.Bitset, into scores) (found bool, err error) {
	word := f.normalize(n.Value)
	terms := []nearTerm{{word, 1}}
	if n.Edits > 0 {
		if terms, err = s.found.expansions.fuzzy(ctx, f, word, n.Edits); err != nil {
			return false, err
		}
	}
	most := 0
	for _, t := range terms {
		docFreq, err := s.docFreq(ctx, f, t.text)
		if err != nil {
			return false, err
		}
		most = max(most, docFreq)
	}
	for _, t := range terms {
		nearness := max(0, float64(t.nearness)) // of words as short as their edits it is less
		if err := s.similar(ctx, f, t.text, most, boost*nearness, among, into); err != nil {
			return false, err
		}
	}
	return most > 0, nil
}

// similar adds the scores of a term, as if so many documents had it. A value of a
// keyword field scores by how common it is here: as a word of a text of average
// length, which is exact where a record has one value.
func (s *scorer) similar(ctx context.Context, f *field, term string, docFreq int, boost float64, among []segment.Bitset, into scores) error {
	if f.isText() {
		return s.term(ctx, f, term, docFreq, boost, among, into)
	}
	having, err := s.docFreq(ctx, f, presence)
	if err != nil {
		return err
	}
	return s.keyword(ctx, f, term, boost*rarityOf(docFreq, having), among, into)
}

package index

import (
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

// statsOf reads how long a text field is in each document. A keyword has the
// norm of an average length.
func (s *scorer) statsOf(f *field) (*fieldStats, error) {
	if stats, ok := s.stats[f]; ok {
		return stats, nil
	}
	stats, total := &fieldStats{}, 0
	for _, seg := range s.segments {
		lengths, docs, sum, err := seg.lengths(f)
		if err != nil {
			return nil, err
		}
		stats.lengths = append(stats.lengths, lengths)
		stats.docs += docs
		total += sum
	}
	average := max(1, float64(total)/float64(max(1, stats.docs)))
	for b := range stats.norms {
		stats.norms[b] = bm25K
		if f.isText() {
			stats.norms[b] *= 1 - bm25B + bm25B*float64(segment.DecodeLength(byte(b)))/average
		}
	}
	s.stats[f] = stats
	return stats, nil
}

// lengths reads how long a field is in each document, how many documents have
// a word there, and the sum of their lengths. Keywords have no length.
func (s *openSegment) lengths(f *field) (lengths []byte, docs, sum int, err error) {
	lengths = make([]byte, s.docs)
	if !f.isText() {
		docs, err = s.count(segment.Key(f.id, ""))
		return lengths, docs, 0, err
	}
	for chunk := 0; chunk*chunkDocs < s.docs; chunk++ {
		part, err := s.norms(f.id, chunk)
		if err != nil {
			return nil, 0, 0, err
		}
		copy(lengths[chunk*chunkDocs:], part)
	}
	var counts [256]int
	for _, b := range lengths {
		counts[b]++
	}
	for b, n := range counts {
		if n > 0 {
			sum += n * usualLength(byte(b))
		}
	}
	return lengths, s.docs - counts[0], sum, nil
}

// usualLength is the middle of the lengths that are squeezed into a byte.
func usualLength(b byte) int {
	least := segment.DecodeLength(b)
	return (least + max(least, segment.DecodeLength(b+1)-1)) / 2
}

// docFreq is how many documents have a term.
func (s *scorer) docFreq(f *field, term string) (n int, err error) {
	key := segment.Key(f.id, term)
	for _, seg := range s.segments {
		in, err := seg.count(key)
		if err != nil {
			return 0, err
		}
		n += in
	}
	return n, nil
}

// weight is what a term that so many documents have weighs in a field: less,
// the more of those that have the field have it.
func (f *fieldStats) weight(docFreq int) float64 {
	n := float64(docFreq)
	return (bm25K + 1) * math.Log(1+(float64(f.docs)-n+0.5)/(n+0.5))
}

// words adds the scores of each of some words.
func (s *scorer) words(f *field, words []string, boost float64, among []segment.Bitset, into scores) (found bool, err error) {
	for _, word := range words {
		docFreq, err := s.docFreq(f, word)
		if err != nil {
			return false, err
		}
		if docFreq == 0 {
			continue
		}
		found = true
		if err := s.term(f, word, docFreq, boost, among, into); err != nil {
			return false, err
		}
	}
	return found, nil
}

// term adds the scores of one term, as if so many documents had it.
func (s *scorer) term(f *field, term string, docFreq int, boost float64, among []segment.Bitset, into scores) error {
	stats, err := s.statsOf(f)
	if err != nil {
		return err
	}
	weight := boost * stats.weight(docFreq)
	for i, seg := range s.segments {
		p, ok, err := seg.find(segment.Key(f.id, term))
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		lengths, to := stats.lengths[i], into[i]
		err = eachFrequency(f, p, among[i], func(doc uint32, freq int) {
			to[doc] += float32(weight * float64(freq) / (float64(freq) + stats.norms[lengths[doc]]))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachFrequency calls emit with how often each document of a set has a term.
func eachFrequency(f *field, p segment.Postings, among segment.Bitset, emit func(doc uint32, freq int)) error {
	if f.isText() {
		return p.Frequencies(among, emit)
	}
	with := make(segment.Bitset, len(among))
	if err := p.AddTo(with); err != nil {
		return err
	}
	with.And(among)
	for doc := range with.All() {
		emit(doc, 1)
	}
	return nil
}

// phrase adds the scores of a phrase: it is as frequent as it stands there as
// a whole, and weighs as much as its words together.
func (s *scorer) phrase(f *field, words []string, slop int, boost float64, among []segment.Bitset, into scores) (found bool, err error) {
	stats, err := s.statsOf(f)
	if err != nil {
		return false, err
	}
	weight := 0.0
	for _, word := range words {
		docFreq, err := s.docFreq(f, word)
		if err != nil || docFreq == 0 {
			return false, err
		}
		weight += boost * stats.weight(docFreq)
	}
	for i, seg := range s.segments {
		lists, err := seg.postingsOf(f, words)
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
func (s *openSegment) postingsOf(f *field, words []string) ([]segment.Postings, error) {
	lists := make([]segment.Postings, len(words))
	for i, word := range words {
		p, ok, err := s.find(segment.Key(f.id, word))
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
func (s *scorer) fuzzy(f *field, n *querystring.Fuzzy, boost float64, among []segment.Bitset, into scores) (found bool, err error) {
	word := f.normalize(n.Value)
	if n.Edits == 0 {
		return s.words(f, []string{word}, boost, among, into)
	}
	terms, err := s.expansions.fuzzy(f, word, n.Edits)
	if err != nil {
		return false, err
	}
	most := 0
	for _, t := range terms {
		docFreq, err := s.docFreq(f, t.text)
		if err != nil {
			return false, err
		}
		most = max(most, docFreq)
	}
	for _, t := range terms {
		nearness := max(0, float64(t.nearness)) // of words as short as their edits it is less
		if err := s.term(f, t.text, most, boost*nearness, among, into); err != nil {
			return false, err
		}
	}
	return len(terms) > 0, nil
}

package index

import (
	"cmp"
	"iter"
	"math"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
)

// The engine's parameters of BM25.
const (
	bm25K = 1.2
	bm25B = 0.75
)

// byScore ranks what was found by BM25, the way the engine does: a clause
// scores as its best field, and the scores of the clauses add up. Of equal
// scores the newest comes first.
func (r *result) byScore() iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		hits, err := r.scored()
		if err != nil {
			yield(0, err)
			return
		}
		for _, h := range hits {
			if !yield(h.record, nil) {
				return
			}
		}
	}
}

type scoredHit struct {
	hit
	score float32
}

func (r *result) scored() ([]scoredHit, error) {
	scores := make([][]float32, len(r.segments))
	for i, seg := range r.segments {
		scores[i] = make([]float32, seg.docs)
	}
	for _, leaf := range scoringLeaves(r.query) {
		if err := r.addLeaf(leaf, scores); err != nil {
			return nil, err
		}
	}
	var hits []scoredHit
	for i, seg := range r.segments {
		set, err := r.set(i)
		if err != nil {
			return nil, err
		}
		for doc := range set.All() {
			h, err := seg.hit(doc)
			if err != nil {
				return nil, err
			}
			hits = append(hits, scoredHit{h, scores[i][doc]})
		}
	}
	slices.SortFunc(hits, func(a, b scoredHit) int {
		if c := cmp.Compare(b.score, a.score); c != 0 {
			return c
		}
		return compareHits(a.hit, b.hit)
	})
	return hits, nil
}

// leaf is a text that counts for the score, in one field or the default ones.
type leaf struct {
	field string
	text  string
}

func scoringLeaves(q *querystring.Query) []leaf {
	if q.Loose {
		return []leaf{{text: q.Text}}
	}
	var leaves []leaf
	var walk func(querystring.Node)
	walk = func(n querystring.Node) {
		switch n := n.(type) {
		case *querystring.Boolean:
			for _, c := range n.Clauses {
				if c.Occur != querystring.MustNot {
					walk(c.Node)
				}
			}
		case *querystring.Text:
			leaves = append(leaves, leaf{n.Field, n.Value})
		case *querystring.Phrase:
			leaves = append(leaves, leaf{n.Field, n.Value})
		}
	}
	walk(q.Root)
	return leaves
}

// addLeaf adds to each document the score of its best field.
func (r *result) addLeaf(l leaf, scores [][]float32) error {
	best := make([][]float32, len(r.segments))
	for i, seg := range r.segments {
		best[i] = make([]float32, seg.docs)
	}
	for i := range allFields {
		f := &allFields[i]
		if l.field == "" && !f.byDefault || l.field != "" && f.name != l.field {
			continue
		}
		if err := r.scoreField(f, l.text, best); err != nil {
			return err
		}
	}
	for i := range scores {
		for doc, s := range best[i] {
			scores[i][doc] += s
		}
	}
	return nil
}

// scoreField raises best to the score of a text in one field.
func (r *result) scoreField(f *field, text string, best [][]float32) error {
	var tokens []string
	switch {
	case f.isText():
		f.analyse()(text, func(token []byte) { tokens = append(tokens, string(token)) })
	case f.kind == keyword && text != "":
		tokens = []string{text}
	}
	sums := make([][]float32, len(r.segments))
	any := false
	for _, token := range tokens {
		found, err := r.scoreToken(f, token, sums)
		if err != nil {
			return err
		}
		any = any || found
	}
	if !any {
		return nil
	}
	for i, sum := range sums {
		for doc, s := range sum {
			best[i][doc] = max(best[i][doc], s)
		}
	}
	return nil
}

// scoreToken adds the scores of one token in one field to sums.
func (r *result) scoreToken(f *field, token string, sums [][]float32) (found bool, err error) {
	lists := make([]segment.Postings, len(r.segments))
	docFreq, docCount := 0, 0
	for i, seg := range r.segments {
		if lists[i], _, err = seg.find(segment.Key(f.id, token)); err != nil {
			return false, err
		}
		docFreq += lists[i].Count()
		having, _, err := seg.find(segment.Key(f.id, ""))
		if err != nil {
			return false, err
		}
		docCount += having.Count()
	}
	if docFreq == 0 {
		return false, nil
	}
	idf := math.Log(1 + (float64(docCount)-float64(docFreq)+0.5)/(float64(docFreq)+0.5))
	lengths, average, err := r.lengths(f, docCount)
	if err != nil {
		return false, err
	}
	for i, p := range lists {
		if p.Count() == 0 {
			continue
		}
		if sums[i] == nil {
			sums[i] = make([]float32, r.segments[i].docs)
		}
		err := eachFrequency(f, p, func(doc uint32, freq int) {
			norm := 1.0
			if lengths != nil {
				norm = 1 - bm25B + bm25B*float64(segment.DecodeLength(lengths[i][doc]))/average
			}
			sums[i][doc] += float32(idf * float64(freq) / (float64(freq) + bm25K*norm))
		})
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// eachFrequency calls emit with how often each document has a term.
func eachFrequency(f *field, p segment.Postings, emit func(doc uint32, freq int)) error {
	if f.isText() {
		return p.Frequencies(emit)
	}
	docs, err := p.Docs()
	for _, doc := range docs {
		emit(doc, 1)
	}
	return err
}

// lengths reads how long a text field is in each document, and on average.
func (r *result) lengths(f *field, docCount int) (lengths [][]byte, average float64, err error) {
	if !f.isText() {
		return nil, 0, nil
	}
	if cached, ok := r.lengthsOf[f]; ok {
		return cached.lengths, cached.average, nil
	}
	total := 0
	lengths = make([][]byte, len(r.segments))
	for i, seg := range r.segments {
		lengths[i] = make([]byte, 0, seg.docs)
		for chunk := 0; chunk*chunkDocs < seg.docs; chunk++ {
			part, err := seg.norms(f.id, chunk)
			if err != nil {
				return nil, 0, err
			}
			lengths[i] = append(lengths[i], part...)
		}
		for _, b := range lengths[i] {
			total += segment.DecodeLength(b)
		}
		lengths[i] = append(lengths[i], make([]byte, seg.docs-len(lengths[i]))...)
	}
	average = max(1, float64(total)/float64(max(1, docCount)))
	if r.lengthsOf == nil {
		r.lengthsOf = map[*field]fieldLengths{}
	}
	r.lengthsOf[f] = fieldLengths{lengths, average}
	return lengths, average, nil
}

type fieldLengths struct {
	lengths [][]byte
	average float64
}

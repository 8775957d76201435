package naive

import (
	"cmp"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/querystring"
)

// corpus is what all records together say of the fields that a query asks for.
type corpus map[*field]*fieldCorpus

// fieldCorpus is about one field.
type fieldCorpus struct {
	*field
	records int            // that have the field
	length  int            // of all of them, in tokens
	with    map[string]int // records by term, of the terms that are asked for
	words   []*fuzzyWord
}

// of is what is known of a field, where terms will be asked for.
func (c corpus) of(f *field, terms ...string) *fieldCorpus {
	if c[f] == nil {
		c[f] = &fieldCorpus{field: f, with: map[string]int{}}
	}
	for _, term := range terms {
		c[f].with[term] = 0
	}
	return c[f]
}

// isFuzzy reports whether what matches depends on the terms that there are.
func (c corpus) isFuzzy() bool {
	for _, f := range c {
		if len(f.words) > 0 {
			return true
		}
	}
	return false
}

// read counts.
func (c corpus) read(records iter.Seq[*Record]) {
	for _, f := range c {
		f.records, f.length = 0, 0
		for term := range f.with {
			f.with[term] = 0
		}
		for _, w := range f.words {
			clear(w.near)
		}
	}
	for r := range records {
		for _, f := range c {
			f.count(r)
		}
	}
	for _, f := range c {
		for _, w := range f.words {
			w.choose()
		}
	}
}

func (c *fieldCorpus) count(r *Record) {
	length := r.length(c.field)
	if length == 0 {
		return
	}
	c.records++
	c.length += length
	seen := map[string]bool{}
	for _, tokens := range r.tokensOf(c.field) {
		for _, token := range tokens {
			isNear := false
			for _, w := range c.words {
				isNear = w.isNear(token) || isNear
			}
			if _, wanted := c.with[token]; (wanted || isNear) && !seen[token] {
				seen[token] = true
				c.with[token]++
			}
		}
	}
}

// idf is less, the more records have a term.
func (c *fieldCorpus) idf(term string) float64 {
	with := float64(c.with[term])
	return math.Log(1 + (float64(c.records)-with+0.5)/(with+0.5))
}

// score is BM25, with k1 = 1.2 and b = 0.75, of terms that a record has so many
// times together.
func (c *fieldCorpus) score(r *Record, frequency float64, terms ...string) float64 {
	if frequency == 0 {
		return 0
	}
	idf, norm := 0.0, 1.0
	for _, term := range terms {
		idf += c.idf(term)
	}
	if c.isText() {
		norm = 1 - 0.75 + 0.75*float64(storedLength(r.length(c.field)))*float64(c.records)/float64(c.length)
	}
	return idf * frequency / (frequency + 1.2*norm)
}

// storedLengths are the lengths that a byte can hold: up to 39 all of them,
// then those with four significant bits.
var storedLengths = func() (lengths []int) {
	for b := range 256 {
		switch {
		case b < 32:
			lengths = append(lengths, b)
		case (b-24)/8 < 29:
			lengths = append(lengths, 24+(8+(b-24)%8)<<((b-24)/8-1))
		}
	}
	return lengths
}()

// storedLength is the greatest of them that is not above n.
func storedLength(n int) int {
	i, found := slices.BinarySearch(storedLengths, n)
	if !found {
		i--
	}
	return storedLengths[i]
}

// fuzzyWord is a word with the terms that are near it.
type fuzzyWord struct {
	word  []rune
	edits int
	near  map[string]float64 // how near a term is, 1 for the word itself; tooFar for most
	terms []string           // the nearest
}

// maxExpansions is how many terms a fuzzy word stands for at most.
const maxExpansions = 50

// tooFar is less than any word that is near.
var tooFar = math.Inf(-1)

func (w *fuzzyWord) isNear(term string) bool {
	near, known := w.near[term]
	if !known {
		runes := []rune(term)
		near = tooFar
		switch d := distance(runes, w.word, w.edits); {
		case d == 0:
			near = 1
		case d <= w.edits && len(runes) > 0 && len(w.word) > 0:
			near = 1 - float64(d)/float64(min(len(runes), len(w.word)))
		}
		w.near[term] = near
	}
	return near > tooFar
}

// choose keeps the nearest terms.
func (w *fuzzyWord) choose() {
	maps.DeleteFunc(w.near, func(_ string, near float64) bool { return near == tooFar })
	w.terms = slices.SortedFunc(maps.Keys(w.near), func(a, b string) int {
		return cmp.Or(cmp.Compare(w.near[b], w.near[a]), strings.Compare(a, b))
	})
	w.terms = w.terms[:min(maxExpansions, len(w.terms))]
}

// inFuzzy is the terms near a word. Each scores as if it were as common as the
// commonest of them, and less with each edit.
func (q *Query) inFuzzy(f *field, n *querystring.Fuzzy) inField {
	word := f.normalize(n.Value)
	if n.Edits == 0 {
		in := q.corpus.of(f, word)
		c := ofTerms(f, func(term string) bool { return term == word })
		c.score = func(r *Record) float64 { return in.score(r, float64(r.frequency(f, word)), word) }
		return c
	}
	in := q.corpus.of(f)
	w := &fuzzyWord{word: []rune(word), edits: n.Edits, near: map[string]float64{}}
	in.words = append(in.words, w)
	c := ofTerms(f, func(term string) bool { return slices.Contains(w.terms, term) })
	c.score = func(r *Record) (score float64) {
		least := math.Inf(1) // the commonest term has the least idf
		for _, term := range w.terms {
			least = min(least, in.idf(term))
		}
		for _, term := range w.terms {
			if frequency := r.frequency(f, term); frequency > 0 {
				score += max(0, w.near[term]) * least / in.idf(term) * in.score(r, float64(frequency), term)
			}
		}
		return score
	}
	c.count = func() int { return max(1, len(w.terms)) }
	return c
}

// distance is how many edits make one word of another, where swapping two
// neighbours is one too, or more than most.
func distance(a, b []rune, most int) int {
	if d := len(a) - len(b); max(d, -d) > most {
		return most + 1
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
		for j := range rows[i] {
			switch {
			case i == 0:
				rows[i][j] = j
				continue
			case j == 0:
				continue
			}
			replace := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			rows[i][j] = min(replace, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

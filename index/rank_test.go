package index_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// ranking scores records as Lucene documents it, one by one and without an
// index: BM25 with k1 = 1.2 and b = 0.75, lengths in a byte, the best field of
// a word or phrase, the sum of clauses, and 1 for what has no frequency.
type ranking struct {
	records []*naiveRecord
	idfs    map[string]float64
	// expansions are the terms of fuzzy words.
	expansions map[string]map[string]float64
	average    map[int]float64 // length of a field, among the records that have it
}

func newRanking(m *naive) *ranking {
	k := &ranking{idfs: map[string]float64{}, expansions: map[string]map[string]float64{}, average: map[int]float64{}}
	for _, r := range m.records {
		k.records = append(k.records, r)
	}
	for i := range naiveFields {
		total, having := 0, 0
		for _, r := range k.records {
			if n := length(r, i); n > 0 {
				total += n
				having++
			}
		}
		k.average[i] = float64(total) / float64(max(1, having))
	}
	return k
}

func length(r *naiveRecord, field int) (n int) {
	for _, tokens := range r.tokens[field] {
		n += len(tokens)
	}
	return n
}

// storedLengths are the lengths that a byte can tell: up to 39 all of them,
// then those with four significant bits.
var storedLengths = func() (lengths []int) {
	for b := range 256 {
		switch {
		case b < 24:
			lengths = append(lengths, b)
		case b < 32:
			lengths = append(lengths, 24+b-24)
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

// idf is what a term weighs in a field: less, the more of the records that
// have the field have the term.
func (k *ranking) idf(f *naiveField, term string) float64 {
	key := f.name + " " + term
	if idf, ok := k.idfs[key]; ok {
		return idf
	}
	with, having := 0.0, 0.0
	for _, r := range k.records {
		if f.hasTerm(r, func(string) bool { return true }) {
			having++
		}
		if f.hasTerm(r, func(t string) bool { return t == term }) {
			with++
		}
	}
	k.idfs[key] = math.Log(1 + (having-with+0.5)/(with+0.5))
	return k.idfs[key]
}

// score is that of terms which stand in a record so many times together.
func (k *ranking) score(f *naiveField, r *naiveRecord, freq int, terms ...string) float64 {
	if freq == 0 {
		return 0
	}
	idf, norm := 0.0, 1.0
	for _, term := range terms {
		idf += k.idf(f, term)
	}
	if f.analyse != nil {
		norm = 1 - 0.75 + 0.75*float64(storedLength(length(r, f.at)))/k.average[f.at]
	}
	return idf * float64(freq) / (float64(freq) + 1.2*norm)
}

func (k *ranking) node(n querystring.Node, r *naiveRecord) (score float64) {
	switch n := n.(type) {
	case *querystring.Boolean:
		for _, c := range n.Resolve(yieldsNothing) {
			if c.Occur != querystring.MustNot && matches(c.Node, r) {
				score += k.node(c.Node, r)
			}
		}
	case *querystring.Text:
		score = k.bestField(n.Field, func(f *naiveField) float64 { return k.text(f, r, n.Value) })
	case *querystring.Phrase:
		score = k.bestField(n.Field, func(f *naiveField) float64 { return k.phrase(f, r, n.Value) })
	case *querystring.Fuzzy:
		score = k.bestField(n.Field, func(f *naiveField) float64 { return k.fuzzy(f, r, n) })
	default:
		score = 1
	}
	if boost, err := strconv.ParseFloat(n.At().Boost, 64); err == nil {
		score *= boost
	}
	return score
}

func (k *ranking) bestField(name string, score func(*naiveField) float64) (best float64) {
	anyField(name, func(f *naiveField) bool {
		best = max(best, score(f))
		return false
	})
	return best
}

func (k *ranking) text(f *naiveField, r *naiveRecord, text string) (score float64) {
	switch {
	case f.number != nil:
		return 1
	case f.analyse == nil && f.hasText(r, text):
		return 1
	case f.analyse == nil:
		return 0
	}
	for _, token := range f.analyse(text) {
		score += k.score(f, r, frequency(f, r, token), token)
	}
	return score
}

// frequency is how often a record has a term, of which a keyword has but one.
func frequency(f *naiveField, r *naiveRecord, term string) (freq int) {
	if f.analyse == nil {
		if f.hasText(r, term) {
			freq = 1
		}
		return freq
	}
	for _, tokens := range r.tokens[f.at] {
		for _, t := range tokens {
			if t == term {
				freq++
			}
		}
	}
	return freq
}

// fuzzy is the sum of what the nearest 50 terms score, each as if it were as
// common as the commonest of them, and less with each edit.
func (k *ranking) fuzzy(f *naiveField, r *naiveRecord, n *querystring.Fuzzy) (score float64) {
	word := f.normalize(n.Value)
	if n.Edits == 0 {
		return k.score(f, r, frequency(f, r, word), word)
	}
	terms := k.near(f, word, n.Edits)
	least := math.Inf(1) // the commonest has the least idf
	for term := range terms {
		least = min(least, k.idf(f, term))
	}
	for term, nearness := range terms {
		if freq := frequency(f, r, term); freq > 0 {
			score += max(0, nearness) * least / k.idf(f, term) * k.score(f, r, freq, term)
		}
	}
	return score
}

// near is the terms that a fuzzy word stands for, with how near they are.
func (k *ranking) near(f *naiveField, word string, edits int) map[string]float64 {
	key := fmt.Sprint(f.name, " ", word, " ", edits)
	if near, ok := k.expansions[key]; ok {
		return near
	}
	near, seen := map[string]float64{}, map[string]bool{}
	for _, r := range k.records {
		f.hasTerm(r, func(term string) bool {
			if seen[term] {
				return false
			}
			seen[term] = true
			if d := osa([]rune(term), []rune(word)); d <= edits {
				near[term] = 1 - float64(d)/float64(max(1, min(len([]rune(term)), len([]rune(word)))))
			}
			return false
		})
	}
	terms := slices.SortedFunc(maps.Keys(near), func(a, b string) int {
		return cmp.Or(cmp.Compare(near[b], near[a]), cmp.Compare(a, b))
	})
	for _, term := range terms[min(50, len(terms)):] {
		delete(near, term)
	}
	k.expansions[key] = near
	return near
}

func (k *ranking) phrase(f *naiveField, r *naiveRecord, text string) float64 {
	if f.analyse == nil {
		return k.text(f, r, text)
	}
	words, freq := f.analyse(text), 0
	for _, tokens := range r.tokens[f.at] {
		for i := range tokens {
			if len(words) > 0 && i+len(words) <= len(tokens) && slices.Equal(tokens[i:i+len(words)], words) {
				freq++
			}
		}
	}
	return k.score(f, r, freq, words...)
}

// agreement is Kendall's rank correlation of an order with scores, over the
// pairs that have different ones: 1 where all are in the order of their scores,
// -1 where none is. Of long lists it takes some 300 places.
func agreement(scores []float64) (tau float64, ok bool) {
	step := len(scores)/300 + 1
	same, pairs := 0, 0
	for i := 0; i < len(scores); i += step {
		for j := i + step; j < len(scores); j += step {
			switch difference := scores[i] - scores[j]; {
			case difference > 1e-4*scores[i]:
				same++
				pairs++
			case -difference > 1e-4*scores[j]:
				pairs++
			}
		}
	}
	return 2*float64(same)/float64(max(1, pairs)) - 1, pairs > 0
}

// isRanked reports whether the ranking above knows the score of all parts of a
// query: it does not of phrases with slop.
func isRanked(q *querystring.Query) bool {
	for n := range q.Leaves() {
		field := querystring.FieldOf(n)
		if phrase, ok := n.(*querystring.Phrase); ok && phrase.Slop > 0 {
			return false
		}
		if field != "" && !anyField(field, func(*naiveField) bool { return true }) {
			return false
		}
	}
	return q.Root != nil
}

// Random queries over random records give them in the order of their scores.
// All are stored at once: states that were replaced count until segments are
// merged, as with the engine.
func TestRanking(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
	db, model := openIndex(t), newNaive()
	byID := map[zenodo.RecordID]*zenodo.Record{}
	for range 150 {
		r := decode(t, g.record())[0]
		byID[r.ID] = r
	}
	records := slices.Collect(maps.Values(byID))
	if _, err := db.StoreRecords(t.Context(), records...); err != nil {
		t.Fatal(err)
	}
	model.store(records...)
	ranking, ranked := newRanking(model), 0
	for range max(200, *queriesFlag/slowdown) {
		text := g.text(2)
		q, err := querystring.Parse(text)
		if err != nil || !isRanked(q) {
			continue
		}
		ids, err := search(t, db, index.Query{Parsed: q, AllVersions: true, Sort: index.BestMatch})
		if err != nil {
			continue
		}
		scores := each(ids, func(id string) float64 { return ranking.node(q.Root, model.records[id]) })
		for i := 1; i < len(scores); i++ {
			if scores[i] > scores[i-1]*(1+1e-4) {
				t.Fatalf("%s: record %s, with a score of %g, comes before %s, which has %g", text, ids[i-1], scores[i-1], ids[i], scores[i])
			}
		}
		first, err := search(t, db, index.Query{Parsed: q, AllVersions: true, Sort: index.BestMatch, Limit: 7})
		if want := ids[:min(7, len(ids))]; err != nil || !slices.Equal(first, want) {
			t.Fatalf("%s: the first are %v, %v; want %v", text, first, err, want)
		}
		if len(ids) > 1 {
			ranked++
		}
	}
	t.Logf("%d queries found records to rank", ranked)
	if ranked < 10 {
		t.Error("too few queries found records to rank")
	}
}

// The order of best match is that of BM25 by its definition. The reference
// engine's answers have no order.
func TestRankCorrelation(t *testing.T) {
	if slowdown > 1 {
		t.Skip("one goroutine needs no race detector")
	}
	db, model := openIndex(t), newNaive()
	raws := recordedRecords(t)
	store(t, db, raws...)
	model.store(decode(t, raws...)...)
	ranking := newRanking(model)
	data, err := os.ReadFile(filepath.Join(sharedData(t), "queries", "expected.jsonl"))
	if err != nil {
		t.Skipf("no reference queries: %v", err)
	}
	queries, sum := 0, 0.0
	for line := range bytes.Lines(data) {
		var query struct{ Q string }
		if err := json.Unmarshal(line, &query); err != nil {
			t.Fatal(err)
		}
		q, err := querystring.Parse(query.Q)
		if err != nil || !isRanked(q) || strings.Contains(query.Q, "~") { // idfs of many terms take minutes
			continue
		}
		ids, err := search(t, db, index.Query{Parsed: q, AllVersions: true, Sort: index.BestMatch})
		if err != nil {
			continue
		}
		scores := each(ids, func(id string) float64 { return ranking.node(q.Root, model.records[id]) })
		tau, ok := agreement(scores)
		if !ok {
			continue
		}
		queries++
		sum += tau
		if tau < 0.99 {
			t.Logf("%s: %.3f over %d records", query.Q, tau, len(ids))
		}
	}
	if queries < 30 || sum < 0.99*float64(queries) {
		t.Errorf("the orders of %d queries agree with their scores by %.4f; want 0.99 for 30 or more", queries, sum/float64(queries))
	}
	t.Logf("Kendall's tau is %.4f on average over %d queries", sum/float64(queries), queries)
}

package index_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

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

// isRanked reports whether the model knows the scores of a query as the engine
// gives them: it does not of phrases with slop.
func isRanked(q *querystring.Query) bool {
	for n := range q.Leaves() {
		if phrase, ok := n.(*querystring.Phrase); ok && phrase.Slop > 0 {
			return false
		}
	}
	return q.Root != nil
}

// scoresOf gives the scores of ids.
func scoresOf(ids []string, scores map[string]float64) (inOrder []float64) {
	for _, id := range ids {
		inOrder = append(inOrder, scores[id])
	}
	return inOrder
}

// Random queries over random records give them in the order of their scores.
// All are stored at once: states that were replaced count until segments are
// merged, as with the engine.
func TestRanking(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
	db, model := openIndex(t), newModel()
	byID := map[zenodo.RecordID]*zenodo.Record{}
	for range 150 {
		r := decode(t, g.record())[0]
		byID[r.ID] = r
	}
	records := slices.Collect(maps.Values(byID))
	if _, err := db.StoreRecords(t.Context(), records...); err != nil {
		t.Fatal(err)
	}
	model.store(t, records...)
	ranked := 0
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
		all, ok := model.scores(t, q)
		if !ok {
			continue
		}
		scores := scoresOf(ids, all)
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
	db, model := recordedIndex(t), newModel()
	model.store(t, decode(t, recordedRecords(t)...)...)
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
		if err != nil || !isRanked(q) {
			continue
		}
		ids, err := search(t, db, index.Query{Parsed: q, AllVersions: true, Sort: index.BestMatch})
		if err != nil {
			continue
		}
		all, ok := model.scores(t, q)
		if !ok {
			continue
		}
		scores := scoresOf(ids, all)
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

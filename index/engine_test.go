package index_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/internal/naive"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// engine is an index of a real OpenSearch 3, with Zenodo's mapping.
type engine struct{ url string }

// newEngine makes an index of records, and drops it after the test. Without
// $OPENSEARCH_URL, or with another version, the test is skipped.
func newEngine(t *testing.T, records []*zenodo.Record) *engine {
	t.Helper()
	root := os.Getenv("OPENSEARCH_URL")
	if root == "" {
		t.Skip("set OPENSEARCH_URL to a node of OpenSearch 3 to compare with it")
	}
	e := &engine{url: root}
	var about struct{ Version struct{ Number string } }
	e.call(t, "GET", "/", "", &about)
	if !strings.HasPrefix(about.Version.Number, "3.") {
		t.Skipf("OPENSEARCH_URL is version %s; Zenodo's is 3", about.Version.Number)
	}
	name := fmt.Sprintf("/zharvest-test-%d", rand.Uint32())
	e.url += name
	// What is served beside the fields, such as links, is left alone.
	mapping := strings.Replace(string(naive.Mapping), `"dynamic":"strict"`, `"dynamic":"false"`, 1)
	e.call(t, "PUT", "", mapping, nil)
	t.Cleanup(func() { e.call(t, "DELETE", "", "", nil) })
	for part := range slices.Chunk(records, 500) {
		var bulk strings.Builder
		for _, r := range part {
			document, err := naive.Document(r.Raw)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := json.Marshal(document)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&bulk, "{\"index\":{\"_id\":%q}}\n%s\n", r.ID, doc)
		}
		var answer struct {
			Items []struct {
				Index struct{ Error json.RawMessage }
			}
		}
		e.call(t, "POST", "/_bulk", bulk.String(), &answer)
		for i, item := range answer.Items {
			if item.Index.Error != nil {
				t.Fatalf("record %s: %s", part[i].ID, item.Index.Error)
			}
		}
	}
	e.call(t, "POST", "/_refresh", "", nil)
	e.call(t, "POST", "/_forcemerge?max_num_segments=1", "", nil)
	return e
}

func (e *engine) call(t *testing.T, method, path, body string, answer any) {
	t.Helper()
	status, raw := e.send(t, method, path, body)
	if status != http.StatusOK {
		t.Fatalf("%s %s: %d %.1000s", method, path, status, raw)
	}
	if answer == nil {
		return
	}
	if err := json.Unmarshal(raw, answer); err != nil {
		t.Fatal(err)
	}
}

func (e *engine) send(t *testing.T, method, path, body string) (status int, answer []byte) {
	t.Helper()
	req, err := http.NewRequest(method, e.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, raw
}

// engineAnswer is what the engine found, the best first, or why it refused.
type engineAnswer struct {
	ids     []string
	scores  map[string]float64
	refusal string
}

// search sends a text as Zenodo does.
func (e *engine) search(t *testing.T, text string) engineAnswer {
	t.Helper()
	query := any(map[string]any{"match_all": map[string]any{}})
	if text != "" {
		q, err := querystring.Parse(text)
		e, refused := errors.AsType[*querystring.Error](err)
		switch {
		case refused && e.Sent == "":
			return engineAnswer{refusal: err.Error()}
		case refused:
			query = map[string]any{"query_string": map[string]any{"query": e.Sent}}
		case q.Loose:
			query = map[string]any{"multi_match": map[string]any{"query": text}}
		default:
			query = map[string]any{"query_string": map[string]any{"query": q.Sent}}
		}
	}
	body, err := json.Marshal(map[string]any{"query": query, "size": 10_000, "_source": false})
	if err != nil {
		t.Fatal(err)
	}
	status, raw := e.send(t, "POST", "/_search", string(body))
	if status != http.StatusOK {
		return engineAnswer{refusal: fmt.Sprintf("%d %.300s", status, raw)}
	}
	var answer struct {
		Hits struct {
			Hits []struct {
				ID    string  `json:"_id"`
				Score float64 `json:"_score"`
			}
		}
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		t.Fatal(err)
	}
	found := engineAnswer{scores: map[string]float64{}}
	for _, hit := range answer.Hits.Hits {
		found.ids = append(found.ids, hit.ID)
		found.scores[hit.ID] = hit.Score
	}
	return found
}

// compare holds a search of the index against the engine's, and says what is
// different.
func (e *engine) compare(t *testing.T, db *index.DB, text string) (difference string) {
	t.Helper()
	want := e.search(t, text)
	got, err := searchText(t, db, text, index.Query{AllVersions: true, Sort: index.BestMatch})
	switch {
	case err != nil && !refused(err):
		return err.Error()
	case err != nil && want.refusal == "":
		return fmt.Sprintf("is refused (%v), the engine finds %d", err, len(want.ids))
	case err != nil:
		return ""
	case want.refusal != "":
		return fmt.Sprintf("finds %d, the engine refuses it: %s", len(got), want.refusal)
	}
	if missing, more := without(want.ids, got), without(got, want.ids); len(missing)+len(more) > 0 {
		return fmt.Sprintf("finds %d records, the engine %d; it lacks %q, and has %q too many", len(got), len(want.ids), missing[:min(3, len(missing))], more[:min(3, len(more))])
	}
	for i := 1; i < len(got); i++ {
		before, after := want.scores[got[i-1]], want.scores[got[i]]
		if after > before*(1+1e-5) {
			return fmt.Sprintf("has %s, with a score of %g, before %s with %g (place %d of %d)", got[i-1], before, got[i], after, i, len(got))
		}
	}
	return ""
}

func without(ids, others []string) (rest []string) {
	known := map[string]bool{}
	for _, id := range others {
		known[id] = true
	}
	for _, id := range ids {
		if !known[id] {
			rest = append(rest, id)
		}
	}
	return rest
}

// Recorded records are found, and ranked, as by Zenodo's engine.
func TestAgainstEngine(t *testing.T) {
	records := decode(t, recordedRecords(t)...)
	e := newEngine(t, records)
	db := openIndex(t)
	if _, err := db.StoreRecords(t.Context(), records...); err != nil {
		t.Fatal(err)
	}
	queries := append(suiteQueries(t), hardQueries(t)...)
	for _, text := range queries {
		if difference := e.compare(t, db, text); difference != "" {
			t.Errorf("%s %s", text, difference)
		}
	}
	t.Logf("%d queries", len(queries))
}

// suiteQueries are those of the development suite.
func suiteQueries(t *testing.T) (queries []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(sharedData(t), "queries", "expected.jsonl"))
	if err != nil {
		t.Skipf("no reference queries: %v", err)
	}
	for line := range bytes.Lines(data) {
		var query struct{ Q string }
		if err := json.Unmarshal(line, &query); err != nil {
			t.Fatal(err)
		}
		queries = append(queries, query.Q)
	}
	return queries
}

// hardQueries are those of testdata/queries.txt.
func hardQueries(t *testing.T) (queries []string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "queries.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "# ") {
			queries = append(queries, strings.TrimSuffix(line, "\n"))
		}
	}
	return queries
}

// Random queries over random records find, and rank, what Zenodo's engine does.
func TestRandomAgainstEngine(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0))}
	byID := map[zenodo.RecordID]*zenodo.Record{}
	for range 300 {
		r := decode(t, g.record())[0]
		byID[r.ID] = r
	}
	records := slices.Collect(maps.Values(byID))
	e := newEngine(t, records)
	db := openIndex(t)
	if _, err := db.StoreRecords(t.Context(), records...); err != nil {
		t.Fatal(err)
	}
	for range *queriesFlag {
		text := g.text(2)
		if difference := e.compare(t, db, text); difference != "" {
			t.Errorf("%s %s", text, difference)
		}
	}
}

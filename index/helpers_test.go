package index_test

import (
	"bufio"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
	store0 "github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// record writes a record in Zenodo's legacy JSON. Fields come in pairs of a
// path, such as metadata.title, and a value; nil takes a field out.
func record(id int, fields ...any) string {
	r := map[string]any{
		"id": id, "conceptrecid": strconv.Itoa(id - 1), "doi": "10.5281/zenodo." + strconv.Itoa(id),
		"created": time.Date(2020, 1, 1, 0, 0, id, 0, time.UTC).Format("2006-01-02T15:04:05.000000+00:00"),
		"links":   map[string]any{"self_html": "https://zenodo.org/records/" + strconv.Itoa(id)},
		"metadata": map[string]any{
			"title": "Record " + strconv.Itoa(id), "access_right": "open", "publication_date": "2020-01-01",
			"resource_type": map[string]any{"type": "dataset", "title": "Dataset"},
		},
	}
	for pair := range slices.Chunk(fields, 2) {
		set(r, strings.Split(pair[0].(string), "."), pair[1])
	}
	raw, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

func set(object map[string]any, path []string, value any) {
	switch {
	case len(path) == 1 && value == nil:
		delete(object, path[0])
	case len(path) == 1:
		object[path[0]] = value
	default:
		inner, ok := object[path[0]].(map[string]any)
		if !ok {
			inner = map[string]any{}
			object[path[0]] = inner
		}
		set(inner, path[1:], value)
	}
}

// version gives the fields of a version of a concept.
func version(concept, index int, last bool) []any {
	return []any{"conceptrecid", strconv.Itoa(concept), "metadata.relations", map[string]any{
		"version": []any{map[string]any{"index": index - 1, "is_last": last}},
	}}
}

func openIndex(tb testing.TB) *index.DB {
	tb.Helper()
	return reopen(tb, filepath.Join(tb.TempDir(), "index.db"))
}

func reopen(tb testing.TB, path string) *index.DB {
	tb.Helper()
	db, err := index.Open(tb.Context(), path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := db.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return db
}

// store stores records given by their JSON, a page at a time.
func store(tb testing.TB, db *index.DB, raws ...string) store0.Stored {
	tb.Helper()
	var all store0.Stored
	for page := range slices.Chunk(raws, 500) {
		stored, err := db.StoreRecords(tb.Context(), decode(tb, page...)...)
		if err != nil {
			tb.Fatal(err)
		}
		all.New += stored.New
		all.Updated += stored.Updated
		all.Unchanged += stored.Unchanged
	}
	return all
}

func decode(tb testing.TB, raws ...string) []*zenodo.Record {
	tb.Helper()
	records := make([]*zenodo.Record, len(raws))
	for i, raw := range raws {
		r, err := zenodo.DecodeRecord([]byte(raw))
		if err != nil {
			tb.Fatal(err)
		}
		records[i] = r
	}
	return records
}

// parsed parses a text that must be a query.
func parsed(text string) *querystring.Query {
	q, err := querystring.Parse(text)
	if err != nil {
		panic(err)
	}
	return q
}

// searchText is search with a text that may be refused.
func searchText(tb testing.TB, db *index.DB, text string, q index.Query) ([]string, error) {
	tb.Helper()
	var err error
	if q.Parsed, err = querystring.Parse(text); err != nil {
		return nil, err
	}
	return search(tb, db, q)
}

// search returns the ids of what a query finds, in order.
func search(tb testing.TB, db *index.DB, q index.Query) ([]string, error) {
	tb.Helper()
	if q.Columns == nil {
		q.Columns = []string{"id"}
	}
	var ids []string
	for r, err := range db.Records(tb.Context(), q) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, string(r.ID))
	}
	return ids, nil
}

// find is search with a text that must run.
func find(tb testing.TB, db *index.DB, text string) []string {
	tb.Helper()
	ids, err := searchText(tb, db, text, index.Query{})
	if err != nil {
		tb.Fatalf("%s: %v", text, err)
	}
	return ids
}

// sharedData is the folder with recorded answers of Zenodo, which not every
// checkout has beside it.
func sharedData(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("ZHARVEST_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	dir = filepath.Join(dir, "data")
	if _, err := os.Stat(dir); err != nil {
		tb.Skipf("no recorded data in %s", dir)
	}
	return dir
}

func recordedRecords(tb testing.TB) []string {
	tb.Helper()
	return recordedLines(tb, "records.jsonl.gz")
}

func recordedLines(tb testing.TB, name string) []string {
	tb.Helper()
	f, err := os.Open(filepath.Join(sharedData(tb), "zenodo", name))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var raws []string
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		raws = append(raws, lines.Text())
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return raws
}

// recordedFile is an index of the recorded records, which is made once.
var recordedFile struct {
	sync.Once
	data []byte
}

// recordedIndex opens an index of the recorded records, of a test's own.
func recordedIndex(tb testing.TB) *index.DB {
	tb.Helper()
	raws := recordedRecords(tb)
	recordedFile.Do(func() {
		path := filepath.Join(tb.TempDir(), "recorded.db")
		db, err := index.Open(tb.Context(), path)
		if err != nil {
			tb.Fatal(err)
		}
		store(tb, db, raws...)
		if err := db.Close(); err != nil {
			tb.Fatal(err)
		}
		if recordedFile.data, err = os.ReadFile(path); err != nil {
			tb.Fatal(err)
		}
	})
	path := filepath.Join(tb.TempDir(), "index.db")
	if err := os.WriteFile(path, recordedFile.data, 0o600); err != nil {
		tb.Fatal(err)
	}
	return reopen(tb, path)
}

func equalIDs(tb testing.TB, what string, got []string, want ...string) {
	tb.Helper()
	if !slices.Equal(got, want) {
		tb.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// harvest runs a harvest from its beginning to its end.
func harvest(tb testing.TB, db *index.DB, name string, pages ...store0.Page) store0.Stored {
	tb.Helper()
	run := startRun(tb, db, name)
	stored, err := run.StorePages(tb.Context(), pages...)
	if err != nil {
		tb.Fatal(err)
	}
	if err := run.Finish(tb.Context(), index.Outcome{State: store0.StateComplete}); err != nil {
		tb.Fatal(err)
	}
	if err := run.Close(); err != nil {
		tb.Fatal(err)
	}
	return stored
}

func startRun(tb testing.TB, db *index.DB, name string) *index.Run {
	tb.Helper()
	run, err := db.StartRun(tb.Context(), index.RunSpec{Name: name, Selection: []byte("{}")})
	if err != nil {
		tb.Fatal(err)
	}
	return run
}

func page(tb testing.TB, raws ...string) store0.Page {
	tb.Helper()
	return store0.Page{Records: decode(tb, raws...), Checkpoint: []byte("{}")}
}

// table reads a query of SQL as one text a row.
func table(tb testing.TB, path, query string) []string {
	tb.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(tb.Context(), query)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		tb.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			tb.Fatal(err)
		}
		for i := range values {
			values[i] = *values[i].(*any)
		}
		lines = append(lines, fmt.Sprintln(values...))
	}
	if err := rows.Err(); err != nil {
		tb.Fatal(err)
	}
	return lines
}

// openers are the two ways to open an index.
var openers = []func(context.Context, string) (*index.DB, error){index.Open, index.OpenExisting}

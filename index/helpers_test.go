package index_test

import (
	"bufio"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
)

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
func store(tb testing.TB, db *index.DB, raws ...string) index.Stored {
	tb.Helper()
	var all index.Stored
	for from := 0; from < len(raws); from += 100 {
		stored, err := db.StoreRecords(tb.Context(), decode(tb, raws[from:min(from+100, len(raws))]...)...)
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

// search returns the ids of what a query finds, in order.
func search(tb testing.TB, db *index.DB, q index.Query) ([]string, error) {
	tb.Helper()
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
	ids, err := search(tb, db, index.Query{Text: text})
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
	f, err := os.Open(filepath.Join(sharedData(tb), "zenodo", "records.jsonl.gz"))
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

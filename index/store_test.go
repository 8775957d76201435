package index_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
)

// raw is the record of the index as the server sent it.
func raw(tb testing.TB, db *index.DB, ref string) string {
	tb.Helper()
	r, err := db.Record(tb.Context(), ref)
	if err != nil {
		tb.Fatalf("%s: %v", ref, err)
	}
	return string(r.Raw)
}

func equalStored(t *testing.T, what string, got, want store0.Stored) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: stored %+v, want %+v", what, got, want)
	}
}

func stats(views int) map[string]any {
	return map[string]any{"views": views, "unique_views": views, "downloads": 2 * views, "unique_downloads": 2 * views, "version_views": 1}
}

func TestStoreAgain(t *testing.T) {
	db := openIndex(t)
	equalStored(t, "first", store(t, db, record(1), record(2)), store0.Stored{New: 2})
	equalStored(t, "the same", store(t, db, record(1), record(2)), store0.Stored{Unchanged: 2})
	changed := record(1, "metadata.title", "Changed")
	equalStored(t, "one changed", store(t, db, changed, record(2)), store0.Stored{Updated: 1, Unchanged: 1})
	equalIDs(t, "its new title", find(t, db, "changed"), "1")
	equalIDs(t, "its old title", find(t, db, "title:1"))
	if got := raw(t, db, "1"); got != changed {
		t.Errorf("raw is %s, want %s", got, changed)
	}
	twice := record(3, "metadata.title", "Second thought")
	equalStored(t, "the same id twice", store(t, db, record(3), twice), store0.Stored{New: 1})
	if got := raw(t, db, "3"); got != twice {
		t.Errorf("of two the first was kept: %s", got)
	}
}

// What only counts views, or links elsewhere, is no change; but it is what
// the server sent last.
func TestStoreMovedStatistics(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1, "stats", stats(10)))
	moved := record(1, "stats", stats(20), "links.self_html", "https://zenodo.org/new/1")
	equalStored(t, "moved", store(t, db, moved), store0.Stored{Unchanged: 1})
	if got := raw(t, db, "1"); got != moved {
		t.Errorf("raw is %s, want what was sent last", got)
	}
	equalIDs(t, "new views", find(t, db, "stats.all_versions.views:20"), "1")
	equalIDs(t, "old views", find(t, db, "stats.all_versions.views:10"))
	want := []string{"20 40 https://zenodo.org/new/1\n"}
	if diff := cmp.Diff(want, table(t, db.Path(), "SELECT views, downloads, url FROM records")); diff != "" {
		t.Errorf("row (-want +got):\n%s", diff)
	}
	for r, err := range db.Records(t.Context(), index.Query{Columns: []string{"url"}}) {
		if err != nil || r.URL != "https://zenodo.org/new/1" {
			t.Errorf("listed with %q, %v; want its new address", r.URL, err)
		}
	}
	store(t, db, record(1))
	if diff := cmp.Diff([]string{"<nil> <nil>\n"}, table(t, db.Path(), "SELECT views, downloads FROM records")); diff != "" {
		t.Errorf("row without statistics (-want +got):\n%s", diff)
	}
}

// The server lists the communities of a record now in one order and now in
// another.
func TestStoreShuffledCommunities(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1, "metadata.communities", in("a", "b")))
	equalStored(t, "shuffled", store(t, db, record(1, "metadata.communities", in("b", "a"))), store0.Stored{Unchanged: 1})
	equalStored(t, "another one", store(t, db, record(1, "metadata.communities", in("a", "c"))), store0.Stored{Updated: 1})
	equalStored(t, "another title", store(t, db, record(1, "metadata.communities", in("c", "a"), "metadata.title", "x")), store0.Stored{Updated: 1})
	equalStored(t, "one less", store(t, db, record(1, "metadata.communities", in("a"), "metadata.title", "x")), store0.Stored{Updated: 1})
	equalStored(t, "none", store(t, db, record(1, "metadata.title", "x")), store0.Stored{Updated: 1})
}

func TestStatisticsHistory(t *testing.T) {
	db := openIndex(t)
	harvest(t, db, "first", page(t, record(1, "stats", stats(10)), record(2, "stats", stats(5)), record(3)))
	harvest(t, db, "again", page(t, record(1, "stats", stats(10)), record(2, "stats", stats(6)), record(3)))
	got := table(t, db.Path(), "SELECT id, count(*), max(s.views) FROM statistics s JOIN records USING (record_id) GROUP BY id ORDER BY id")
	// Both harvests may begin in one second, and then share a row.
	if len(got) != 2 || got[0] != "1 1 10\n" || !strings.HasSuffix(got[1], " 6\n") {
		t.Errorf("history %q, want one row for record 1, none for 3, and the last views of 2", got)
	}
}

// Records that the schema or the driver could stumble over.
func TestStoreStrange(t *testing.T) {
	long := strings.Repeat("word ", 100_000)
	var creators []any
	for i := range 3000 {
		creators = append(creators, map[string]any{"name": fmt.Sprintf("Family%d, Given", i)})
	}
	strange := map[string]string{
		"1": record(1, "metadata.title", "nul \x00 in it", "metadata.keywords", []any{"a\x00b"}),
		"2": record(2, "metadata.description", long),
		"3": record(3, "metadata.creators", creators),
		"4": record(4, "metadata.keywords", []any{"same", "same"}, "metadata.communities", []any{map[string]any{"id": "one"}, map[string]any{"id": "one"}}),
		"5": record(5, "conceptrecid", nil),
		"6": record(6, "created", nil, "doi", nil),
		"7": strings.Replace(record(7), "Record 7", "broken \xff\xfe text", 1),
		"8": record(8, "created", "garbage", "metadata.title", ""),
		"9": record(9, "metadata.title", strings.Repeat("é", 40_000)),
	}
	db := openIndex(t)
	for id, r := range strange {
		equalStored(t, id, store(t, db, r), store0.Stored{New: 1})
		equalStored(t, id+" again", store(t, db, r), store0.Stored{Unchanged: 1})
		if got := raw(t, db, id); got != r {
			t.Errorf("record %s came back as %.100s", id, got)
		}
	}
	for text, want := range map[string][]string{
		"nul":                         {"1"},
		"description:word":            {"2"},
		"creators.name:family2999":    {"3"},
		"keywords:same":               {"4"},
		"communities:one":             {"4"},
		"broken":                      {"7"},
		"recid:(5 OR 6)":              {"5", "6"},
		"NOT created:*":               {"8", "6"},
		"created:* AND title:\"9 x\"": nil,
	} {
		got := find(t, db, text)
		slices.Sort(got)
		slices.Sort(want)
		equalIDs(t, text, got, want...)
	}
	if got := table(t, db.Path(), "SELECT title FROM records WHERE id = '1'"); got[0] != "nul \x00 in it\n" {
		t.Errorf("title is %q", got[0])
	}
}

func TestRecordRefs(t *testing.T) {
	db := openIndex(t)
	store(t, db,
		record(11, append(version(10, 1, false), "conceptdoi", "10.5281/zenodo.10")...),
		record(12, append(version(10, 2, true), "conceptdoi", "10.5281/zenodo.10", "doi", "10.1234/Upper.Case")...))
	for ref, want := range map[string]string{
		"11": "11", "10": "12", "10.5281/zenodo.11": "11", "https://doi.org/10.5281/zenodo.10": "12",
		"https://zenodo.org/records/11": "11", "doi:10.1234/upper.case": "12",
	} {
		r, err := db.Record(t.Context(), ref)
		if err != nil || string(r.ID) != want {
			t.Errorf("%s: got %v, %v, want record %s", ref, r, err, want)
		}
	}
	for _, ref := range []string{"", "13", "10.5281/zenodo.13", "a b"} {
		if _, err := db.Record(t.Context(), ref); !errors.Is(err, index.ErrNotFound) {
			t.Errorf("%q: got %v, want ErrNotFound", ref, err)
		}
	}
}

// A page whose storing is cancelled is stored whole or not at all.
func TestStoreCancelled(t *testing.T) {
	db := openIndex(t)
	run := startRun(t, db, "all")
	defer run.Close() //nolint:errcheck // the test has what it wants
	var raws []string
	for i := range 300 {
		raws = append(raws, record(i+1))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := run.StorePages(ctx, page(t, raws...)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: got %v, want context.Canceled", err)
	}
	equalIDs(t, "after", find(t, db, ""))
	for turn := range 20 {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() {
			_, err := run.StorePages(ctx, page(t, raws...))
			done <- err
		}()
		for range turn * 100 { // some way into it
			_ = len(raws)
		}
		cancel()
		err := <-done
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		n, countErr := db.Count(t.Context(), index.Query{})
		if countErr != nil || n != 0 && n != len(raws) || err == nil && n == 0 {
			t.Fatalf("cancelled: %d of %d records, %v, %v", n, len(raws), err, countErr)
		}
	}
}

// A transaction that is rolled back leaves nothing behind in memory either:
// the number of a segment that it made is given again.
func TestRollback(t *testing.T) {
	db := openIndex(t)
	execSQL(t, db.Path(), "CREATE TRIGGER full BEFORE INSERT ON part WHEN new.keywords = '[\"full\"]' BEGIN SELECT RAISE(ABORT, 'disk full'); END")
	run := startRun(t, db, "all")
	defer run.Close() //nolint:errcheck // the test has what it wants
	thousand := func(from int) (raws []string) {
		for i := range 1000 {
			raws = append(raws, record(from+i))
		}
		return raws
	}
	_, err := run.StorePages(t.Context(), page(t, thousand(1)...), page(t, record(7, "metadata.title", "New")), page(t, record(3000, "metadata.keywords", []any{"full"})))
	if err == nil {
		t.Fatal("the trigger did not fire")
	}
	equalIDs(t, "after the failure", find(t, db, ""))
	for _, p := range []store0.Page{page(t, thousand(2001)...), page(t, record(2007, "metadata.title", "New"))} {
		if _, err := run.StorePages(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	equalIDs(t, "by the new title", find(t, db, "new"), "2007")
	if n, err := db.Count(t.Context(), index.Query{Parsed: parsed("title:record")}); err != nil || n != 999 {
		t.Errorf("%d records have the old title, %v, want 999", n, err)
	}
	if err := run.Finish(t.Context(), index.Outcome{}); err != nil {
		t.Fatal(err)
	}
	if n, err := db.Count(t.Context(), index.Query{}); err != nil || n != 1000 {
		t.Errorf("%d records in the end, %v, want 1000", n, err)
	}
}

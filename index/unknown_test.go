package index_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
)

// unknown are records that the server tells only a part of: 1 and 2
// have files that are listed, 2 hides its statistics.
func unknown() []string {
	files := []any{map[string]any{"key": "a", "size": 5}, map[string]any{"key": "b", "size": 0}}
	some := map[string]any{"views": 0, "downloads": 9, "version_views": 0}
	return []string{
		record(1, "files", files, "stats", map[string]any{"views": 0, "unique_views": 0, "downloads": 0, "version_views": 0, "version_unique_views": 0, "version_downloads": 0}),
		record(2, "files", files, "metadata.access_right", "restricted"), // as its owner sees it
		record(3, "files", []any{}, "metadata.access_right", "restricted", "stats", stats(3)),
		record(4, "files", []any{}, "metadata.access_right", "embargoed", "stats", map[string]any{}),
		record(5, "files", []any{}, "stats", some), // metadata-only
		`{"id":"6","parent":{"id":"5"},"created":"2020-01-01T00:00:06+00:00","access":{"status":"restricted"},"files":{"enabled":true},` +
			`"stats":{"all_versions":{"views":4,"unique_views":4,"downloads":4,"unique_downloads":4}}}`,
		`{"id":"7","parent":{"id":"6"},"created":"2020-01-01T00:00:07+00:00","access":{"status":"metadata-only"},"files":{"enabled":false,"count":0,"total_bytes":0,"entries":{}}}`,
		partial(8, 7, early, "XML"),
	}
}

// TestUnknown finds no record by what the server did not say, as Zenodo does,
// whose search has no number of files for records that hide or have none. They
// used to have 0 files of 0 bytes.
func TestUnknown(t *testing.T) {
	db := openIndex(t)
	store(t, db, unknown()...)
	check := func(when string) {
		t.Helper()
		for _, tt := range []struct{ text, want string }{
			{"size:*", "2 1"},
			{"size:0", ""},
			{"size:[0 TO 50000]", "2 1"},
			{"size:[* TO *]", "2 1"},
			{"_exists_:files.totalbytes", "2 1"},
			{"filecount:0", ""},
			{"filecount:>=0", "2 1"},
			{"filecount:<1", ""},
			{"filecount:2", "2 1"},
			{"NOT filecount:0", "7 6 5 4 3 2 1 8"},
			{"NOT size:*", "7 6 5 4 3 8"},
			{"NOT size:[0 TO 4]", "7 6 5 4 3 2 1 8"},
			{"NOT size:[1 TO *]", "7 6 5 4 3 8"},
			{"filename:*", "2 1"},
			{"stats.all_versions.views:0", "5 1"},
			{"stats.all_versions.views:>=0", "6 5 3 1"},
			{"stats.all_versions.downloads:0", "1"},
			{"stats.this_version.views:0", "5 1"},
			{"stats.this_version.downloads:0", "1"},
			{"stats.all_versions.unique_views:[0 TO *]", "6 3 1"},
			{"stats.this_version.unique_views:*", "1"},
			{"NOT stats.this_version.views:0", "7 6 4 3 2 8"},
			{"NOT stats.all_versions.views:*", "7 4 2 8"},
		} {
			equalIDs(t, tt.text+" "+when, find(t, db, tt.text), strings.Fields(tt.want)...)
		}
		for sort, want := range map[index.Sort]string{index.Views: "6 3 1 2 4 5 7 8", index.Downloads: "3 6 1 2 4 5 7 8"} {
			got, err := search(t, db, index.Query{Sort: sort})
			if err != nil {
				t.Fatal(err)
			}
			equalIDs(t, string(sort)+" "+when, got, strings.Fields(want)...)
		}
		want := []string{
			"1 2 5 0 0\n", "2 2 5 <nil> <nil>\n", "3 <nil> <nil> 3 6\n", "4 <nil> <nil> <nil> <nil>\n", "5 <nil> <nil> 0 9\n",
			"6 <nil> <nil> 4 4\n", "7 <nil> <nil> <nil> <nil>\n", "8 <nil> <nil> <nil> <nil>\n",
		}
		if diff := cmp.Diff(want, table(t, db.Path(), "SELECT id, files, size, views_raw, downloads_raw FROM records ORDER BY id")); diff != "" {
			t.Errorf("records %s (-want +got):\n%s", when, diff)
		}
		want[0], want[4] = "1 2 5 0 <nil>\n", "5 <nil> <nil> <nil> <nil>\n" // which do not say how many of both were unique
		if diff := cmp.Diff(want, table(t, db.Path(), "SELECT id, files, size, views, downloads FROM record_list ORDER BY id")); diff != "" {
			t.Errorf("record_list %s (-want +got):\n%s", when, diff)
		}
		want = []string{"1 0 0\n", "3 3 1\n", "5 0 0\n", "6 4 <nil>\n"}
		if diff := cmp.Diff(want, table(t, db.Path(), "SELECT id, s.views_raw, s.version_views_raw FROM statistics s JOIN records USING (record_id) ORDER BY id")); diff != "" {
			t.Errorf("statistics %s (-want +got):\n%s", when, diff)
		}
	}
	check("as stored")
	if err := db.Reindex(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	check("reindexed")
}

// TestLostStatistics has a server that stops sending counts: they are unknown
// from then on, and have not moved to 0.
func TestLostStatistics(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1, "stats", stats(7)))
	store(t, db, record(1, "stats", map[string]any{"unique_views": 7}))
	equalIDs(t, "views", find(t, db, "stats.all_versions.views:*"))
	equalIDs(t, "unique views", find(t, db, "stats.all_versions.unique_views:7"), "1")
	equalIDs(t, "views of this version", find(t, db, "stats.this_version.views:*"))
	store(t, db, record(1))
	equalIDs(t, "unique views, lost", find(t, db, "stats.all_versions.unique_views:*"))
	history, err := db.History(t.Context(), index.Query{})
	if err != nil || len(history) > 1 || slices.ContainsFunc(history, func(c index.Counted) bool { return c.Views != 7 }) {
		t.Errorf("history: %v, %v; want 7 views", history, err)
	}
}

// TestUnknownRecorded has the records that Zenodo has served: those whose files
// it hides are found by no number of files.
func TestUnknownRecorded(t *testing.T) {
	raws := recordedRecords(t)
	db := recordedIndex(t)
	hidden, listed := 0, 0
	for _, raw := range raws {
		r, err := zenodo.DecodeRecord([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if r.HidesFiles() {
			hidden++
		} else {
			listed++
		}
	}
	for text, want := range map[string]int{"filecount:*": listed, "NOT size:[0 TO *]": hidden, "filecount:0": 0} {
		got, err := db.Count(t.Context(), index.Query{Parsed: parsed(text), AllVersions: true})
		if err != nil || got != want || hidden == 0 {
			t.Errorf("%s: %d, %v, want %d", text, got, err, want)
		}
	}
}

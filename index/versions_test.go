package index_test

import (
	"testing"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
)

// A record is the latest where it says so, until a later version of its
// concept is in the index.
func TestLatest(t *testing.T) {
	for _, tc := range []struct {
		name  string
		pages [][]string // stored one after the other
		want  []string
	}{
		{"says so", [][]string{{record(2, version(1, 1, true)...)}}, []string{"2"}},
		{"says not", [][]string{{record(2, version(1, 1, false)...)}}, nil},
		{"does not say", [][]string{{record(2)}}, []string{"2"}},
		{"a later one came", [][]string{{record(2, version(1, 1, true)...)}, {record(3, version(1, 2, true)...)}}, []string{"3"}},
		{"in one page", [][]string{{record(2, version(1, 1, true)...), record(3, version(1, 2, true)...)}}, []string{"3"}},
		{"the later one came first", [][]string{{record(3, version(1, 2, true)...)}, {record(2, version(1, 1, true)...)}}, []string{"3"}},
		{"the later one is not the latest", [][]string{{record(2, version(1, 1, true)...)}, {record(3, version(1, 2, false)...)}}, nil},
		{"fetched again as it was", [][]string{
			{record(2, version(1, 1, true)...)},
			{record(3, version(1, 2, true)...)},
			{record(2, append(version(1, 1, true), "metadata.title", "Edited")...)},
		}, []string{"3"}},
		{"equal places", [][]string{{record(3, version(1, 1, true)...)}, {record(2, version(1, 1, true)...)}}, []string{"3"}},
		{"places by number", [][]string{{record(2, version(1, 9, true)...)}, {record(3, version(1, 10, true)...)}}, []string{"3"}},
		{"other concepts", [][]string{{record(2, version(1, 1, true)...), record(4, version(3, 2, true)...)}}, []string{"4", "2"}},
		{"without concept", [][]string{{record(2, "conceptrecid", nil), record(3, "conceptrecid", nil)}}, []string{"3", "2"}},
	} {
		db := openIndex(t)
		for _, page := range tc.pages {
			store(t, db, page...)
		}
		equalIDs(t, tc.name, find(t, db, ""), tc.want...)
		if err := db.Reindex(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		equalIDs(t, tc.name+", reindexed", find(t, db, ""), tc.want...)
		status, err := db.Status(t.Context())
		if err != nil || status.Latest != len(tc.want) {
			t.Errorf("%s: status %+v, %v, want %d latest", tc.name, status, err, len(tc.want))
		}
	}
}

// In a run, an earlier version that arrives as the latest outvotes a later one,
// of which the server is to be asked.
func TestOutvoted(t *testing.T) {
	db := openIndex(t)
	harvest(t, db, "a", page(t, record(2, version(1, 1, true)...)), page(t, record(3, version(1, 2, true)...)))
	equalIDs(t, "before", find(t, db, ""), "3")
	run := begin(t, db, spec("a", true))
	first := append(version(1, 1, true), "revision", 8)
	stored, err := run.StorePages(t.Context(), page(t, record(2, first...)))
	if err != nil || len(stored.Outvoted) != 1 || stored.Outvoted[0] != "3" {
		t.Errorf("got %+v, %v, want that 3 is outvoted", stored, err)
	}
	equalIDs(t, "outvoted", find(t, db, ""), "2")

	// It is there all the same.
	outvoted, err := run.Resolve(t.Context(), store0.Resolved{ID: "3", Fate: store0.FateKept, Record: decode(t, record(3, version(1, 2, true)...))[0]})
	if err != nil || len(outvoted) != 0 {
		t.Errorf("got %v, %v, want none", outvoted, err)
	}
	equalIDs(t, "still there", find(t, db, ""), "3")

	stored, err = run.StorePages(t.Context(), page(t, record(2, append(first, "metadata.title", "Edited")...)))
	if err != nil || len(stored.Outvoted) != 1 {
		t.Errorf("got %+v, %v, want that 3 is outvoted", stored, err)
	}
	resolve(t, run, store0.Resolved{ID: "3", Fate: store0.FateGone})
	equalIDs(t, "gone", find(t, db, ""), "2")
	finish(t, run, index.Outcome{State: store0.StateComplete})
}

func TestForgetRestoresLatest(t *testing.T) {
	db := openIndex(t)
	harvest(t, db, "old", page(t, record(2, version(1, 1, true)...), record(3, version(1, 2, false)...)))
	equalIDs(t, "before", find(t, db, ""))
	harvest(t, db, "new", page(t, record(4, version(1, 3, true)...)))
	equalIDs(t, "with the third", find(t, db, ""), "4")
	forget(t, db, "new", 1)
	// The second, which says it is not the latest, still comes after the first.
	equalIDs(t, "without the third", find(t, db, ""))
	all, err := search(t, db, index.Query{AllVersions: true})
	if err != nil {
		t.Fatal(err)
	}
	equalIDs(t, "all versions", all, "3", "2")

	harvest(t, db, "another", page(t, record(11, version(10, 1, true)...)))
	harvest(t, db, "later", page(t, record(12, version(10, 2, true)...)))
	equalIDs(t, "superseded", find(t, db, ""), "12")
	forget(t, db, "later", 1)
	equalIDs(t, "restored", find(t, db, ""), "11")
}

func forget(tb testing.TB, db *index.DB, name string, want int) {
	tb.Helper()
	n, err := db.Forget(tb.Context(), name)
	if err != nil || n != want {
		tb.Errorf("forgetting %s dropped %d records, %v, want %d", name, n, err, want)
	}
}

// Where the earlier version has the greater id, and its JSON comes after that of
// the latest, the latest is still found.
func TestLatestAfterFill(t *testing.T) {
	db := openIndex(t)
	store(t, db, partial(5, 1, "2020-01-01", "first"), partial(3, 1, "2020-01-02", "second"))
	store(t, db, record(3, version(1, 2, true)...))
	store(t, db, record(5, version(1, 1, false)...))
	equalIDs(t, "filled", find(t, db, ""), "3")
}

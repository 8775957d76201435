package index_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
)

func TestUnseen(t *testing.T) {
	db := openIndex(t)
	harvest(t, db, "other", page(t, record(20)))
	harvest(t, db, "a", page(t, record(2), record(4), record(6), record(8)))
	run := begin(t, db, spec("a", true))
	storePages(t, run, page(t, record(4)))
	unseen := func(want ...string) {
		t.Helper()
		got, err := run.Unseen(t.Context(), store0.Scope{}, 2)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, id := range got {
			ids = append(ids, string(id))
		}
		equalIDs(t, "unseen", ids, want...)
	}
	unseen("2", "6")
	resolve(t, run, store0.Resolved{ID: "2", Fate: store0.FateGone})
	unseen("6", "8")
	resolve(t, run, store0.Resolved{ID: "6", Fate: store0.FateUnlisted})
	unseen("8")
	resolve(t, run, store0.Resolved{ID: "6"}, store0.Resolved{ID: "8", Record: decode(t, record(8))[0]})
	unseen()
	finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
	equalIDs(t, "all", find(t, db, ""), "20", "8", "6", "4")
	status, err := db.Status(t.Context())
	if err != nil || status.Gone != 1 || status.Records != 5 || status.Latest != 4 || status.Harvests[0].Records != 2 {
		t.Errorf("status: %+v, %v", status, err)
	}
}

// Either all of what was resolved is stored or nothing.
func TestResolveUnknown(t *testing.T) {
	db := openIndex(t)
	run := begin(t, db, spec("a", true))
	storePages(t, run, page(t, record(2)))
	_, err := run.Resolve(t.Context(), store0.Resolved{ID: "2", Fate: store0.FateGone}, store0.Resolved{ID: "99", Fate: store0.FateGone})
	if !errors.Is(err, index.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	finish(t, run, index.Outcome{State: store0.StateComplete})
	equalIDs(t, "all", find(t, db, ""), "2")
}

// A record that is gone is out of searches, and comes back when it is listed.
func TestGone(t *testing.T) {
	db := openIndex(t)
	harvest(t, db, "a", page(t, record(2, "metadata.communities", in("x")), record(4, "metadata.communities", in("x"))))
	communities := func(want int) {
		t.Helper()
		for c, err := range db.Communities(t.Context(), "") {
			if err != nil || c.Records != want {
				t.Errorf("community %s: %d records, %v, want %d", c.Slug, c.Records, err, want)
			}
		}
	}
	gone := func(want ...string) {
		t.Helper()
		for _, again := range []bool{false, true} {
			equalIDs(t, "without what is gone", find(t, db, ""), want...)
			equalIDs(t, "with a word", find(t, db, "record"), want...)
			all, err := search(t, db, index.Query{IncludeGone: true})
			if err != nil {
				t.Fatal(err)
			}
			equalIDs(t, "with what is gone", all, "4", "2")
			communities(len(want))
			if !again {
				if err := db.Reindex(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	run := begin(t, db, spec("a", true))
	storePages(t, run, page(t, record(2, "metadata.communities", in("x"))))
	resolve(t, run, store0.Resolved{ID: "4", Fate: store0.FateGone, Reason: "duplicate"})
	gone("2")
	finish(t, run, index.Outcome{State: store0.StateComplete})
	gone("2")
	r, err := db.Record(t.Context(), "4")
	e, ok := errors.AsType[*index.GoneError](err)
	if !ok || r == nil || r.ID != "4" || e.Reason != "duplicate" || !strings.Contains(e.Error(), "deleted") || !strings.Contains(e.Error(), "duplicate") {
		t.Errorf("got %v, %v", r, err)
	}
	if got := table(t, db.Path(), "SELECT count(*) FROM record_list"); got[0] != "1\n" {
		t.Errorf("record_list has %s rows", got[0])
	}

	harvest(t, db, "b", page(t, record(4, "metadata.communities", in("x"))))
	gone("4", "2")
	if r, err := db.Record(t.Context(), "4"); err != nil || r.ID != "4" {
		t.Errorf("got %v, %v", r, err)
	}
}

// Where the latest version is gone, the one before is the latest again.
func TestGoneVersion(t *testing.T) {
	db := openIndex(t)
	harvest(t, db, "a", page(t, record(2, version(1, 1, true)...), record(3, version(1, 2, true)...)))
	equalIDs(t, "both", find(t, db, ""), "3")
	run := begin(t, db, spec("a", true))
	storePages(t, run, page(t, record(2, version(1, 1, true)...)))
	resolve(t, run, store0.Resolved{ID: "3", Fate: store0.FateGone})
	equalIDs(t, "the first again", find(t, db, ""), "2")
	if r, err := db.Record(t.Context(), "1"); err != nil || r.ID != "2" {
		t.Errorf("the concept: got %v, %v, want version 2", r, err)
	}
	finish(t, run, index.Outcome{State: store0.StateComplete})
	if err := db.Reindex(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	equalIDs(t, "the first again, reindexed", find(t, db, ""), "2")
	harvest(t, db, "a", page(t, record(2, version(1, 1, true)...), record(3, version(1, 2, true)...)))
	equalIDs(t, "the second is back", find(t, db, ""), "3")
}

func TestHeld(t *testing.T) {
	db := openIndex(t)
	harvest(t, db, "other", page(t, record(20)))
	run := begin(t, db, spec("a", true))
	storePages(t, run, page(t,
		record(2, version(1, 1, true)...), record(3, version(1, 2, true)...),
		record(5, "metadata.communities", in("x")), record(7, "metadata.communities", in("x", "y"))))
	resolve(t, run, store0.Resolved{ID: "5", Fate: store0.FateGone})
	defer run.Close() //nolint:errcheck // the test has what it wants
	for _, tt := range []struct {
		scope store0.Scope
		want  int
	}{
		{store0.Scope{}, 2},
		{store0.Scope{AllVersions: true}, 3},
		{store0.Scope{Community: "x"}, 1},
		{store0.Scope{Community: "y", AllVersions: true}, 1},
		{store0.Scope{Community: "z"}, 0},
		{store0.Scope{AllVersions: true, Until: time.Date(2020, 1, 1, 0, 0, 7, 0, time.UTC)}, 2},
		{store0.Scope{AllVersions: true, Until: time.Date(2020, 1, 1, 1, 0, 8, 0, time.FixedZone("", 3600))}, 3},
		{store0.Scope{AllVersions: true, Since: time.Date(2020, 1, 1, 0, 0, 3, 0, time.UTC)}, 2},
		{store0.Scope{AllVersions: true, Since: time.Date(2020, 1, 1, 0, 0, 3, 0, time.UTC), Until: time.Date(2020, 1, 1, 0, 0, 7, 0, time.UTC)}, 1},
		{store0.Scope{Community: "x", Since: time.Date(2020, 1, 1, 0, 0, 7, 0, time.UTC)}, 1},
	} {
		if got, unlisted, err := run.Held(t.Context(), tt.scope); err != nil || got != tt.want || unlisted != 0 {
			t.Errorf("%+v: got %d, %d unlisted, %v, want %d", tt.scope, got, unlisted, err, tt.want)
		}
	}
	bounds, err := run.Bounds(t.Context(), store0.Scope{AllVersions: true}, 2)
	if err != nil || len(bounds) != 1 || !bounds[0].Equal(time.Date(2020, 1, 1, 0, 0, 3, 0, time.UTC)) {
		t.Errorf("bounds: %v, %v, want the second of three", bounds, err)
	}
	resolve(t, run, store0.Resolved{ID: "7", Fate: store0.FateUnlisted})
	if listed, unlisted, err := run.Held(t.Context(), store0.Scope{AllVersions: true}); err != nil || listed != 2 || unlisted != 1 {
		t.Errorf("one unlisted: got %d and %d, %v", listed, unlisted, err)
	}
	storePages(t, run, page(t, record(7)))
	if listed, unlisted, err := run.Held(t.Context(), store0.Scope{AllVersions: true}); err != nil || listed != 3 || unlisted != 0 {
		t.Errorf("listed again: got %d and %d, %v", listed, unlisted, err)
	}
}

package index_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
)

// The sums of views and downloads, by day: versions of a record share their
// counts, a record that was not seen to move keeps its own, and one that comes
// later counts from then on. What is forgotten has no history.
func TestHistory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openIndex(t)
		first := version(10, 1, true)
		run := begin(t, db, spec("a", false))
		storePages(t, run, page(t,
			record(11, append(first, "stats", stats(5))...), record(20, "stats", stats(100)), record(30)))
		finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
		if at, err := db.PreviousRun(t.Context(), "a"); at != "" || err != nil {
			t.Errorf("previous run after the first: got %q, %v, want none", at, err)
		}

		time.Sleep(48 * time.Hour)
		run = begin(t, db, spec("a", false))
		storePages(t, run, page(t,
			record(12, append(version(10, 2, true), "stats", stats(7))...), record(40, "stats", stats(1000), "metadata.title", "Other")))
		finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
		if at, err := db.PreviousRun(t.Context(), "a"); at != "2000-01-01T00:00:00Z" || err != nil {
			t.Errorf("previous run: got %q, %v, want that of 2000-01-01", at, err)
		}

		tests := []struct {
			q    index.Query
			want []index.Counted
		}{
			{index.Query{}, history(105, 1107)},
			{index.Query{AllVersions: true}, history(105, 1107)},
			{index.Query{Parsed: parsed("Record")}, history(105, 107)},
			{index.Query{Limit: 1}, history(0, 1000)[1:]},
			{index.Query{Harvest: "a", Parsed: parsed("nothing")}, nil},
		}
		for _, tt := range tests {
			got, err := db.History(t.Context(), tt.q)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%+v (-want +got):\n%s", tt.q, diff)
			}
		}
		if _, err := db.Forget(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if got, err := db.History(t.Context(), index.Query{AllVersions: true}); len(got) != 0 || err != nil {
			t.Errorf("after the harvest was forgotten: got %v, %v, want nothing", got, err)
		}
	})
}

// history is what was counted on the first and on the third day.
func history(first, third int64) []index.Counted {
	return []index.Counted{{Day: "2000-01-01", Views: first, Downloads: 2 * first}, {Day: "2000-01-03", Views: third, Downloads: 2 * third}}
}

func TestHistoryErrors(t *testing.T) {
	db := openIndex(t)
	if _, err := db.History(t.Context(), index.Query{Sort: "nosuch"}); err == nil {
		t.Error("an order that does not exist: got no error")
	}
	if _, err := db.PreviousRun(t.Context(), "nosuch"); !errors.Is(err, index.ErrNotFound) {
		t.Errorf("no such harvest: got %v, want ErrNotFound", err)
	}
}

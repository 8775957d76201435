package index_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
)

// Each run records views and downloads where they moved: full and incremental
// ones, of records that were edited and of others, and while it is made.
func TestStatisticsOfRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openIndex(t)
		run := begin(t, db, spec("a", false))
		storePages(t, run, page(t, record(2, "stats", stats(1)), record(4, "stats", stats(1)), record(6, "stats", stats(1))))
		finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})

		time.Sleep(time.Hour)
		run = begin(t, db, spec("a", false)) // what was edited alone is listed
		storePages(t, run, page(t, record(2, "stats", stats(2), "metadata.title", "Edited")))
		finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})

		time.Sleep(time.Hour)
		run = begin(t, db, spec("a", true))
		storePages(t, run, page(t, record(2, "stats", stats(2), "metadata.title", "Edited"), record(4, "stats", stats(3))))
		resolve(t, run, store0.Resolved{ID: "6", Record: decode(t, record(6, "stats", stats(4)))[0]})
		finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})

		got := table(t, db.Path(), "SELECT seen_at, id, s.views FROM statistics s JOIN records USING (record_id) ORDER BY seen_at, record_id")
		want := []string{
			"2000-01-01T00:00:00Z 2 1\n", "2000-01-01T00:00:00Z 4 1\n", "2000-01-01T00:00:00Z 6 1\n",
			"2000-01-01T01:00:00Z 2 2\n",
			"2000-01-01T02:00:00Z 4 3\n", "2000-01-01T02:00:00Z 6 4\n",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("statistics (-want +got):\n%s", diff)
		}
	})
}

// What a run stores that began before another is newer all the same. The
// statistics that were the last by the beginnings of the runs were searched.
func TestStatisticsOfRunsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := openIndex(t)
		slow := begin(t, db, spec("slow", false))
		time.Sleep(time.Hour)
		quick := begin(t, db, spec("quick", false))
		storePages(t, quick, page(t, record(2, "stats", stats(1))))
		finish(t, quick, index.Outcome{State: store0.StateComplete, Begun: begun})
		time.Sleep(time.Hour)
		storePages(t, slow, page(t, record(2, "stats", stats(3))))
		finish(t, slow, index.Outcome{State: store0.StateComplete, Begun: begun})
		for _, field := range []string{"views", "unique_views"} {
			equalIDs(t, field+" as they were", find(t, db, "stats.all_versions."+field+":1"))
		}
		equalIDs(t, "views as they are", find(t, db, "stats.all_versions.views:3"), "2")
	})
}

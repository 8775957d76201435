package index_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// byTitle notes changes of titles alone.
func byTitle(before, after *zenodo.Record) []store0.Difference {
	if before.Metadata.Title == after.Metadata.Title {
		return nil
	}
	return []store0.Difference{{Field: "title", Old: before.Metadata.Title, New: after.Metadata.Title}}
}

func resolve(t *testing.T, run *index.Run, resolved ...store0.Resolved) {
	t.Helper()
	if _, err := run.Resolve(t.Context(), resolved...); err != nil {
		t.Fatal(err)
	}
}

// changes lists them as lines, without their times.
func changes(t *testing.T, db *index.DB, q index.ChangesQuery) []string {
	t.Helper()
	lines := []string{}
	for c, err := range db.Changes(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := time.Parse(time.RFC3339, c.At); err != nil {
			t.Errorf("change at %q", c.At)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %s:%s>%s %s", c.Harvest, c.Change, c.ID, c.Field, c.Old, c.New, c.Reason))
	}
	return lines
}

func equalLines(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestChanges(t *testing.T) {
	db := openIndex(t)
	run := begin(t, db, spec("a", false))
	storePages(t, run, page(t, record(2), record(4), record(6), record(8)))
	finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
	equalLines(t, "after the first run", changes(t, db, index.ChangesQuery{}),
		"a added 2 :> ", "a added 4 :> ", "a added 6 :> ", "a added 8 :> ")
	if got := table(t, db.Path(), "SELECT count(*) FROM changes"); got[0] != "0\n" {
		t.Errorf("%s rows were written for what is derivable, want none", got[0])
	}

	run = begin(t, db, spec("a", true))
	storePages(t, run, page(t, record(2), record(4, "metadata.title", "Edited"), record(10)))
	storePages(t, run, page(t, record(2), record(4, "metadata.title", "Edited"))) // pages may come twice
	resolve(t, run, store0.Resolved{ID: "6", Fate: store0.FateGone, Reason: "spam"}, store0.Resolved{ID: "8", Record: decode(t, record(8, "metadata.title", "Moved"))[0]})
	finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
	second := []string{
		"a added 10 :> ", "a changed 4 title:Record 4>Edited ", "a gone 6 :> spam",
		"a changed 8 title:Record 8>Moved ", "a left 8 :> ",
	}
	got := changes(t, db, index.ChangesQuery{})
	equalSets(t, "after the second run", got, second...)

	// A run that finds nothing has no changes, and another harvest's run finds
	// what this one does not see any more.
	run = begin(t, db, spec("a", false))
	storePages(t, run, page(t))
	finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
	equalLines(t, "after a run without changes", changes(t, db, index.ChangesQuery{}))
	run = begin(t, db, spec("b", false))
	storePages(t, run, page(t, record(2, "metadata.title", "By b"), record(6)))
	finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
	run = begin(t, db, spec("a", false))
	storePages(t, run, page(t, record(2, "metadata.title", "By b")))
	finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
	equalSets(t, "of the last runs", changes(t, db, index.ChangesQuery{}),
		"b added 2 :> ", "b added 6 :> ", "b added 6 :> ", "b changed 2 title:Record 2>By b ")
	equalSets(t, "of one harvest", changes(t, db, index.ChangesQuery{Harvest: "a"}), "b changed 2 title:Record 2>By b ")

	all := changes(t, db, index.ChangesQuery{Since: time.Now().Add(-time.Hour)})
	if len(all) != 4+5+4 {
		t.Errorf("since an hour: got %d changes, want 13: %q", len(all), all)
	}
	equalLines(t, "since an hour from now", changes(t, db, index.ChangesQuery{Since: time.Now().Add(time.Hour)}))
	ofB := changes(t, db, index.ChangesQuery{Since: time.Now().Add(-time.Hour), Harvest: "b"})
	equalSets(t, "of b since an hour", ofB,
		"b added 2 :> ", "b added 6 :> ", "b added 6 :> ", "b changed 2 title:Record 2>By b ", "a gone 6 :> spam")

	for _, err := range db.Changes(t.Context(), index.ChangesQuery{Harvest: "none"}) {
		if !errors.Is(err, index.ErrNotFound) {
			t.Errorf("of no harvest: got %v", err)
		}
	}
}

// equalSets compares lines in whatever order: what is noted in the same second
// has none.
func equalSets(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	count := map[string]int{}
	for _, line := range want {
		count[line]++
	}
	for _, line := range got {
		count[line]--
	}
	for line, n := range count {
		if n != 0 {
			t.Errorf("%s: %q is there %d times too few; got %q", what, line, n, got)
		}
	}
}

// Statistics and links move without anybody editing the record.
func TestChangesWithout(t *testing.T) {
	db := openIndex(t)
	run := begin(t, db, spec("a", false))
	storePages(t, run, page(t, record(2, "stats.views", 1)))
	finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
	run = begin(t, db, index.RunSpec{Name: "a", Selection: []byte("{}"), Full: true, Differences: func(_, _ *zenodo.Record) []store0.Difference {
		return []store0.Difference{{Field: "views"}}
	}})
	storePages(t, run, page(t, record(2, "stats.views", 2, "links.new", "x")))
	finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
	equalLines(t, "after views moved", changes(t, db, index.ChangesQuery{}))
}

// An iteration may be ended.
func TestChangesStopped(t *testing.T) {
	db := openIndex(t)
	harvest(t, db, "a", page(t, record(2), record(4)))
	n := 0
	for _, err := range db.Changes(t.Context(), index.ChangesQuery{}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
		break
	}
	if n != 1 {
		t.Errorf("got %d changes", n)
	}
}

// A record in which the run sees no difference, although it was stored anew, is
// unchanged.
func TestChangesUnseen(t *testing.T) {
	db := openIndex(t)
	run := begin(t, db, spec("a", false))
	storePages(t, run, page(t, record(2), record(4)))
	finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
	run = begin(t, db, spec("a", true))
	got, err := run.StorePages(t.Context(), page(t, record(2, "swh.x", 1), record(4, "metadata.title", "Edited")))
	if want := (store0.Stored{Updated: 1, Unchanged: 1}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("stored %+v (%v), want %+v", got, err, want)
	}
	finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
	equalLines(t, "after the second run", changes(t, db, index.ChangesQuery{}), "a changed 4 title:Record 4>Edited ")
}

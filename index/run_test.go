package index_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
)

func TestRunGoesOn(t *testing.T) {
	db := openIndex(t)
	run := startRun(t, db, "one")
	if !run.IsNew() || run.Checkpoint() != nil {
		t.Errorf("a first run is new: %t, and goes on from %q", run.IsNew(), run.Checkpoint())
	}
	first, second := page(t, record(1)), page(t, record(2), record(3))
	first.Checkpoint, second.Checkpoint, second.Span = []byte(`{"at":1}`), []byte(`{"at":2}`), 1
	if _, err := run.StorePages(t.Context(), first, second); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(run.Finish(t.Context(), index.Outcome{Total: new(5)}), run.Close()); err != nil {
		t.Fatal(err)
	}

	run = startRun(t, db, "one")
	if run.IsNew() || string(run.Checkpoint()) != `{"at":2}` {
		t.Errorf("a second run is new: %t, and goes on from %q", run.IsNew(), run.Checkpoint())
	}
	ids, err := run.SpanIDs(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	equalIDs(t, "the span under way", ids, "2", "3")
	if err := errors.Join(run.Finish(t.Context(), index.Outcome{Total: new(5), State: store0.StateComplete}), run.Close()); err != nil {
		t.Fatal(err)
	}

	run = startRun(t, db, "one")
	defer run.Close() //nolint:errcheck // the test has what it wants
	if run.Checkpoint() != nil {
		t.Errorf("after a complete run the next goes on from %q", run.Checkpoint())
	}
	if ids, err := run.SpanIDs(t.Context(), 1); err != nil || len(ids) > 0 {
		t.Errorf("a new run has stored %v, %v", ids, err)
	}
}

// Records that were prepared are stored as if they had not been, also where one
// comes twice, is stored a second time, or is left out.
func TestPrepare(t *testing.T) {
	db := openIndex(t)
	run := startRun(t, db, "one")
	defer run.Close() //nolint:errcheck // the test has what it wants
	first := page(t, record(1), record(2, "metadata.title", "Before"))
	again := page(t, record(2, "metadata.title", "After"), record(3))
	var prepared sync.WaitGroup
	for _, p := range []store0.Page{first, again} {
		prepared.Go(func() {
			if err := run.Prepare(t.Context(), p.Records); err != nil {
				t.Error(err)
			}
		})
	}
	prepared.Wait()
	first.Records = append(first.Records, again.Records[0])
	for i, want := range []store0.Stored{{New: 2}, {Unchanged: 2}} {
		got, err := run.StorePages(t.Context(), first)
		if err != nil {
			t.Fatal(err)
		}
		equalStored(t, fmt.Sprint("time ", i+1), got, want)
	}
	equalIDs(t, "what came last", find(t, db, "after"), "2")
	equalIDs(t, "what it replaced", find(t, db, "before"))
}

func TestSelection(t *testing.T) {
	db := openIndex(t)
	harvest(t, db, "one", page(t, record(1)))
	_, err := db.StartRun(t.Context(), index.RunSpec{Name: "one", Selection: []byte(`{"query":"bats"}`)})
	if taken, ok := errors.AsType[*index.SelectionError](err); !ok || string(taken.Existing) != "{}" {
		t.Errorf("got %v, want a SelectionError", err)
	}
	// Nothing of the refused start may stay.
	harvest(t, db, "one", page(t, record(2)))
}

// A process that is killed leaves records that are stored but in no segment.
func TestKilled(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1), record(2), record(3))
	run := startRun(t, db, "one")
	defer run.Close() //nolint:errcheck // killed
	pages := []store0.Page{page(t, record(2, "metadata.title", "Changed"), record(4)), page(t, record(5, version(4, 1, true)...))}
	pages[1].Checkpoint = []byte(`{"at":2}`)
	if _, err := run.StorePages(t.Context(), pages...); err != nil {
		t.Fatal(err)
	}

	path := copyIndex(t, db.Path())
	left := reopen(t, path)
	if got := table(t, path, "SELECT (SELECT count(*) FROM pending) + (SELECT sum(last_record - first_record + 1) FROM pending_ranges)"); got[0] != "3\n" {
		t.Errorf("%s records wait, want 3", got[0])
	}
	equalIDs(t, "all", find(t, left, ""), "5", "4", "3", "2", "1")
	equalIDs(t, "changed", find(t, left, "changed"), "2")
	equalIDs(t, "unchanged", find(t, left, "title:record"), "5", "4", "3", "1")

	execSQL(t, path, "UPDATE harvests SET lease_pid = 1073741824")
	next := startRun(t, left, "one")
	if string(next.Checkpoint()) != `{"at":2}` {
		t.Errorf("goes on from %q", next.Checkpoint())
	}
	if _, err := next.StorePages(t.Context(), page(t, record(6, version(4, 2, true)...))); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(next.Finish(t.Context(), index.Outcome{State: store0.StateComplete}), next.Close()); err != nil {
		t.Fatal(err)
	}
	if got := table(t, path, "SELECT (SELECT count(*) FROM pending) + (SELECT count(*) FROM pending_ranges)"); got[0] != "0\n" {
		t.Errorf("%s records still wait", got[0])
	}
	equalIDs(t, "in the end", find(t, left, ""), "6", "4", "3", "2", "1")
}

// copyIndex copies an index with its log, as a kill would leave them.
func copyIndex(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy.db")
	for _, suffix := range []string{"", "-wal"} {
		from, err := os.Open(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		defer from.Close()
		copied, err := os.Create(to + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(copied, from); err != nil {
			t.Fatal(err)
		}
		if err := copied.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

func TestStatus(t *testing.T) {
	db := openIndex(t)
	status, err := db.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if status.Path != db.Path() || status.Bytes == 0 || status.Schema < 2 || status.Records != 0 || status.Harvests == nil {
		t.Errorf("of an empty index: %+v", status)
	}
	harvest(t, db, "b", page(t, record(2, version(1, 1, true)...), record(3, version(1, 2, true)...), record(4, "metadata.communities", in("x"))))
	run := startRun(t, db, "a")
	if _, err := run.StorePages(t.Context(), page(t, record(4))); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(run.Finish(t.Context(), index.Outcome{Total: new(7)}), run.Close()); err != nil {
		t.Fatal(err)
	}
	if status, err = db.Status(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(status.Records, status.Latest, status.Gone, status.Communities)
	if got != "3 2 0 1" {
		t.Errorf("records, latest, gone, communities: %s, want 3 2 0 1", got)
	}
	var lines []string
	for _, h := range status.Harvests {
		lines = append(lines, fmt.Sprintf("%s %s %d (%d held) of %t, %s %t, full %t, at %s", h.Name, h.Selection, h.Records, h.Held, h.Listed != nil && *h.Listed == 7, h.State, h.Complete, h.LastFullAt != nil, h.Checkpoint))
	}
	want := []string{"a {} 1 (1 held) of true, incomplete false, full false, at {}", "b {} 3 (2 held) of false, complete true, full true, at null"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("harvests (-want +got):\n%s", diff)
	}
}

func TestBindHost(t *testing.T) {
	db := openIndex(t)
	bind := func(host, want string) {
		t.Helper()
		if other, err := db.BindHost(t.Context(), host); err != nil || other != want {
			t.Errorf("%s: got %q, %v, want %q", host, other, err, want)
		}
	}
	bind("zenodo.org", "")
	bind("sandbox.zenodo.org", "") // nothing was stored yet
	store(t, db, record(1))
	bind("sandbox.zenodo.org", "")
	bind("zenodo.org", "sandbox.zenodo.org")
	bind("sandbox.zenodo.org", "")
}

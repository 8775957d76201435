package index_test

import (
	"errors"
	"testing"
	"time"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
)

// The mode of a run follows from what is there and what was asked for.
func TestRunModes(t *testing.T) {
	db := openIndex(t)
	mode := func(what string, run *index.Run, since time.Time) {
		t.Helper()
		if !run.ChangedSince().Equal(since) {
			t.Errorf("%s: changed since %v, want %v", what, run.ChangedSince(), since)
		}
	}
	run := begin(t, db, spec("a", false))
	mode("a first run", run, time.Time{})
	storePages(t, run, page(t, record(2)))
	finish(t, run, index.Outcome{Total: new(2), Begun: begun})
	run = begin(t, db, spec("a", false))
	mode("resumed", run, time.Time{})
	finish(t, run, index.Outcome{Total: new(2), State: store0.StateComplete, Begun: begun})

	run = begin(t, db, spec("a", false))
	mode("after a complete run", run, begun)
	if run.LastTotal() != 2 || run.LastFullAt() == "" {
		t.Errorf("the run before counted %d at %q", run.LastTotal(), run.LastFullAt())
	}
	storePages(t, run, page(t, record(4)))
	finish(t, run, index.Outcome{})
	run = begin(t, db, spec("a", false))
	mode("an incremental run, resumed", run, begun)
	if run.Checkpoint() == nil {
		t.Error("an incremental run begins anew")
	}
	finish(t, run, index.Outcome{})
	status, err := db.Status(t.Context())
	if err != nil || *status.Harvests[0].Unfinished != store0.ModeIncremental {
		t.Errorf("got %+v, %v", status.Harvests, err)
	}

	run = begin(t, db, spec("a", true))
	mode("given up for a full one", run, time.Time{})
	if run.Checkpoint() != nil {
		t.Error("a full run goes on from an incremental one")
	}
	if err := run.Close(); err != nil { // it has stored nothing
		t.Fatal(err)
	}
	run = begin(t, db, spec("a", false))
	mode("after one that stored nothing", run, begun)
	storePages(t, run, page(t))
	later := begun.Add(24 * time.Hour)
	finish(t, run, index.Outcome{Total: new(2), Over: true, Begun: later})
	status, err = db.Status(t.Context())
	if err != nil || status.Harvests[0].Complete || status.Harvests[0].Unfinished != nil {
		t.Errorf("over and short: got %+v, %v", status.Harvests, err)
	}

	run = begin(t, db, spec("a", false))
	mode("after one that was short", run, begun)
	full := run.LastFullAt()
	finish(t, run, index.Outcome{Total: new(2), State: store0.StateComplete, Begun: later})
	run = begin(t, db, spec("a", false))
	mode("after a complete one", run, later)
	if run.LastFullAt() != full {
		t.Errorf("the last full run was at %s, want %s", run.LastFullAt(), full)
	}
	finish(t, run, index.Outcome{Total: new(2), State: store0.StateComplete})
	run = begin(t, db, spec("a", false))
	mode("where the server named no time", run, time.Time{})
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	saved, err := db.Saved(t.Context())
	if err != nil || len(saved) != 1 || saved[0].API != "https://zenodo.org/api" || string(saved[0].Selection) != "{}" {
		t.Errorf("saved harvests: %+v, %v", saved, err)
	}
}

// spec is a run that notes changes.
func spec(name string, full bool) index.RunSpec {
	return index.RunSpec{Name: name, Selection: []byte("{}"), API: "https://zenodo.org/api", Full: full, Differences: byTitle}
}

func begin(t *testing.T, db *index.DB, s index.RunSpec) *index.Run {
	t.Helper()
	run, err := db.StartRun(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func storePages(t *testing.T, run *index.Run, pages ...store0.Page) {
	t.Helper()
	if _, err := run.StorePages(t.Context(), pages...); err != nil {
		t.Fatal(err)
	}
}

var begun = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func finish(t *testing.T, run *index.Run, o index.Outcome) {
	t.Helper()
	if err := errors.Join(run.Finish(t.Context(), o), run.Close()); err != nil {
		t.Fatal(err)
	}
}

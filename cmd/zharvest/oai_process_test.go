package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodotest"
)

// A harvest through OAI-PMH that is killed resumes the span in which it
// was, and ends as one that was not.
func TestKillOAI(t *testing.T) {
	home(t)
	records := sized(20_000, 400, 200)
	free := zenodotest.NewServer(t, zenodotest.Config{Synthetic: records})
	want := oaiList(t, free.API(), filepath.Join(t.TempDir(), "undisturbed.db"))

	db := filepath.Join(t.TempDir(), "killed.db")
	requests := 0
	for _, from := range []int{2, 4, 5} {
		g := newGate(from)
		srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: records, OnRequest: g.onRequest})
		p := start(t, "--api", srv.API(), "--db", db, "harvest", "--via", "oai")
		<-g.reached
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		p.wait(t)
		close(g.open)
		requests += srv.RequestCount()
	}
	last := zenodotest.NewServer(t, zenodotest.Config{Synthetic: records})
	got := oaiList(t, last.API(), db)
	if !slices.Equal(got, want) {
		t.Errorf("%d lines after three kills, %d without", len(got), len(want))
	}
	requests += last.RequestCount()
	if most := free.RequestCount() + 3*(min(records, 3*harvest.DefaultSpanRecords)/50+2); requests > most {
		t.Errorf("%d requests with three kills and %d without, want at most a span more for each, %d", requests, free.RequestCount(), most)
	}
	complete(t, db)
}

// oaiList harvests everything and lists it.
func oaiList(t *testing.T, api, db string) []string {
	t.Helper()
	zharvest(t, "--api", api, "--db", db, "harvest", "--via", "oai")
	lines := strings.Split(zharvest(t, "--db", db, "export", "--all-versions", "--fields", "id,doi,title"), "\n")
	slices.Sort(lines)
	return lines
}

// An interrupt ends a harvest through OAI-PMH although the server does not
// answer, and what has come is kept.
func TestInterruptOAI(t *testing.T) {
	home(t)
	g := newGate(4)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 130, OnRequest: g.onRequest})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	args := []string{"--api", srv.API(), "--db", db, "harvest", "--via", "oai"}
	p := start(t, args...)
	<-g.reached
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(t); code != exitInterrupted {
		t.Fatalf("exit code %d, want %d; %s", code, exitInterrupted, p.stderr.String())
	}
	if got, want := p.stdout.String(), "everything-via-oai: 100 of 130 fetched, 100 new,"; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want it to begin with %q", got, want)
	}
	close(g.open)
	if got, want := zharvest(t, args...), "everything-via-oai: 130 of 130 fetched, 30 new,"; !strings.HasPrefix(got, want) {
		t.Errorf("then got %q, want it to begin with %q", got, want)
	}
	complete(t, db)
}

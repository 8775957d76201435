package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/mirror"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// summaries reads what update --json prints.
func summaries(t *testing.T, text string) []mirror.Result {
	t.Helper()
	var all []mirror.Result
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return all
}

// listed are the ids of records in the index.
func listed(t *testing.T, db string, args ...string) []string {
	t.Helper()
	lines := strings.Fields(zharvest(t, append([]string{"--db", db, "export", "--all-versions", "--fields", "id", "-f", "csv"}, args...)...))
	return lines[1:]
}

// An incremental run costs what has changed, whatever there is.
func TestUpdateCost(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: sized(100_000, 1500, 400), Seed: 3})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "--all-versions")
	ids := listed(t, db, "--sort", "oldest")
	for _, changes := range []int{0, 10, 150} {
		for _, id := range ids[:changes] {
			if err := srv.Edit(id, zenodotest.SetTitle(fmt.Sprint("Edited ", changes))); err != nil {
				t.Fatal(err)
			}
		}
		before := srv.RequestCount()
		res := summaries(t, zharvest(t, "--api", srv.API(), "--db", db, "update", "--json"))[0]
		if res.Updated != changes || !res.Complete || res.Total != len(ids) {
			t.Errorf("after %d changes: got %+v", changes, res.Result)
		}
		if cost := srv.RequestCount() - before; cost > changes/25+4+20 {
			t.Errorf("after %d changes among %d: %d requests", changes, len(ids), cost)
		}
	}
}

// A full run that is killed while it resolves what is missing resumes there: what it has resolved
// is not asked for again.
func TestKillWhileSettling(t *testing.T) {
	home(t)
	const records, deleted = 60, 30
	for _, killAt := range []int64{1, 7, 20, deleted} {
		var asked atomic.Int64
		g := newGate(1)
		var closed atomic.Bool
		srv := zenodotest.NewServer(t, zenodotest.Config{OnRequest: func(_ int, r *http.Request) {
			if path.Dir(r.URL.Path) != "/api/records" {
				return
			}
			if n := asked.Add(1); n >= killAt && closed.CompareAndSwap(true, false) {
				g.onRequest(1, r)
			}
		}})
		var ids []string
		for i := range records {
			id, err := srv.Publish(zenodotest.Draft{Title: fmt.Sprint("Record ", i), Communities: []string{"mine"}})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		db := filepath.Join(t.TempDir(), "zharvest.db")
		zharvest(t, "--api", srv.API(), "--db", db, "harvest", "-c", "mine")
		for _, id := range ids[:deleted] {
			if err := srv.Delete(id, zenodotest.Tombstone{Reason: "spam"}); err != nil {
				t.Fatal(err)
			}
		}
		closed.Store(true)
		p := start(t, "--api", srv.API(), "--db", db, "harvest", "-c", "mine", "--full")
		<-g.reached
		if err := p.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		p.wait(t)
		close(g.open)
		res := summaries(t, zharvest(t, "--api", srv.API(), "--db", db, "update", "--json"))[0]
		if !res.Complete || res.Mode != "full" {
			t.Errorf("killed at %d: got %+v", killAt, res.Result)
		}
		got := listed(t, db)
		slices.Sort(got)
		want := slices.Sorted(slices.Values(ids[deleted:]))
		if !slices.Equal(got, want) {
			t.Errorf("killed at %d: got %d records, want %d", killAt, len(got), len(want))
		}
		if twice := asked.Load() - deleted; twice > 4 {
			t.Errorf("killed at %d: %d records were asked for twice, want no more than were under way", killAt, twice)
		}
		if again := summaries(t, zharvest(t, "--api", srv.API(), "--db", db, "update", "--json"))[0]; again.State != "complete" || again.Gone != 0 || again.Total != records-deleted {
			t.Errorf("the run after that: got %+v", again.Result)
		}
	}
}

// A harvest that another process runs is reported, and the others are updated.
func TestUpdateBusy(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	for _, slug := range []string{"fed-sky", "eosc-synergy"} {
		zharvest(t, "--api", srv.API(), "--db", db, "harvest", "-c", slug)
	}
	g := newGate(2)
	slow := zenodotest.NewServer(t, zenodotest.Config{OnRequest: g.onRequest})
	first := start(t, "--api", slow.API(), "--db", db, "harvest", "-c", "fed-sky", "--full")
	<-g.reached
	p := start(t, "--api", srv.API(), "--db", db, "update", "--json")
	if code := p.wait(t); code != exitFailure {
		t.Errorf("exit code %d, want %d", code, exitFailure)
	}
	got := summaries(t, p.stdout.String())
	if len(got) != 1 || got[0].Harvest != "eosc-synergy" || !got[0].Complete {
		t.Errorf("got %+v, want the harvest that is free", got)
	}
	if want := fmt.Sprintf("zharvest: update fed-sky: resume harvest \"fed-sky\": process %d", first.Process.Pid); !strings.Contains(p.stderr.String(), want) {
		t.Errorf("got %q, want it to hold %q", p.stderr.String(), want)
	}
	close(g.open)
	if code := first.wait(t); code != exitOK {
		t.Errorf("the first process: exit code %d, %s", code, first.stderr.String())
	}
}

// A record that a community has taken in without its being changed is missing
// where the totals alone are compared, and fetched by any other run.
func TestUpdateMissing(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "-c", "fed-sky")
	old := `{"created": "2020-01-01T00:00:00+00:00", "id": 999999991, "conceptrecid": "999999990", "metadata": {"title": "Old", "communities": [{"id": "fed-sky"}]}, "updated": "2020-01-01T00:00:00+00:00"}`
	if _, err := srv.PublishRaw([]byte(old)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // it stays so
		p := start(t, "--api", srv.API(), "--db", db, "update", "--quick", "--json")
		code := p.wait(t)
		res := summaries(t, p.stdout.String())
		if code != exitIncomplete || len(res) != 1 || res[0].Missing != 1 || res[0].Total != 50 || res[0].Complete {
			t.Errorf("exit code %d and %s, want 1 of 50 missing", code, p.stdout.String())
		}
		if !strings.Contains(p.stderr.String(), "hint: run it with --full") {
			t.Errorf("got %q", p.stderr.String())
		}
	}
	// What changed later is fetched nevertheless.
	if err := srv.Edit("8270293", zenodotest.SetTitle("Corrected")); err != nil {
		t.Fatal(err)
	}
	p := start(t, "--api", srv.API(), "--db", db, "update", "--quick", "--json")
	if code := p.wait(t); code != exitIncomplete {
		t.Errorf("exit code %d", code)
	}
	if res := summaries(t, p.stdout.String()); res[0].Updated != 1 {
		t.Errorf("got %s", p.stdout.String())
	}
	res := summaries(t, zharvest(t, "--api", srv.API(), "--db", db, "update", "--json"))
	if res[0].State != "complete" || res[0].New != 1 || res[0].Total != 50 {
		t.Errorf("a run that compares ids: got %+v", res[0].Result)
	}
	complete(t, db)
}

// An interrupt ends all of an update, and what came is kept.
func TestUpdateInterrupted(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	for _, slug := range []string{"fed-sky", "rechnen-und-zaehlen"} {
		zharvest(t, "--api", srv.API(), "--db", db, "harvest", "-c", slug)
	}
	g := newGate(3)
	slow := zenodotest.NewServer(t, zenodotest.Config{OnRequest: g.onRequest})
	defer close(g.open)
	p := start(t, "--api", slow.API(), "--db", db, "update", "--full", "--json")
	<-g.reached
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(t); code != exitInterrupted {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
	if got := summaries(t, p.stdout.String()); len(got) != 1 || got[0].Harvest != "fed-sky" || got[0].Complete {
		t.Errorf("got %s", p.stdout.String())
	}
	if got := p.stderr.String(); strings.Count(got, "interrupted") != 1 {
		t.Errorf("got %q", got)
	}
}

// A token is sent to a host that only the index names where that is Zenodo.
func TestConnect(t *testing.T) {
	home(t)
	t.Setenv("ZENODO_TOKEN", "made-up")
	t.Setenv("ZENODO_SANDBOX_TOKEN", "made-up")
	for _, tt := range []struct {
		asked, saved, api string
		token             bool
	}{
		{zenodo.DefaultBaseURL, "", zenodo.DefaultBaseURL, true},
		{zenodo.DefaultBaseURL, "https://zenodo.org/api", "https://zenodo.org/api", true},
		{zenodo.DefaultBaseURL, "https://sandbox.zenodo.org/api", "https://sandbox.zenodo.org/api", true},
		{zenodo.DefaultBaseURL, "https://example.org/api", "https://example.org/api", false},
		{zenodo.DefaultBaseURL, "https://zenodo.org.example.org/api", "https://zenodo.org.example.org/api", false},
		{"https://example.org/api", "https://zenodo.org/api", "https://example.org/api", true},
	} {
		u := updater{app: &app{stderr: term.New(io.Discard)}, clients: map[string]connection{}}
		u.flags.API = tt.asked
		for range 2 { // the second time it is there already
			if err := u.connect(tt.saved); err != nil {
				t.Fatal(err)
			}
			if got := u.client.BaseURL(); got != tt.api || u.client.Authenticated() != tt.token || u.flags.API != tt.asked {
				t.Errorf("%s, saved as of %q: asks %s, with token: %t", tt.asked, tt.saved, got, u.client.Authenticated())
			}
		}
	}
}

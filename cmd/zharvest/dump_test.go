package main

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// carriedFields are those that DataCite has whole; of descriptions it tells
// the text alone, and of the last change the day.
const carriedFields = "id,doi,concept_id,concept_doi,title,publication_date,type,subtype,creators,affiliations,orcids," +
	"keywords,communities,license,version,language,grants,url"

// carriedBy is what an index has of the fields that DataCite carries, of all
// versions and of the latest.
func carriedBy(t *testing.T, db string) []string {
	t.Helper()
	var all []string
	for _, versions := range [][]string{{"--all-versions"}, nil} {
		args := append([]string{"--db", db, "export", "-f", "jsonl", "--fields", carriedFields}, versions...)
		lines := strings.Split(zharvest(t, args...), "\n")
		slices.Sort(lines)
		all = append(all, lines...)
	}
	return all
}

// dumpFile downloads a dump of all records of a server.
func dumpFile(t *testing.T, srv *zenodotest.Server, key string) string {
	t.Helper()
	c, err := zenodo.NewClient(zenodo.WithBaseURL(srv.API()))
	if err != nil {
		t.Fatal(err)
	}
	d, err := c.Exporter.GetNewest(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "dump.tar.gz")
	if err := c.Exporter.Download(t.Context(), d, path, nil); err != nil {
		t.Fatal(err)
	}
	return path
}

// A dump ends in the index of a harvest of everything by the search. One in
// DataCite's XML does when what it lacks is filled.
func TestDumpEqualsHarvest(t *testing.T) {
	home(t)
	t.Setenv("ZENODO_TOKEN", "any") // pages of 100
	cfg, dir := zenodotest.Config{Synthetic: sized(100_000, 240, 120)}, t.TempDir()
	byJSON, byXML, byREST := filepath.Join(dir, "json.db"), filepath.Join(dir, "xml.db"), filepath.Join(dir, "rest.db")
	srv := zenodotest.NewServer(t, cfg)
	zharvest(t, "--api", srv.API(), "--db", byREST, "harvest", "--all-versions")
	zharvest(t, "--api", srv.API(), "--db", byJSON, "harvest", "--dump")
	complete(t, byJSON)
	want := everything(t, byREST)
	sameLines(t, everything(t, byJSON), want)

	cfg.XMLDumps = true
	srv = zenodotest.NewServer(t, cfg)
	zharvest(t, "--api", srv.API(), "--db", byXML, "harvest", "--dump")
	complete(t, byXML)
	sameLines(t, carriedBy(t, byXML), carriedBy(t, byREST))
	if long() {
		return // filling so many takes minutes
	}
	zharvest(t, "--api", srv.API(), "--db", byXML, "update", "--fill")
	sameLines(t, everything(t, byXML), want)
}

func sameLines(t *testing.T, got, want []string) {
	t.Helper()
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			t.Fatalf("by dump:\n%s\nby search:\n%s", got[i], want[i])
		}
	}
	if len(want) != len(got) {
		t.Errorf("%d records by dump, %d by search", len(got), len(want))
	}
}

// An import that is killed again and again, and run again each time, ends with
// the index of one that never was.
func TestKillImport(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: sized(30_000, 500, 250)})
	file := dumpFile(t, srv, zenodo.DumpRecords)
	importInto := func(db string) *process {
		return start(t, "--api", srv.API(), "--db", db, "harvest", "--dump="+file)
	}
	quiet := filepath.Join(t.TempDir(), "quiet.db")
	begin := time.Now()
	if p := importInto(quiet); p.wait(t) != exitOK {
		t.Fatal(p.stderr.String())
	}
	took, want := time.Since(begin), everything(t, quiet)
	for killed, most := 0, sized(50, 4, 2); killed < most; {
		db := filepath.Join(t.TempDir(), "zharvest.db")
		n := importKilled(t, func() *process { return importInto(db) }, took, most-killed)
		killed += n
		complete(t, db)
		if !slices.Equal(everything(t, db), want) {
			t.Errorf("killed %d times, the index differs from that of an undisturbed import", n)
		}
	}
}

// importKilled imports until it is done, killing the process at random
// moments, at most so many times, and returns how often that came in time.
func importKilled(t *testing.T, begin func() *process, took time.Duration, most int) (killed int) {
	t.Helper()
	for {
		p := begin()
		if killed < most {
			timer := time.AfterFunc(rand.N(took), func() { p.Process.Kill() })
			defer timer.Stop()
		}
		switch code := p.wait(t); code {
		case exitOK:
			t.Logf("killed %d times: %s", killed, p.stdout.String())
			return killed
		case -1:
			killed++
		default:
			t.Fatalf("after %d kills: exit code %d, %s", killed, code, p.stderr.String())
		}
	}
}

// A download that a killed process began is resumed by the next, and one
// that breaks off by the same.
func TestDownloadResumes(t *testing.T) {
	home(t)
	var cuts, parts atomic.Int32
	g := newGate(3)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 300, OnRequest: g.onRequest, Fault: func(r *http.Request, n int) zenodotest.Fault {
		if r.Header.Get("Range") != "" {
			parts.Add(1)
		}
		if n == 2 { // the first is the list, the third waits at the gate
			cuts.Add(1)
			return zenodotest.Fault{Kind: zenodotest.FaultCut}
		}
		return zenodotest.Fault{}
	}})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	p := start(t, "--api", srv.API(), "--db", db, "harvest", "--dump")
	<-g.reached
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	p.wait(t)
	left, err := filepath.Glob(db + ".*.part")
	if err != nil || len(left) != 1 {
		t.Fatalf("left is %v (%v), want the part that had come", left, err)
	}
	close(g.open)
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "--dump")
	complete(t, db)
	if cuts.Load() != 1 || parts.Load() != 2 {
		t.Errorf("%d cuts and %d requests for the rest, want 1 and 2", cuts.Load(), parts.Load())
	}
	if left, _ := filepath.Glob(db + ".*"); len(left) != 0 {
		t.Errorf("left is %v", left)
	}
}

// What is there under the name of a dump is used only if it is that dump, and
// not because it is as large.
func TestDownloadedDump(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 30})
	c, err := zenodo.NewClient(zenodo.WithBaseURL(srv.API()))
	if err != nil {
		t.Fatal(err)
	}
	dump, err := c.Exporter.GetNewest(t.Context(), zenodo.DumpRecords)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	db, victim := filepath.Join(dir, "zharvest.db"), filepath.Join(dir, "victim")
	if err := os.WriteFile(victim, make([]byte, dump.Size), 0o644); err != nil {
		t.Fatal(err)
	}
	there := db + ".records-json-" + strings.ToLower(dump.VersionID) + ".tar.gz"
	if err := os.Symlink(victim, there); err != nil {
		t.Fatal(err)
	}
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "--dump")
	complete(t, db)
	if raw, err := os.ReadFile(victim); err != nil || !bytes.Equal(raw, make([]byte, dump.Size)) {
		t.Errorf("the file behind the link has changed, %v", err)
	}
}

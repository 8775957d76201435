package main

import (
	"bytes"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodotest"
)

// A harvest with the default settings ends complete although the server fails
// in every way that can pass, and its index is that of a quiet day.
func TestFaults(t *testing.T) {
	home(t)
	records := sized(5000, 200, 200)
	quiet, rough := zenodotest.Config{Synthetic: records}, zenodotest.Config{Synthetic: records, Fault: faults(0.3, 1)}
	args := []string{"harvest", "--all-versions"}
	dir := t.TempDir()
	want, got := filepath.Join(dir, "want.db"), filepath.Join(dir, "got.db")
	zharvest(t, append([]string{"--api", zenodotest.NewServer(t, quiet).API(), "--db", want}, args...)...)

	srv := zenodotest.NewServer(t, rough)
	begin := time.Now()
	summary := zharvest(t, append([]string{"--api", srv.API(), "--db", got}, args...)...)
	t.Logf("%d requests in %v: %s", srv.RequestCount(), time.Since(begin).Round(time.Millisecond), summary)
	complete(t, got)
	if !slices.Equal(everything(t, got), everything(t, want)) {
		t.Error("the index differs from that of an undisturbed harvest")
	}
	faults := 0
	for _, r := range srv.Requests() {
		if r.Fault != zenodotest.FaultNone {
			faults++
		}
	}
	if faults == 0 {
		t.Error("the server never failed: this proves nothing")
	}
}

// Answers that come and are none are said to be trouble as lost connections
// are: minutes of them used to pass without a word.
func TestTroubleOfBodies(t *testing.T) {
	home(t)
	for kind, want := range map[zenodotest.FaultKind]string{
		zenodotest.FaultGarbled: "answer is not the JSON that was due: ", zenodotest.FaultEmpty: "answer is not the JSON that was due: empty",
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel() // most of it is waiting
			srv := zenodotest.NewServer(t, zenodotest.Config{Fault: func(_ *http.Request, n int) zenodotest.Fault {
				if n > 3 {
					return zenodotest.Fault{}
				}
				return zenodotest.Fault{Kind: kind}
			}})
			var stdout, stderr bytes.Buffer
			db := filepath.Join(t.TempDir(), "zharvest.db")
			code := run(t.Context(), []string{"--api", srv.API(), "--db", db, "harvest", "-c", "fed-sky"}, strings.NewReader(""), &stdout, &stderr)
			got := stderr.String()
			if code != exitOK || !strings.HasPrefix(got, "zharvest: trouble with the server, attempt 3: ") || !strings.Contains(got, want) || strings.Count(got, "\n") != 1 {
				t.Errorf("%s: exit code %d, %q, want one line with %q", kind, code, got, want)
			}
		})
	}
}

// A harvest that is killed again and again, and run again each time, ends with
// the index of one that never was, and asks for no more pages twice than were
// on their way.
func TestKill(t *testing.T) {
	cfg := zenodotest.Config{Synthetic: sized(5000, 600, 400), Latency: 2 * time.Millisecond}
	testKill(t, cfg, sized(50, 5, 3))
}

// It does so although the server fails time and again.
func TestKillAmongFaults(t *testing.T) {
	if underRace {
		t.Skip("TestKill and TestFaults are enough for the race detector")
	}
	testKill(t, zenodotest.Config{Synthetic: sized(30_000, 400, 0), Fault: faults(0.2, 2)}, sized(100, 5, 0))
}

func testKill(t *testing.T, cfg zenodotest.Config, kills int) {
	t.Helper()
	home(t)
	const inFlight = 4
	calm := cfg
	calm.Fault = nil
	quiet := filepath.Join(t.TempDir(), "quiet.db")
	begin := time.Now()
	if p := start(t, "--api", zenodotest.NewServer(t, calm).API(), "--db", quiet, "harvest", "--all-versions"); p.wait(t) != exitOK {
		t.Fatal(p.stderr.String())
	}
	took := time.Since(begin)
	if cfg.Fault != nil {
		took *= 2 // for the attempts that fail
	}
	want := everything(t, quiet)
	for killed, round := 0, 0; killed < kills; round++ {
		srv := zenodotest.NewServer(t, cfg)
		db := filepath.Join(t.TempDir(), "zharvest.db")
		n := harvestKilled(t, srv, db, took, kills-killed)
		killed += n
		complete(t, db)
		if !slices.Equal(everything(t, db), want) {
			t.Errorf("round %d, killed %d times: the index differs from that of an undisturbed harvest", round, n)
		}
		twice := 0
		for _, times := range srv.Repeated() {
			twice += times - 1
		}
		if twice > n*inFlight {
			t.Errorf("round %d, killed %d times: %d pages were fetched again, want at most %d: %v", round, n, twice, n*inFlight, srv.Repeated())
		}
		t.Logf("round %d: killed %d times, %d pages fetched again", round, n, twice)
	}
}

// harvestKilled harvests until it is done, killing the process at random
// moments, at most so many times, and returns how often that came in time.
func harvestKilled(t *testing.T, srv *zenodotest.Server, db string, took time.Duration, most int) (killed int) {
	t.Helper()
	for {
		p := start(t, "--api", srv.API(), "--db", db, "harvest", "--all-versions")
		if killed < most {
			timer := time.AfterFunc(rand.N(took), func() { p.Process.Kill() })
			defer timer.Stop()
		}
		switch code := p.wait(t); code {
		case exitOK:
			return killed
		case -1:
			killed++
		default:
			t.Fatalf("after %d kills: exit code %d, %s", killed, code, p.stderr.String())
		}
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodotest"
)

// long reports whether tests run in the sizes of the project's promises, which
// takes many minutes, rather than in such as find mistakes in seconds.
func long() bool { return os.Getenv("ZHARVEST_LONG") == "1" }

// sized is the size of a test: that of the promise, the usual one, or the one
// under the race detector.
func sized(promised, usual, race int) int {
	switch {
	case long():
		return promised
	case underRace:
		return race
	}
	return usual
}

// home gives a test a home of its own.
func home(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HOME", dir)
	for _, name := range append(slices.Concat(tokenVariables, sandboxTokenVariables), "ZHARVEST_DB", "ZENODO_API_URL", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME") {
		t.Setenv(name, "")
	}
	t.Chdir(dir)
}

// zharvest runs a command in this process and returns what it printed. One
// that fails fails the test.
func zharvest(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr); code != exitOK {
		t.Fatalf("zharvest %s: exit code %d, %s", strings.Join(args, " "), code, stderr.String())
	}
	return stdout.String()
}

// process is zharvest in a process of its own.
type process struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.CommandContext(t.Context(), "zharvest", args...)}
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// wait returns the exit code, -1 for a process that was killed.
func (p *process) wait(t *testing.T) int {
	t.Helper()
	err := p.Wait()
	if _, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

// everything is all that an index holds, as the server sent it, in an order
// that does not depend on how it came there.
func everything(t *testing.T, db string) []string {
	t.Helper()
	lines := strings.Split(zharvest(t, "--db", db, "export", "--all-versions", "-f", "jsonl", "--raw"), "\n")
	slices.Sort(lines)
	return lines
}

// complete fails the test where a harvest in the index is not complete.
func complete(t *testing.T, db string) {
	t.Helper()
	var status struct {
		Harvests []struct {
			Name     string
			Complete bool
		}
	}
	if err := json.Unmarshal([]byte(zharvest(t, "--db", db, "status", "--json")), &status); err != nil {
		t.Fatal(err)
	}
	for _, h := range status.Harvests {
		if !h.Complete {
			t.Errorf("harvest %s is not complete", h.Name)
		}
	}
	if len(status.Harvests) == 0 {
		t.Error("no harvest in the index")
	}
}

// gate holds a server's answers back.
type gate struct {
	from    int           // the first request that waits
	reached chan struct{} // closed when it has come
	open    chan struct{} // to be closed
}

func newGate(from int) *gate { return &gate{from, make(chan struct{}), make(chan struct{})} }

func (g *gate) onRequest(n int, r *http.Request) {
	if n == g.from {
		close(g.reached)
	}
	if n < g.from {
		return
	}
	select {
	case <-g.open:
	case <-r.Context().Done():
	}
}

// An interrupt ends a harvest although the server does not answer, and what
// has come is kept: the summary says how much, and the next run goes on.
func TestInterrupt(t *testing.T) {
	home(t)
	g := newGate(12)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 600, OnRequest: g.onRequest})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	args := []string{"--api", srv.API(), "--db", db, "harvest", "--all-versions", "--json"}

	p := start(t, args...)
	<-g.reached
	if err := p.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(t); code != exitInterrupted {
		t.Fatalf("interrupted: exit code %d, want %d; %s", code, exitInterrupted, p.stderr.String())
	}
	var first, second harvest.Result
	if err := json.Unmarshal(p.stdout.Bytes(), &first); err != nil {
		t.Fatalf("the summary of an interrupted harvest: %v in %q", err, p.stdout.String())
	}
	if first.Complete || first.Total != 600 || first.Fetched == 0 || first.Missing != 600-first.Fetched {
		t.Errorf("interrupted: got %+v", first)
	}
	want := fmt.Sprintf("zharvest: interrupted; %d of 600 records are stored\nhint: the same command resumes it: zharvest %s\n",
		first.Fetched, strings.Join(args, " "))
	if got := p.stderr.String(); got != want {
		t.Errorf("interrupted: got %q, want %q", got, want)
	}

	close(g.open)
	if err := json.Unmarshal([]byte(zharvest(t, args...)), &second); err != nil {
		t.Fatal(err)
	}
	if !second.Complete || second.Total != 600 || first.New+second.New != 600 {
		t.Errorf("after %d new ones, the next run: got %+v, want the rest of 600", first.New, second)
	}
	complete(t, db)
}

// Before anything has come, an interrupted harvest leaves nothing behind.
func TestInterruptAtOnce(t *testing.T) {
	home(t)
	g := newGate(1)
	srv := zenodotest.NewServer(t, zenodotest.Config{OnRequest: g.onRequest})
	defer close(g.open)
	db := filepath.Join(t.TempDir(), "zharvest.db")
	p := start(t, "--api", srv.API(), "--db", db, "harvest", "-c", "fed-sky")
	<-g.reached
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := p.wait(t); code != exitInterrupted {
		t.Errorf("exit code %d, want %d; %s", code, exitInterrupted, p.stderr.String())
	}
	if got, want := p.stderr.String(), "zharvest: interrupted before anything was stored\nhint: to begin again: zharvest --api "; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want it to begin with %q", got, want)
	}
	if _, err := os.Stat(db); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the index of a harvest of nothing: %v, want that there is none", err)
	}
}

// The same harvest does not run twice at a time; another one may.
func TestSecondProcess(t *testing.T) {
	home(t)
	g := newGate(3)
	srv := zenodotest.NewServer(t, zenodotest.Config{OnRequest: g.onRequest})
	free := zenodotest.NewServer(t, zenodotest.Config{})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	first := start(t, "--api", srv.API(), "--db", db, "harvest", "-c", "fed-sky")
	<-g.reached

	second := start(t, "--api", free.API(), "--db", db, "harvest", "-c", "fed-sky")
	if code := second.wait(t); code != exitFailure || second.stdout.Len() > 0 {
		t.Errorf("the same harvest: exit code %d and %q, want %d", code, second.stdout.String(), exitFailure)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{fmt.Sprintf("process %d", first.Process.Pid), host, `"fed-sky"`, "since 20", "hint: wait for process"} {
		if !strings.Contains(second.stderr.String(), want) {
			t.Errorf("the same harvest: got %q, want it to name %s", second.stderr.String(), want)
		}
	}
	forget := start(t, "--db", db, "forget", "fed-sky")
	if code := forget.wait(t); code != exitFailure || !strings.Contains(forget.stderr.String(), "hint: wait for process") {
		t.Errorf("forget: exit code %d, %s; want %d", code, forget.stderr.String(), exitFailure)
	}
	zharvest(t, "--api", free.API(), "--db", db, "harvest", "-c", "eosc-synergy")
	zharvest(t, "--db", db, "search", "--count")

	close(g.open)
	if code := first.wait(t); code != exitOK {
		t.Errorf("the first process: exit code %d, %s", code, first.stderr.String())
	}
	complete(t, db)
}

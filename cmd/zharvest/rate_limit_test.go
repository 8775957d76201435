package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// untilSaid is a standard error that ends a command once a text was written.
type untilSaid struct {
	bytes.Buffer
	text string
	end  context.CancelFunc
}

func (u *untilSaid) Write(p []byte) (int, error) {
	n, err := u.Buffer.Write(p)
	if strings.Contains(u.String(), u.text) {
		u.end()
	}
	return n, err
}

// saysUntil runs a command until it says something.
func saysUntil(t *testing.T, text string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	stderr := &untilSaid{text: text, end: cancel}
	var stdout bytes.Buffer
	if code := run(ctx, args, nil, &stdout, stderr); code != exitInterrupted {
		t.Errorf("zharvest %s: exit code %d, %s%s", strings.Join(args, " "), code, stdout.String(), stderr.String())
	}
	return stderr.String()
}

// A server that refuses everything for some time is waited for, and that is
// said.
func TestWaitIsSaid(t *testing.T) {
	home(t)
	for retryAfter, want := range map[string]string{
		"47":   `(?m)^waiting for the server's rate limit, 4[67] s$`,
		"1400": `(?m)^the server's hourly limit is used up; it resets at \d\d:\d\d \(in 23 min\)$`,
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", retryAfter)
			w.WriteHeader(http.StatusTooManyRequests)
		}))
		got := saysUntil(t, "limit", "--api", srv.URL, "search", "--online", "frog")
		if !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("got %q, want %s", got, want)
		}
		srv.Close()
	}
}

// A command counts what the one before it has sent, and is not refused.
func TestRatesAreKept(t *testing.T) {
	home(t)
	t.Setenv("ZENODO_TOKEN", "s3cr3t")
	srv := zenodotest.NewServer(t, zenodotest.Config{SearchLimit: zenodotest.Rate{Count: 3, Per: time.Minute}})
	for range 3 {
		zharvest(t, "--api", srv.API(), "search", "--online", "frog")
	}
	sent := srv.RequestCount()
	got := saysUntil(t, "rate limit", "--api", srv.API()+"/", "search", "--online", "frog")
	if !regexp.MustCompile(`^waiting for the server's rate limit, (5\d|60) s\n`).MatchString(got) || srv.RequestCount() != sent {
		t.Errorf("got %q after %d requests, want a wait before any", got, srv.RequestCount()-sent)
	}
	kept, err := os.ReadFile(ratesFile())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(kept), "s3cr3t") || !strings.Contains(string(kept), srv.API()) {
		t.Errorf("got %s", kept)
	}
	// What is no file of ours does no harm.
	if err := os.WriteFile(ratesFile(), []byte(`{"a": [`), 0o600); err != nil {
		t.Fatal(err)
	}
	zharvest(t, "--api", srv.API(), "deposit", "list")
}

// Where a bar is drawn, it says that the harvest waits; a line says only what is
// long.
func TestWaitInBar(t *testing.T) {
	var stderr bytes.Buffer
	a := &app{stderr: term.New(&stderr)}
	if got := a.waitingNow(); got != "" {
		t.Errorf("got %q before any wait", got)
	}
	a.drawn.Store(true)
	a.noteWait(zenodo.Wait{Until: time.Now().Add(30 * time.Second), Window: time.Minute})
	if got := a.waitingNow(); got != "waiting for the server's rate limit, 30 s" || stderr.Len() > 0 {
		t.Errorf("got %q in the bar and %q", got, stderr.String())
	}
	a.noteWait(zenodo.Wait{Until: time.Now().Add(30 * time.Minute), Window: time.Hour})
	a.noteWait(zenodo.Wait{Until: time.Now().Add(30 * time.Minute), Window: time.Hour})
	if got := stderr.String(); strings.Count(got, "hourly limit is used up") != 1 {
		t.Errorf("got %q, want one line", got)
	}
	a.noteWait(zenodo.Wait{Until: time.Now().Add(-time.Second), Window: time.Minute})
	if got := a.waitingNow(); got != "" {
		t.Errorf("got %q after the wait", got)
	}
}

package main

import (
	"bufio"
	"database/sql"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// A command that waits for another program to unlock the index says so, and goes
// on when it may.
func TestLocked(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "-c", "fed-sky")
	for _, tt := range []struct{ lock, unlock, command string }{
		{"BEGIN IMMEDIATE", "ROLLBACK", "forget fed-sky"},
		// This one lets nobody read, either.
		{"PRAGMA locking_mode=exclusive; BEGIN EXCLUSIVE", "ROLLBACK", "search --count"},
	} {
		other, err := sql.Open("sqlite", db)
		if err != nil {
			t.Fatal(err)
		}
		other.SetMaxOpenConns(1)
		if _, err := other.Exec(tt.lock); err != nil {
			t.Fatal(err)
		}
		messages, stderr := io.Pipe()
		ended := make(chan int)
		go func() {
			code := run(t.Context(), append([]string{"--db", db}, strings.Fields(tt.command)...), strings.NewReader(""), io.Discard, stderr)
			stderr.Close()
			ended <- code
		}()
		lines := bufio.NewScanner(messages)
		want := "another program has locked the index " + db + "; waiting for it, for a minute at most"
		if !lines.Scan() || lines.Text() != want {
			t.Errorf("%s: it says %q, want %q", tt.command, lines.Text(), want)
		}
		if _, err := other.Exec(tt.unlock); err != nil {
			t.Error(err)
		}
		if err := other.Close(); err != nil {
			t.Error(err)
		}
		for lines.Scan() {
			t.Errorf("%s: it says also %q", tt.command, lines.Text())
		}
		if code := <-ended; code != exitOK {
			t.Errorf("%s: exit code %d", tt.command, code)
		}
	}
}

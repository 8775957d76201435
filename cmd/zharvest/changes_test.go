package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodotest"
)

// On a terminal changes are a table that fits, and long lists are cut.
func TestChangesTable(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: terminalChanges + 50})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "--all-versions")
	var stdout, stderr bytes.Buffer
	a := &app{stdout: term.AsTerminal(&stdout, 100), stderr: term.New(&stderr)}
	a.flags.DB = db
	if err := (&changesCmd{Output: "-"}).Run(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(stdout.String()), "\n")
	if len(lines) != terminalChanges+1 || !strings.HasPrefix(lines[0], "at ") {
		t.Errorf("got %d lines, the first %q", len(lines), lines[0])
	}
	for _, line := range lines {
		if len([]rune(line)) > 100 {
			t.Errorf("a line of %d: %q", len([]rune(line)), line)
			break
		}
	}
	if want := "these are the first 500 changes; -o FILE writes all\n"; stderr.String() != want {
		t.Errorf("got %q, want %q", stderr.String(), want)
	}
}

func TestDetail(t *testing.T) {
	longName := strings.Repeat("n", 100)
	for _, tt := range []struct {
		change index.Change
		want   string
	}{
		{index.Change{Change: index.ChangeAdded}, ""},
		{index.Change{Change: index.ChangeGone, Reason: "spam"}, "spam"},
		{index.Change{Field: "title", Old: "a", New: "b"}, "title: a → b"},
		{index.Change{Field: "version", New: "2"}, "version: nothing → 2"},
		{
			index.Change{Field: "files", Old: longName + " (9 bytes, md5:a)", New: longName + " (9 bytes, md5:b)"},
			"files: " + longName + " (9 bytes, md5:a) → " + longName + " (9 bytes, md5:b)",
		},
		{index.Change{Field: "x", Old: strings.Repeat("é", 100), New: "y"}, "x: " + strings.Repeat("é", detailWidth-1) + "… → y"},
	} {
		if got := detail(tt.change); got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.change, got, tt.want)
		}
	}
}

// Of long values that part is shown in which they differ.
func TestChangeDetail(t *testing.T) {
	long := strings.Repeat("the same words ", 20)
	got := detail(index.Change{Field: "title", Old: long + "before", New: long + "after"})
	if !strings.Contains(got, "before → ") || !strings.Contains(got, "after") {
		t.Errorf("got %q, want it to show what differs", got)
	}
	if got := detail(index.Change{Field: "title", Old: "a", New: ""}); got != "title: a → nothing" {
		t.Errorf("got %q", got)
	}
}

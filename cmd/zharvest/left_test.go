//go:build linux || darwin

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// The next output into a folder removes what a process has left there that was
// killed while it wrote, and leaves what a living one writes.
func TestKilledOutput(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	t.Setenv("ZENODO_API_URL", srv.API())
	zharvest(t, "harvest", "-c", "fed-sky")
	for _, kill := range []bool{true, false} {
		g := newGate(2)
		slow := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 200, OnRequest: g.onRequest})
		dir := t.TempDir()
		p := start(t, "--api", slow.API(), "oai", "records", "-o", filepath.Join(dir, "list.xml"))
		<-g.reached
		if n := hiddenFiles(t, dir); n != 1 {
			t.Fatalf("while it is written there are %d hidden files", n)
		}
		want := 1
		if kill {
			want = 0
			if err := p.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			p.wait(t)
			if n := hiddenFiles(t, dir); n != 1 {
				t.Fatalf("killed, it leaves %d hidden files: this proves nothing", n)
			}
		}
		zharvest(t, "export", "-o", filepath.Join(dir, "list.csv"))
		zharvest(t, "export", "-o", filepath.Join(dir, "part.db"))
		if n := hiddenFiles(t, dir); n != want {
			t.Errorf("killed is %v, and there are %d hidden files, want %d", kill, n, want)
		}
		close(g.open)
		if kill {
			continue
		}
		if code := p.wait(t); code != exitOK {
			t.Errorf("the living one: exit code %d, %s", code, p.stderr.String())
		}
		if n := hiddenFiles(t, dir); n != 0 {
			t.Errorf("in the end there are %d hidden files", n)
		}
	}
}

func hiddenFiles(t *testing.T, dir string) (n int) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			n++
		}
	}
	return n
}

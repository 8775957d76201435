//go:build linux && !race

package main

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// A harvest takes the same memory however long it is.
func TestMemory(t *testing.T) {
	home(t)
	records, most := 20_000, int64(100_000) // kilobytes
	if long() {
		records = 100_000
	}
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: records, Window: records})
	t.Setenv("ZENODO_TOKEN", "any") // pages of 100
	p := start(t, "--api", srv.API(), "--db", filepath.Join(t.TempDir(), "zharvest.db"), "harvest", "--all-versions")
	if code := p.wait(t); code != exitOK {
		t.Fatalf("exit code %d, %s", code, p.stderr.String())
	}
	used := p.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
	t.Logf("%d kB at most: %s", used, p.stdout.String())
	if used > most {
		t.Errorf("%d records took %d kB of memory, want at most %d", records, used, most)
	}
}

//go:build linux && !race

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// A harvest takes the same memory however long it is.
func TestMemory(t *testing.T) {
	home(t)
	const most = 125_000 // kilobytes
	records := sized(100_000, 5000, 0)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: records, Window: records})
	t.Setenv("ZENODO_TOKEN", "any") // pages of 100
	p := start(t, "--api", srv.API(), "--db", filepath.Join(t.TempDir(), "zharvest.db"), "harvest", "--all-versions")
	used := peak(t, p)
	t.Logf("%d kB at most: %s", used, p.stdout.String())
	if used > most {
		t.Errorf("%d records took %d kB of memory, want at most %d", records, used, most)
	}
}

// So does an import of a dump.
func TestMemoryOfImport(t *testing.T) {
	home(t)
	const most = 100_000 // kilobytes
	records := sized(100_000, 5000, 0)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: records})
	p := start(t, "--api", srv.API(), "--db", filepath.Join(t.TempDir(), "zharvest.db"), "harvest", "--dump="+dumpFile(t, srv, zenodo.DumpRecords))
	used := peak(t, p)
	t.Logf("%d kB at most: %s", used, p.stdout.String())
	if used > most {
		t.Errorf("%d records took %d kB of memory, want at most %d", records, used, most)
	}
}

// peak waits for a process and returns the most memory that it held, in kB.
// What the system says of a process that has ended counts the memory of the
// one that began it, too, so this looks while it runs.
func peak(t *testing.T, p *process) (used int) {
	t.Helper()
	ended := make(chan int)
	go func() {
		_ = p.Wait() // its exit code tells
		ended <- p.ProcessState.ExitCode()
	}()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		used = max(used, highWater(p.Process.Pid))
		select {
		case code := <-ended:
			if code != exitOK {
				t.Fatalf("exit code %d, %s", code, p.stderr.String())
			}
			return used
		case <-tick.C:
		}
	}
}

// highWater is the most memory that a process has held so far, 0 for one that
// has ended.
func highWater(pid int) (kB int) {
	status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			fmt.Sscan(value, &kB)
		}
	}
	return kB
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// A disk that fills up ends an export, leaves nothing of it, and what was
// there before as it was.
func TestExportDiskFull(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 400})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "--all-versions")
	for name, args := range map[string][]string{
		"list.xlsx": {"--fields", "id,title,description"}, "list.parquet": {"--fields", "id,title,description"}, "part.db": nil,
		"records": {"--partition-by", "year", "--fields", "id,title,description"},
	} {
		disk := smallDisk(t, "64k")
		out := filepath.Join(disk, name)
		if name != "records" {
			if err := os.WriteFile(out, []byte("old"), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		p := start(t, append([]string{"--db", db, "export", "--all-versions", "-o", out}, args...)...)
		if code := p.wait(t); code != exitFailure {
			t.Errorf("%s: exit code %d, %s", name, code, p.stderr.String())
		}
		if got := p.stderr.String(); !strings.Contains(got, "hint: free some space") {
			t.Errorf("%s: the disk is full, and it says %q", name, got)
		}
		entries, err := os.ReadDir(disk)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if old, err := os.ReadFile(filepath.Join(disk, e.Name())); e.Name() != name || string(old) != "old" {
				t.Errorf("%s: the disk has %s, %v", name, e.Name(), err)
			}
		}
	}
}

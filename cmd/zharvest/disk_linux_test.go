package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodotest"
)

// smallDisk mounts a file system of a size, such as 2m, and returns where.
func smallDisk(t *testing.T, size string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("only the superuser may mount a small disk: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// A disk that fills up ends a harvest with a word on that. What was stored is
// sound, can be searched, and once there is room the harvest goes on to the
// same end as an undisturbed one.
func TestDiskFull(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: sized(2000, 900, 900)})
	quiet := filepath.Join(t.TempDir(), "quiet.db")
	zharvest(t, "--api", srv.API(), "--db", quiet, "harvest", "--all-versions")

	disk := smallDisk(t, "3m")
	db := filepath.Join(disk, "zharvest.db")
	for range 2 { // the second finds it full from the start
		p := start(t, "--api", srv.API(), "--db", db, "harvest", "--all-versions")
		if code := p.wait(t); code != exitFailure {
			t.Fatalf("exit code %d, %s", code, p.stderr.String())
		}
		want := "the disk is full"
		if got := p.stderr.String(); strings.Count(got, want) != 1 || !strings.Contains(got, "hint: free some space and run the command again") {
			t.Errorf("the disk is full, and it says %q", got)
		}
	}
	stored := len(everything(t, db))
	if stored < 100 {
		t.Errorf("%d records are there, want those of the first pages at least", stored)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=60m"); err != nil {
		t.Fatal(err)
	}
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "--all-versions")
	complete(t, db)
	if !slices.Equal(everything(t, db), everything(t, quiet)) {
		t.Error("the index differs from that of an undisturbed harvest")
	}
	checkDatabase(t, db)
}

// A disk that fills up while a file is written leaves none, in any format.
func TestDiskFullExport(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 400})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	zharvest(t, "--api", srv.API(), "--db", db, "harvest")
	disk := smallDisk(t, "16k")
	outputs := [][]string{{"--template", "{{.ID}} {{.Description}}"}}
	for _, format := range export.Formats() {
		outputs = append(outputs, []string{"-f", format})
	}
	for _, output := range outputs {
		p := start(t, append([]string{"--db", db, "export", "-o", filepath.Join(disk, "list")}, output...)...)
		if code := p.wait(t); code != exitFailure || !strings.Contains(p.stderr.String(), "no space left on device") {
			t.Errorf("%v: exit code %d, %s", output, code, p.stderr.String())
		}
		if left, err := os.ReadDir(disk); err != nil || len(left) > 0 {
			t.Errorf("%v: %v is left, %v", output, left, err)
		}
	}
}

// A report that does not fit on the disk leaves the one of before, whole.
func TestReportOnFullDisk(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 400})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	zharvest(t, "--api", srv.API(), "--db", db, "harvest")
	disk := smallDisk(t, "200k")
	file := filepath.Join(disk, "report.html")
	zharvest(t, "--db", db, "report", "--limit", "10", "-o", file)
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, "--db", db, "report", "-o", file)
	if code := p.wait(t); code != exitFailure {
		t.Errorf("exit code %d, want %d", code, exitFailure)
	}
	if got := p.stderr.String(); !strings.Contains(got, "no space left on device\nhint: free some space") {
		t.Errorf("the disk is full, and it says %q", got)
	}
	after, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the report of before has changed, %v", err)
	}
	if left, err := os.ReadDir(disk); len(left) != 1 {
		t.Errorf("on the disk are %v, %v, want the report alone", left, err)
	}
}

// checkDatabase has the sqlite3 shell look at an index, where there is one.
func checkDatabase(t *testing.T, db string) {
	t.Helper()
	shell, err := exec.LookPath("sqlite3")
	if err != nil {
		t.Log("there is no sqlite3 to look at the index with")
		return
	}
	out, err := exec.CommandContext(t.Context(), shell, db, "PRAGMA integrity_check; PRAGMA foreign_key_check").CombinedOutput()
	if err != nil || string(out) != "ok\n" {
		t.Errorf("the index is damaged: %s, %v", out, err)
	}
}

// An index on a disk that was mounted to be read is searched, and a harvest
// into it ends with what to do.
func TestReadOnlyDisk(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	disk := smallDisk(t, "20m")
	db := filepath.Join(disk, "zharvest.db")
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "-c", "fed-sky")
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if n := strings.TrimSpace(zharvest(t, "--db", db, "search", "--count")); n == "0" {
		t.Error("nothing is found on a disk that can only be read")
	}
	p := start(t, "--api", srv.API(), "--db", db, "harvest", "-c", "fed-sky")
	if code := p.wait(t); code != exitFailure || !strings.Contains(p.stderr.String(), "hint: check the permissions") {
		t.Errorf("exit code %d, %s", code, p.stderr.String())
	}
}

// Without a byte free there is no room for the memory that processes share, and
// the index is still read. What would write names the disk.
func TestNoByteFree(t *testing.T) {
	home(t)
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	disk := smallDisk(t, "4m")
	db := filepath.Join(disk, "zharvest.db")
	api := []string{"--api", srv.API(), "--db", db}
	zharvest(t, append(api, "harvest", "-c", "fed-sky")...)
	filler := filepath.Join(disk, "filler")
	fill(t, filler)
	if n := zharvest(t, "--db", db, "search", "--count"); n != "49\n" {
		t.Errorf("search counts %q", n)
	}
	if list := zharvest(t, "--db", db, "export", "--fields", "id"); strings.Count(list, "\n") != 50 {
		t.Errorf("exported are %d lines, want 50", strings.Count(list, "\n"))
	}
	if part := zharvest(t, "--db", db, "export", "-f", "sqlite"); !strings.HasPrefix(part, "SQLite format 3") {
		t.Errorf("a part begins with %.20q", part)
	}
	if status := zharvest(t, "--db", db, "status"); !strings.Contains(status, "49 records") {
		t.Errorf("the status is %q", status)
	}
	other := filepath.Join(disk, "other.db")
	for _, tt := range []struct {
		args []string
		want string
	}{
		{append(api, "harvest", "-c", "fed-sky"), "zharvest: " + db + ": the disk is full"},
		{append(api, "update"), "zharvest: update fed-sky: " + db + ": the disk is full"},
		{append(api, "forget", "fed-sky"), db + ": the disk is full"},
		{[]string{"--api", srv.API(), "--db", other, "harvest", "-c", "fed-sky"}, other + ": the disk is full"},
		{[]string{"--db", db, "export", "-o", filepath.Join(disk, "list.csv")}, filepath.Join(disk, "list.csv") + ": no space left on device"},
	} {
		p := start(t, tt.args...)
		code, got := p.wait(t), p.stderr.String()
		if code != exitFailure || !strings.Contains(got, tt.want) || strings.Count(got, db+": ") > 1 || !strings.Contains(got, "\nhint: free some space") {
			t.Errorf("%v: exit code %d, %q, want %q", tt.args, code, got, tt.want)
		}
	}
	if _, err := os.Stat(other); err == nil {
		t.Error("there is an index for which there was no room")
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	zharvest(t, append(api, "update")...)
	checkDatabase(t, db)
}

// fill writes a file that leaves no byte free on its disk.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if closeErr := f.Close(); !errors.Is(err, syscall.ENOSPC) || closeErr != nil {
		t.Fatal(err, closeErr)
	}
}

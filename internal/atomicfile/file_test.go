package atomicfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/internal/atomicfile"
)

func create(tb testing.TB, name string) *atomicfile.File {
	tb.Helper()
	f, err := atomicfile.Create(name)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func writeString(tb testing.TB, f *atomicfile.File, s string) {
	tb.Helper()
	if n, err := f.Write([]byte(s)); n != len(s) || err != nil {
		tb.Fatalf("Write = %d, %v; want %d", n, err, len(s))
	}
}

// wantDir wants the files of a directory, hidden ones too, to be these, given
// as name=content.
func wantDir(tb testing.TB, dir string, want ...string) {
	tb.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		tb.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			tb.Fatal(err)
		}
		got = append(got, e.Name()+"="+string(content))
	}
	if g, w := strings.Join(got, "|"), strings.Join(want, "|"); g != w {
		tb.Errorf("%s holds %q, want %q", dir, g, w)
	}
}

func TestFileCommit(t *testing.T) {
	for _, before := range []string{"", "old and longer than what comes"} {
		dir := t.TempDir()
		name := filepath.Join(dir, "list.csv")
		if before != "" {
			if err := os.WriteFile(name, []byte(before), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		f := create(t, name)
		writeString(t, f, "doi,")
		writeString(t, f, "title\n")
		if err := f.Commit(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Errorf("Close after Commit: %v", err)
		}
		wantDir(t, dir, "list.csv=doi,title\n")
		if err := f.Commit(); !errors.Is(err, fs.ErrClosed) {
			t.Errorf("a second Commit gives %v, want fs.ErrClosed", err)
		}
	}
}

func TestFileCloseWithoutCommit(t *testing.T) {
	dir := t.TempDir()
	f := create(t, filepath.Join(dir, "new.csv"))
	writeString(t, f, "half")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	wantDir(t, dir)

	name := filepath.Join(dir, "old.csv")
	if err := os.WriteFile(name, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	f = create(t, name)
	writeString(t, f, "half")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	wantDir(t, dir, "old.csv=old")
	if err := f.Commit(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Commit after Close gives %v, want fs.ErrClosed", err)
	}
}

// TestFileCrash is a process that ends between: what it leaves is hidden, has
// another name, and is in nobody's way.
func TestFileCrash(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "list.csv")
	crashed := create(t, name)
	writeString(t, crashed, "half")
	defer crashed.Close()
	if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("before Commit, Lstat gives %v, want ErrNotExist", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "[^.]*")); len(left) > 0 {
		t.Errorf("visible leftovers: %v", left)
	}
	f := create(t, name)
	writeString(t, f, "whole")
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(name); string(got) != "whole" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestFileInWorkingDirectory has a name without a directory.
func TestFileInWorkingDirectory(t *testing.T) {
	t.Chdir(t.TempDir())
	f := create(t, "list.csv")
	writeString(t, f, "x")
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	wantDir(t, ".", "list.csv=x")
}

// TestFileLongName has a name that leaves no room for another in front or
// behind.
func TestFileLongName(t *testing.T) {
	dir := t.TempDir()
	name := strings.Repeat("n", 251) + ".csv"
	f, err := atomicfile.Create(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	wantDir(t, dir, name+"=")
}

func TestFileErrors(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		want string
		is   error
	}{
		{"", "the name is empty", nil},
		{dir, "is a directory", nil},
		{filepath.Join(dir, "missing", "list.csv"), "directory " + filepath.Join(dir, "missing") + ": no such file or directory", fs.ErrNotExist},
		{filepath.Join(plain, "list.csv"), "not a directory", nil},
		{filepath.Join(dir, strings.Repeat("n", 300)), "file name too long", nil},
	}
	for _, tt := range tests {
		_, err := atomicfile.Create(tt.name)
		if err == nil || !strings.HasSuffix(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "create "+tt.name) {
			t.Errorf("Create(%q) gives %v, want the name and %q", tt.name, err, tt.want)
		}
		if tt.is != nil && !errors.Is(err, tt.is) {
			t.Errorf("Create(%q): %v does not match %v", tt.name, err, tt.is)
		}
	}
	wantDir(t, dir, "plain=")
}

// TestFileDirectoryGone has the directory go while the file is written.
func TestFileDirectoryGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sub")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "list.csv")
	f := create(t, name)
	if err := os.RemoveAll(dir); err != nil {
		t.Skip("the system keeps a directory with an open file:", err)
	}
	err := f.Commit()
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "write "+name+": ") {
		t.Errorf("Commit gives %v, want that %s is not there", err, name)
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "notes.json")
	if err := atomicfile.WriteNewFile(name, []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.WriteNewFile(name, []byte("second")); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second new file gives %v, want fs.ErrExist", err)
	}
	wantDir(t, dir, "notes.json=first")
	if err := atomicfile.WriteFile(name, []byte("third")); err != nil {
		t.Fatal(err)
	}
	wantDir(t, dir, "notes.json=third")
}

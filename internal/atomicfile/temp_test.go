//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package atomicfile_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/zharvest/zharvest/internal/atomicfile"
)

const (
	leftFile   = ".zharvest-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp"
	leftFolder = ".zharvest-234567GHIJKLMNOPQRSTUVWXYZ.tmp"
	leftOld    = ".zharvest-234567234567MNOPQRSTUVWXYZ.old"
)

// leave makes what a killed process leaves, a file or, with a slash, a file in
// a folder.
func leave(t *testing.T, dir string, names ...string) {
	t.Helper()
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("left"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// wantNames wants a directory to hold these and, hidden or not, nothing else.
func wantNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	slices.Sort(want)
	if g, w := strings.Join(got, " "), strings.Join(want, " "); g != w {
		t.Errorf("%s holds %s, want %s", dir, g, w)
	}
}

// What processes left that were killed goes with the next output into that
// directory, of whatever kind, and nothing else does.
func TestLeftBehind(t *testing.T) {
	for name, write := range map[string]func(dir string) error{
		"file": func(dir string) error {
			f, err := atomicfile.Create(filepath.Join(dir, "out"))
			return errors.Join(err, f.Commit())
		},
		"file in the current directory": func(dir string) error {
			t.Chdir(dir)
			f, err := atomicfile.Create("out")
			return errors.Join(err, f.Commit())
		},
		"folder": func(dir string) error {
			f, err := atomicfile.CreateFolder(filepath.Join(dir, "out"), nil)
			if err != nil {
				return err
			}
			defer f.Close()
			return errors.Join(os.WriteFile(filepath.Join(f.Name(), "part"), nil, 0o600), f.Commit())
		},
		"temporary folder": func(dir string) error {
			name, remove, err := atomicfile.TempFolder(dir)
			if err != nil {
				return err
			}
			return errors.Join(os.WriteFile(filepath.Join(name, "part"), nil, 0o600), remove(), os.WriteFile(filepath.Join(dir, "out"), nil, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			leave(t, dir, leftFile, leftFolder+"/year=2024/part-0.parquet", leftOld+"/year=2024/part-0.parquet")
			others := []string{
				".zharvest-1234.tmp", ".zharvest-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp.txt", "zharvest-ABCDEFGHIJKLMNOPQRSTUVWXYZ.tmp",
				".zharvest-abcdefghijklmnopqrstuvwxyz.tmp", ".list.csv.tmp", "list.csv",
			}
			leave(t, dir, others...)
			if err := write(dir); err != nil {
				t.Fatal(err)
			}
			wantNames(t, dir, append(others, "out")...)
		})
	}
}

// What a living process writes is left alone, as is what is another user's, no
// file, or all that there is of a folder that was being replaced.
func TestLeftAlone(t *testing.T) {
	dir := t.TempDir()
	living := create(t, filepath.Join(dir, "living.csv"))
	writeString(t, living, "living")
	folder, remove, err := atomicfile.TempFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	leave(t, folder, "part")
	const pair = ".zharvest-PAIRPAIRPAIRPAIRPAIRPAIRPA"
	leave(t, dir, pair+".tmp/year=2024/part-0.parquet", pair+".old/year=2023/part-0.parquet", "victim/file")
	if err := os.Symlink("victim", filepath.Join(dir, leftFolder)); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, leftFile), 0o666); err != nil {
		t.Fatal(err)
	}
	leave(t, dir, strings.Replace(leftFile, "ABC", "XYZ", 1))
	foreign := os.Chown(filepath.Join(dir, strings.Replace(leftFile, "ABC", "XYZ", 1)), 65534, -1) == nil

	if err := create(t, filepath.Join(dir, "other.csv")).Commit(); err != nil {
		t.Fatal(err)
	}
	if err := living.Commit(); err != nil {
		t.Errorf("the living one: %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, "part")); err != nil {
		t.Errorf("the living folder: %v", err)
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	want := []string{pair + ".tmp", pair + ".old", "victim", leftFolder, leftFile, "other.csv", "living.csv"}
	if foreign {
		want = append(want, strings.Replace(leftFile, "ABC", "XYZ", 1))
	}
	wantNames(t, dir, want...)
	if _, err := os.Stat(filepath.Join(dir, "victim", "file")); err != nil {
		t.Error(err)
	}
}

// Many that begin and end at the same time in one directory do not take each
// other's files for left ones.
func TestManyAtOnce(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 50 {
				name := filepath.Join(dir, fmt.Sprintf("%d.csv", n))
				f, err := atomicfile.Create(name)
				if err != nil {
					t.Error(err)
					return
				}
				_, err = io.WriteString(f, strings.Repeat("x", i))
				if err := errors.Join(err, f.Commit()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 8 {
		t.Errorf("left are %v, %v", entries, err)
	}
}

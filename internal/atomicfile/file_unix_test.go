//go:build unix

package atomicfile_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/zharvest/zharvest/internal/atomicfile"
)

func TestFilePermissions(t *testing.T) {
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	dir := t.TempDir()
	name := filepath.Join(dir, "list.csv")
	for _, want := range []fs.FileMode{0o640, 0o604, 0o666} {
		if want != 0o640 {
			if err := os.Chmod(name, want); err != nil {
				t.Fatal(err)
			}
		}
		f := create(t, name)
		if err := f.Commit(); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("permissions are %o, want %o", got, want)
		}
	}
}

// TestFileSymlink writes through links: to a file, to one that is not there
// yet, through a chain, and through a linked directory and back up.
func TestFileSymlink(t *testing.T) {
	tests := []struct {
		name  string
		links [][2]string // from, to
		write string
		want  string
	}{
		{"to a file", [][2]string{{"link", "real/old.csv"}}, "link", "real/old.csv"},
		{"to nothing yet", [][2]string{{"link", "real/new.csv"}}, "link", "real/new.csv"},
		{"absolute", [][2]string{{"link", "/real/new.csv"}}, "link", "real/new.csv"},
		{"chain", [][2]string{{"link", "real/next"}, {"real/next", "old.csv"}}, "link", "real/old.csv"},
		{"directory", [][2]string{{"dir", "real/deep"}}, "dir/new.csv", "real/deep/new.csv"},
		{"up from a directory", [][2]string{{"dir", "real/deep"}, {"real/deep/link", "../new.csv"}}, "dir/link", "real/new.csv"},
		{"not the shortest way", [][2]string{{"dir", "real/deep"}}, "dir/../new.csv", "real/new.csv"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, "real", "deep"), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "real", "old.csv"), []byte("old"), 0o666); err != nil {
				t.Fatal(err)
			}
			for _, l := range tt.links {
				to := l[1]
				if filepath.IsAbs(to) {
					to = dir + to
				}
				if err := os.Symlink(to, filepath.Join(dir, l[0])); err != nil {
					t.Fatal(err)
				}
			}
			f := create(t, dir+"/"+tt.write)
			writeString(t, f, "new")
			if err := f.Commit(); err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(filepath.Join(dir, tt.want)); string(got) != "new" || err != nil {
				t.Errorf("%s holds %q, %v", tt.want, got, err)
			}
			for _, l := range tt.links {
				if info, err := os.Lstat(filepath.Join(dir, l[0])); err != nil || info.Mode()&fs.ModeSymlink == 0 {
					t.Errorf("%s is no link any more: %v, %v", l[0], info, err)
				}
			}
		})
	}
}

func TestFileSymlinkLoop(t *testing.T) {
	name := filepath.Join(t.TempDir(), "loop")
	if err := os.Symlink("loop", name); err != nil {
		t.Fatal(err)
	}
	if _, err := atomicfile.Create(name); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("got %v, want ELOOP", err)
	}
}

func TestFileDevice(t *testing.T) {
	f := create(t, os.DevNull)
	writeString(t, f, "away")
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(os.DevNull)
	if err != nil || info.Mode()&fs.ModeDevice == 0 {
		t.Errorf("%s is now %v, %v", os.DevNull, info, err)
	}
}

// TestFileDiskFull has Commit fail after a Write that did.
func TestFileDiskFull(t *testing.T) {
	const full = "/dev/full"
	if _, err := os.Stat(full); err != nil {
		t.Skip("no device that is always full:", err)
	}
	f := create(t, full)
	_, err := f.Write([]byte("x"))
	if !errors.Is(err, syscall.ENOSPC) || err.Error() != "write /dev/full: no space left on device" {
		t.Errorf("Write gives %v", err)
	}
	if commitErr := f.Commit(); commitErr != err {
		t.Errorf("Commit gives %v, want %v", commitErr, err)
	}
}

func TestFilePipe(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o666); err != nil {
		t.Fatal(err)
	}
	got := make(chan string)
	go func() {
		content, err := os.ReadFile(name)
		if err != nil {
			content = []byte(err.Error())
		}
		got <- string(content)
	}()
	f := create(t, name)
	writeString(t, f, "through")
	if err := f.Commit(); err != nil {
		t.Error(err)
	}
	if s := <-got; s != "through" {
		t.Errorf("read %q", s)
	}
	wantMode(t, name, fs.ModeNamedPipe)
}

func TestFileBrokenPipe(t *testing.T) {
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o666); err != nil {
		t.Fatal(err)
	}
	opened := make(chan *os.File, 1)
	go func() {
		r, _ := os.Open(name)
		opened <- r
	}()
	f := create(t, name)
	defer f.Close()
	if err := (<-opened).Close(); err != nil {
		t.Fatal(err)
	}
	_, err := io.WriteString(f, "lost")
	if !errors.Is(err, syscall.EPIPE) || !strings.Contains(err.Error(), name) {
		t.Errorf("got %v, want EPIPE that names %s", err, name)
	}
}

func wantMode(tb testing.TB, name string, want fs.FileMode) {
	tb.Helper()
	info, err := os.Lstat(name)
	if err != nil || info.Mode().Type() != want {
		tb.Errorf("%s is %v, %v; want type %v", name, info, err, want)
	}
}

// TestFileStdout has the name of the standard output stand for the stream that
// the process has, at its place: what a shell redirected to a file, with
// something in it already, is added to and not replaced.
func TestFileStdout(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	log, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if _, err := io.WriteString(log, "before "); err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = log
	defer func() { os.Stdout = stdout }()

	f := create(t, "/dev/stdout")
	writeString(t, f, "between ")
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(os.Stdout, "after"); err != nil {
		t.Errorf("the stream is closed: %v", err)
	}
	if got, err := os.ReadFile(name); string(got) != "before between after" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// TestFileDescriptor writes to a file that the process has open under a number,
// as a shell's 3>>log makes it.
func TestFileDescriptor(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(name, []byte("before "), 0o666); err != nil {
		t.Fatal(err)
	}
	log, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	f := create(t, "/dev/fd/"+fmt.Sprint(log.Fd()))
	writeString(t, f, "after")
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	wantDir(t, filepath.Dir(name), "log=before after")
}

package atomicfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/zharvest/zharvest/internal/atomicfile"
)

// asNobody takes from the test's thread the power of root over files, to which
// no permission applies. The directory is one that the test wants to see then.
func asNobody(t *testing.T, dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		return
	}
	const nobody = 65534
	runtime.LockOSThread()
	if err := syscall.Setfsuid(nobody); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Setfsuid(0); err != nil {
			t.Error(err) // and the thread stays locked, so that nobody else gets it
			return
		}
		runtime.UnlockOSThread()
	})
	if _, err := os.Stat(dir); err != nil {
		t.Skip("only root can see the directory for tests:", err)
	}
}

func TestFileReadOnlyDirectory(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(name, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(name, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	reachable(t, dir)
	asNobody(t, dir)
	for _, name := range []string{name, filepath.Join(dir, "new.csv")} {
		_, err := atomicfile.Create(name)
		if !errors.Is(err, fs.ErrPermission) || !strings.HasSuffix(err.Error(), "directory "+dir+": permission denied") {
			t.Errorf("Create(%s) gives %v, want that the directory does not permit it", name, err)
		}
	}
	wantDir(t, dir, "list.csv=old")
}

// TestFileReadOnly has a file that may not be written, in a directory in which
// it could be replaced.
func TestFileReadOnly(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(name, []byte("old"), 0o444); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	reachable(t, dir)
	asNobody(t, dir)
	if _, err := atomicfile.Create(name); !errors.Is(err, fs.ErrPermission) || err.Error() != "create "+name+": permission denied" {
		t.Errorf("got %v, want that it is not permitted", err)
	}
	wantDir(t, dir, "list.csv=old")
}

// reachable lets everybody into the directories that the test was given.
func reachable(t *testing.T, dir string) {
	t.Helper()
	for parent := filepath.Dir(dir); parent != os.TempDir() && parent != "/"; parent = filepath.Dir(parent) {
		if err := os.Chmod(parent, 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

package atomicfile

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

// Endings of temporary files and folders: of what is not complete, and of what
// was there before a folder that took its name.
const (
	tempEnding = ".tmp"
	oldEnding  = ".old"
)

var tempName = regexp.MustCompile(`^\.zharvest-[A-Z2-7]{26,}\.(tmp|old)$`)

// IsTemporary reports whether a name, without its directory, is that of a
// temporary file or folder of this package, which a killed process may have
// left.
func IsTemporary(name string) bool { return tempName.MatchString(name) }

// temporary is a hidden file or folder in which an output grows. It is locked
// for as long as it is in use, where the system has locks: what a killed process
// has left has no lock, and is removed when the next one is made beside it.
type temporary struct {
	name string
	lock *os.File // nil where there is none
}

// newTemporary makes a hidden file or folder in a directory, "" for the current
// one, under the name that build is given. What earlier processes have left
// there is removed first. Its name does not grow with that of the output, which
// may be as long as the file system allows.
func newTemporary(dir string, build func(name string) error) (*temporary, error) {
	removeLeft(dir)
	for {
		t := &temporary{name: within(dir, ".zharvest-"+rand.Text()+tempEnding)}
		err := build(t.name)
		if err != nil {
			return nil, fmt.Errorf("directory %s: %w", filepath.Clean(dir), reason(err))
		}
		t.lock, err = lock(t.name)
		// Before it was locked, it may have been taken for one that was left.
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, fs.ErrNotExist) {
			return t, nil
		}
	}
}

// within is the path of a name in a directory, which is not cleaned: a/.. is not
// the current directory where a is a link.
func within(dir, name string) string {
	if dir != "" && !os.IsPathSeparator(dir[len(dir)-1]) {
		dir += string(filepath.Separator)
	}
	return dir + name
}

// release unlocks what is not in use any more.
func (t *temporary) release() {
	if t.lock != nil {
		_ = t.lock.Close()
	}
}

// removeLeft removes what processes that were killed have left in a directory.
// It is no error where it cannot.
func removeLeft(dir string) {
	entries, err := os.ReadDir(cmp.Or(dir, "."))
	if err != nil {
		return
	}
	there := map[string]bool{}
	for _, e := range entries {
		there[e.Name()] = true
	}
	for name := range there {
		if !IsTemporary(name) {
			continue
		}
		// Where both are there, the process ended while it replaced a folder:
		// nothing else may have what the old one holds.
		stem := strings.TrimSuffix(strings.TrimSuffix(name, tempEnding), oldEnding)
		if there[stem+tempEnding] && there[stem+oldEnding] {
			continue
		}
		left := within(dir, name)
		held, err := lock(left)
		if err != nil {
			continue
		}
		_ = os.RemoveAll(left)
		_ = held.Close()
	}
}

// TempFolder makes a hidden folder in a directory, for what wants a file to
// work in before it is written as an output. It is removed by remove, or, where
// the process is killed before, when the next output is written into the
// directory.
func TempFolder(dir string) (name string, remove func() error, err error) {
	t, err := newTemporary(dir, func(name string) error { return os.Mkdir(name, 0o700) })
	if err != nil {
		return "", nil, err
	}
	return t.name, func() error {
		defer t.release()
		return os.RemoveAll(t.name)
	}, nil
}

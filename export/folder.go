package export

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// ErrNotPartitioned means that a folder holds something else than what
// [WriteByYear] writes, which is not replaced.
var ErrNotPartitioned = errors.New("the folder holds other files")

// partName is the name of a file of a partition.
const partName = "part-%d.parquet"

// folder is a folder that appears under its name only when it is complete. It
// is to folders what [File] is to files.
type folder struct {
	hidden *aside // where it is filled
	target string
	made   bool // hidden has become the target
}

func createFolder(name string) (*folder, error) {
	if name == "" {
		return nil, errors.New("the name is empty")
	}
	target, info, err := follow(filepath.Clean(name))
	switch {
	case err != nil:
		return nil, reason(err)
	case info != nil && !info.IsDir():
		return nil, syscall.ENOTDIR
	case info != nil:
		if target, err = filepath.EvalSymlinks(target); err == nil {
			err = checkReplaceable(target)
		}
		if err != nil {
			return nil, reason(err)
		}
	}
	// Of "." the folder around it must be known.
	if target, err = filepath.Abs(target); err != nil {
		return nil, err
	}
	hidden, err := newAside(filepath.Dir(target), func(name string) error { return os.Mkdir(name, 0o777) })
	if err != nil {
		return nil, err
	}
	return &folder{hidden: hidden, target: target}, nil
}

// checkReplaceable finds files in a folder that are not of a data set.
func checkReplaceable(dir string) error {
	return fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == "." {
			return err
		}
		partition, file, inside := strings.Cut(path, "/")
		ours := strings.HasPrefix(partition, "year=") && entry.IsDir()
		if inside {
			var n int
			_, err := fmt.Sscanf(file, partName, &n)
			ours = err == nil && file == fmt.Sprintf(partName, n) && entry.Type().IsRegular()
		}
		if !ours {
			return fmt.Errorf("%w: %s", ErrNotPartitioned, path)
		}
		return nil
	})
}

// commit gives the folder its name. What was there before goes last, so that
// it is there again where this fails.
func (f *folder) commit() error {
	old := strings.TrimSuffix(f.hidden.name, asideEnding) + oldEnding
	err := os.Rename(f.target, old)
	replaced := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(f.hidden.name, f.target); err != nil {
		if replaced {
			err = errors.Join(err, os.Rename(old, f.target))
		}
		return err
	}
	f.made = true
	syncDirectory(filepath.Dir(f.target))
	if !replaced {
		return nil
	}
	return os.RemoveAll(old)
}

// discard removes what was not committed, and lets the folder go.
func (f *folder) discard() {
	if !f.made {
		_ = os.RemoveAll(f.hidden.name)
	}
	f.hidden.release()
}

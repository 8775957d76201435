package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Folder is a folder that appears under its name only when it is complete. It
// is to folders what [File] is to files.
type Folder struct {
	name   string     // what the caller asked for, for errors
	temp   *temporary // where it is filled
	target string
	made   bool // temp has become the target
}

// CreateFolder begins to write the folder of that name, in a hidden folder
// beside it. A folder that is there will be replaced, unless check returns an
// error for its path.
func CreateFolder(name string, check func(dir string) error) (*Folder, error) {
	f, err := createFolder(name, check)
	if err != nil {
		return nil, fmt.Errorf("create %s: %w", name, err)
	}
	f.name = name
	return f, nil
}

func createFolder(name string, check func(dir string) error) (*Folder, error) {
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
			err = check(target)
		}
		if err != nil {
			return nil, reason(err)
		}
	}
	// Of "." the folder around it must be known.
	if target, err = filepath.Abs(target); err != nil {
		return nil, err
	}
	temp, err := newTemporary(filepath.Dir(target), func(name string) error { return os.Mkdir(name, 0o777) })
	if err != nil {
		return nil, err
	}
	return &Folder{temp: temp, target: target}, nil
}

// Name is the path of the folder until it is complete.
func (f *Folder) Name() string { return f.temp.name }

// Failed is the error of writing something into the folder, with the name that
// the caller knows rather than the temporary one. It is nil for nil.
func (f *Folder) Failed(err error) error { return failed(f.name, err) }

// Commit gives the folder its name. What was there before goes last, so that
// it is there again where this fails.
func (f *Folder) Commit() error {
	old := strings.TrimSuffix(f.temp.name, tempEnding) + oldEnding
	err := os.Rename(f.target, old)
	replaced := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.Failed(err)
	}
	if err := os.Rename(f.temp.name, f.target); err != nil {
		if replaced {
			err = errors.Join(err, os.Rename(old, f.target))
		}
		return f.Failed(err)
	}
	f.made = true
	syncDirectory(filepath.Dir(f.target))
	if !replaced {
		return nil
	}
	return f.Failed(os.RemoveAll(old))
}

// Close removes what was not committed. It may be deferred.
func (f *Folder) Close() {
	if !f.made {
		_ = os.RemoveAll(f.temp.name)
	}
	f.temp.release()
}

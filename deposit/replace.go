package deposit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// replaceFile writes a file that is there as a whole or as it was before. A
// link stays one: what it leads to is written.
func replaceFile(path string, data []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	aside, err := writeAside(path, data)
	if err == nil {
		err = os.Rename(aside, path)
	}
	return cleared(aside, err)
}

// createFile writes a file that nobody else may have made meanwhile, else the
// error is [fs.ErrExist]. Where a file system has no links, somebody else's is
// replaced.
func createFile(path string, data []byte) error {
	aside, err := writeAside(path, data)
	if err != nil {
		return cleared(aside, err)
	}
	if err = os.Link(aside, path); err == nil || errors.Is(err, fs.ErrExist) {
		return errors.Join(err, os.Remove(aside))
	}
	return cleared(aside, os.Rename(aside, path))
}

// cleared removes what was written aside where it went wrong.
func cleared(aside string, err error) error {
	if err == nil || aside == "" {
		return err
	}
	return errors.Join(err, os.Remove(aside))
}

// writeAside writes a file beside another, with its permissions. Its name is
// one that [IsJournal] knows, in case that it is left behind. It may be there
// even where there is an error.
func writeAside(path string, data []byte) (aside string, err error) {
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	name := strings.TrimSuffix(filepath.Base(path), journalSuffix)
	f, err := os.CreateTemp(filepath.Dir(path), "."+name+journalSuffix+".*")
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	return f.Name(), errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
}

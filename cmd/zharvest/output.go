package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/zharvest/zharvest/internal/atomicfile"
)

// writeFile writes a file that is complete or not there.
func (a *app) writeFile(name string, write func(io.Writer) error) error {
	if err := a.replaceable(name); err != nil {
		return err
	}
	file, err := atomicfile.Create(name)
	if errors.Is(err, fs.ErrNotExist) {
		return &hintedError{err, "make the folder first, or name another with -o", exitFailure}
	}
	if err != nil {
		return err
	}
	if err := write(file); err != nil {
		return errors.Join(err, file.Close())
	}
	return file.Commit()
}

// replaceable keeps what would be lost: the index itself, with all that was
// harvested into it, and a database that some program has open. What SQLite
// keeps beside that would be taken for changes to the new file, and break it.
func (a *app) replaceable(name string) error {
	there, err := os.Stat(name)
	db, dbErr := os.Stat(a.flags.DB)
	if err == nil && dbErr == nil && os.SameFile(there, db) {
		return usageError(fmt.Sprintf("%s is the index itself", displayPath(name)), "name another file with -o")
	}
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	for _, suffix := range []string{"-wal", "-journal"} {
		if _, err := os.Stat(name + suffix); err == nil {
			return &hintedError{
				fmt.Errorf("%s is a database that is open, or was not closed: there is %s", displayPath(name), displayPath(name+suffix)),
				"end what has it open (where that is gone, open and close it once), or name another file with -o", exitFailure,
			}
		}
	}
	return nil
}

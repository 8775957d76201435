package deposit

import (
	"context"
	"errors"
	"os"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// lockSuffix is what the name of a lock has behind that of its journal. It is
// a name that [IsJournal] knows.
const lockSuffix = ".lock"

// lock waits until no other process holds the lock of the journal, and holds it
// until unlock is called. The operating system lets go of it when a process
// ends, however that may be. Where there are no locks, none is held.
func (j *Journal) lock(ctx context.Context) (unlock func(), err error) {
	if j.path == "" {
		return func() {}, nil
	}
	type result struct {
		file *lockedfile.File
		err  error
	}
	locked := make(chan result, 1)
	go func() {
		file, err := lockFile(j.path + lockSuffix)
		locked <- result{file, err}
	}()
	select {
	case r := <-locked:
		if errors.Is(r.err, errors.ErrUnsupported) {
			return func() {}, nil
		}
		return func() { unlockFile(r.file) }, r.err
	case <-ctx.Done():
		go func() {
			if r := <-locked; r.err == nil {
				unlockFile(r.file)
			}
		}()
		return nil, context.Cause(ctx)
	}
}

// lockFile makes and locks a file. Who held the lock before has removed it, so
// that what was waited for may be a file without a name.
func lockFile(path string) (*lockedfile.File, error) {
	for {
		file, err := lockedfile.Edit(path)
		if err != nil {
			return nil, err
		}
		held, err := file.Stat()
		if err == nil {
			var named os.FileInfo
			if named, err = os.Stat(path); err == nil && os.SameFile(held, named) {
				return file, nil
			}
		}
		if err := errors.Join(notExistIsNone(err), file.Close()); err != nil {
			return nil, err
		}
	}
}

func notExistIsNone(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// unlockFile removes the file while it is locked. Where an open file cannot be
// removed, it stays.
func unlockFile(file *lockedfile.File) {
	_ = os.Remove(file.Name())
	_ = file.Close()
}

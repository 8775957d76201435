package index

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// Errors of opening and using a file.
var (
	// ErrNotIndex means that a file is something else than an index.
	ErrNotIndex = errors.New("not an index of zharvest")
	// ErrSchemaTooNew means that a newer zharvest has made the file.
	ErrSchemaTooNew = errors.New("made by a newer zharvest")
	// ErrSchemaTooOld means that a zharvest from before the first release has
	// made the file.
	ErrSchemaTooOld = errors.New("made by an older zharvest")
	// ErrDamaged means that the file cannot be read as it should be.
	ErrDamaged = errors.New("the index is damaged")
	// ErrDiskFull means that nothing more can be written. What was written
	// before is valid.
	ErrDiskFull = errors.New("the disk is full")
	// ErrNotWritable means that the file or its folder must not be written.
	ErrNotWritable = errors.New("the index cannot be written")
	// ErrInUse means that another process has kept the file locked for long.
	ErrInUse = errors.New("the index is in use by another process")
	// ErrNotFound means that the index has no such record, community or
	// harvest.
	ErrNotFound = errors.New("not in the index")
)

// GoneError means that a record is in the index and that the server does not
// have it any more.
type GoneError struct {
	Ref    string // what was asked for
	At     string // when that was found out, in RFC 3339
	Reason string // why, where the server said
}

func (e *GoneError) Error() string {
	text := fmt.Sprintf("record %s: deleted, as was found on %s", e.Ref, e.At)
	if e.Reason != "" {
		text += " (" + e.Reason + ")"
	}
	return text
}

// IsDatabase reports whether an error is one of SQLite, such as of a table that
// is missing or a disk that fails.
func IsDatabase(err error) bool {
	_, is := errors.AsType[*sqlite.Error](err)
	return is
}

// explain says in our words what SQLite, and the full-text index, say in
// theirs, once.
func explain(err error) error {
	for _, known := range []error{ErrDamaged, ErrDiskFull, ErrNotWritable, ErrInUse} {
		if errors.Is(err, known) {
			return err
		}
	}
	if errors.Is(err, segment.ErrDamaged) {
		return fmt.Errorf("%w: %w; run \"zharvest reindex\"", ErrDamaged, err)
	}
	if isFull(err) {
		return fmt.Errorf("%w: %w", ErrDiskFull, err)
	}
	switch code(err) {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w (%w); restore a copy, or delete it and harvest again", ErrDamaged, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("%w: %w", ErrNotWritable, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%w: %w", ErrInUse, err)
	}
	return err
}

// explain is explain with the name of the file, where that says which disk is
// full.
func (db *DB) explain(err error) error {
	if errors.Is(err, ErrDiskFull) {
		return err // named already
	}
	if err = explain(err); errors.Is(err, ErrDiskFull) {
		return fmt.Errorf("%s: %w", db.path, err)
	}
	return err
}

// isReadOnly reports whether a failure is one of writing, or of preparing to,
// where that is not allowed.
func isReadOnly(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_READONLY || c == sqlite3.SQLITE_CANTOPEN || c == sqlite3.SQLITE_PERM
}

// isFull reports whether there was no room to write, be it for the memory that
// the processes that have the file open share.
func isFull(err error) bool {
	failure, ok := errors.AsType[*sqlite.Error](err)
	return ok && (failure.Code() == sqlite3.SQLITE_FULL || failure.Code() == sqlite3.SQLITE_IOERR_SHMSIZE)
}

// isBusy reports whether another process keeps a lock.
func isBusy(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_BUSY || c == sqlite3.SQLITE_LOCKED
}

// code is SQLite's code of a failure, 0 for other errors and none.
func code(err error) int {
	failure, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return 0
	}
	return failure.Code() & 0xff
}

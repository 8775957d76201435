package index

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// Memory as a path makes an index that is gone when it is closed.
const Memory = ":memory:"

// DB is an open index.
type DB struct {
	path  string
	temp  string // folder to remove on Close, for Memory
	read  *sql.DB
	codec *codec
	// waiting is called where another program keeps the file locked; it may be
	// nil.
	waiting func()
	full    error // that there is no room: the file can only be read

	begin    string  // how a transaction that writes begins
	pool     *sql.DB // of the one connection that writes
	mu       sync.Mutex
	writer   *writer
	plainRDM atomic.Value // see [DB.findPlainRDM]
	analysed analysedDocuments
	segments segmentCache
	pages    pageCache
}

// Opener opens indexes. The zero value is what [Open] and [OpenExisting] use.
type Opener struct {
	// Waiting is called each time that another program has kept the index locked
	// for two seconds, from any goroutine; it may be nil. After a minute the wait
	// ends with [ErrInUse].
	Waiting func()
}

// waitNoticed is how long a lock is waited for without a word.
const waitNoticed = 2 * time.Second

// waitingFor runs what may have to wait for another program's lock.
func (db *DB) waitingFor(f func() error) error {
	if db.waiting != nil {
		timer := time.AfterFunc(waitNoticed, db.waiting)
		defer timer.Stop()
	}
	return f()
}

// Open opens the index at path, and makes it where there is none. The file
// is brought up to this program's schema.
func Open(ctx context.Context, path string) (*DB, error) { return Opener{}.Open(ctx, path) }

// Open opens the index at path as the function of that name does.
func (o Opener) Open(ctx context.Context, path string) (*DB, error) {
	if path == Memory {
		return openTemporary(ctx)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, fmt.Errorf("make the index: %w", err)
		}
		if err = o.prepare(ctx, path); isFull(err) { // others have no room for it, either
			err = errors.Join(err, os.Remove(path))
		}
	case err == nil && info.Mode().IsRegular() && info.Size() == 0:
		err = o.prepare(ctx, path)
	}
	if err != nil {
		return nil, fmt.Errorf("open the index: %w", (&DB{path: path}).explain(err))
	}
	return o.OpenExisting(ctx, path)
}

// OpenExisting opens the index at path. Where there is none the error
// matches [fs.ErrNotExist]; where there is something else, [ErrNotIndex]. A
// file that this process may not write, or that lies on a disk without any room
// left, is opened for reading.
func OpenExisting(ctx context.Context, path string) (*DB, error) {
	return Opener{}.OpenExisting(ctx, path)
}

// OpenExisting opens the index at path as the function of that name does.
func (o Opener) OpenExisting(ctx context.Context, path string) (*DB, error) {
	prepared, err := checkHeader(path)
	if err == nil && !prepared {
		if err = o.prepare(ctx, path); isReadOnly(err) || isFull(err) {
			err = nil // it can be read as it is
		}
	}
	if err != nil {
		return nil, notOpened(path, err)
	}
	var db *DB
	var full error
	for _, access := range []access{readWrite, readOnly, immutable} {
		if access == immutable && hasLog(path) {
			break // what it holds would be missing
		}
		if db, err = o.open(ctx, path, access); !isReadOnly(err) && !isFull(err) {
			break
		}
		if isFull(err) {
			full = err
		}
	}
	if err != nil {
		return nil, notOpened(path, cmp.Or(full, err))
	}
	db.full = full
	return db, nil
}

// notOpened is why an index was not opened, with its name.
func notOpened(path string, err error) error {
	if err = (&DB{path: path}).explain(err); errors.Is(err, ErrDiskFull) {
		return err // which has the name
	}
	return fmt.Errorf("%s: %w", path, err)
}

func openTemporary(ctx context.Context) (*DB, error) {
	dir, err := os.MkdirTemp("", "zharvest-")
	if err != nil {
		return nil, fmt.Errorf("make a temporary index: %w", err)
	}
	db, err := Open(ctx, filepath.Join(dir, "index.db"))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	db.temp = dir
	return db, nil
}

// idleConnections is how many connections for reading are kept open.
const idleConnections = 4

func (o Opener) open(ctx context.Context, path string, access access) (*DB, error) {
	codec, err := newCodec()
	if err != nil {
		return nil, err
	}
	db := &DB{path: path, codec: codec, waiting: o.Waiting, begin: "BEGIN IMMEDIATE"}
	db.pool, db.read, err = openPools(path, access)
	if err != nil {
		return nil, err
	}
	err = db.migrate(ctx)
	if err == nil {
		err = db.findPlainRDM(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func openPools(path string, access access) (write, read *sql.DB, err error) {
	if write, err = sql.Open("sqlite", dsn(path, access)); err != nil {
		return nil, nil, err
	}
	if read, err = sql.Open("sqlite", dsn(path, access)); err != nil {
		return nil, nil, errors.Join(err, write.Close())
	}
	read.SetMaxIdleConns(idleConnections)
	return write, read, nil
}

// Path is the file of the index.
func (db *DB) Path() string { return db.path }

// Close closes the index. Runs must have ended.
func (db *DB) Close() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	var errs []error
	if db.writer != nil {
		errs = append(errs, db.writer.close())
		db.writer = nil
	}
	errs = append(errs, db.read.Close(), db.pool.Close())
	if db.temp != "" {
		errs = append(errs, os.RemoveAll(db.temp))
	}
	return errors.Join(errs...)
}

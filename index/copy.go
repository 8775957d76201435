package index

import (
	"context"
	"fmt"
	"io/fs"
	"os"
)

// Copy writes the index in its present state into a new file, without the room
// that is free in it, while others may use the index. There must be nothing at path;
// where this fails, what is there is of no use.
func (db *DB) Copy(ctx context.Context, path string) error {
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("copy the index to %s: %w", path, fs.ErrExist)
	}
	if _, err := db.read.ExecContext(ctx, "VACUUM INTO ?", "file:"+escapePath(path)); err != nil {
		return fmt.Errorf("copy the index: %w", db.explain(err))
	}
	return dropLog(ctx, path)
}

// Vacuum gives all free room back to the disk, for which it needs as much as the
// index has. Nobody else can write meanwhile.
func (db *DB) Vacuum(ctx context.Context) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.full != nil {
		return db.explain(db.full)
	}
	if db.writer != nil { // its statements
		if err := db.writer.close(); err != nil {
			return err
		}
		db.writer = nil
	}
	err := db.waitingFor(func() error {
		_, err := db.pool.ExecContext(ctx, "VACUUM")
		if err == nil {
			_, err = db.pool.ExecContext(ctx, "PRAGMA wal_checkpoint(truncate)")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("vacuum: %w", db.explain(err))
	}
	return nil
}

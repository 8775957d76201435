package index

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
)

// CloseEmpty closes the index and removes its file where nothing is stored in it
// and nobody else has it open: an index that was made for what then failed.
// Runs must have ended.
func (db *DB) CloseEmpty(ctx context.Context) error {
	path := db.path
	if err := db.Close(); err != nil {
		return err
	}
	q := url.Values{"mode": {"rw"}, "_pragma": {"locking_mode(exclusive)"}}
	pool, err := sql.Open("sqlite", "file:"+escapePath(path)+"?"+q.Encode())
	if err != nil {
		return err
	}
	defer pool.Close() //nolint:errcheck // nothing was written
	alone, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer alone.Close() //nolint:errcheck // nothing was written
	_, err = alone.ExecContext(ctx, "BEGIN EXCLUSIVE")
	if isBusy(err) {
		return nil
	}
	var used bool
	if err == nil {
		err = alone.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM harvests) OR EXISTS (SELECT 1 FROM records) OR EXISTS (SELECT 1 FROM communities)").Scan(&used)
	}
	if err != nil || used {
		return db.explain(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

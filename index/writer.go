package index

import (
	"context"
	"database/sql"
	"errors"
)

// writer is the one connection of a DB that writes, within a transaction. It
// keeps its prepared statements from one transaction to the next.
type writer struct {
	*session
	db     *DB
	tables *tables
	// segmentMade is set where segments may have to be merged.
	segmentMade bool
}

// uncancelled is the context of the writer's statements. With one that can be
// cancelled, the driver starts a goroutine for each statement. Who holds the writer
// asks the caller's context between statements where there are many.
var uncancelled = context.Background()

// update runs f in a transaction, which is committed if f succeeds. Updates of
// one DB take turns; those of other processes are waited for.
func (db *DB) update(ctx context.Context, f func(*writer) error) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if db.full != nil {
		return db.explain(db.full)
	}
	if db.writer == nil {
		s, err := newSession(ctx, db.pool)
		if err != nil {
			return db.explain(err)
		}
		db.writer = &writer{session: s, db: db, tables: newTables()}
	}
	w := db.writer
	err := db.waitingFor(func() error {
		_, err := w.ExecContext(ctx, db.begin)
		return err
	})
	if err == nil {
		err = f(w)
	}
	if err == nil {
		err = w.exec("COMMIT")
	}
	if err != nil {
		w.rollback()
		return db.explain(err)
	}
	return nil
}

// rollback takes back what the transaction has done, in memory too.
func (w *writer) rollback() {
	w.tables.clear()
	w.db.segments = nil
	// SQLite may have rolled back by itself, or never begun: then there is
	// nothing to do.
	_ = w.exec("ROLLBACK")
}

func (w *writer) exec(query string, args ...any) error {
	_, err := w.ExecContext(uncancelled, query, args...)
	return err
}

// queryRow reads one row. found is false where there is none.
func (w *writer) queryRow(query string, args []any, into ...any) (found bool, err error) {
	err = w.QueryRowContext(uncancelled, query, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

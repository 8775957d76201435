package index

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/zharvest/zharvest/zenodo"
)

// Dialect is the dialect of the server with an API root, as [DB.NoteDialect] has
// noted it, and empty where it was not.
func (db *DB) Dialect(ctx context.Context, api string) (dialect zenodo.Dialect, err error) {
	err = db.view(ctx, func(q *session) error {
		return eachRow(ctx, q, "SELECT dialect FROM sources WHERE api = ?", []any{api}, func(rows *sql.Rows) error {
			return rows.Scan(&dialect)
		})
	})
	return dialect, err
}

// NoteDialect notes the dialect of the server with an API root.
func (db *DB) NoteDialect(ctx context.Context, api string, dialect zenodo.Dialect) error {
	err := db.update(ctx, func(w *writer) error {
		return w.exec("INSERT INTO sources (api, dialect) VALUES (?, ?) ON CONFLICT DO UPDATE SET dialect = excluded.dialect", api, string(dialect))
	})
	if err != nil {
		return err
	}
	return db.findPlainRDM(ctx)
}

// findPlainRDM finds the API root of the source that is an InvenioRDM other than
// Zenodo, if there is one: DataCite's XML of its records does not say where it is.
func (db *DB) findPlainRDM(ctx context.Context) error {
	api := ""
	err := db.view(ctx, func(q *session) error {
		return eachRow(ctx, q, "SELECT api FROM sources WHERE dialect = ?", []any{string(zenodo.DialectRDM)}, func(rows *sql.Rows) error {
			return rows.Scan(&api)
		})
	})
	db.plainRDM.Store(api)
	return err
}

// decode reads a record as received.
func (db *DB) decode(raw []byte) (*zenodo.Record, error) {
	r, err := zenodo.DecodeRecord(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	if api, _ := db.plainRDM.Load().(string); api != "" && r.Format.IsPartial() {
		r.URL = zenodo.RecordURL(api, r.ID)
	}
	return r, nil
}

package index

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/zharvest/zharvest/zenodo"
)

// Dialect is the dialect of the server with an API root, as [DB.NoteDialect] has
// noted it, and empty where it was not.
func (db *DB) Dialect(ctx context.Context, api string) (zenodo.Dialect, error) {
	dialects, err := db.dialects(ctx)
	return dialects[api], err
}

// dialects are those of the sources, by API root.
func (db *DB) dialects(ctx context.Context) (map[string]zenodo.Dialect, error) {
	found := map[string]zenodo.Dialect{}
	err := db.view(ctx, func(q *session) error {
		return eachRow(ctx, q, "SELECT api, dialect FROM sources", nil, func(rows *sql.Rows) error {
			var api, dialect string
			err := rows.Scan(&api, &dialect)
			found[api] = zenodo.Dialect(dialect)
			return err
		})
	})
	return found, err
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
	dialects, err := db.dialects(ctx)
	found := ""
	for api, dialect := range dialects {
		if dialect == zenodo.DialectRDM {
			found = max(found, api)
		}
	}
	db.plainRDM.Store(found)
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

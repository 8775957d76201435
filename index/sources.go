package index

import (
	"context"
	"database/sql"

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
	return db.update(ctx, func(w *writer) error {
		return w.exec("INSERT INTO sources (api, dialect) VALUES (?, ?) ON CONFLICT DO UPDATE SET dialect = excluded.dialect", api, string(dialect))
	})
}

package index

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/zharvest/zharvest/internal/htmltext"
)

// The tables of an index are views over few rows. For programs that want tables,
// with indexes and a full-text index of SQLite's own, records are written into
// another database.

//go:embed plain_tables.sql
var plainTables string

//go:embed plain_indexes.sql
var plainIndexes string

// plainLists are the tables that are copied from views of the same name.
var plainLists = []string{
	"creators", "contributors", "affiliations", "keywords", "subjects", "grants", "related_identifiers", "files", "rights",
	"additional_titles", "additional_descriptions", "dates", "languages", "citations", "locations", "custom_fields", "statistics", "memberships",
}

// plainRecords is what the table of records is copied from.
const plainRecords = `(SELECT r.*, NULL AS description,
	(SELECT group_concat(name, '; ') FROM (SELECT name FROM creators c WHERE c.record_id = r.record_id ORDER BY position)) AS creators,
	(SELECT group_concat(keyword, '; ') FROM (SELECT keyword FROM keywords k WHERE k.record_id = r.record_id ORDER BY position)) AS keywords
	FROM records r)`

// ExtractTables makes a database at path with plain tables of the records that q
// matches, their descriptions as text, indexes, and a full-text index of FTS5, and
// returns how many they are. It is no index. There must be nothing at path; where
// this fails, what is there is of no use. Columns of the query make no difference.
func (db *DB) ExtractTables(ctx context.Context, q Query, path string) (n int, err error) {
	// Nobody else sees the file until it is complete, and its maker syncs it.
	settings := url.Values{"_pragma": {"journal_mode(off)", "synchronous(off)", "page_size(8192)", "cache_size(-16384)"}}
	pool, err := sql.Open("sqlite", "file:"+escapePath(path)+"?"+settings.Encode())
	if err != nil {
		return 0, fmt.Errorf("extract: %w", err)
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	s, err := newSession(ctx, pool)
	if err != nil {
		return 0, fmt.Errorf("extract: %w", err)
	}
	defer func() { err = errors.Join(err, s.close()) }()
	out := &writer{session: s, db: db}
	err = out.exec(plainTables)
	if err == nil {
		err = db.view(ctx, func(from *session) error {
			found, err := db.search(ctx, from, q)
			if err != nil {
				return err
			}
			n, err = out.takePlain(ctx, from, found)
			return err
		})
	}
	if err == nil {
		err = out.exec(plainIndexes)
	}
	if err != nil {
		return n, fmt.Errorf("extract: %w", (&DB{path: path}).explain(err))
	}
	return n, nil
}

// takePlain copies the records found.
func (w *writer) takePlain(ctx context.Context, from *session, found *result) (n int, err error) {
	records, err := w.plainTable("records", plainRecords)
	if err != nil {
		return 0, err
	}
	communities, err := w.plainTable("communities", "communities")
	if err != nil {
		return 0, err
	}
	communities.clause = "ON CONFLICT DO NOTHING"
	tables := []*copiedTable{communities, records}
	for _, name := range plainLists {
		table, err := w.plainTable(name, name)
		if err != nil {
			return 0, err
		}
		tables = append(tables, table)
	}
	for chunk, err := range chunks(found.ordered(ctx), fetchSize) {
		if err != nil {
			return n, err
		}
		texts, err := w.db.descriptions(ctx, from, chunk)
		if err != nil {
			return n, err
		}
		if err := w.exec("BEGIN"); err != nil {
			return n, err
		}
		for _, table := range tables {
			if err := table.copyRows(ctx, w, from, chunk, int64(n+1)); err != nil {
				return n, err
			}
		}
		for i, key := range chunk {
			if texts[key] == "" {
				continue
			}
			if err := w.exec("UPDATE records SET description = ? WHERE record_id = ?", texts[key], n+i+1); err != nil {
				return n, err
			}
		}
		if err := w.exec("COMMIT"); err != nil {
			return n, err
		}
		n += len(chunk)
	}
	return n, nil
}

// plainTable is a table of the database to be written, whose columns are read from
// something that has columns of the same names.
func (w *writer) plainTable(name, from string) (*copiedTable, error) {
	t := &copiedTable{bulk: bulk{table: name}, from: from}
	err := eachRow(uncancelled, w, "SELECT name FROM pragma_table_info(?)", []any{name}, func(rows *sql.Rows) error {
		var column string
		err := rows.Scan(&column)
		t.columns = append(t.columns, `"`+column+`"`)
		return err
	})
	return t, err
}

// descriptions are those of records as text, without markup.
func (db *DB) descriptions(ctx context.Context, q querier, keys []int64) (map[int64]string, error) {
	var mu sync.Mutex
	texts := make(map[int64]string, len(keys))
	err := db.eachRaw(ctx, q, keys, func(key int64, raw []byte) error {
		r, err := db.decode(raw)
		if err != nil {
			return fmt.Errorf("record %d: %w", key, err)
		}
		text := strings.TrimSpace(htmltext.Text(r.Metadata.Description))
		mu.Lock()
		defer mu.Unlock()
		texts[key] = text
		return nil
	})
	return texts, err
}

package index

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

// extracted are the tables that a part of an index has rows of, in the order
// that foreign keys ask for. Harvests, and what they found, stay behind: they
// speak of more than the part.
func extracted() []*copiedTable {
	t := newTables()
	t.records.columns = append(t.records.columns, "gone_at", "gone_reason", "newer_at")
	var tables []*copiedTable
	for _, b := range []bulk{
		t.records,
		{table: "statistic", columns: append([]string{"record_id", "seen_at"}, statisticColumns...)},
		t.parts,
		{table: "communities", clause: "ON CONFLICT DO NOTHING", columns: []string{
			"community_id", "slug", "uuid", "title", "description", "type", "website", "url", "created_at", "updated_at", "json",
		}},
	} {
		tables = append(tables, &copiedTable{b, b.table})
	}
	return tables
}

// Extract makes a new index at path of the records that q matches, with all
// that this one knows of them, and returns how many they are. There must be nothing at path; where this fails, what is there
// is of no use. Columns, and the order, make no difference.
func (db *DB) Extract(ctx context.Context, q Query, path string) (n int, err error) {
	if q.Limit == 0 {
		q.Sort, q.ByYear = Oldest, false // about that in which they were stored
	}
	part, err := Open(ctx, path)
	if err != nil {
		return 0, err
	}
	defer func() {
		if closeErr := part.Close(); err == nil {
			err = closeErr
		}
		if err == nil {
			err = dropLog(ctx, path)
		}
	}()
	dialects, err := db.dialects(ctx)
	if err != nil {
		return 0, err
	}
	for api, dialect := range dialects {
		if err := part.NoteDialect(ctx, api, dialect); err != nil {
			return 0, err
		}
	}
	err = db.view(ctx, func(s *session) error {
		found, err := db.search(ctx, s, q)
		if err != nil {
			return err
		}
		n, err = part.take(ctx, s, found.ordered(ctx))
		return err
	})
	if err != nil {
		return n, fmt.Errorf("extract: %w", err)
	}
	if err := part.indexAll(ctx); err != nil {
		return n, fmt.Errorf("extract: %w", err)
	}
	if err := part.mergeSegments(ctx, 0); err != nil {
		return n, fmt.Errorf("extract: %w", err)
	}
	return n, context.Cause(ctx) // which merging does not tell
}

// take copies records of another index, some at a time, and notes that they
// are to be indexed.
func (db *DB) take(ctx context.Context, from *session, keys iter.Seq2[int64, error]) (n int, err error) {
	tables := extracted()
	for chunk, err := range chunks(keys, fetchSize) {
		if err != nil {
			return n, err
		}
		first := int64(n + 1)
		kept, err := db.raws(ctx, from, chunk)
		if err != nil {
			return n, err
		}
		raws := make(map[int64][]byte, len(chunk)) // by their keys in the part
		for i, key := range chunk {
			if kept[key] == nil {
				return n, notKept(key)
			}
			raws[first+int64(i)] = kept[key]
		}
		err = db.update(ctx, func(w *writer) error {
			for _, table := range tables {
				if err := table.copyRows(ctx, w, from, chunk, first); err != nil {
					return err
				}
			}
			if err := w.addRaws(raws); err != nil {
				return err
			}
			return w.reindexLater(slices.Collect(maps.Keys(raws)))
		})
		if err != nil {
			return n, err
		}
		n += len(chunk)
	}
	return n, nil
}

// copiedTable is a table whose rows are copied from a table, a view or a query of
// another database.
type copiedTable struct {
	bulk
	from string
}

// copyRows copies the rows that belong to records, which have other keys from now
// on: one after the other.
func (t *copiedTable) copyRows(ctx context.Context, w *writer, from *session, records []int64, first int64) error {
	places := placesOf(records)
	query := "SELECT " + strings.Join(t.columns, ", ") + " FROM " + t.from + " WHERE "
	own := slices.IndexFunc(t.columns, func(c string) bool { return strings.Trim(c, `"`) == "record_id" })
	if own >= 0 {
		query += "record_id IN (" + intList(records) + ")"
	} else {
		query += "slug IN (SELECT c.value FROM part p, json_each(p.communities) c WHERE record_id IN (" + intList(records) + "))"
	}
	err := eachRow(ctx, from, query, nil, func(rows *sql.Rows) error {
		values := make([]any, len(t.columns))
		into := make([]any, len(values))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if own >= 0 {
			values[own] = first + int64(places[values[own].(int64)])
		}
		t.add(values...)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read %s: %w", t.table, err)
	}
	return t.flush(w)
}

package index

import (
	"context"
	"database/sql"
	"iter"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/zenodo"
)

// Brief reports whether all columns are among those that [Query].Columns can
// ask for. They have the names of the fields of an export.
func Brief(columns []string) bool {
	return engine.CheckColumns(columns) == nil
}

// sqlColumn is the column of the table of records with the texts of a column.
func sqlColumn(name string) string {
	switch name {
	case "created", "updated":
		return name + "_at"
	}
	return name
}

// fetchSize is how many records are read at a time.
const fetchSize = 500

// fetch reads records by their keys, and hands them on in that order. The
// next ones are read while those are used.
func (db *DB) fetch(ctx context.Context, s *session, keys iter.Seq2[int64, error], columns []string, use func(*zenodo.Record) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type part struct {
		records []*zenodo.Record
		err     error
	}
	parts := make(chan part, 1)
	go func() {
		defer close(parts)
		for chunk, err := range chunks(keys, fetchSize) {
			var p part
			if p.err = err; err == nil {
				p.records, p.err = db.readKeys(ctx, s, chunk, columns)
			}
			select {
			case parts <- p:
			case <-ctx.Done():
				return
			}
			if p.err != nil {
				return
			}
		}
	}()
	defer func() {
		cancel()
		for range parts { // the goroutine uses the session: wait for its end
		}
	}()
	for p := range parts {
		for _, r := range p.records {
			if err := use(r); err != nil {
				return err
			}
		}
		if p.err != nil {
			return p.err
		}
	}
	return context.Cause(ctx)
}

// chunks gathers keys; the first chunks are small, so that the first records
// come soon.
func chunks(keys iter.Seq2[int64, error], size int) iter.Seq2[[]int64, error] {
	return func(yield func([]int64, error) bool) {
		n := 25
		chunk := make([]int64, 0, n)
		for key, err := range keys {
			if err != nil {
				yield(nil, err)
				return
			}
			if chunk = append(chunk, key); len(chunk) == n {
				if !yield(chunk, nil) {
					return
				}
				n = min(n*4, size)
				chunk = make([]int64, 0, n)
			}
		}
		if len(chunk) > 0 {
			yield(chunk, nil)
		}
	}
}

func (db *DB) readKeys(ctx context.Context, s *session, keys []int64, columns []string) ([]*zenodo.Record, error) {
	if columns != nil {
		return readBrief(ctx, s, keys, columns)
	}
	return db.readAll(ctx, s, keys)
}

// readBrief reads columns of records.
func readBrief(ctx context.Context, s *session, keys []int64, columns []string) ([]*zenodo.Record, error) {
	if err := engine.CheckColumns(columns); err != nil {
		return nil, err
	}
	names := make([]string, len(columns))
	columnPlaces := make([]func(*zenodo.Record) *string, len(columns))
	for i, c := range columns {
		names[i], columnPlaces[i] = sqlColumn(c), engine.BriefColumns[c]
	}
	values := make([]sql.NullString, len(columns))
	var key int64
	into := append(make([]any, 0, len(columns)+1), &key)
	for i := range values {
		into = append(into, &values[i])
	}
	places := placesOf(keys)
	store := make([]zenodo.Record, len(keys))
	found := make([]*zenodo.Record, len(keys))
	scan := func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		i, wanted := places[key]
		if !wanted {
			return nil
		}
		found[i] = &store[i]
		for c, place := range columnPlaces {
			*place(found[i]) = values[c].String
		}
		return nil
	}
	query := "SELECT record_id, " + strings.Join(names, ", ") + " FROM records WHERE record_id "
	runs := runsOf(keys)
	if len(runs) > maxRuns {
		args := make([]any, max(fetchSize, len(keys))) // padded with null, for one statement
		for i, key := range keys {
			args[i] = key
		}
		err := eachRow(ctx, s, query+"IN ("+placeholders(len(args))+")", args, scan)
		return without(found), err
	}
	for _, r := range runs {
		if err := eachRow(ctx, s, query+"BETWEEN ? AND ?", []any{r.from, r.to}, scan); err != nil {
			return nil, err
		}
	}
	return without(found), nil
}

// keyRun is all keys from one to another.
type keyRun struct{ from, to int64 }

const (
	// maxGap is up to how many records are read and not used between two that
	// are wanted: it is quicker to walk over them than to look up the next.
	maxGap = 8
	// maxRuns is up to how many runs are read one by one.
	maxRuns = 16
)

// runsOf divides keys into runs. Records that were harvested one after the
// other mostly lie beside each other: then there are one or two, since Zenodo
// lists records of verified owners before others.
func runsOf(keys []int64) []keyRun {
	var runs []keyRun
	for _, key := range slices.Sorted(slices.Values(keys)) {
		if n := len(runs); n > 0 && key-runs[n-1].to <= maxGap {
			runs[n-1].to = key
		} else {
			runs = append(runs, keyRun{key, key})
		}
	}
	return runs
}

// readAll reads whole records.
func (db *DB) readAll(ctx context.Context, s *session, keys []int64) ([]*zenodo.Record, error) {
	places := placesOf(keys)
	found := make([]*zenodo.Record, len(keys))
	err := db.eachRaw(ctx, s, keys, func(key int64, raw []byte) (err error) {
		found[places[key]], err = db.decode(raw)
		return err
	})
	for i, r := range found {
		if err == nil && r == nil {
			err = notKept(keys[i])
		}
	}
	return without(found), err
}

func (db *DB) readWhole(ctx context.Context, s *session, key int64) (*zenodo.Record, error) {
	records, err := db.readAll(ctx, s, []int64{key})
	if err != nil {
		return nil, err
	}
	return records[0], nil
}

func placesOf(keys []int64) map[int64]int {
	places := make(map[int64]int, len(keys))
	for i, key := range keys {
		places[key] = i
	}
	return places
}

// without leaves out what was not found.
func without(records []*zenodo.Record) []*zenodo.Record {
	return slices.DeleteFunc(records, func(r *zenodo.Record) bool { return r == nil })
}

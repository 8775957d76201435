package index

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// briefColumns are the columns that can be read without the record as
// received, with where they go.
var briefColumns = map[string]struct {
	sql   string
	place func(*zenodo.Record) *string
}{
	"id":               {"id", func(r *zenodo.Record) *string { return (*string)(&r.ID) }},
	"concept_id":       {"concept_id", func(r *zenodo.Record) *string { return (*string)(&r.ConceptID) }},
	"doi":              {"doi", func(r *zenodo.Record) *string { return (*string)(&r.DOI) }},
	"concept_doi":      {"concept_doi", func(r *zenodo.Record) *string { return (*string)(&r.ConceptDOI) }},
	"title":            {"title", func(r *zenodo.Record) *string { return &r.Metadata.Title }},
	"publication_date": {"publication_date", func(r *zenodo.Record) *string { return &r.Metadata.PublicationDate }},
	"type":             {"type", func(r *zenodo.Record) *string { return &r.Metadata.Type }},
	"subtype":          {"subtype", func(r *zenodo.Record) *string { return &r.Metadata.Subtype }},
	"license":          {"license", func(r *zenodo.Record) *string { return &r.Metadata.License }},
	"access":           {"access", func(r *zenodo.Record) *string { return &r.Metadata.AccessRight }},
	"version":          {"version", func(r *zenodo.Record) *string { return &r.Metadata.Version }},
	"language":         {"language", func(r *zenodo.Record) *string { return &r.Metadata.Language }},
	"journal":          {"journal", func(r *zenodo.Record) *string { return &r.Metadata.Journal.Title }},
	"url":              {"url", func(r *zenodo.Record) *string { return &r.URL }},
	"created":          {"created_at", func(r *zenodo.Record) *string { return (*string)(&r.CreatedAt) }},
	"updated":          {"updated_at", func(r *zenodo.Record) *string { return (*string)(&r.UpdatedAt) }},
}

// Brief tells whether all columns are among those that [Query].Columns can
// ask for. They have the names of the fields of an export.
func Brief(columns []string) bool {
	return !slices.ContainsFunc(columns, func(c string) bool {
		_, ok := briefColumns[c]
		return !ok
	})
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
	names := make([]string, len(columns))
	for i, c := range columns {
		brief, ok := briefColumns[c]
		if !ok {
			return nil, fmt.Errorf("no such column: %s", c)
		}
		names[i] = brief.sql
	}
	store := make([]zenodo.Record, len(keys))
	places := placesOf(keys)
	values := make([]sql.NullString, len(columns))
	into := make([]any, 1, len(columns)+1)
	var key int64
	into[0] = &key
	for i := range values {
		into = append(into, &values[i])
	}
	query := "SELECT record_id, " + strings.Join(names, ", ") + " FROM records WHERE record_id IN (" + intList(keys) + ")"
	found := make([]*zenodo.Record, len(keys))
	err := eachRow(ctx, s, query, nil, func(rows *sql.Rows) error {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		at := places[key]
		found[at] = &store[at]
		for i, c := range columns {
			*briefColumns[c].place(found[at]) = values[i].String
		}
		return nil
	})
	return without(found), err
}

// readAll reads whole records.
func (db *DB) readAll(ctx context.Context, s *session, keys []int64) ([]*zenodo.Record, error) {
	places := placesOf(keys)
	blobs := make([][]byte, len(keys))
	query := "SELECT record_id, json FROM documents WHERE record_id IN (" + intList(keys) + ")"
	err := eachRow(ctx, s, query, nil, func(rows *sql.Rows) error {
		var key int64
		var blob []byte
		if err := rows.Scan(&key, &blob); err != nil {
			return err
		}
		blobs[places[key]] = blob
		return nil
	})
	if err != nil {
		return nil, err
	}
	found := make([]*zenodo.Record, len(keys))
	order := make([]int, len(keys))
	for i := range order {
		order[i] = i
	}
	err = parallel(ctx, order, func(i int) (err error) {
		if blobs[i] != nil {
			found[i], err = db.decodeBlob(blobs[i])
		}
		return err
	})
	return without(found), err
}

func (db *DB) decodeBlob(blob []byte) (*zenodo.Record, error) {
	raw, err := db.codec.decompressRecord(blob)
	if err != nil {
		return nil, err
	}
	r, err := zenodo.DecodeRecord(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return r, nil
}

func (db *DB) readWhole(ctx context.Context, s *session, key int64) (*zenodo.Record, error) {
	records, err := db.readAll(ctx, s, []int64{key})
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, fmt.Errorf("%w: record %d has no document", ErrDamaged, key)
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

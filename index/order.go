package index

import (
	"context"
	"database/sql"
	"iter"
)

// ordered iterates over the keys of the records found, in the order that is
// asked for.
func (r *result) ordered(ctx context.Context, q Query) iter.Seq2[int64, error] {
	keys := r.inOrder(ctx, q)
	if q.Limit <= 0 {
		return keys
	}
	return func(yield func(int64, error) bool) {
		n := 0
		for key, err := range keys {
			if !yield(key, err) {
				return
			}
			if n++; n == q.Limit {
				return
			}
		}
	}
}

func (r *result) inOrder(ctx context.Context, q Query) iter.Seq2[int64, error] {
	if q.ByYear {
		return r.byYear(ctx)
	}
	if q.Limit > 0 && q.Limit <= maxTop {
		switch q.Sort {
		case Title:
			return r.top(ctx, orderByTitle, q.Limit)
		case Updated:
			return r.top(ctx, orderByUpdated, q.Limit)
		}
	}
	switch q.Sort {
	case Oldest:
		return r.byCreation(ctx, false)
	case Updated:
		return r.bySQL(ctx, "updated_at DESC")
	case Title:
		return r.bySQL(ctx, "title COLLATE NOCASE, title")
	case Views:
		return r.byCount(ctx, "unique_views")
	case Downloads:
		return r.byCount(ctx, "unique_downloads")
	case BestMatch:
		if q.Parsed.Text != "" {
			return r.byScore(ctx, q.Limit)
		}
	}
	return r.byCreation(ctx, true)
}

// byID is the order of [segment.CompareIDs].
const byID = "id GLOB '*[^0-9]*', iif(id GLOB '*[^0-9]*', 0, length(id)), id"

// fewRecords is up to how many records found are looked up by their keys, if
// that is a small part of all; else walking the whole table is quicker.
const fewRecords = 5000

func (r *result) areFew(keys []int64) bool {
	docs := 0
	for _, seg := range r.segments {
		docs += seg.docs
	}
	return len(keys) <= min(fewRecords, docs/8)
}

func whereAmong(keys []int64) string { return " WHERE record_id IN (" + intList(keys) + ")" }

// bySQL sorts what was found by columns of the table of records.
func (r *result) bySQL(ctx context.Context, order string) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		found, keys, err := r.records(ctx)
		if err != nil {
			yield(0, err)
			return
		}
		where := ""
		if r.areFew(keys) {
			where = whereAmong(keys)
		}
		r.sortedBySQL(ctx, where, order+", "+byID, found)(yield)
	}
}

// sortedBySQL iterates over the records found among those of a condition.
func (r *result) sortedBySQL(ctx context.Context, where, order string, found keySet) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		var keys []int64
		err := eachRow(ctx, r.session, "SELECT record_id FROM records"+where+" ORDER BY "+order, nil, func(rows *sql.Rows) error {
			var key int64
			if err := rows.Scan(&key); err != nil {
				return err
			}
			if found.has(key) {
				keys = append(keys, key)
			}
			return nil
		})
		for _, key := range keys {
			if !yield(key, nil) {
				return
			}
		}
		if err != nil {
			yield(0, err)
		}
	}
}

// records are the keys of all records found, as a set and one by one.
func (r *result) records(ctx context.Context) (keySet, []int64, error) {
	found := keySet{}
	var keys []int64
	for i, seg := range r.segments {
		set, err := r.set(ctx, i)
		if err != nil {
			return nil, nil, err
		}
		for doc := range set.All() {
			key, err := seg.column(ctx, columnRecords, doc)
			if err != nil {
				return nil, nil, err
			}
			found.add(key)
			keys = append(keys, key)
		}
	}
	return found, keys, nil
}

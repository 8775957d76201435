package index

import (
	"context"
	"database/sql"
	"iter"
	"math"
	"slices"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/index/internal/segment"
)

// byID is the order of [segment.CompareIDs].
const byID = "id GLOB '*[^0-9]*', iif(id GLOB '*[^0-9]*', 0, length(id)), id"

// fewRecords is up to how many records found are looked up by their keys, if
// that is a small part of all; else walking the whole table is quicker.
const fewRecords = 5000

func (r *result) areFew(keys []int64) bool {
	return len(keys) <= min(fewRecords, r.matches.Docs()/8)
}

func whereAmong(keys []int64) string { return " WHERE record_id IN (" + intList(keys) + ")" }

// bySQL sorts what was found by columns of the table of records.
func (r *result) bySQL(ctx context.Context, order string) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		found, keys, err := r.matches.Records(ctx)
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
func (r *result) sortedBySQL(ctx context.Context, where, order string, found engine.KeySet) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		var keys []int64
		err := eachRow(ctx, r.session, "SELECT record_id FROM record"+where+" ORDER BY "+order, nil, func(rows *sql.Rows) error {
			var key int64
			if err := rows.Scan(&key); err != nil {
				return err
			}
			if found.Has(key) {
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

// counted is a record with what it is ordered by.
type counted struct {
	count, key int64
	id         string
}

// countPage is how many rows of the order by a count are read at once: at first
// few, since the first hits of many come soon.
const (
	firstCountPage = 100
	countPage      = 20_000
)

// byCount iterates over what was found in the order of a column of the table of
// records, the greatest number first, and without a number last. Where these
// are many it walks along an index of the table.
func (r *result) byCount(ctx context.Context, column string) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		found, keys, err := r.matches.Records(ctx)
		if err != nil {
			yield(0, err)
			return
		}
		if r.areFew(keys) {
			r.sortedBySQL(ctx, whereAmong(keys), column+" DESC NULLS LAST, "+byID, found)(yield)
			return
		}
		for c, err := range r.countsOf(ctx, column, found) {
			if !yield(c.key, err) || err != nil {
				return
			}
			found.Remove(c.key)
		}
		r.sortedBySQL(ctx, " WHERE "+column+" IS NULL", byID, found)(yield)
	}
}

// countsOf iterates over the records found that have a count.
func (r *result) countsOf(ctx context.Context, column string, found engine.KeySet) iter.Seq2[counted, error] {
	return func(yield func(counted, error) bool) {
		last, size := counted{count: math.MaxInt64}, firstCountPage
		var group []counted // those found with the count that is being read
		for more := true; more; size = countPage {
			page, err := r.readCounts(ctx, column, last, size)
			if err != nil {
				yield(counted{}, err)
				return
			}
			more = len(page) == size
			for _, c := range page {
				if len(group) > 0 && c.count != group[0].count {
					if !yieldGroup(group, yield) {
						return
					}
					group = group[:0]
				}
				if found.Has(c.key) {
					group = append(group, c)
				}
				last = c
			}
		}
		yieldGroup(group, yield)
	}
}

// yieldGroup yields records with one count in the order of their ids.
func yieldGroup(group []counted, yield func(counted, error) bool) bool {
	slices.SortFunc(group, func(a, b counted) int { return segment.CompareIDs(a.id, b.id) })
	for _, c := range group {
		if !yield(c, nil) {
			return false
		}
	}
	return true
}

// readCounts reads the rows after one in the order of a count and of ids, both
// descending.
func (r *result) readCounts(ctx context.Context, column string, after counted, size int) ([]counted, error) {
	page := make([]counted, 0, size)
	query := "SELECT " + column + ", id, record_id FROM record WHERE " + column + " IS NOT NULL AND (" + column + ", id) < (?, ?) ORDER BY " + column + " DESC, id DESC LIMIT ?"
	err := eachRow(ctx, r.session, query, []any{after.count, after.id, size}, func(rows *sql.Rows) error {
		var c counted
		err := rows.Scan(&c.count, &c.id, &c.key)
		page = append(page, c)
		return err
	})
	return page, err
}

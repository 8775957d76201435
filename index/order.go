package index

import (
	"database/sql"
	"iter"
	"maps"
	"slices"
)

// ordered iterates over the keys of the records found, in the order that is
// asked for.
func (r *result) ordered(q Query) iter.Seq2[int64, error] {
	keys := r.inOrder(q)
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

func (r *result) inOrder(q Query) iter.Seq2[int64, error] {
	if q.ByYear {
		return r.byYear()
	}
	if q.Limit > 0 && q.Limit <= maxTop {
		switch q.Sort {
		case Title:
			return r.top(orderByTitle, q.Limit)
		case Updated:
			return r.top(orderByUpdated, q.Limit)
		}
	}
	switch q.Sort {
	case Oldest:
		return r.byCreation(false)
	case Updated:
		return r.bySQL("updated_at DESC")
	case Title:
		return r.bySQL("title COLLATE NOCASE, title")
	case Views:
		return r.bySQL("views DESC NULLS LAST")
	case Downloads:
		return r.bySQL("downloads DESC NULLS LAST")
	case BestMatch:
		if q.Text != "" {
			return r.byScore()
		}
	}
	return r.byCreation(true)
}

// byID is the order of [segment.CompareIDs].
const byID = "id GLOB '*[^0-9]*', iif(id GLOB '*[^0-9]*', 0, length(id)), id"

// fewRecords is up to how many records found are looked up by their keys;
// where there are more, walking the whole table is quicker.
const fewRecords = 5000

// bySQL sorts what was found by columns of the table of records.
func (r *result) bySQL(order string) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		keys, err := r.sorted(order)
		if err != nil {
			yield(0, err)
			return
		}
		for _, key := range keys {
			if !yield(key, nil) {
				return
			}
		}
	}
}

func (r *result) sorted(order string) ([]int64, error) {
	found, err := r.records()
	if err != nil {
		return nil, err
	}
	where := ""
	if len(found) <= fewRecords {
		where = " WHERE record_id IN (" + intList(slices.Collect(maps.Keys(found))) + ")"
	}
	keys := make([]int64, 0, len(found))
	err = eachRow(r.ctx, r.session, "SELECT record_id FROM records"+where+" ORDER BY "+order+", "+byID, nil, func(rows *sql.Rows) error {
		var key int64
		if err := rows.Scan(&key); err != nil {
			return err
		}
		if found[key] {
			keys = append(keys, key)
		}
		return nil
	})
	return keys, err
}

// records are the keys of all records found.
func (r *result) records() (map[int64]bool, error) {
	found := map[int64]bool{}
	for i, seg := range r.segments {
		set, err := r.set(i)
		if err != nil {
			return nil, err
		}
		for doc := range set.All() {
			key, err := seg.column(columnRecords, doc)
			if err != nil {
				return nil, err
			}
			found[key] = true
		}
	}
	return found, nil
}

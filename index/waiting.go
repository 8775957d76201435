package index

import (
	"cmp"
	"context"
	"database/sql"
	"iter"
	"slices"
)

// New records wait for a segment by ranges of keys, since those of a page have
// keys that follow each other; a record that is stored again is taken out of its
// range, and waits by itself.

// waiting is a record that waits.
type waiting struct{ key, stamp int64 }

// waitingRange is a row of pending_ranges; the zero value is none.
type waitingRange struct{ first, last, stamp int64 }

// pendingRecords are some records that wait, by their keys, and the ranges that
// they are in.
type pendingRecords struct {
	records []waiting
	ranges  []waitingRange
}

// readPending reads the first records that wait, limit at most: those that wait by
// themselves by a condition, and those in ranges that are wanted.
func readPending(ctx context.Context, q querier, condition string, want func(waitingRange) bool, limit int) (p pendingRecords, err error) {
	err = eachRow(ctx, q, "SELECT record_id, stamp FROM pending "+condition+" ORDER BY record_id LIMIT ?", []any{limit}, func(rows *sql.Rows) error {
		var r waiting
		err := rows.Scan(&r.key, &r.stamp)
		p.records = append(p.records, r)
		return err
	})
	if err != nil {
		return p, err
	}
	var n int64
	err = eachRow(ctx, q, "SELECT first_record, last_record, stamp FROM pending_ranges ORDER BY first_record", nil, func(rows *sql.Rows) error {
		var r waitingRange
		if err := rows.Scan(&r.first, &r.last, &r.stamp); err != nil || n >= int64(limit) || !want(r) {
			return err
		}
		p.ranges, n = append(p.ranges, r), n+r.last-r.first+1
		return nil
	})
	if err != nil {
		return p, err
	}
	for _, r := range p.ranges {
		for key := r.first; key <= r.last; key++ {
			p.records = append(p.records, waiting{key, r.stamp})
		}
	}
	slices.SortFunc(p.records, func(a, b waiting) int { return cmp.Compare(a.key, b.key) })
	p.records = p.records[:min(len(p.records), limit)]
	return p, nil
}

// chunks divides records, each part with all ranges.
func (p pendingRecords) chunks(size int) iter.Seq[pendingRecords] {
	return func(yield func(pendingRecords) bool) {
		for part := range slices.Chunk(p.records, size) {
			if !yield(pendingRecords{part, p.ranges}) {
				return
			}
		}
	}
}

func (w *writer) addWaiting(r waitingRange) error {
	if r.first == 0 {
		return nil
	}
	return w.exec("INSERT INTO pending_ranges (first_record, last_record, stamp) VALUES (?, ?, ?)", r.first, r.last, r.stamp)
}

// dropWaiting notes that records wait no more: of their ranges, all that is not
// behind the last of them.
func (w *writer) dropWaiting(p pendingRecords) error {
	keys := make([]int64, len(p.records))
	for i, r := range p.records {
		keys[i] = r.key
	}
	if err := w.exec("DELETE FROM pending WHERE record_id IN (" + intList(keys) + ")"); err != nil {
		return err
	}
	done := keys[len(keys)-1]
	for _, r := range p.ranges {
		if r.first > done {
			continue
		}
		if err := w.exec("DELETE FROM pending_ranges WHERE stamp = ? AND last_record <= ?", r.stamp, done); err != nil {
			return err
		}
		if err := w.exec("UPDATE pending_ranges SET first_record = ? WHERE stamp = ? AND first_record <= ?", done+1, r.stamp, done); err != nil {
			return err
		}
	}
	return nil
}

// leaveRanges takes records out of the ranges that wait.
func (w *writer) leaveRanges(keys []int64) error {
	if len(keys) == 0 {
		return nil
	}
	keys = slices.Sorted(slices.Values(keys))
	var ranges []waitingRange
	err := eachRow(uncancelled, w, "SELECT first_record, last_record, stamp FROM pending_ranges WHERE last_record >= ? AND first_record <= ?",
		[]any{keys[0], keys[len(keys)-1]}, func(rows *sql.Rows) error {
			var r waitingRange
			err := rows.Scan(&r.first, &r.last, &r.stamp)
			ranges = append(ranges, r)
			return err
		})
	if err != nil {
		return err
	}
	for _, r := range ranges {
		from, _ := slices.BinarySearch(keys, r.first)
		to, _ := slices.BinarySearch(keys, r.last+1)
		if from == to {
			continue
		}
		if err := w.exec("DELETE FROM pending_ranges WHERE first_record = ?", r.first); err != nil {
			return err
		}
		next := r.first
		for _, key := range append(slices.Clone(keys[from:to]), r.last+1) {
			if key > next {
				if err := w.addWaiting(waitingRange{next, key - 1, r.stamp}); err != nil {
					return err
				}
			}
			next = key + 1
		}
	}
	return nil
}

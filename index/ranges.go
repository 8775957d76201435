package index

import (
	"database/sql"
	"fmt"
	"slices"
)

// A harvest holds records by ranges of keys: those of one page have keys that
// follow each other, and mostly those of all pages of a span.

// membership is what a harvest notes of a record. Runs are 0 where there is none.
type membership struct {
	run, added, unlisted int64
	span                 int
}

// memberRange is the records of a harvest from one key to another.
type memberRange struct {
	first, last int64
	membership
}

// rangeGap is up to how many keys lie between two that are changed together.
const rangeGap = 64

// changeMembers changes what a harvest notes of records, by a function of what it
// has noted, if it holds them. Those that are not held afterwards are dropped.
func (w *writer) changeMembers(harvest int64, keys []int64, change func(old membership, held bool) (m membership, holds bool)) error {
	keys = slices.Compact(slices.Sorted(slices.Values(keys)))
	for len(keys) > 0 {
		n := 1
		for n < len(keys) && keys[n]-keys[n-1] <= rangeGap {
			n++
		}
		if err := w.changeRanges(harvest, keys[:n], change); err != nil {
			return fmt.Errorf("note the members of a harvest: %w", err)
		}
		keys = keys[n:]
	}
	return nil
}

func (w *writer) changeRanges(harvest int64, keys []int64, change func(membership, bool) (membership, bool)) error {
	from, to := keys[0], keys[len(keys)-1]
	before, err := w.rangesAround(harvest, from-1, to+1)
	if err != nil {
		return err
	}
	type slot struct {
		membership
		held bool
	}
	slots := make([]slot, to-from+1)
	var after []memberRange
	for _, r := range before {
		if r.first < from {
			after = append(after, memberRange{r.first, min(r.last, from-1), r.membership})
		}
		for key := max(r.first, from); key <= min(r.last, to); key++ {
			slots[key-from] = slot{r.membership, true}
		}
	}
	for _, key := range keys {
		s := &slots[key-from]
		s.membership, s.held = change(s.membership, s.held)
	}
	for i, s := range slots {
		if s.held {
			after = append(after, memberRange{from + int64(i), from + int64(i), s.membership})
		}
	}
	for _, r := range before {
		if r.last > to {
			after = append(after, memberRange{max(r.first, to+1), r.last, r.membership})
		}
	}
	return w.replaceRanges(harvest, before, joined(after))
}

// joined joins ranges that follow each other and say the same.
func joined(ranges []memberRange) []memberRange {
	var all []memberRange
	for _, r := range ranges {
		if n := len(all); n > 0 && all[n-1].last+1 == r.first && all[n-1].membership == r.membership {
			all[n-1].last = r.last
		} else {
			all = append(all, r)
		}
	}
	return all
}

// rangesAround are the ranges with any of the keys from one to another.
func (w *writer) rangesAround(harvest, from, to int64) (ranges []memberRange, err error) {
	err = eachRow(uncancelled, w, `SELECT first_record, last_record, run_id, coalesce(added_run_id, 0), coalesce(unlisted_run_id, 0), span FROM harvest_ranges
		WHERE harvest_id = ?1 AND first_record <= ?3 AND last_record >= ?2
		AND first_record >= coalesce((SELECT max(first_record) FROM harvest_ranges WHERE harvest_id = ?1 AND first_record <= ?2), ?2) ORDER BY first_record`,
		[]any{harvest, from, to}, func(rows *sql.Rows) error {
			var r memberRange
			err := rows.Scan(&r.first, &r.last, &r.run, &r.added, &r.unlisted, &r.span)
			ranges = append(ranges, r)
			return err
		})
	return ranges, err
}

func (w *writer) replaceRanges(harvest int64, before, after []memberRange) error {
	for _, r := range before {
		if slices.Contains(after, r) {
			continue
		}
		if err := w.exec("DELETE FROM harvest_ranges WHERE harvest_id = ? AND first_record = ?", harvest, r.first); err != nil {
			return err
		}
	}
	for _, r := range after {
		if slices.Contains(before, r) {
			continue
		}
		err := w.exec("INSERT INTO harvest_ranges (harvest_id, first_record, last_record, run_id, span, added_run_id, unlisted_run_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
			harvest, r.first, r.last, r.run, r.span, runOrNull(r.added), runOrNull(r.unlisted))
		if err != nil {
			return err
		}
	}
	return nil
}

func runOrNull(run int64) any { return orNull(run, run != 0) }

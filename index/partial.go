package index

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// tellsMore reports whether what the index has is to stay: JSON that a partial
// record would replace, a partial record that is newer than that, or the native
// form that the legacy one of the same state would replace.
func (k known) tellsMore(r *zenodo.Record) bool {
	switch {
	case r.Format.IsPartial():
		return !k.form.IsPartial() || k.gone() && !changedSince(r.UpdatedAt, zenodo.Timestamp(k.goneAt)) || isAfter(k.updated, r.UpdatedAt)
	case r.Format == zenodo.FormatLegacy:
		return k.form == zenodo.FormatNative && !k.gone() && k.updated == r.UpdatedAt
	}
	return false
}

// isUpgrade reports whether a record is the native form of what the index has in the
// legacy one: the server has not changed it.
func (k known) isUpgrade(r *zenodo.Record) bool {
	return k.form == zenodo.FormatLegacy && r.Format == zenodo.FormatNative && !k.gone() && k.updated == r.UpdatedAt
}

// isAfter reports whether one time is later than another. What is no time is
// not.
func isAfter(a, b zenodo.Timestamp) bool {
	later, ok := a.Time()
	earlier, known := b.Time()
	return ok && (!known || later.After(earlier))
}

// changedSince reports whether a record was changed after it was deleted. Where
// only the day of that is known, it may have been at any time of that day, also
// after the last change: then the end of the day counts.
func changedSince(updated, deleted zenodo.Timestamp) bool {
	if day, err := time.Parse(time.DateOnly, string(deleted)); err == nil {
		deleted = zenodo.Timestamp(day.AddDate(0, 0, 1).Add(-1).Format(time.RFC3339Nano))
	}
	return isAfter(updated, deleted)
}

// noteNewer notes what a partial record says of one that stays: that the
// server has changed it, or has it again.
func (w *writer) noteNewer(r *zenodo.Record, old known) (store.Stored, error) {
	back := old.gone() && changedSince(r.UpdatedAt, zenodo.Timestamp(old.goneAt))
	if !back && (old.form.IsPartial() || old.gone() || !isAfter(r.UpdatedAt, old.updated) || !isAfter(r.UpdatedAt, old.newer)) {
		return store.Stored{Unchanged: 1}, nil
	}
	if err := w.exec("UPDATE record SET newer_at = ?, gone_at = NULL, gone_reason = NULL WHERE record_id = ?", string(r.UpdatedAt), old.key); err != nil {
		return store.Stored{}, err
	}
	if !back {
		return store.Stored{Updated: 1}, nil
	}
	if _, err := w.supersede(map[zenodo.ConceptID]bool{old.concept: true}, nil); err != nil {
		return store.Stored{}, err
	}
	return store.Stored{Updated: 1}, w.reindexLater([]int64{old.key})
}

// Unfilled lists records that are partial or outdated and not gone, those
// with keys above after, in order, limit at most.
func (db *DB) Unfilled(ctx context.Context, after int64, limit int) (list []store.Unfilled, err error) {
	err = db.view(ctx, func(q *session) error {
		return eachRow(ctx, q, `SELECT record_id, id FROM records
			WHERE (form = 'datacite' OR newer_at IS NOT NULL) AND gone_at IS NULL AND record_id > ? ORDER BY record_id LIMIT ?`,
			[]any{after, limit}, func(rows *sql.Rows) error {
				var u store.Unfilled
				if err := rows.Scan(&u.Key, &u.ID); err != nil {
					return err
				}
				list = append(list, u)
				return nil
			})
	})
	if err != nil {
		return nil, fmt.Errorf("list partial records: %w", err)
	}
	return list, nil
}

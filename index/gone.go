package index

import (
	"context"
	"fmt"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// MarkGone marks records as gone and returns those that the index has and
// that were not gone before. They stay in the index. What the server changed
// after it was deleted is there again, and left alone; what was deleted on the
// day of its last change is gone.
func (db *DB) MarkGone(ctx context.Context, gone ...store.Gone) (marked []zenodo.RecordID, err error) {
	return db.markGone(ctx, gone, func(*writer, int64, store.Gone) error { return nil })
}

// MarkGone is [DB.MarkGone], and notes that this run has found them gone.
func (r *Run) MarkGone(ctx context.Context, gone ...store.Gone) (marked []zenodo.RecordID, err error) {
	return r.db.markGone(ctx, gone, func(w *writer, key int64, g store.Gone) error {
		notes := changeRows()
		notes.add(r.run, key, now(), ChangeGone, nil, nil, nil, text(g.Reason))
		return notes.flush(w)
	})
}

func (db *DB) markGone(ctx context.Context, gone []store.Gone, note func(*writer, int64, store.Gone) error) (marked []zenodo.RecordID, err error) {
	err = db.update(ctx, func(w *writer) error {
		var keys []int64
		for _, g := range gone {
			key, err := w.markGone(g)
			if err != nil {
				return err
			}
			if key == 0 {
				continue
			}
			keys, marked = append(keys, key), append(marked, g.ID)
			if err := note(w, key, g); err != nil {
				return err
			}
		}
		return w.bury(keys)
	})
	if err != nil {
		return nil, fmt.Errorf("mark gone records: %w", err)
	}
	return marked, nil
}

// markGone marks one record and returns its key, 0 where there is nothing to
// mark.
func (w *writer) markGone(g store.Gone) (key int64, err error) {
	var updated, newer zenodo.Timestamp
	found, err := w.queryRow("SELECT record_id, coalesce(updated_at, ''), coalesce(newer_at, '') FROM records WHERE id = ? AND gone_at IS NULL",
		[]any{string(g.ID)}, &key, &updated, &newer)
	if err != nil || !found {
		return 0, err
	}
	if _, known := g.At.Time(); !known {
		g.At = zenodo.Timestamp(now())
	}
	if changedSince(updated, g.At) || changedSince(newer, g.At) {
		return 0, nil
	}
	return key, w.exec("UPDATE record SET gone_at = ?, gone_reason = ? WHERE record_id = ?", string(g.At), text(g.Reason), key)
}

package index

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// Settled is what became of a record that a harvest holds and that is no
// longer listed. One that is not gone has left the selection.
type Settled struct {
	ID zenodo.RecordID
	// Gone tells that the record was deleted, Reason why, where the server says.
	Gone   bool
	Reason string
	// Record is what the server has now; nil leaves what the index has.
	Record *zenodo.Record
}

// Unseen are the first n records that the harvest holds, that are not gone, and
// that this run has not stored.
func (r *Run) Unseen(ctx context.Context, n int) (ids []zenodo.RecordID, err error) {
	err = r.db.view(ctx, func(q *session) error {
		return eachRow(ctx, q, `SELECT id FROM harvest_records m JOIN records USING (record_id)
			WHERE harvest_id = ? AND run_id <> ? AND gone_at IS NULL ORDER BY record_id LIMIT ?`, []any{r.harvest, r.run, n}, func(rows *sql.Rows) error {
			var id zenodo.RecordID
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read what was not listed: %w", err)
	}
	return ids, nil
}

// Held counts the records that the harvest holds and that are not gone: of a
// community, or of all for the empty slug; the latest versions alone, or all;
// created before a moment, in whole seconds, or whenever for the zero one. Of
// those of which that is not known, which came from a dump, all count.
func (r *Run) Held(ctx context.Context, community zenodo.Slug, allVersions bool, before time.Time) (n int, err error) {
	until := ""
	if !before.IsZero() {
		until = before.UTC().Format("2006-01-02T15:04:05") // as a text it is less than what comes later
	}
	err = r.db.view(ctx, func(q *session) error {
		return q.QueryRowContext(ctx, `SELECT count(*) FROM harvest_records m JOIN records r USING (record_id)
			WHERE harvest_id = ?1 AND gone_at IS NULL AND (?2 OR is_latest) AND (?3 = '' OR created_at IS NULL OR created_at < ?3)
			AND (?4 = '' OR EXISTS (SELECT 1 FROM memberships s JOIN communities USING (community_id) WHERE s.record_id = m.record_id AND slug = ?4))`,
			r.harvest, allVersions, until, string(community)).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("count what is held: %w", err)
	}
	return n, nil
}

// Settle stores what became of records that are no longer listed, all or
// nothing. What is gone stays in the index, and in the harvest; what has left
// stays in the index alone.
func (r *Run) Settle(ctx context.Context, settled ...Settled) error {
	var records []*zenodo.Record
	for _, s := range settled {
		if s.Record != nil && !s.Gone {
			records = append(records, s.Record)
		}
	}
	b, err := r.db.newBatch(ctx, records, nil)
	if err != nil {
		return err
	}
	return r.db.update(ctx, func(w *writer) error {
		if err := r.lease.renew(w, r.harvest); err != nil {
			return err
		}
		if _, err := b.store(w); err != nil {
			return err
		}
		if _, err := r.noteChanges(w, b.items); err != nil {
			return err
		}
		return r.settle(w, settled)
	})
}

func (r *Run) settle(w *writer, settled []Settled) error {
	notes := changeRows()
	var buried []int64
	for _, s := range settled {
		var key int64
		if found, err := w.queryRow("SELECT record_id FROM records WHERE id = ?", []any{string(s.ID)}, &key); err != nil || !found {
			return fmt.Errorf("settle record %s: %w", s.ID, cmp.Or(err, ErrNotFound))
		}
		if !s.Gone {
			notes.add(r.run, key, now(), ChangeLeft, nil, nil, nil, nil)
			if err := r.letGo(w, key); err != nil {
				return err
			}
			continue
		}
		notes.add(r.run, key, now(), ChangeGone, nil, nil, nil, text(s.Reason))
		buried = append(buried, key)
		if err := w.exec("UPDATE records SET gone_at = ?, gone_reason = ? WHERE record_id = ?", now(), text(s.Reason), key); err != nil {
			return err
		}
	}
	if err := notes.flush(w); err != nil || len(buried) == 0 {
		return err
	}
	return w.bury(buried)
}

// letGo takes a record out of the harvest, and keeps that it was added once.
func (r *Run) letGo(w *writer, key int64) error {
	err := w.exec(`INSERT INTO changes (run_id, record_id, noted_at, change) SELECT added_run_id, record_id, started_at, ?
		FROM harvest_records m JOIN runs ON runs.run_id = added_run_id WHERE m.harvest_id = ? AND record_id = ?`, ChangeAdded, r.harvest, key)
	if err != nil {
		return err
	}
	return w.exec("DELETE FROM harvest_records WHERE harvest_id = ? AND record_id = ?", r.harvest, key)
}

// bury has records that are gone indexed as such. Versions that they superseded
// may be the latest again.
func (w *writer) bury(keys []int64) error {
	if err := w.reindexLater(keys); err != nil {
		return err
	}
	concepts, err := w.conceptsOf(keys)
	if err != nil {
		return err
	}
	return w.restoreVersions(concepts)
}

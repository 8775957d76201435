package index

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// membersWithin is the part of a query that selects the members of a harvest, joined
// with their records, that are not gone. Where the time of creation is bounded
// below, SQLite has to begin with that.
func membersWithin(s store.Scope, harvest int64) (sql string, args []any) {
	sql = "FROM harvest_ranges m CROSS JOIN record r ON record_id BETWEEN first_record AND last_record WHERE harvest_id = ? AND gone_at IS NULL"
	args = []any{harvest}
	if !s.Since.IsZero() {
		sql = fmt.Sprintf(`FROM record r INDEXED BY record_by_created CROSS JOIN harvest_ranges m WHERE created >= ? AND harvest_id = %[1]d
			AND first_record = (SELECT max(first_record) FROM harvest_ranges WHERE harvest_id = %[1]d AND first_record <= record_id)
			AND last_record >= record_id AND gone_at IS NULL`, harvest)
		args = []any{s.Since.UnixMicro()}
	}
	if !s.Until.IsZero() {
		sql += " AND (created < ?"
		if s.Since.IsZero() {
			sql += " OR created IS NULL"
		}
		sql, args = sql+")", append(args, s.Until.UnixMicro())
	}
	if !s.AllVersions {
		sql += " AND is_latest"
	}
	if s.Community != "" {
		sql += " AND EXISTS (SELECT 1 FROM part p, json_each(p.communities) c WHERE p.record_id = r.record_id AND c.value = ?)"
		args = append(args, string(s.Community))
	}
	return sql, args
}

// Unseen are the first n records that the harvest holds, of any version and
// community, created within the bounds of a scope, that are not gone, and that
// this run has neither stored nor found unlisted.
func (r *Run) Unseen(ctx context.Context, within store.Scope, n int) (ids []zenodo.RecordID, err error) {
	within.AllVersions, within.Community = true, ""
	from, args := membersWithin(within, r.harvest)
	args = append(args, r.run, r.run, n)
	err = r.db.view(ctx, func(q *session) error {
		return eachRow(ctx, q, "SELECT id "+from+" AND run_id <> ? AND unlisted_run_id IS NOT ? ORDER BY r.record_id LIMIT ?", args, func(rows *sql.Rows) error {
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

// Held counts the records that the harvest holds in a scope and that are not
// gone; those that were found unlisted are counted separately.
func (r *Run) Held(ctx context.Context, within store.Scope) (listed, unlisted int, err error) {
	from, args := membersWithin(within, r.harvest)
	err = r.db.view(ctx, func(q *session) error {
		return q.QueryRowContext(ctx, "SELECT count(*) - count(unlisted_run_id), count(unlisted_run_id) "+from, args...).Scan(&listed, &unlisted)
	})
	if err != nil {
		return 0, 0, fmt.Errorf("count what is held: %w", err)
	}
	return listed, unlisted, nil
}

// Bounds returns the times of creation, in whole seconds, that divide what is
// held in a scope into parts of about n records, or more where many were
// created in one second.
func (r *Run) Bounds(ctx context.Context, within store.Scope, n int) (bounds []time.Time, err error) {
	from, args := membersWithin(within, r.harvest)
	query := "SELECT created FROM (SELECT created, row_number() OVER (ORDER BY created) AS place " + from + " AND created IS NOT NULL) WHERE place % ? = 0 ORDER BY created"
	last := within.Since
	err = r.db.view(ctx, func(q *session) error {
		return eachRow(ctx, q, query, append(args, n), func(rows *sql.Rows) error {
			var created int64
			if err := rows.Scan(&created); err != nil {
				return err
			}
			if at := time.UnixMicro(created).UTC().Truncate(time.Second); at.After(last) {
				bounds, last = append(bounds, at), at
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("divide what is held: %w", err)
	}
	return bounds, nil
}

// Record returns a record as the index has it, gone or not. The error matches
// [ErrNotFound] where it has none.
func (r *Run) Record(ctx context.Context, id zenodo.RecordID) (*zenodo.Record, error) {
	record, err := r.db.Record(ctx, string(id))
	if _, gone := errors.AsType[*GoneError](err); gone {
		err = nil
	}
	return record, err
}

// Resolve stores what became of records that are no longer listed, all or
// nothing, and returns the records that were outvoted by that (see
// [store.Stored.Outvoted]). What is gone stays in the index, and in the harvest; what
// has left stays in the index alone.
func (r *Run) Resolve(ctx context.Context, resolved ...store.Resolved) (outvoted []zenodo.RecordID, err error) {
	var records []*zenodo.Record
	for _, s := range resolved {
		if s.Record != nil && s.Fate != store.FateGone {
			records = append(records, s.Record)
		}
	}
	b, err := r.db.newBatch(ctx, records, nil)
	if err != nil {
		return nil, err
	}
	b.votes, b.current = true, true
	err = r.db.update(ctx, func(w *writer) error {
		if err := r.lease.renew(w, r.harvest); err != nil {
			return err
		}
		stored, err := b.store(w)
		if err != nil {
			return err
		}
		outvoted = stored.Outvoted
		if _, err := r.noteChanges(w, b.items); err != nil {
			return err
		}
		return r.resolve(w, resolved)
	})
	return outvoted, err
}

func (r *Run) resolve(w *writer, resolved []store.Resolved) error {
	notes := changeRows()
	var buried []int64
	for _, s := range resolved {
		var key int64
		if found, err := w.queryRow("SELECT record_id FROM records WHERE id = ?", []any{string(s.ID)}, &key); err != nil || !found {
			return fmt.Errorf("resolve record %s: %w", s.ID, cmp.Or(err, ErrNotFound))
		}
		var err error
		switch s.Fate {
		case store.FateLeft:
			notes.add(r.run, key, now(), ChangeLeft, nil, nil, nil, nil)
			err = r.letGo(w, key)
		case store.FateGone:
			notes.add(r.run, key, now(), ChangeGone, nil, nil, nil, text(s.Reason))
			buried = append(buried, key)
			err = w.exec("UPDATE record SET gone_at = ?, gone_reason = ? WHERE record_id = ?", now(), text(s.Reason), key)
		case store.FateUnlisted:
			err = w.changeMembers(r.harvest, []int64{key}, func(m membership, held bool) (membership, bool) {
				m.unlisted = r.run
				return m, held
			})
		case store.FateKept:
			err = w.changeMembers(r.harvest, []int64{key}, func(m membership, held bool) (membership, bool) {
				m.run, m.unlisted = r.run, 0
				return m, held
			})
		}
		if err != nil {
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
	return w.changeMembers(r.harvest, []int64{key}, func(m membership, _ bool) (membership, bool) { return m, false })
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

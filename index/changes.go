package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// The kinds of changes.
const (
	ChangeAdded   = "added"   // the harvest holds the record for the first time, or again
	ChangeChanged = "changed" // a field of the record has another value
	ChangeGone    = "gone"    // the server does not have the record any more
	ChangeLeft    = "left"    // the record is not part of the harvest's selection any more
)

// Change is something that a run has found changed. Of a record that was
// edited there is one for each field, and one for each file.
type Change struct {
	At      string // RFC 3339; of what was added, when that run began
	Harvest string // whose run has found it
	Change  string // one of the kinds
	ID      zenodo.RecordID
	DOI     zenodo.DOI
	Title   string
	// Field, Old and New are of what was changed; Reason says why it is gone.
	Field, Old, New, Reason string
}

// ChangesQuery says which changes are wanted. The zero value is those of the
// last run of each harvest.
type ChangesQuery struct {
	// Since is from when on they are wanted; zero is the last run.
	Since time.Time
	// Harvest keeps those of the records of one harvest, also where the run of
	// another one has found them.
	Harvest string
}

// changeRows gathers rows of the table changes.
func changeRows() bulk {
	return bulk{table: "changes", columns: []string{"run_id", "record_id", "noted_at", "change", "field", "old", "new", "reason"}}
}

// noteChanges notes what was stored over something else. It returns how many of
// these records show no difference to the run.
func (r *Run) noteChanges(w *writer, items []*item) (same int, err error) {
	rows := changeRows()
	for _, it := range items {
		if it.returned {
			rows.add(r.run, it.key, now(), ChangeAdded, nil, nil, nil, nil)
		}
		if it.before == nil || r.differences == nil {
			continue
		}
		before, err := r.db.decode(it.before)
		if err != nil {
			return 0, fmt.Errorf("record %s: %w", it.record.ID, err)
		}
		changed := r.differences(before, it.record)
		if len(changed) == 0 && !it.returned {
			same++
		}
		for _, d := range changed {
			rows.add(r.run, it.key, now(), ChangeChanged, d.Field, text(d.Old), text(d.New), nil)
		}
	}
	return same, rows.flush(w)
}

// Changes iterates over changes, the newest last, by harvest. An error comes
// last, with a zero change: one that matches [ErrNotFound] where there is no
// such harvest.
func (db *DB) Changes(ctx context.Context, q ChangesQuery) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		stopped := errors.New("stopped")
		err := db.view(ctx, func(s *session) error {
			query, args, err := q.sql(ctx, s)
			if err != nil {
				return err
			}
			return eachRow(ctx, s, query, args, func(rows *sql.Rows) error {
				c, err := scanChange(rows)
				if err == nil && !yield(c, nil) {
					err = stopped
				}
				return err
			})
		})
		if err != nil && !errors.Is(err, stopped) {
			yield(Change{}, fmt.Errorf("list changes: %w", err))
		}
	}
}

func scanChange(rows *sql.Rows) (c Change, err error) {
	var doi, field, before, after, reason sql.NullString
	err = rows.Scan(&c.At, &c.Harvest, &c.Change, &c.ID, &doi, &c.Title, &field, &before, &after, &reason)
	c.DOI, c.Field, c.Old, c.New, c.Reason = zenodo.DOI(doi.String), field.String, before.String, after.String, reason.String
	return c, err
}

// listChanges is the query for changes, by a condition on rows of the table
// changes and the runs whose additions are wanted. The view change_list, which
// is the same for people, would look up all records first.
const listChanges = `
	SELECT c.noted_at AS at, h.name AS harvest, c.change AS change, r.id, r.doi, r.title, c.field AS field, c.old AS old, c.new AS new, c.reason
	FROM changes c JOIN runs USING (run_id) JOIN harvests h USING (harvest_id) JOIN records r ON r.record_id = c.record_id
	WHERE %s
	UNION ALL
	SELECT runs.started_at, h.name, 'added', r.id, r.doi, r.title, NULL, NULL, NULL, NULL
	FROM harvest_ranges m JOIN harvests h USING (harvest_id) JOIN runs ON runs.run_id = m.added_run_id
		JOIN records r ON r.record_id BETWEEN m.first_record AND m.last_record
	WHERE m.added_run_id IN (%s)
	ORDER BY harvest, at, id, change, field, old, new`

// sql is the query for changes.
func (q ChangesQuery) sql(ctx context.Context, s querier) (query string, args []any, err error) {
	var w wantedChanges
	switch {
	case q.Harvest != "":
		w, err = q.ofHarvest(ctx, s)
	case !q.Since.IsZero():
		w.condition, w.args = "c.noted_at >= ?", []any{q.since()}
		w.runs, err = numbers(ctx, s, "SELECT run_id FROM runs WHERE started_at >= ?", q.since())
	default:
		w.runs, err = numbers(ctx, s, "SELECT max(run_id) FROM runs WHERE "+hasStored+" GROUP BY harvest_id")
		w.condition = "c.run_id IN (" + intList(w.runs) + ")"
	}
	return fmt.Sprintf(listChanges, w.condition, intList(w.runs)), w.args, err
}

// hasStored keeps runs that have stored something: others are none.
const hasStored = "(ended_at IS NOT NULL OR checkpoint IS NOT NULL)"

func (q ChangesQuery) since() string { return q.Since.UTC().Format(time.RFC3339) }

// wantedChanges are those of a query.
type wantedChanges struct {
	condition string // on the table changes
	args      []any  // of the condition
	runs      []int64
}

// ofHarvest selects what the runs of a harvest have found, and what those of
// others have found since the run before its last one: then that does not see
// it any more.
func (q ChangesQuery) ofHarvest(ctx context.Context, s querier) (w wantedChanges, err error) {
	var harvest int64
	err = s.QueryRowContext(ctx, "SELECT harvest_id FROM harvests WHERE name = ?", q.Harvest).Scan(&harvest)
	if errors.Is(err, sql.ErrNoRows) {
		return w, fmt.Errorf("harvest %q: %w", q.Harvest, ErrNotFound)
	}
	if err != nil {
		return w, err
	}
	const others = "h.harvest_id <> ?1 AND c.change IN ('changed', 'gone') AND c.record_id IN (SELECT record_id FROM harvest_records WHERE harvest_id = ?1)"
	if !q.Since.IsZero() {
		w.condition, w.args = "c.noted_at >= ?2 AND (h.harvest_id = ?1 OR "+others+")", []any{harvest, q.since()}
		w.runs, err = numbers(ctx, s, "SELECT run_id FROM runs WHERE harvest_id = ? AND started_at >= ?", harvest, q.since())
		return w, err
	}
	last, err := numbers(ctx, s, "SELECT run_id FROM runs WHERE harvest_id = ? AND "+hasStored+" ORDER BY run_id DESC LIMIT 2", harvest)
	if len(last) < 2 { // nothing was there before the only run
		w.condition, w.args, w.runs = "h.harvest_id = ?", []any{harvest}, last
		return w, err
	}
	w.condition = "(c.run_id = ?2 OR " + others + " AND c.noted_at >= (SELECT coalesce(ended_at, started_at) FROM runs WHERE run_id = ?3))"
	w.args, w.runs = []any{harvest, last[0], last[1]}, last[:1]
	return w, err
}

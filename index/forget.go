package index

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/zharvest/zharvest/zenodo"
)

// Forget drops a harvest and the records that only it holds, and returns how
// many these were. It fails with [ErrNotFound] where there is no such harvest
// and with a [*LeaseError] while it is running.
func (db *DB) Forget(ctx context.Context, name string) (dropped int, err error) {
	err = db.update(ctx, func(w *writer) error {
		var harvest int64
		found, err := w.queryRow("SELECT harvest_id FROM harvests WHERE name = ?", []any{name}, &harvest)
		if err != nil {
			return err
		}
		if !found {
			return ErrNotFound
		}
		if err := newLease().checkFree(w, name, harvest); err != nil {
			return err
		}
		dropped, err = w.dropHarvest(harvest)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget harvest %q: %w", name, err)
	}
	return dropped, nil
}

func (w *writer) dropHarvest(harvest int64) (int, error) {
	only, err := numbers(w.ctx, w, `SELECT record_id FROM harvest_records WHERE harvest_id = ?1
		AND record_id NOT IN (SELECT record_id FROM harvest_records WHERE harvest_id <> ?1)`, harvest)
	if err != nil {
		return 0, err
	}
	for part := range slices.Chunk(only, segmentDocs) {
		if err := w.dropRecords(part); err != nil {
			return 0, err
		}
	}
	if err := w.exec("DELETE FROM harvests WHERE harvest_id = ?", harvest); err != nil {
		return 0, err
	}
	// A community stays while a record or a harvest names it.
	return len(only), w.exec(`DELETE FROM communities WHERE NOT EXISTS (SELECT 1 FROM memberships m WHERE m.community_id = communities.community_id)
		AND NOT EXISTS (SELECT 1 FROM harvest_communities h WHERE h.community_id = communities.community_id)`)
}

// dropRecords removes records. Versions that they superseded may be the
// latest again.
func (w *writer) dropRecords(keys []int64) error {
	concepts, err := w.conceptsOf(keys)
	if err != nil {
		return err
	}
	if err := w.markDead(keys); err != nil {
		return err
	}
	for _, table := range []string{"pending", "records"} {
		if err := w.exec("DELETE FROM " + table + " WHERE record_id IN (" + intList(keys) + ")"); err != nil {
			return err
		}
	}
	return w.restoreVersions(concepts)
}

func (w *writer) conceptsOf(keys []int64) (map[zenodo.ConceptID]bool, error) {
	concepts := map[zenodo.ConceptID]bool{}
	err := eachRow(w.ctx, w, "SELECT DISTINCT concept_id FROM records WHERE concept_id IS NOT NULL AND record_id IN ("+intList(keys)+")", nil, func(rows *sql.Rows) error {
		var c zenodo.ConceptID
		if err := rows.Scan(&c); err != nil {
			return err
		}
		concepts[c] = true
		return nil
	})
	return concepts, err
}

// restoreVersions marks as the latest what says so itself, where no later
// version is left to supersede it.
func (w *writer) restoreVersions(concepts map[zenodo.ConceptID]bool) error {
	siblings, err := w.siblings(concepts)
	if err != nil {
		return err
	}
	var restored []int64
	for _, s := range siblings {
		if s.latest || superseded(s, siblings) {
			continue
		}
		raw, err := w.document(s.key)
		if err != nil {
			return err
		}
		r, err := zenodo.DecodeRecord(raw)
		if err != nil {
			return err
		}
		if r.IsLatest {
			restored = append(restored, s.key)
		}
	}
	if len(restored) == 0 {
		return nil
	}
	if err := w.exec("UPDATE records SET is_latest = 1 WHERE record_id IN (" + intList(restored) + ")"); err != nil {
		return err
	}
	return w.reindexLater(restored)
}

func superseded(s sibling, siblings []sibling) bool {
	for _, o := range siblings {
		if o.concept == s.concept && o.after(s) {
			return true
		}
	}
	return false
}

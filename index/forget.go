package index

import (
	"context"
	"database/sql"
	"errors"
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
		dropped, err = w.dropHarvest(ctx, harvest)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget harvest %q: %w", name, err)
	}
	return dropped, errors.Join(db.mergeSegments(ctx, 0), db.shrink(ctx))
}

func (w *writer) dropHarvest(ctx context.Context, harvest int64) (int, error) {
	only, err := numbers(uncancelled, w, `SELECT record_id FROM harvest_records WHERE harvest_id = ?1
		AND record_id NOT IN (SELECT record_id FROM harvest_records WHERE harvest_id <> ?1)`, harvest)
	if err != nil {
		return 0, err
	}
	communities, err := numbers(uncancelled, w, "SELECT community_id FROM harvest_communities WHERE harvest_id = ?", harvest)
	if err != nil {
		return 0, err
	}
	for part := range slices.Chunk(only, segmentDocs) {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		if err := w.dropRecords(part); err != nil {
			return 0, err
		}
	}
	if err := w.exec("DELETE FROM harvests WHERE harvest_id = ?", harvest); err != nil {
		return 0, err
	}
	return len(only), w.dropCommunities(communities)
}

// dropCommunities removes the communities given, and those known
// by their slug alone, where no record and no harvest names them any more.
func (w *writer) dropCommunities(keys []int64) error {
	return w.exec("DELETE FROM communities WHERE (json IS NULL OR community_id IN (" + intList(keys) + `))
		AND slug NOT IN (SELECT c.value FROM part p, json_each(p.communities) c)
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
	if err := w.dropDocuments(keys); err != nil {
		return err
	}
	if err := w.leaveRanges(keys); err != nil {
		return err
	}
	for _, table := range []string{"pending", "record"} {
		if err := w.exec("DELETE FROM " + table + " WHERE record_id IN (" + intList(keys) + ")"); err != nil {
			return err
		}
	}
	return w.restoreVersions(concepts)
}

func (w *writer) conceptsOf(keys []int64) (map[zenodo.ConceptID]bool, error) {
	concepts := map[zenodo.ConceptID]bool{}
	err := eachRow(uncancelled, w, "SELECT DISTINCT concept_id FROM records WHERE concept_id IS NOT NULL AND record_id IN ("+intList(keys)+")", nil, func(rows *sql.Rows) error {
		var c zenodo.ConceptID
		if err := rows.Scan(&c); err != nil {
			return err
		}
		concepts[c] = true
		return nil
	})
	return concepts, err
}

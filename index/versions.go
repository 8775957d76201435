package index

import (
	"cmp"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/zenodo"
)

// sibling is a version of a concept as the index has it.
type sibling struct {
	key     int64
	id      string
	concept zenodo.ConceptID
	index   int
	latest  bool
}

// compare orders the versions of a concept. Zenodo's ids grow with time, so
// they decide where the place among the versions is not known, or given twice.
func (s sibling) compare(o sibling) int {
	byID := segment.CompareIDs(s.id, o.id)
	if s.index == 0 || o.index == 0 {
		return byID
	}
	return cmp.Or(cmp.Compare(s.index, o.index), byID)
}

// settleVersions takes the mark of the latest from versions that a later one
// of the index supersedes: what a record's own JSON says was true only when
// it was fetched.
func (w *writer) settleVersions(changed []*item) error {
	concepts, left := map[zenodo.ConceptID]bool{}, map[zenodo.ConceptID]bool{}
	for _, it := range changed {
		if it.record.ConceptID != "" {
			concepts[it.record.ConceptID] = true
		}
		if it.left != "" {
			left[it.left] = true
		}
	}
	if err := w.supersede(concepts); err != nil {
		return err
	}
	return w.restoreVersions(left)
}

// supersede takes the mark of the latest from all but the last version.
func (w *writer) supersede(concepts map[zenodo.ConceptID]bool) error {
	siblings, err := w.siblings(concepts)
	if err != nil {
		return err
	}
	last := lastOf(siblings)
	var superseded []int64
	for _, s := range siblings {
		if s.latest && s.key != last[s.concept].key {
			superseded = append(superseded, s.key)
		}
	}
	return w.setLatest(superseded, false)
}

// restoreVersions marks as the latest what says so itself, where no later
// version is left to supersede it.
func (w *writer) restoreVersions(concepts map[zenodo.ConceptID]bool) error {
	siblings, err := w.siblings(concepts)
	if err != nil {
		return err
	}
	var restored []int64
	for _, s := range lastOf(siblings) {
		if s.latest {
			continue
		}
		raw, err := w.document(s.key)
		if err != nil {
			return err
		}
		r, err := zenodo.DecodeRecord(raw)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		if r.IsLatest {
			restored = append(restored, s.key)
		}
	}
	return w.setLatest(restored, true)
}

// lastOf is the last version of each concept.
func lastOf(siblings []sibling) map[zenodo.ConceptID]sibling {
	last := map[zenodo.ConceptID]sibling{}
	for _, s := range siblings {
		if best, ok := last[s.concept]; !ok || s.compare(best) > 0 {
			last[s.concept] = s
		}
	}
	return last
}

func (w *writer) setLatest(keys []int64, latest bool) error {
	for part := range slices.Chunk(keys, segmentDocs) {
		if err := w.exec(fmt.Sprintf("UPDATE records SET is_latest = %t WHERE record_id IN (%s)", latest, intList(part))); err != nil {
			return err
		}
		if err := w.reindexLater(part); err != nil {
			return err
		}
	}
	return nil
}

// siblings reads the versions of concepts that are not gone.
func (w *writer) siblings(concepts map[zenodo.ConceptID]bool) (all []sibling, err error) {
	for part := range slices.Chunk(slices.Collect(maps.Keys(concepts)), bulkRows) {
		args := make([]any, bulkRows) // padded with null, for one statement
		for i, concept := range part {
			args[i] = string(concept)
		}
		err := eachRow(w.ctx, w, "SELECT record_id, id, concept_id, coalesce(version_index, 0), is_latest FROM records WHERE concept_id IN ("+
			placeholders(bulkRows)+") AND gone_at IS NULL", args, func(rows *sql.Rows) error {
			var s sibling
			if err := rows.Scan(&s.key, &s.id, &s.concept, &s.index, &s.latest); err != nil {
				return err
			}
			all = append(all, s)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read versions: %w", err)
		}
	}
	return all, nil
}

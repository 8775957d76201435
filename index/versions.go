package index

import (
	"cmp"
	"database/sql"
	"errors"
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

// resolveVersions decides which version of the concepts of some records, which
// have just arrived, is the latest. Where they have votes, a record that arrives
// as the latest is, even if a later version is held: what is held was true only
// when it was fetched. The versions outvoted by that are returned. Else the last
// version held is the latest.
func (w *writer) resolveVersions(arrived []*item, votes bool) (outvoted []zenodo.RecordID, err error) {
	concepts, left, voters := map[zenodo.ConceptID]bool{}, map[zenodo.ConceptID]bool{}, map[int64]bool{}
	for _, it := range arrived {
		if it.record.ConceptID != "" {
			concepts[it.record.ConceptID] = true
			voters[it.key] = votes && it.record.IsLatest && it.record.VersionIndex > 0 && !it.record.Format.IsPartial()
		}
		if it.left != "" {
			left[it.left] = true
		}
	}
	if outvoted, err = w.supersede(concepts, voters); err != nil {
		return nil, err
	}
	return outvoted, w.restoreVersions(left)
}

// supersede takes the mark of the latest from all versions of concepts but one:
// the last of the voters, if there is one and the last version had the mark, or
// else the last version. It returns those after it that had the mark.
func (w *writer) supersede(concepts map[zenodo.ConceptID]bool, voters map[int64]bool) (outvoted []zenodo.RecordID, err error) {
	siblings, err := w.siblings(concepts)
	if err != nil {
		return nil, err
	}
	last := lastOf(siblings)
	elected := lastOf(slices.DeleteFunc(slices.Clone(siblings), func(s sibling) bool { return !voters[s.key] }))
	var superseded, restored []int64
	for _, s := range siblings {
		chosen, ok := elected[s.concept]
		if !ok || chosen.key != last[s.concept].key && !last[s.concept].latest {
			chosen, ok = last[s.concept], false
		}
		switch {
		case s.key == chosen.key && ok && !s.latest:
			restored = append(restored, s.key)
		case s.key != chosen.key && s.latest:
			superseded = append(superseded, s.key)
			if s.compare(chosen) > 0 {
				outvoted = append(outvoted, zenodo.RecordID(s.id))
			}
		}
	}
	return outvoted, errors.Join(w.setLatest(superseded, false), w.setLatest(restored, true))
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
		raw, err := w.raw(s.key)
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
		if err := w.exec(fmt.Sprintf("UPDATE record SET is_latest = %t WHERE record_id IN (%s)", latest, intList(part))); err != nil {
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
		err := eachRow(uncancelled, w, "SELECT record_id, id, concept_id, coalesce(version_index, 0), is_latest FROM records WHERE concept_id IN ("+
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

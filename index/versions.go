package index

import (
	"database/sql"
	"fmt"

	"github.com/zharvest/zharvest/zenodo"
)

// sibling is a version of a concept as the index has it.
type sibling struct {
	key     int64
	concept zenodo.ConceptID
	index   int
	created string
	latest  bool
}

// after tells whether s is a later version than o.
func (s sibling) after(o sibling) bool {
	if s.index > 0 && o.index > 0 {
		return s.index > o.index
	}
	return s.created > o.created
}

// settleVersions takes the mark of the latest from versions that a later one
// of the index supersedes: what a record's own JSON says was true only when
// it was fetched.
func (w *writer) settleVersions(changed []*item) error {
	concepts := map[zenodo.ConceptID]bool{}
	for _, it := range changed {
		if it.record.ConceptID != "" {
			concepts[it.record.ConceptID] = true
		}
	}
	siblings, err := w.siblings(concepts)
	if err != nil {
		return err
	}
	newest := map[zenodo.ConceptID]sibling{}
	for _, s := range siblings {
		if best, ok := newest[s.concept]; !ok || s.after(best) {
			newest[s.concept] = s
		}
	}
	var superseded []int64
	for _, s := range siblings {
		if s.latest && newest[s.concept].after(s) {
			superseded = append(superseded, s.key)
		}
	}
	if len(superseded) == 0 {
		return nil
	}
	if err := w.exec("UPDATE records SET is_latest = 0 WHERE record_id IN (" + intList(superseded) + ")"); err != nil {
		return err
	}
	return w.reindexLater(superseded)
}

// siblings reads the versions of concepts that are not gone.
func (w *writer) siblings(concepts map[zenodo.ConceptID]bool) (all []sibling, err error) {
	args := make([]any, 0, bulkRows)
	read := func() error {
		args = append(args, make([]any, bulkRows-len(args))...) // padded with null
		rows, err := w.QueryContext(w.ctx, "SELECT record_id, concept_id, coalesce(version_index, 0), coalesce(created_at, ''), is_latest FROM records WHERE concept_id IN ("+
			placeholders(bulkRows)+") AND gone_at IS NULL", args...)
		if err != nil {
			return fmt.Errorf("read versions: %w", err)
		}
		args = args[:0]
		all, err = scanSiblings(rows, all)
		return err
	}
	for concept := range concepts {
		if args = append(args, string(concept)); len(args) == bulkRows {
			if err := read(); err != nil {
				return nil, err
			}
		}
	}
	if len(args) > 0 {
		err = read()
	}
	return all, err
}

func scanSiblings(rows *sql.Rows, all []sibling) ([]sibling, error) {
	defer rows.Close()
	for rows.Next() {
		var s sibling
		if err := rows.Scan(&s.key, &s.concept, &s.index, &s.created, &s.latest); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

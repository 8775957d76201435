package main

import (
	"cmp"
	"context"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/report"
	"github.com/zharvest/zharvest/zenodo"
)

// reportChanges is what the last runs of harvests found changed among the
// records of a list; nil where no harvest ran twice.
func (a *app) reportChanges(ctx context.Context, db *index.DB, q index.Query, relevant []saved) (*report.Changes, error) {
	var since string
	var found []index.Change
	for _, h := range relevant {
		at, err := db.PreviousRun(ctx, h.name)
		if err != nil {
			return nil, err
		}
		if at == "" { // before a first run there was nothing
			continue
		}
		if since == "" || at < since {
			since = at
		}
		if found, err = appendChanges(ctx, found, db, h.name); err != nil {
			return nil, err
		}
	}
	if since == "" {
		return nil, nil
	}
	listed, err := listedAmong(ctx, db, q, found)
	if err != nil {
		return nil, err
	}
	changes := &report.Changes{Since: since}
	addChanges(changes, found, listed)
	return changes, nil
}

// appendChanges reads what the last run of a harvest has found.
func appendChanges(ctx context.Context, found []index.Change, db *index.DB, name string) ([]index.Change, error) {
	for c, err := range db.Changes(ctx, index.ChangesQuery{Harvest: name}) {
		if err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	return found, nil
}

// listedAmong tells which of the records that changed are in a list, or were
// before they were gone. Of those that left a harvest it is those that would be
// in the list if communities and harvests did not matter: a version that
// another one supersedes is not, unless the list is of all versions.
func listedAmong(ctx context.Context, db *index.DB, q index.Query, found []index.Change) (map[zenodo.RecordID]bool, error) {
	changed, left := map[zenodo.RecordID]bool{}, map[zenodo.RecordID]bool{}
	for _, c := range found {
		changed[c.ID] = false
		if c.Change == index.ChangeLeft {
			left[c.ID] = false
		}
	}
	if err := markMatching(ctx, db, q, changed); err != nil {
		return nil, err
	}
	q.Communities, q.Harvest = nil, ""
	if err := markMatching(ctx, db, q, left); err != nil {
		return nil, err
	}
	for id, matches := range left {
		changed[id] = changed[id] || matches
	}
	return changed, nil
}

// markMatching makes true those of the records that a query matches.
func markMatching(ctx context.Context, db *index.DB, q index.Query, records map[zenodo.RecordID]bool) error {
	if len(records) == 0 {
		return nil
	}
	q.Columns, q.IncludeGone, q.Limit, q.Sort = []string{"id"}, true, 0, ""
	for r, err := range db.Records(ctx, q) {
		if err != nil {
			return err
		}
		if _, ok := records[r.ID]; ok {
			records[r.ID] = true
		}
	}
	return nil
}

// addChanges adds changes of the records that are listed, each once, since
// several harvests may have found the same, and counts records, not fields.
func addChanges(changes *report.Changes, found []index.Change, listed map[zenodo.RecordID]bool) {
	counters := map[string]*int{
		index.ChangeAdded: &changes.Added, index.ChangeChanged: &changes.Changed, index.ChangeGone: &changes.Gone, index.ChangeLeft: &changes.Left,
	}
	seen := map[index.Change]bool{}
	for _, c := range found {
		same := index.Change{Change: c.Change, ID: c.ID}
		if n := counters[c.Change]; n != nil && listed[c.ID] && !seen[same] {
			seen[same] = true
			*n++
		}
		same.Field, same.Old, same.New, same.Reason = cmp.Or(c.Field, "-"), c.Old, c.New, c.Reason
		if !listed[c.ID] || seen[same] {
			continue
		}
		seen[same] = true
		changes.Items = append(changes.Items, report.Change{
			Change: c.Change, ID: string(c.ID), DOI: string(c.DOI), Title: c.Title, Field: c.Field, Old: c.Old, New: c.New, Reason: c.Reason,
		})
	}
}

package main

import (
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/report"
	"github.com/zharvest/zharvest/zenodo"
)

// reportChanges is what the last runs of harvests found changed among the
// records of a list; nil where no harvest ran twice. What has left a harvest is
// told as it is, since the list does not have it any more.
func (a *app) reportChanges(db *index.DB, q index.Query, relevant []saved) (*report.Changes, error) {
	var found []index.Change
	var changes *report.Changes
	for _, h := range relevant {
		since, err := db.PreviousRun(a.ctx, h.name)
		if err != nil || since == "" { // before a first run there was nothing
			if err != nil {
				return nil, err
			}
			continue
		}
		if changes == nil || since < changes.Since {
			changes = &report.Changes{Since: since}
		}
		for c, err := range db.Changes(a.ctx, index.ChangesQuery{Harvest: h.name}) {
			if err != nil {
				return nil, err
			}
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		return changes, nil
	}
	listed, err := a.listedAmong(db, q, found)
	if err != nil {
		return nil, err
	}
	addChanges(changes, found, listed)
	return changes, nil
}

// listedAmong tells which of the records that changed are in a list, or were
// before they were gone.
func (a *app) listedAmong(db *index.DB, q index.Query, found []index.Change) (map[zenodo.RecordID]bool, error) {
	listed := map[zenodo.RecordID]bool{}
	for _, c := range found {
		listed[c.ID] = c.Change == index.ChangeLeft
	}
	q.Columns, q.IncludeGone, q.AllVersions, q.Limit, q.Sort = []string{"id"}, true, true, 0, ""
	for r, err := range db.Records(a.ctx, q) {
		if err != nil {
			return nil, err
		}
		if _, ok := listed[r.ID]; ok {
			listed[r.ID] = true
		}
	}
	return listed, nil
}

// addChanges counts records, not fields, and each once a kind: several harvests
// may have found the same.
func addChanges(changes *report.Changes, found []index.Change, listed map[zenodo.RecordID]bool) {
	counters := map[string]*int{
		index.ChangeAdded: &changes.Added, index.ChangeChanged: &changes.Changed, index.ChangeGone: &changes.Gone, index.ChangeLeft: &changes.Left,
	}
	type kind struct {
		change string
		id     zenodo.RecordID
	}
	type told struct {
		kind
		field, before, after string
	}
	counted, listedOnce := map[kind]bool{}, map[told]bool{}
	for _, c := range found {
		k := kind{c.Change, c.ID}
		t := told{k, c.Field, c.Old, c.New}
		if !listed[c.ID] || listedOnce[t] {
			continue
		}
		listedOnce[t] = true
		if n := counters[c.Change]; n != nil && !counted[k] {
			counted[k] = true
			*n++
		}
		changes.Items = append(changes.Items, report.Change{
			Change: c.Change, ID: string(c.ID), DOI: string(c.DOI), Title: c.Title, Field: c.Field, Old: c.Old, New: c.New, Reason: c.Reason,
		})
	}
}

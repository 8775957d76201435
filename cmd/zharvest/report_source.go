package main

import (
	"context"
	"net/url"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/report"
	"github.com/zharvest/zharvest/store"
)

// harvestsOf are the harvests that records of a list come from: the one that is
// named, else those whose selection has anything to do with it.
func harvestsOf(ctx context.Context, db *index.DB, q index.Query) ([]saved, error) {
	all, err := savedHarvests(ctx, db)
	if err != nil {
		return nil, err
	}
	var relevant []saved
	for _, h := range all {
		if q.Harvest == h.name || q.Harvest == "" && h.Kind == harvest.KindRecords && h.Touches(selectionOf(q)) {
			relevant = append(relevant, h)
		}
	}
	return relevant, nil
}

// reportSource says where the records of a report come from, when they were
// harvested, and whether they are all that there are.
func reportSource(ctx context.Context, db *index.DB, q index.Query, relevant []saved) (report.Source, error) {
	source := report.Source{Completeness: completeness(q, relevant)}
	status, err := db.Status(ctx)
	if err != nil {
		return source, err
	}
	byName := map[string]index.HarvestStatus{}
	for _, h := range status.Harvests {
		byName[h.Name] = h
	}
	for _, s := range relevant {
		h := byName[s.name]
		source.HarvestedAt = newest(source.HarvestedAt, h.LastRunAt)
		source.Harvests = append(source.Harvests, report.Harvest{
			Name: h.Name, Records: h.Records, Held: h.Held, Unlisted: h.Unlisted, Gone: h.Gone, Total: h.Total, Listed: h.Listed,
			State: h.State, Complete: h.Complete, ComparedAt: h.ComparedAt, LastRunAt: newest("", h.LastRunAt), LastFullAt: newest("", h.LastFullAt),
		})
	}
	source.Server, err = serverOf(ctx, db, relevant)
	return source, err
}

// serverOf is the host that harvests came from.
func serverOf(ctx context.Context, db *index.DB, relevant []saved) (string, error) {
	harvests, err := db.Saved(ctx)
	if err != nil {
		return "", err
	}
	for _, h := range harvests {
		for _, r := range relevant {
			api, err := url.Parse(h.API)
			if h.Name == r.name && err == nil && api.Hostname() != "" {
				return api.Hostname(), nil
			}
		}
	}
	return "", nil
}

// completeness decides as the warnings about incomplete harvests do.
func completeness(q index.Query, relevant []saved) report.Completeness {
	for _, h := range relevant {
		if !h.complete() && shortens(h, relevant, q.Harvest, selectionOf(q)) {
			return report.Incomplete
		}
	}
	sel, best := selectionOf(q), report.Unknown
	for _, h := range relevant {
		if q.Harvest != h.name && (q.Harvest != "" || !h.complete() || !h.Covers(sel)) {
			continue
		}
		if h.state == store.StateComplete {
			return report.Complete
		}
		best = report.CountsAgree
	}
	return best
}

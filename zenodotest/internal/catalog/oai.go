package catalog

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/oai"
)

// Earliest is when the oldest record was created, or now where there is none.
func (c *Catalog) Earliest(now time.Time) time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	first := now.UnixMicro()
	if c.made.Len() > 0 {
		first = c.made.Created(0)
	}
	for _, e := range c.entries {
		first = min(first, e.created)
	}
	return time.UnixMicro(first)
}

// Record is the JSON of the record with an id.
func (c *Catalog) Record(id string) (raw []byte, ok bool) {
	found := c.Find(id)
	if found.State != IsRecord {
		return nil, false
	}
	return found.Append(nil, true), true
}

// IsDeleted reports whether there was a record with an id.
func (c *Catalog) IsDeleted(id string) bool { return c.Find(id).State == IsGone }

// Communities are all communities, by slug.
func (c *Catalog) Communities() []oai.Community {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var all []oai.Community
	for _, slug := range slices.Sorted(maps.Keys(c.communities)) {
		all = append(all, oai.Community{Slug: slug, Title: c.communities[slug].Metadata.Title})
	}
	return all
}

// Records are those that are selected, in no order that means anything.
func (c *Catalog) Records(ctx context.Context, s oai.Selection) (oai.List, error) {
	c.refresh()
	c.mu.RLock()
	defer c.mu.RUnlock()
	ask := Criteria{AllVersions: true, Type: s.Type, Within: s.Community}
	if s.Community != "" {
		ask.None = c.communities[s.Community] == nil
	}
	t, err := c.prepare(ctx, ask)
	if err != nil {
		return nil, err
	}
	if !s.From.IsZero() || !s.Until.IsZero() {
		changed := clause{field: byUpdated, from: s.From.UnixMilli(), to: s.Until.UnixMilli() + 1}
		if s.Until.IsZero() {
			changed.to = c.cfg.Now().AddDate(100, 0, 0).UnixMilli()
		}
		t.clauses = append(t.clauses, changed)
	}
	refs := c.sortByKeys(c.collect(t), orders["bestmatch"])
	list := &state{catalog: c, records: make([]recordState, len(refs))}
	for i, r := range refs {
		if r >= 0 {
			list.records[i].number = int(r)
		} else {
			list.records[i].kept = c.searched[^r]
		}
	}
	return list, nil
}

// state are records as they were at some time.
type state struct {
	catalog *Catalog
	records []recordState
}

// recordState is the number of a made-up record, or one that is kept.
type recordState struct {
	number int
	kept   *entry
}

// Len is how many they are.
func (s *state) Len() int { return len(s.records) }

// JSON is that of one.
func (s *state) JSON(i int) []byte {
	if kept := s.records[i].kept; kept != nil {
		return kept.json(true)
	}
	return s.catalog.appendMade(nil, s.records[i].number, true)
}

package catalog

import (
	"iter"
	"slices"
	"strconv"

	"github.com/zharvest/zharvest/internal/naive"
	"github.com/zharvest/zharvest/zenodotest/internal/oai"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// ID writes the number of a record or concept as an id.
func (c *Catalog) ID(n int64) string { return c.idText(n) }

// Number is the number that an id stands for.
func (c *Catalog) Number(id string) (int64, bool) { return c.idNumber(id) }

// DOI is the one that the server gives a record or concept.
func (c *Catalog) DOI(n int64) string {
	if c.cfg.Native {
		return doiOf(c.idText(n))
	}
	return "10.5281/zenodo." + strconv.FormatInt(n, 10)
}

// OAI is the identifier of a record for OAI-PMH.
func (c *Catalog) OAI(n int64) string {
	if c.cfg.Native {
		return oai.NativePrefix + c.idText(n)
	}
	return "oai:zenodo.org:" + strconv.FormatInt(n, 10)
}

// Place is where a published record stands.
func (c *Catalog) Place(n int64) (Place, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.entry(c.idText(n))
	if err != nil {
		return Place{}, false
	}
	return Place{e.index, e.latest, e.revision}, true
}

// CommunitiesOf are the slugs of those that the versions of a concept are in.
func (c *Catalog) CommunitiesOf(concept int64) []string {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, place := range slices.Backward(c.concepts[concept]) {
		if e := c.entries[place]; e.tombstone == nil {
			return slices.Clone(e.communities)
		}
	}
	return nil
}

// MoveAll puts all versions of a concept into other communities. Neither their
// times of update nor their revisions change.
func (c *Catalog) MoveAll(concept int64, communities []string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, place := range slices.Clone(c.concepts[concept]) {
		e := c.entries[place]
		if e.tombstone != nil {
			continue
		}
		raw := rawjson.Replace(slices.Clone(e.raw), e.membershipJSON(communities), e.shape().communities...)
		if err := c.change(raw); err != nil {
			return err
		}
	}
	return nil
}

// Select reports which records in the native form match a query.
func (c *Catalog) Select(query string, all [][]byte) ([]bool, error) {
	c.mu.RLock()
	parsed, err := c.parser().Parse(query)
	c.mu.RUnlock()
	if err != nil {
		return nil, RefusedQuery(err)
	}
	q, err := naive.NewQuery(parsed, c.cfg.Now())
	if err != nil {
		return nil, RefusedQuery(err)
	}
	records := make([]*naive.Record, len(all))
	for i, raw := range all {
		records[i] = readRecord(raw)
	}
	found := make([]bool, len(all))
	err = q.Search(iter.Seq[*naive.Record](slices.Values(records)), false, func(r *naive.Record, _ float64) {
		found[slices.Index(records, r)] = true
	})
	if err != nil {
		return nil, RefusedQuery(err)
	}
	return found, nil
}

// VersionsOf are the numbers of the published versions of a concept, the first
// of them first.
func (c *Catalog) VersionsOf(concept int64) (numbers []int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.adopt(concept) != nil {
		return nil
	}
	var all []*entry
	for _, place := range c.concepts[concept] {
		if e := c.entries[place]; e.tombstone == nil {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, (*entry).compareVersion)
	for _, e := range all {
		numbers = append(numbers, e.id)
	}
	return numbers
}

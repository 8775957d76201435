package catalog

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// FindDOI finds the record with a DOI, or for that of a concept the latest
// version. Letters may be small or large. Of deleted records the identifier is
// known, and what it stands for said.
func (c *Catalog) FindDOI(doi string) (id string, found Found) {
	if id := c.entryWithDOI(doi); id != "" {
		return id, c.Find(id)
	}
	prefix := "10.5281/zenodo."
	if c.cfg.Native {
		prefix = doiOf("")
	}
	id, ok := strings.CutPrefix(strings.ToLower(doi), prefix)
	if !ok {
		return "", Found{}
	}
	found = c.Find(id)
	if found.State == IsConcept {
		return found.Latest, c.Find(found.Latest)
	}
	return id, found
}

// entryWithDOI finds a record that is kept by the DOI that it says it has.
func (c *Catalog) entryWithDOI(doi string) string {
	quoted, err := json.Marshal(strings.ToLower(doi))
	if err != nil {
		return ""
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, e := range c.entries {
		if e.tombstone != nil || !bytes.Contains(bytes.ToLower(e.raw), quoted) {
			continue
		}
		if record, err := zenodo.DecodeRecord(e.raw); err == nil && strings.EqualFold(string(record.DOI), doi) {
			return c.idText(e.id)
		}
	}
	return ""
}

package catalog

import (
	"encoding/json"
	"fmt"
	"strings"
)

// nativeWire is the part of a record's JSON that entries need, in the form of
// InvenioRDM.
type nativeWire struct {
	ID       string `json:"id"`
	Created  string `json:"created"`
	Updated  string `json:"updated"`
	Revision int    `json:"revision_id"`
	Parent   struct {
		ID     string `json:"id"`
		Access struct {
			Owner json.RawMessage `json:"owned_by"`
		} `json:"access"`
		Communities struct {
			Entries []struct {
				ID   string `json:"id"`
				Slug string `json:"slug"`
			} `json:"entries"`
		} `json:"communities"`
	} `json:"parent"`
	Versions struct {
		Index    int   `json:"index"`
		IsLatest *bool `json:"is_latest"`
	} `json:"versions"`
	Access struct {
		Status string `json:"status"`
	} `json:"access"`
	Metadata struct {
		Published string `json:"publication_date"`
		Subjects  []struct {
			Subject string `json:"subject"`
		} `json:"subjects"`
		Type struct {
			ID string `json:"id"`
		} `json:"resource_type"`
	} `json:"metadata"`
	Files struct {
		Entries map[string]any `json:"entries"`
	} `json:"files"`
	Stats struct {
		All struct {
			Views     *float64 `json:"unique_views"`
			Downloads *float64 `json:"unique_downloads"`
		} `json:"all_versions"`
	} `json:"stats"`
}

// parseNative reads a record in the form of InvenioRDM.
func (c *Catalog) parseNative(raw []byte) (*entry, error) {
	var w nativeWire
	if err := json.Unmarshal(raw, &w); err != nil {
		return nil, err
	}
	id, ok := c.idNumber(w.ID)
	switch {
	case !ok && c.cfg.Native:
		return nil, fmt.Errorf("id %q is not like aaaaa-00000", w.ID)
	case !ok:
		return nil, fmt.Errorf("id %q is not a number, as those of Zenodo are", w.ID)
	}
	e := &entry{
		raw: raw, native: true, id: id, concept: -id, revision: w.Revision, latest: w.Versions.IsLatest == nil || *w.Versions.IsLatest,
		index: max(0, w.Versions.Index-nativeShape.first), access: w.Access.Status, published: w.Metadata.Published,
		views: countOf(w.Stats.All.Views), downloads: countOf(w.Stats.All.Downloads), uuids: map[string]string{},
	}
	e.kind, e.subtype, _ = strings.Cut(w.Metadata.Type.ID, "-")
	if concept, ok := c.idNumber(w.Parent.ID); ok {
		e.concept = concept
	}
	if !c.cfg.Native {
		e.other = new(otherForm)
	}
	e.owner = userOf(w.Parent.Access.Owner)
	var err error
	if e.created, err = micros(w.Created); err != nil {
		return nil, fmt.Errorf("record %s: created: %w", w.ID, err)
	}
	if e.updated, err = micros(w.Updated); err != nil {
		return nil, fmt.Errorf("record %s: updated: %w", w.ID, err)
	}
	for _, subject := range w.Metadata.Subjects {
		e.subjects = append(e.subjects, subject.Subject)
	}
	for key := range w.Files.Entries {
		e.addFile(key)
	}
	for _, c := range w.Parent.Communities.Entries {
		e.communities = append(e.communities, c.Slug)
		e.uuids[c.Slug] = c.ID
	}
	return e, nil
}

// userOf reads {"user": "123"}, or the first of a list of such.
func userOf(raw json.RawMessage) string {
	type owner struct {
		User json.RawMessage `json:"user"`
	}
	var all []owner
	if json.Unmarshal(raw, &all) != nil {
		all = make([]owner, 1)
		_ = json.Unmarshal(raw, &all[0]) // without an owner there is none
	}
	if len(all) == 0 {
		return ""
	}
	return strings.Trim(string(all[0].User), `"`)
}

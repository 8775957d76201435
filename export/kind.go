package export

import (
	"cmp"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// kindOf returns the resource type of a record. A type or subtype that Zenodo
// has come up with since is named in its own words.
func kindOf(r *zenodo.Record) vocab.ResourceType {
	m := &r.Metadata
	id := m.Type
	if m.Subtype != "" {
		id += "-" + m.Subtype
	}
	types := vocab.ResourceTypes()
	if t, ok := types.Find(id); ok {
		return t
	}
	t, ok := types.Find(m.Type)
	if !ok {
		t, _ = types.Find("other")
	}
	t.Genre = cmp.Or(htmltext.OneLine(m.TypeTitle), htmltext.OneLine(m.Subtype), htmltext.OneLine(m.Type))
	t.Text = t.Genre
	return t
}

// generalOf returns what DataCite calls a type of resource, empty for one that
// is not known.
func generalOf(id string) string {
	t, _ := vocab.ResourceTypes().Find(id)
	return t.General
}

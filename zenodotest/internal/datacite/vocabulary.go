package datacite

import (
	"cmp"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// resourceType writes the element also where it has no text, as Zenodo does.
func (w *writer) resourceType(m *zenodo.Metadata) {
	types := vocab.ResourceTypes()
	t, ok := types.Find(m.Type + "-" + m.Subtype)
	if !ok {
		t, _ = types.Find(m.Type)
	}
	w.Leaf("resourceType", t.Text, "resourceTypeGeneral", cmp.Or(t.General, "Other"))
}

// generalOf is the type of a related resource that Zenodo names in full
// what it is; empty where it does not.
func generalOf(id string) string {
	if id == "" {
		return ""
	}
	t, _ := vocab.ResourceTypes().Find(id)
	return cmp.Or(t.General, "Other")
}

func (w *writer) rights(m *zenodo.Metadata) {
	if m.License == "" {
		return
	}
	license, _ := vocab.Licenses().Find(m.License)
	scheme := ""
	if license.IsSPDX {
		scheme = "spdx"
	}
	w.Open("rightsList")
	w.Leaf("rights", cmp.Or(license.Title, m.License), "rightsURI", m.LicenseURL, "rightsIdentifierScheme", scheme, "rightsIdentifier", m.License)
	w.Close("rightsList")
}

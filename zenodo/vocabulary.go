package zenodo

import (
	"cmp"

	"github.com/zharvest/zharvest/internal/vocab"
)

// setLicense notes the licence under the id that it has today. An id that
// Zenodo does not know stays as it is. The address is that of the vocabulary
// where the record has none.
func (m *Metadata) setLicense(id, url string) {
	m.License, m.LicenseURL = id, url
	if license, ok := vocab.Licenses().Find(id); ok {
		m.License, m.LicenseURL = license.ID, cmp.Or(url, license.URL)
	}
}

// complete adds what other forms of a record have for a funder that Zenodo knows:
// the legacy JSON has no id of ROR, and InvenioRDM's mostly neither DOI nor acronym.
func (f *Funder) complete() {
	if known, ok := vocab.Funders().Find(cmp.Or(f.ID, f.DOI)); ok {
		f.ID, f.DOI, f.Acronym = cmp.Or(f.ID, known.ID), cmp.Or(f.DOI, known.DOI), cmp.Or(f.Acronym, known.Acronym)
	}
}

// nameOf returns the name of a term as the legacy JSON writes it, which is the
// one that records have here. What the vocabulary does not know stays as it is.
func nameOf(v *vocab.Vocabulary[vocab.Term], id string) string {
	if term, ok := v.Find(id); ok {
		return term.Name
	}
	return id
}

// languageID returns the code of three letters for any code of a language. What
// is no code stays as it is.
func languageID(code string) string {
	if language, ok := vocab.Languages().Find(code); ok {
		return language.ID
	}
	return code
}

// splitDataCiteType is the type and the subtype of a record, empty for a
// general type that no resource type of InvenioRDM has.
func splitDataCiteType(general, text string) (name, subtype string) {
	t, _ := vocab.ResourceTypeOf(general, text)
	return t.Type(), t.Subtype()
}

// relatedType is the resource type of what a related identifier is for. Text
// and images are of several, and which one is not in the XML.
func relatedType(general string) string {
	switch general {
	case "Text", "Image":
		return ""
	}
	t, _ := vocab.ResourceTypeOf(general, "")
	return t.ID
}

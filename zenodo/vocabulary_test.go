package zenodo_test

import (
	"fmt"
	"testing"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// TestLicenseSpelling: one licence has one id, whichever form of a record says
// it. 55 of the ids that the legacy JSON has were taken for other licences, or
// for none.
func TestLicenseSpelling(t *testing.T) {
	for _, license := range vocab.Licenses().Terms() {
		for form, raw := range map[string]string{
			"legacy":   fmt.Sprintf(`{"id": 1, "metadata": {"license": {"id": %q}}}`, license.Legacy),
			"rdm":      fmt.Sprintf(`{"id": "1", "pids": {}, "metadata": {"rights": [{"id": %q, "title": {"en": "x"}}]}}`, license.ID),
			"datacite": fmt.Sprintf(`<resource>`+pageOne+`<rightsList><rights rightsIdentifier="%s">x</rights></rightsList></resource>`, license.ID),
		} {
			m := decode(t, raw).Metadata
			if m.License != license.ID || m.LicenseURL != license.URL {
				t.Errorf("%s: %s is decoded as %q of %q, want %q", form, raw, m.License, m.LicenseURL, license.ID)
			}
		}
	}
	for given, want := range map[string]string{"CC-BY-4.0": "cc-by-4.0", "cc-by": "cc-by-1.0", "House-Licence": "House-Licence", "": ""} {
		if m := decode(t, fmt.Sprintf(`{"id": 1, "metadata": {"license": {"id": %q}}}`, given)).Metadata; m.License != want {
			t.Errorf("%q is decoded as %q, want %q", given, m.License, want)
		}
	}
	own := decode(t, `{"id": "1", "pids": {}, "metadata": {"rights": [{"id": "mit", "props": {"url": "https://l.example"}}]}}`).Metadata
	if own.LicenseURL != "https://l.example" {
		t.Errorf("the address is %q, want that of the record", own.LicenseURL)
	}
}

// TestTermSpelling: relations and roles are spelled as in the legacy JSON,
// whichever form of a record has them.
func TestTermSpelling(t *testing.T) {
	for _, relation := range vocab.Relations().Terms() {
		rdm := decode(t, fmt.Sprintf(`{"id": "1", "pids": {}, "metadata": {"related_identifiers": [{"identifier": "x", "relation_type": {"id": %q}}]}}`, relation.ID))
		if got := rdm.Metadata.RelatedIdentifiers[0].Relation; got != relation.Name {
			t.Errorf("%s is decoded as %q, want %q", relation.ID, got, relation.Name)
		}
		xml := decode(t, fmt.Sprintf(`<resource>`+pageOne+`<relatedIdentifiers><relatedIdentifier relationType="%s">x</relatedIdentifier></relatedIdentifiers></resource>`, relation.DataCite))
		if got := xml.Metadata.RelatedIdentifiers[0].Relation; got != relation.Name && relation.DataCite != "" {
			t.Errorf("%s is decoded as %q, want %q", relation.DataCite, got, relation.Name)
		}
	}
	for _, role := range vocab.Roles().Terms() {
		rdm := decode(t, fmt.Sprintf(`{"id": "1", "pids": {}, "metadata": {"contributors": [{"person_or_org": {"name": "x"}, "role": {"id": %q}}]}}`, role.ID))
		if got := rdm.Metadata.Contributors[0].Type; got != role.Name {
			t.Errorf("%s is decoded as %q, want %q", role.ID, got, role.Name)
		}
	}
	rdm := decode(t, `{"id": "1", "pids": {}, "metadata": {"contributors": [{"role": {"id": "Poet"}}], "related_identifiers": [{"relation_type": {"id": "sings"}}]}}`).Metadata
	if rdm.Contributors[0].Type != "Poet" || rdm.RelatedIdentifiers[0].Relation != "sings" {
		t.Errorf("unknown terms are decoded as %q, %q", rdm.Contributors[0].Type, rdm.RelatedIdentifiers[0].Relation)
	}
}

// TestResourceTypeOfDataCite: a type that was written as DataCite's words is
// read again as itself.
func TestResourceTypeOfDataCite(t *testing.T) {
	for _, want := range vocab.ResourceTypes().Terms() {
		m := decode(t, fmt.Sprintf(`<resource>`+pageOne+`<resourceType resourceTypeGeneral="%s">%s</resourceType></resource>`, want.General, want.Text)).Metadata
		if m.Type != want.Type() || m.Subtype != want.Subtype() {
			t.Errorf("%s is decoded as %q, %q", want.ID, m.Type, m.Subtype)
		}
	}
}

// TestLanguageOfDataCite: XML may have codes of two letters, which Zenodo's JSON
// has not.
func TestLanguageOfDataCite(t *testing.T) {
	for code, want := range map[string]string{"en": "eng", "eng": "eng", "ger": "deu", "en-GB": "en-GB", "": ""} {
		if m := decode(t, "<resource>"+pageOne+"<language>"+code+"</language></resource>").Metadata; m.Language != want {
			t.Errorf("%q is decoded as %q, want %q", code, m.Language, want)
		}
	}
}

// pageOne is where XML has the id of a record, without which it is none.
const pageOne = `<alternateIdentifiers><alternateIdentifier alternateIdentifierType="URL">https://zenodo.org/records/1</alternateIdentifier></alternateIdentifiers>`

func decode(t *testing.T, raw string) *zenodo.Record {
	t.Helper()
	r, err := zenodo.DecodeRecord([]byte(raw))
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return r
}

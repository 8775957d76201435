package zenodo_test

import (
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

func TestIsOrganization(t *testing.T) {
	for _, tt := range []struct {
		creator        zenodo.Creator
		isOrganization bool
		nameType       string
		family, given  string
	}{
		{zenodo.Creator{Name: "Harbour Board, Esbjerg"}, true, "", "Harbour Board", "Esbjerg"},
		{zenodo.Creator{Name: "World Health Organization, Regional Office for Europe"}, true, "", "World Health Organization", "Regional Office for Europe"},
		{zenodo.Creator{Name: "Rosenheim, Technische Hochschule"}, true, "", "Rosenheim", "Technische Hochschule"},
		{zenodo.Creator{Name: "Elsevier, Inc."}, true, "", "Elsevier", "Inc."},
		{zenodo.Creator{Name: "Acme GmbH, Wien"}, true, "", "Acme GmbH", "Wien"},
		{zenodo.Creator{Name: "Consortium, Econogene"}, true, "", "Consortium", "Econogene"},
		{zenodo.Creator{Name: "National Wildlife Health, Center"}, true, "", "National Wildlife Health", "Center"},
		{zenodo.Creator{Name: "CERN, Geneva", Kind: "organizational"}, true, "organizational", "", ""},
		{zenodo.Creator{Name: "Rossi, Ada"}, false, "", "Rossi", "Ada"},
		{zenodo.Creator{Name: "Board, John"}, false, "", "Board", "John"},
		{zenodo.Creator{Name: "Corp, Nadia"}, false, "", "Corp", "Nadia"},
		{zenodo.Creator{Name: "de la Cruz, Juana Inés"}, false, "", "de la Cruz", "Juana Inés"},
		{zenodo.Creator{Name: "Kim, S.A."}, false, "", "Kim", "S.A."},
		{zenodo.Creator{Name: "Harbour Board, Ada", Kind: "personal"}, false, "personal", "Harbour Board", "Ada"},
		{zenodo.Creator{Name: "Harbour Board, Ada", ORCID: "0000-0002-1825-0097"}, false, "personal", "Harbour Board", "Ada"},
		{zenodo.Creator{Name: "Ada Rossi"}, false, "", "Ada Rossi", ""},
	} {
		c := tt.creator
		family, given := c.NameParts()
		if c.IsOrganization() != tt.isOrganization || c.NameType() != tt.nameType || family != tt.family || given != tt.given {
			t.Errorf("%+v: organisation %v, type %q, parts %q and %q; want %v, %q, %q, %q",
				c, c.IsOrganization(), c.NameType(), family, given, tt.isOrganization, tt.nameType, tt.family, tt.given)
		}
	}
}

// TestROR has research organisations, which alone have a ROR.
func TestROR(t *testing.T) {
	for _, raw := range []string{
		`{"id":"a-1","parent":{"id":"a-0"},"metadata":{"creators":[{"person_or_org":{"name":"CERN, Geneva","identifiers":[{"scheme":"ror","identifier":"01ggx4157"}]}}]}}`,
		`<resource><identifier identifierType="DOI">10.5281/zenodo.1</identifier><creators><creator><creatorName>CERN, Geneva</creatorName><nameIdentifier nameIdentifierScheme="ROR">01ggx4157</nameIdentifier></creator></creators></resource>`,
	} {
		r, err := zenodo.DecodeRecord([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Metadata.Creators[0].Kind; got != "organizational" {
			t.Errorf("%s\nis %q, want organizational", raw, got)
		}
	}
}

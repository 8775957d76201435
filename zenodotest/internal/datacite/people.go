package datacite

import (
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

func (w *writer) creator(c zenodo.Creator) {
	w.Open("creator")
	w.name("creatorName", c)
	w.Close("creator")
}

func (w *writer) contributor(c zenodo.Contributor) {
	w.Open("contributor", "contributorType", c.Type)
	w.name("contributorName", c.Creator)
	w.Close("contributor")
}

// name writes a name whole and, where it is written "Family, Given", in parts.
func (w *writer) name(element string, c zenodo.Creator) {
	family, given, both := strings.Cut(c.Name, ", ")
	kind := "Organizational"
	if (both || c.ORCID != "") && !c.IsOrganization() {
		kind = "Personal"
	}
	w.Leaf(element, c.Name, "nameType", kind)
	if kind == "Personal" {
		w.Some("givenName", given)
		w.Some("familyName", family)
	}
	w.Some("nameIdentifier", c.ORCID, "nameIdentifierScheme", "ORCID")
	w.Some("nameIdentifier", c.GND, "nameIdentifierScheme", "GND")
	for _, a := range c.Affiliations {
		w.Leaf("affiliation", a.Name)
	}
}

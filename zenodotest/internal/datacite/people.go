package datacite

import (
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

func (w *writer) creator(c zenodo.Creator) {
	w.open("creator")
	w.name("creatorName", c)
	w.close("creator")
}

func (w *writer) contributor(c zenodo.Contributor) {
	w.open("contributor", "contributorType", c.Type)
	w.name("contributorName", c.Creator)
	w.close("contributor")
}

// name writes a name whole and, where it is written "Family, Given", in parts.
func (w *writer) name(element string, c zenodo.Creator) {
	family, given, both := strings.Cut(c.Name, ", ")
	kind := "Organizational"
	if both || c.ORCID != "" {
		kind = "Personal"
	}
	w.leaf(element, c.Name, "nameType", kind)
	if kind == "Personal" {
		w.some("givenName", given)
		w.some("familyName", family)
	}
	w.some("nameIdentifier", c.ORCID, "nameIdentifierScheme", "ORCID")
	w.some("nameIdentifier", c.GND, "nameIdentifierScheme", "GND")
	w.some("affiliation", c.Affiliation)
}

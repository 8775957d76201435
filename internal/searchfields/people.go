package searchfields

import (
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

func (w walk) people(m *zenodo.Metadata) {
	for i := range m.Creators {
		w.person(&creators, &m.Creators[i])
		w.text("metadata.creators.role.id", strings.ToLower(m.Creators[i].Role))
	}
	for i := range m.Contributors {
		c := &m.Contributors[i]
		w.person(&contributors, &c.Creator)
		w.text("metadata.contributors.role.id", strings.ToLower(c.Type))
	}
}

// personFields are the names of the fields of people, made once: names are put
// together for no record.
type personFields struct {
	name, family, given, kind, affiliation, affiliationID string
	ids, affiliationIDs                                   idFields
}

// idFields are the names of the fields of identifiers.
type idFields struct{ identifier, scheme string }

var (
	creators     = personFieldsOf("metadata.creators.")
	contributors = personFieldsOf("metadata.contributors.")
	awardIDs     = idFieldsOf("metadata.funding.award.")
	funderIDs    = idFieldsOf("metadata.funding.funder.")
	placeIDs     = idFieldsOf("metadata.locations.features.")
)

func personFieldsOf(object string) personFields {
	person := object + "person_or_org."
	return personFields{
		person + "name", person + "family_name", person + "given_name", person + "type",
		object + "affiliations.name", object + "affiliations.id", idFieldsOf(person), idFieldsOf(object + "affiliations."),
	}
}

func idFieldsOf(object string) idFields {
	return idFields{object + "identifiers.identifier", object + "identifiers.scheme"}
}

func (w walk) person(f *personFields, c *zenodo.Creator) {
	family, given := c.NameParts()
	w.text(f.name, c.Name)
	w.text(f.family, family)
	w.text(f.given, given)
	w.text(f.kind, c.Kind)
	for _, a := range c.Affiliations {
		w.text(f.affiliation, a.Name)
		w.text(f.affiliationID, a.ID)
		w.identifiers(f.affiliationIDs, a.Identifiers)
	}
	w.identifier(f.ids, c.ORCID, "orcid")
	w.identifier(f.ids, c.GND, "gnd")
	w.identifier(f.ids, c.ROR, "ror")
	w.identifiers(f.ids, c.Identifiers)
}

// identifier is an identifier with its scheme, if there is one.
func (w walk) identifier(f idFields, value, scheme string) {
	if value != "" {
		w.text(f.identifier, value)
		w.text(f.scheme, scheme)
	}
}

func (w walk) identifiers(f idFields, ids []zenodo.AlternateIdentifier) {
	for _, id := range ids {
		w.identifier(f, id.Identifier, id.Scheme)
	}
}

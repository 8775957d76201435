package export

import (
	"cmp"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

type nativePerson struct {
	Type        string             `json:"type,omitempty"`
	Name        string             `json:"name"`
	GivenName   string             `json:"given_name,omitempty"`
	FamilyName  string             `json:"family_name,omitempty"`
	Identifiers []nativeIdentifier `json:"identifiers,omitempty"`
}

type nativeAffiliation struct {
	ID          string             `json:"id,omitempty"`
	Name        string             `json:"name,omitempty"`
	Identifiers []nativeIdentifier `json:"identifiers,omitempty"`
}

type nativeContributor struct {
	Person       nativePerson        `json:"person_or_org"`
	Role         *nativeTerm         `json:"role,omitempty"`
	Affiliations []nativeAffiliation `json:"affiliations,omitempty"`
}

func contributors(r *zenodo.Record) (all []nativeContributor) {
	for i := range r.Metadata.Contributors {
		c := &r.Metadata.Contributors[i]
		n := nativeContributor{
			Person: nativePerson{c.NameType(), c.Name, c.GivenName, c.FamilyName, identifiersOf(&c.Creator)},
			Role:   term(c.Type),
		}
		for _, a := range c.Affiliations {
			n.Affiliations = append(n.Affiliations, nativeAffiliation{a.ID, a.Name, nativeIdentifiers(a.Identifiers)})
		}
		all = append(all, n)
	}
	return all
}

// identifiersOf are all of a person or an organisation.
func identifiersOf(c *zenodo.Creator) (ids []nativeIdentifier) {
	for _, id := range []nativeIdentifier{{c.ORCID, "orcid"}, {c.GND, "gnd"}, {c.ROR, "ror"}} {
		if id.Identifier != "" {
			ids = append(ids, id)
		}
	}
	return append(ids, nativeIdentifiers(c.Identifiers)...)
}

// creatorIDs are all identifiers of a creator, each behind its scheme.
func creatorIDs(c *zenodo.Creator) string {
	var ids []string
	for _, id := range identifiersOf(c) {
		ids = append(ids, id.Scheme+":"+id.Identifier)
	}
	return strings.Join(ids, zenodo.AffiliationSeparator)
}

// affiliationIDs are in step with the names of the affiliations.
func affiliationIDs(c *zenodo.Creator) string {
	ids := make([]string, len(c.Affiliations))
	for i, a := range c.Affiliations {
		ids[i] = cmp.Or(a.ID, a.ROR())
	}
	return joined(ids, zenodo.AffiliationSeparator)
}

// creatorAffiliations are the names of the affiliations of each creator.
func creatorAffiliations(r *zenodo.Record) [][]string {
	all := make([][]string, len(r.Metadata.Creators))
	for i := range r.Metadata.Creators {
		all[i] = []string{}
		for _, a := range r.Metadata.Creators[i].Affiliations {
			all[i] = append(all[i], a.Name)
		}
	}
	return all
}

package export

import (
	"cmp"
	"strings"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// datacitePerson is a creator, or with a role a contributor.
type datacitePerson struct {
	Name            string                `json:"name"`
	Kind            string                `json:"nameType,omitempty"`
	Given           string                `json:"givenName,omitempty"`
	Family          string                `json:"familyName,omitempty"`
	NameIdentifiers []dataciteNameID      `json:"nameIdentifiers,omitempty"`
	Affiliation     []dataciteAffiliation `json:"affiliation,omitempty"`
	Role            string                `json:"contributorType,omitempty"`
}

type dataciteNameID struct {
	Identifier string `json:"nameIdentifier"`
	Scheme     string `json:"nameIdentifierScheme"`
	SchemeURI  string `json:"schemeUri,omitempty"`
}

type dataciteAffiliation struct {
	Name      string `json:"name"`
	ID        string `json:"affiliationIdentifier,omitempty"`
	Scheme    string `json:"affiliationIdentifierScheme,omitempty"`
	SchemeURI string `json:"schemeUri,omitempty"`
}

// dataciteCreators has at least one, as DataCite wants it.
func dataciteCreators(creators []zenodo.Creator) []datacitePerson {
	var people []datacitePerson
	for i := range creators {
		if p := datacitePersonOf(&creators[i]); p.Name != "" {
			people = append(people, p)
		}
	}
	if len(people) == 0 {
		return []datacitePerson{{Name: unavailable}}
	}
	return people
}

func dataciteContributors(contributors []zenodo.Contributor) []datacitePerson {
	var people []datacitePerson
	for i := range contributors {
		c := &contributors[i]
		p := datacitePersonOf(&c.Creator)
		role, _ := vocab.Roles().Find(c.Type)
		p.Role = cmp.Or(role.DataCite, "Other")
		if p.Name != "" {
			people = append(people, p)
		}
	}
	return people
}

// datacitePersonOf has the parts of a name, and whether it is that of a person,
// only where that is known.
func datacitePersonOf(c *zenodo.Creator) datacitePerson {
	p := datacitePerson{Name: strings.Trim(htmltext.OneLine(c.Name), ", ")}
	switch c.NameType() {
	case "organizational":
		p.Kind = "Organizational"
	case "personal":
		n := nameOf(c)
		p.Kind, p.Given, p.Family = "Personal", n.given, cmp.Or(n.family, htmltext.OneLine(c.FamilyName))
		if n.suffix != "" {
			p.Given += ", " + n.suffix
		}
	}
	p.NameIdentifiers = nameIdentifiers(c)
	for _, a := range c.Affiliations {
		if affiliation := dataciteAffiliationOf(&a); affiliation.Name != "" {
			p.Affiliation = append(p.Affiliation, affiliation)
		}
	}
	return p
}

// dataciteAffiliationOf has the identifier of ROR, or another where there is none.
func dataciteAffiliationOf(a *zenodo.Affiliation) dataciteAffiliation {
	d := dataciteAffiliation{Name: htmltext.OneLine(a.Name)}
	if id := a.ROR(); id != "" {
		d.ID, d.Scheme, d.SchemeURI = rorURL+percentEncoded(id, "-"), "ROR", "https://ror.org"
		return d
	}
	for _, id := range a.Identifiers {
		if value := htmltext.OneLine(id.Identifier); value != "" {
			d.ID, d.Scheme = value, strings.ToUpper(htmltext.OneLine(id.Scheme))
			break
		}
	}
	return d
}

const rorURL = "https://ror.org/"

func nameIdentifiers(c *zenodo.Creator) []dataciteNameID {
	var ids []dataciteNameID
	if id := htmltext.OneLine(c.ORCID); id != "" {
		ids = append(ids, dataciteNameID{"https://orcid.org/" + percentEncoded(id, "-"), "ORCID", "https://orcid.org"})
	}
	if id := htmltext.OneLine(c.GND); id != "" {
		ids = append(ids, dataciteNameID{"https://d-nb.info/gnd/" + percentEncoded(strings.TrimPrefix(id, "gnd:"), "-"), "GND", "https://d-nb.info/gnd/"})
	}
	if id := htmltext.OneLine(c.ROR); id != "" {
		ids = append(ids, dataciteNameID{rorURL + percentEncoded(id, "-"), "ROR", "https://ror.org"})
	}
	for _, other := range c.Identifiers {
		if id := htmltext.OneLine(other.Identifier); id != "" {
			ids = append(ids, dataciteNameID{Identifier: id, Scheme: strings.ToUpper(htmltext.OneLine(other.Scheme))})
		}
	}
	return ids
}

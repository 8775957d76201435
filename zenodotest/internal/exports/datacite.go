package exports

import (
	"cmp"
	"strings"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/rawjson"
)

// DataCite is a record in DataCite's JSON.
func DataCite(r *zenodo.Record, root string) []byte {
	m := &r.Metadata
	kind := typeOf(m)
	o := object{
		"titles": []object{{"title": m.Title}}, "publisher": object{"name": cmp.Or(m.Publisher, "Zenodo")},
		"types":         object{"resourceType": kind.Text, "resourceTypeGeneral": cmp.Or(kind.General, "Other")},
		"schemaVersion": "http://datacite.org/schema/kernel-4",
		"alternateIdentifiers": []object{
			{"alternateIdentifier": page(r, root), "alternateIdentifierType": "URL"},
			{"alternateIdentifier": oaiID(r), "alternateIdentifierType": "oai"},
		},
	}
	put(o, "doi", string(r.DOI))
	put(o, "publicationYear", year(m))
	put(o, "version", m.Version)
	put(o, "language", m.Language)
	people := func(key string, all []object) {
		if all != nil {
			o[key] = all
		}
	}
	var creators, contributors []object
	for i := range m.Creators {
		creators = append(creators, person(&m.Creators[i]))
	}
	for i := range m.Contributors {
		p := person(&m.Contributors[i].Creator)
		p["contributorType"] = cmp.Or(m.Contributors[i].Type, "Other")
		contributors = append(contributors, p)
	}
	people("creators", creators)
	people("contributors", contributors)
	dates := []object{{"date": m.PublicationDate, "dateType": "Issued"}}
	if changed, ok := r.UpdatedAt.Time(); ok {
		dates = append(dates, object{"date": changed.Format("2006-01-02"), "dateType": "Updated"})
	}
	o["dates"] = dates
	if m.Description != "" {
		o["descriptions"] = []object{{"description": m.Description, "descriptionType": "Abstract"}}
	}
	var subjects []object
	for _, keyword := range m.Keywords {
		subjects = append(subjects, object{"subject": keyword})
	}
	people("subjects", subjects)
	people("relatedIdentifiers", related(r))
	people("rightsList", rights(m))
	return rawjson.Indented(o)
}

func person(c *zenodo.Creator) object {
	o := object{"name": c.Name, "nameIdentifiers": identifiers(c), "nameType": "Organizational"}
	if family, given := c.NameParts(); family != "" && !c.IsOrganization() {
		o["nameType"], o["familyName"] = "Personal", family
		put(o, "givenName", given)
	}
	var affiliations []object
	for _, a := range c.Affiliations {
		affiliations = append(affiliations, object{"name": a.Name})
	}
	if affiliations != nil {
		o["affiliation"] = affiliations
	}
	return o
}

func identifiers(c *zenodo.Creator) []object {
	all := []object{}
	if c.ORCID != "" {
		all = append(all, object{"nameIdentifier": c.ORCID, "nameIdentifierScheme": "ORCID"})
	}
	if c.GND != "" {
		all = append(all, object{"nameIdentifier": c.GND, "nameIdentifierScheme": "GND"})
	}
	return all
}

// related are what a record says that it is related to, and its concept.
func related(r *zenodo.Record) (all []object) {
	add := func(id, scheme, relation, kind string) {
		o := object{"relatedIdentifier": id, "relatedIdentifierType": scheme, "relationType": relation}
		if t, ok := vocab.ResourceTypes().Find(kind); ok {
			o["resourceTypeGeneral"] = cmp.Or(t.General, "Other")
		}
		all = append(all, o)
	}
	for _, id := range r.Metadata.RelatedIdentifiers {
		term, _ := vocab.Relations().Find(id.Relation)
		add(id.Identifier, strings.ToUpper(cmp.Or(id.Scheme, "url")), cmp.Or(term.DataCite, "References"), id.ResourceType)
	}
	if r.ConceptDOI != "" {
		add(string(r.ConceptDOI), "DOI", "IsVersionOf", "")
	}
	return all
}

// rights are the licence, and who may see the files.
func rights(m *zenodo.Metadata) (all []object) {
	if m.License != "" {
		title, url := license(m)
		o := object{"rights": title, "rightsIdentifier": m.License}
		if known, _ := vocab.Licenses().Find(m.License); known.IsSPDX {
			o["rightsIdentifierScheme"] = "spdx"
		}
		put(o, "rightsUri", url)
		all = append(all, o)
	}
	return append(all, object{"rightsUri": accessRight(m)})
}

// accessRight is who may see the files, in the words of OpenAIRE.
func accessRight(m *zenodo.Metadata) string {
	switch m.AccessRight {
	case "", "open":
		return "info:eu-repo/semantics/openAccess"
	case "embargoed", "restricted":
		return "info:eu-repo/semantics/" + m.AccessRight + "Access"
	}
	return "info:eu-repo/semantics/closedAccess"
}

// Package dublincore writes records as OAI-PMH's oai_dc, the format that every
// repository has: Dublin Core without qualifiers.
package dublincore

import (
	"cmp"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/xmlout"
)

// Document is a record as the element oai_dc:dc. The prefix xsi is not
// declared in it: it is to stand in an answer of OAI-PMH, where it is.
func Document(r *zenodo.Record) []byte {
	m := &r.Metadata
	var w xmlout.Writer
	w.Open("oai_dc:dc",
		"xmlns:dc", "http://purl.org/dc/elements/1.1/", "xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/",
		"xsi:schemaLocation", "http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd")
	for _, c := range m.Contributors {
		w.Some("dc:contributor", c.Name)
	}
	for _, c := range m.Creators {
		w.Some("dc:creator", c.Name)
	}
	w.Some("dc:date", m.PublicationDate)
	w.Some("dc:description", m.Description)
	w.Some("dc:identifier", r.DOI.URL())
	w.Leaf("dc:identifier", "oai:zenodo.org:"+string(r.ID))
	w.Some("dc:language", m.Language)
	w.Leaf("dc:publisher", cmp.Or(m.Publisher, "Zenodo"))
	for _, id := range m.RelatedIdentifiers {
		w.Some("dc:relation", id.Identifier)
	}
	for _, slug := range r.Communities {
		w.Leaf("dc:relation", "https://zenodo.org/communities/"+string(slug))
	}
	w.Some("dc:relation", r.ConceptDOI.URL())
	w.Some("dc:rights", m.License)
	w.Some("dc:source", source(m))
	for _, keyword := range m.Keywords {
		w.Some("dc:subject", keyword)
	}
	w.Some("dc:title", m.Title)
	w.Some("dc:type", m.TypeTitle)
	w.Close("oai_dc:dc")
	return w.Bytes()
}

// source is where an article came out: Journal, 17(1), 836-841, (2011).
func source(m *zenodo.Metadata) string {
	j := m.Journal
	if j.Title == "" {
		return ""
	}
	place := j.Volume
	if j.Issue != "" {
		place += "(" + j.Issue + ")"
	}
	parts := []string{j.Title}
	for _, part := range []string{place, j.Pages} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(m.PublicationDate) >= 4 {
		parts = append(parts, "("+m.PublicationDate[:4]+")")
	}
	return strings.Join(parts, ", ")
}

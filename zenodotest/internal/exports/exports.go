// Package exports writes records in the formats that a record's page offers, as
// Zenodo does.
package exports

import (
	"bytes"

	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/datacite"
	"github.com/zharvest/zharvest/zenodotest/internal/dublincore"
)

// Format is a format in which a record is given out.
type Format struct {
	Name      string // in addresses: bibtex
	MediaType string
	Ending    string // of the name of a file
	// Write writes a record whose links begin with an address.
	Write func(r *zenodo.Record, root string) []byte
}

const xmlHead = "<?xml version='1.0' encoding='utf-8'?>\n"

// Formats are all but InvenioRDM's own, which takes no writing.
var Formats = []Format{
	{"json-ld", "application/ld+json", "json", SchemaOrg},
	{"csl", "application/vnd.citationstyles.csl+json", "json", CSL},
	{"datacite-json", "application/vnd.datacite.datacite+json", "json", DataCite},
	{"datacite-xml", "application/vnd.datacite.datacite+xml", "xml", func(r *zenodo.Record, _ string) []byte { return document(datacite.Resource(r)) }},
	{"dublincore", "application/x-dc+xml", "xml", func(r *zenodo.Record, _ string) []byte { return document(withXSI(dublincore.Document(r))) }},
	{"marcxml", "application/marcxml+xml", "xml", func(r *zenodo.Record, root string) []byte { return document(MARC(r, root)) }},
	{"bibtex", "application/x-bibtex", "bib", BibTeX},
	{"geojson", "application/vnd.geo+json", "geojson", GeoJSON},
	{"dcat-ap", "application/dcat+xml", "xml", func(r *zenodo.Record, root string) []byte { return document(DCAT(r, root)) }},
	{"codemeta", "application/ld+json", "json", CodeMeta},
	{"cff", "application/x-yaml", "yaml", CFF},
	{"datapackage", "application/ld+json", "json", DataPackage},
}

func document(element []byte) []byte { return append(append([]byte(xmlHead), element...), '\n') }

// withXSI declares the prefix in an element that stands alone.
func withXSI(element []byte) []byte {
	return bytes.Replace(element, []byte(" xsi:"), []byte(` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:`), 1)
}

type object = map[string]any

// put sets what is not empty.
func put(o object, key, value string) {
	if value != "" {
		o[key] = value
	}
}

// typeOf is the type of a record, with as much as is known of its subtype.
func typeOf(m *zenodo.Metadata) vocab.ResourceType {
	types := vocab.ResourceTypes()
	if t, ok := types.Find(m.Type + "-" + m.Subtype); ok {
		return t
	}
	t, _ := types.Find(m.Type)
	return t
}

// license is the title and the address of a licence.
func license(m *zenodo.Metadata) (title, url string) {
	known, _ := vocab.Licenses().Find(m.License)
	title, url = known.Title, known.URL
	if title == "" {
		title = m.License
	}
	if m.LicenseURL != "" {
		url = m.LicenseURL
	}
	return title, url
}

func page(r *zenodo.Record, root string) string { return root + "/records/" + string(r.ID) }

func oaiID(r *zenodo.Record) string { return "oai:zenodo.org:" + string(r.ID) }

// year is the year of publication.
func year(m *zenodo.Metadata) string {
	if len(m.PublicationDate) < 4 {
		return ""
	}
	return m.PublicationDate[:4]
}

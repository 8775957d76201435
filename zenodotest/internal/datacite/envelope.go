package datacite

import (
	"bytes"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/xmlout"
)

const (
	schemaVersion = "4.5"
	xsi           = ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
)

// writer writes the parts of a record.
type writer struct{ xmlout.Writer }

// Envelope is a record as the element oai_datacite, a document of its own:
// what OAI-PMH calls oai_datacite, and what a member of the dump holds.
func Envelope(r *zenodo.Record) []byte {
	w := &writer{}
	w.Open("oai_datacite",
		"xmlns", "http://schema.datacite.org/oai/oai-1.1/",
		"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance",
		"xsi:schemaLocation", "http://schema.datacite.org/oai/oai-1.1/ http://schema.datacite.org/oai/oai-1.1/oai.xsd")
	w.Leaf("schemaVersion", schemaVersion)
	w.Leaf("datacentreSymbol", "CERN.ZENODO")
	w.Open("payload")
	w.resource(r)
	w.Close("payload")
	w.Close("oai_datacite")
	return w.Bytes()
}

// Resource is a record as the element resource of kernel 4, a document of its
// own.
func Resource(r *zenodo.Record) []byte {
	w := &writer{}
	w.resource(r)
	return bytes.Replace(w.Bytes(), []byte(" xsi:"), []byte(xsi+" xsi:"), 1)
}

// WithoutXSI takes out the declaration of the prefix xsi, for a place where it
// holds already: Zenodo's library does not repeat what was declared outside.
func WithoutXSI(document []byte) []byte {
	return bytes.Replace(document, []byte(xsi), nil, 1)
}

package datacite

import (
	"bytes"

	"github.com/zharvest/zharvest/zenodo"
)

const (
	schemaVersion = "4.5"
	xsi           = ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
)

// Envelope is a record as the element oai_datacite, a document of its own:
// what OAI-PMH calls oai_datacite, and what a member of the dump holds.
func Envelope(r *zenodo.Record) []byte {
	w := &writer{}
	w.open("oai_datacite",
		"xmlns", "http://schema.datacite.org/oai/oai-1.1/",
		"xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance",
		"xsi:schemaLocation", "http://schema.datacite.org/oai/oai-1.1/ http://schema.datacite.org/oai/oai-1.1/oai.xsd")
	w.leaf("schemaVersion", schemaVersion)
	w.leaf("datacentreSymbol", "CERN.ZENODO")
	w.open("payload")
	w.resource(r)
	w.close("payload")
	w.close("oai_datacite")
	return w.b
}

// Resource is a record as the element resource of kernel 4, a document of its
// own.
func Resource(r *zenodo.Record) []byte {
	w := &writer{}
	w.resource(r)
	return bytes.Replace(w.b, []byte(" xsi:"), []byte(xsi+" xsi:"), 1)
}

// WithoutXSI takes out the declaration of the prefix xsi, for a place where it
// holds already: Zenodo's library does not repeat what was declared outside.
func WithoutXSI(document []byte) []byte {
	return bytes.Replace(document, []byte(xsi), nil, 1)
}

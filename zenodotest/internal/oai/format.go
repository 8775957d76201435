package oai

import (
	"context"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/datacite"
	"github.com/zharvest/zharvest/zenodotest/internal/dublincore"
	"github.com/zharvest/zharvest/zenodotest/internal/exports"
)

// format is a format in which records are given out.
type format struct {
	prefix, schema, namespace string
	render                    func(r *zenodo.Record, root string) []byte // with the prefix xsi declared outside
}

const (
	marcSchema   = "https://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"
	kernelSchema = "http://schema.datacite.org/meta/kernel-4.5/metadata.xsd"
	oaiSchema    = "http://schema.datacite.org/oai/oai-1.1/oai.xsd"
)

var formats = []format{
	{"marcxml", marcSchema, "https://www.loc.gov/standards/marcxml/", exports.MARC},
	{"oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/", dublinCore},
	{"dcat", "http://schema.datacite.org/meta/kernel-4/metadata.xsd", "https://www.w3.org/ns/dcat", exports.DCAT}, // so it says
	{"marc21", marcSchema, "https://www.loc.gov/standards/marcxml/", exports.MARC},
	{"datacite", kernelSchema, "http://datacite.org/schema/kernel-4", resource},
	{"oai_datacite", oaiSchema, "http://schema.datacite.org/oai/oai-1.1/", envelope},
	{"datacite4", kernelSchema, "http://datacite.org/schema/kernel-4", resource},
	{"oai_datacite4", oaiSchema, "http://schema.datacite.org/oai/oai-1.1/", envelope},
}

func dublinCore(r *zenodo.Record, _ string) []byte { return dublincore.Document(r) }

func envelope(r *zenodo.Record, _ string) []byte { return datacite.WithoutXSI(datacite.Envelope(r)) }

func resource(r *zenodo.Record, _ string) []byte { return datacite.WithoutXSI(datacite.Resource(r)) }

// formatNamed finds a format; nil is none.
func formatNamed(prefix string) *format {
	for i := range formats {
		if formats[i].prefix == prefix {
			return &formats[i]
		}
	}
	return nil
}

// listFormats lists the same formats for every record.
func (q *query) listFormats(context.Context) *failure {
	if q.args.Has("identifier") {
		if _, failed := q.named(q.args.Get("identifier")); failed != nil {
			return failed
		}
	}
	for _, f := range formats {
		q.w.Open("metadataFormat")
		q.w.Leaf("metadataPrefix", f.prefix)
		q.w.Leaf("schema", f.schema)
		q.w.Leaf("metadataNamespace", f.namespace)
		q.w.Close("metadataFormat")
	}
	return nil
}

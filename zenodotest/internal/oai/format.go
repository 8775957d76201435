package oai

import (
	"context"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/datacite"
	"github.com/zharvest/zharvest/zenodotest/internal/dublincore"
)

// format is a format in which records are given out.
type format struct {
	prefix, schema, namespace string
	render                    func(*zenodo.Record) []byte // with the prefix xsi declared outside
}

var formats = []format{
	{"oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/", dublincore.Document},
	{"datacite", "http://schema.datacite.org/meta/nonexistant/nonexistant.xsd", "http://datacite.org/schema/nonexistant", resource},
	{"datacite4", "http://schema.datacite.org/meta/kernel-4/metadata.xsd", "http://datacite.org/schema/kernel-4", resource},
	{"oai_datacite", "http://schema.datacite.org/oai/oai-1.1/oai.xsd", "http://schema.datacite.org/oai/oai-1.1/", envelope},
	{"oai_datacite4", "http://schema.datacite.org/oai/oai-1.1/oai.xsd", "http://schema.datacite.org/oai/oai-1.1/", envelope},
}

func envelope(r *zenodo.Record) []byte { return datacite.WithoutXSI(datacite.Envelope(r)) }

func resource(r *zenodo.Record) []byte { return datacite.WithoutXSI(datacite.Resource(r)) }

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

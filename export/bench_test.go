package export_test

import (
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

const benchRows = 10_000

// BenchmarkWrite writes 10,000 records. Rows of doi and title alone are what
// most exports are made of.
func BenchmarkWrite(b *testing.B) {
	all := fieldList(b, strings.Join(documented, ","))
	for _, format := range export.Formats() {
		b.Run(format+"/doi,title", func(b *testing.B) {
			benchmarkWrite(b, format, export.Options{})
		})
		if lookup(b, format).Check(export.Options{Fields: all}) != nil {
			continue
		}
		b.Run(format+"/all", func(b *testing.B) {
			benchmarkWrite(b, format, export.Options{Fields: all})
		})
	}
}

// BenchmarkTemplate writes the list of the tutorials.
func BenchmarkTemplate(b *testing.B) {
	f, err := export.ParseTemplate("{{.DOI}} - {{.Title}}")
	if err != nil {
		b.Fatal(err)
	}
	benchmark(b, f, export.Options{})
}

func benchmarkWrite(b *testing.B, format string, o export.Options) {
	benchmark(b, lookup(b, format), o)
}

func benchmark(b *testing.B, f export.Format, o export.Options) {
	records := benchRecords()
	b.ReportAllocs()
	var n counter
	for b.Loop() {
		n = 0
		if err := f.Write(&n, records, o); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(n))
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

// benchRecords are like those of a community of articles: every fifth title
// must be quoted.
func benchRecords() iter.Seq2[*zenodo.Record, error] {
	var rs []*zenodo.Record
	for i := range 100 {
		title := fmt.Sprintf("Deliverable D%d.2 Report on the integration of compute services in the EOSC", i)
		if i%5 == 0 {
			title += ", with “remarks” by the \"users\""
		}
		id := 7_712_947 + i
		rs = append(rs, &zenodo.Record{
			ID:         zenodo.RecordID(fmt.Sprint(id)),
			ConceptID:  zenodo.ConceptID(fmt.Sprint(id - 1)),
			DOI:        zenodo.DOI(fmt.Sprintf("10.5281/zenodo.%d", id)),
			ConceptDOI: zenodo.DOI(fmt.Sprintf("10.5281/zenodo.%d", id-1)),
			CreatedAt:  "2023-03-09T10:11:12.131415+00:00",
			UpdatedAt:  "2024-07-12T22:45:01.203948+00:00",
			URL:        fmt.Sprintf("https://zenodo.org/records/%d", id),
			Metadata: zenodo.Metadata{
				Title:           title,
				PublicationDate: "2023-03-09",
				Description:     strings.Repeat("<p>This deliverable describes the services &amp; their use.</p>\n", 8),
				Type:            "publication",
				Subtype:         "deliverable",
				AccessRight:     "open",
				License:         "cc-by-4.0",
				Creators: []zenodo.Creator{
					{Name: "Rossi, Ada", Affiliations: []zenodo.Affiliation{{Name: "EGI Foundation"}}, ORCID: "0000-0002-1825-0097"},
					{Name: "Müller, Jörg", Affiliations: []zenodo.Affiliation{{Name: "KIT"}}},
				},
				Keywords: []string{"EOSC", "cloud", "compute"},
				Grants:   []zenodo.Grant{{Code: "101017567", Funder: zenodo.Funder{Name: "European Commission"}}},
			},
			Communities: []zenodo.Slug{"egi-ace"},
			Files:       []zenodo.File{{Key: "D1.2.pdf", Size: 1_234_567}},
			Stats:       zenodo.Stats{Views: new(int64(120)), Downloads: new(int64(34))},
			Raw:         []byte(`{"id":7712947}`),
		})
	}
	return func(yield func(*zenodo.Record, error) bool) {
		for i := range benchRows {
			if !yield(rs[i%len(rs)], nil) {
				return
			}
		}
	}
}

// counter counts bytes. Unlike [io.Discard] it is not recognised by a
// writer that looks for it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

var _ io.Writer = (*counter)(nil)

package report_test

import (
	"fmt"
	"iter"
	"time"

	"github.com/zharvest/zharvest/report"
	"github.com/zharvest/zharvest/zenodo"
)

// now is when the reports of tests are made.
var now = time.Date(2024, 6, 15, 12, 0, 0, 0, time.UTC)

// options are those of a report of a community that was harvested twice.
func options() report.Options {
	total := 13
	return report.Options{
		Now:       now,
		Selection: report.Selection{Communities: []string{"egi-ace"}},
		Source: report.Source{
			Server: "zenodo.org", HarvestedAt: "2024-06-14T08:00:00Z", Completeness: report.Complete,
			Harvests: []report.Harvest{{
				Name: "egi-ace", Records: 15, Held: 13, Gone: 2, Total: &total, Listed: &total, State: "complete", Complete: true,
				LastRunAt: "2024-06-14T08:00:00Z", LastFullAt: "2024-05-01T08:00:00Z",
			}},
		},
		History: []report.Counted{{Day: "2024-05-01", Views: 90, Downloads: 20}, {Day: "2024-06-14", Views: 127, Downloads: 37}},
		Changes: &report.Changes{
			Since: "2024-05-01T08:00:00Z", Added: 1, Changed: 1, Gone: 1,
			Items: []report.Change{
				{Change: "added", ID: "2", DOI: "10.5281/zenodo.2", Title: "Line\nbreaks"},
				{Change: "changed", ID: "1", DOI: "10.5281/zenodo.1", Title: "Fixed", Field: "title", Old: "<b>Old</b> | *bad*", New: "Fixed"},
				{Change: "gone", ID: "99", Title: "No DOI", URL: "javascript:alert(1)", Reason: "spam: sold <shoes>"},
			},
		},
	}
}

// difficult are records with what breaks writers.
func difficult() []*zenodo.Record {
	records := []*zenodo.Record{
		ordinary(),
		{}, // nothing at all
		titled("1", `Quotes "inside", 'apostrophes' & <b>markup</b>`),
		titled("2", "Line\nbreaks\r\nof every\rkind\u2028and\u2029more"),
		titled("3", "| a `table` | *of* _marks_ [link](http://example.org) # $x$ ~y~ \\ @name www.example.org"),
		titled("4", "עברית and العربية and \u202Eoverride\u202C"),
		titled("5", "漢字かな交じり文、한국어 👩🏽‍🔬🇪🇺"),
		titled("6", "\x00nul \x1b[31mred\x1b[0m \x7f \u0085 \xff"),
		titled("7", `</script><script>document.title="run"</script><img src=x onerror="document.title='run'">`),
		titled("8", "INTEGRATION of compute  services"), // the title of the first
		withoutDOI(),
		crowded(),
		embargoed(),
	}
	return append(records, versions()...)
}

// ordinary has a value for everything.
func ordinary() *zenodo.Record {
	return &zenodo.Record{
		ID: "7712947", ConceptID: "7712946", DOI: "10.5281/zenodo.7712947", VersionIndex: 3,
		CreatedAt: "2023-03-09T10:11:12.131415+00:00", URL: "https://zenodo.org/records/7712947",
		Metadata: zenodo.Metadata{
			Title: "Integration of compute services", PublicationDate: "2023-03-09", Description: "<p>What was done.</p>",
			Type: "publication", Subtype: "deliverable", AccessRight: "open", License: "cc-by-4.0", Version: "v1.0",
			Creators: []zenodo.Creator{
				{Name: "Rossi, Ada", Affiliations: []zenodo.Affiliation{{Name: "EGI Foundation"}}, ORCID: "0000-0002-1825-0097"},
				{Name: "Müller, Jörg", Affiliations: []zenodo.Affiliation{{Name: "KIT"}}, ORCID: "not an ORCID"},
			},
			Keywords: []string{"EOSC", "cloud", "eosc"},
			Grants:   []zenodo.Grant{{Code: "101017567", Funder: zenodo.Funder{Name: "European Commission"}}},
		},
		Communities: []zenodo.Slug{"egi-ace", "eu"},
		Files:       []zenodo.File{{Key: "D1.2.pdf", Size: 1 << 40}, {Key: "data.zip", Size: 5}},
		Stats:       zenodo.Stats{Views: new(int64(120)), Downloads: new(int64(34))},
	}
}

func titled(id zenodo.RecordID, title string) *zenodo.Record {
	return &zenodo.Record{
		ID: id, ConceptID: zenodo.ConceptID("c" + id), DOI: zenodo.DOI("10.5281/zenodo." + id), CreatedAt: "2023-05-01T00:00:00+00:00",
		Metadata: zenodo.Metadata{
			Title: title, PublicationDate: "2023-05-0" + string(id), Type: "dataset", Keywords: []string{title}, Description: "<p>&nbsp;</p>",
			Creators: []zenodo.Creator{{Name: title, Affiliations: []zenodo.Affiliation{{Name: title}}}},
		},
	}
}

func withoutDOI() *zenodo.Record {
	return &zenodo.Record{
		ID: "abcd-1234", URL: "javascript:alert(document.domain)",
		Metadata: zenodo.Metadata{Title: "No DOI", PublicationDate: "1799", AccessRight: "metadata-only"},
	}
}

// crowded has 3,000 creators and a title without end.
func crowded() *zenodo.Record {
	r := titled("9", "")
	r.DOI, r.URL = "10.1000/a b|c)<d>", "https://zenodo.org/records/9"
	for i := range 3000 {
		r.Metadata.Title += "Observation of a boson "
		r.Metadata.Creators = append(r.Metadata.Creators, zenodo.Creator{Name: fmt.Sprintf("Author %d, A.", i)})
	}
	r.Metadata.Keywords = nil
	return r
}

func embargoed() *zenodo.Record {
	r := titled("10", "Opened long ago")
	r.Metadata.AccessRight, r.Metadata.EmbargoDate = "embargoed", "2024-06-14"
	r.Metadata.PublicationDate = "2024-07"
	return r
}

// versions are two versions of a record, which share their counts.
func versions() []*zenodo.Record {
	var all []*zenodo.Record
	for i := range 2 {
		r := titled(zenodo.RecordID(fmt.Sprint(22-i)), "Software in versions")
		r.ConceptID, r.VersionIndex = "20", 2-i
		r.Metadata.PublicationDate = "2021"
		r.Metadata.Type = "software"
		r.Stats = zenodo.Stats{Views: new(int64(7)), Downloads: new(int64(3))}
		r.Files = []zenodo.File{{Key: "code.zip", Size: 1000}}
		all = append(all, r)
	}
	return all
}

// seq yields the records, then err where it is not nil.
func seq(err error, records ...*zenodo.Record) iter.Seq2[*zenodo.Record, error] {
	return func(yield func(*zenodo.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

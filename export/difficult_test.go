package export_test

import (
	"fmt"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// difficult are records with what breaks writers.
func difficult() []*zenodo.Record {
	return append([]*zenodo.Record{
		ordinary(),
		{}, // nothing at all
		titled("1", `Quotes "inside", commas, and 'apostrophes'`, "<p>HTML &amp; <b>\"markup\"</b></p>\n<p>two lines</p>"),
		titled("2", "Line\nbreaks\r\nof every\rkind\n", "\n"),
		titled("3", "tab\there, backslash \\ and \\n, semicolon; end", "; "),
		titled("4", "עברית and العربية and \u202Eoverride\u202C", "\u200Fright to left"),
		titled("5", "漢字かな交じり文、한국어", "全角スペース　あり"),
		titled("6", "emoji 👩🏽‍🔬🇪🇺 and a line separator\u2028paragraph\u2029", "combining e\u0301, soft\u00ADhyphen, \uFFFD, private \uE000"),
		titled("7", "\x00nul \x01 bell\x07 escape \x1b[31mred\x1b[0m del\x7f C1 \u0085\u009b", "\b\f\v"),
		titled("8", "\uFEFFbyte-order mark", " leading and trailing space "),
		formulas(),
		fullWidthFormulas(),
		withoutDOI(),
		partlyKnown(),
		emptyLists(),
	}, works()...)
}

// ordinary has a value for every field.
func ordinary() *zenodo.Record {
	return &zenodo.Record{
		ID: "7712947", ConceptID: "7712946", DOI: "10.5281/zenodo.7712947", ConceptDOI: "10.5281/zenodo.7712946",
		CreatedAt: "2023-03-09T10:11:12.131415+00:00", UpdatedAt: "2024-07-12T22:45:01+00:00",
		URL: "https://zenodo.org/records/7712947",
		Metadata: zenodo.Metadata{
			Title: "Integration of compute services", PublicationDate: "2023-03-09", Description: "<p>What was done.</p>",
			Type: "publication", Subtype: "deliverable", AccessRight: "open", License: "cc-by-4.0",
			Version: "v1.0", Language: "eng", Journal: zenodo.Journal{Title: "Journal of Clouds"},
			Creators: []zenodo.Creator{
				{Name: "Rossi, Ada", Affiliations: []zenodo.Affiliation{{Name: "EGI Foundation"}}, ORCID: "0000-0002-1825-0097"},
				{Name: "Müller, Jörg", Affiliations: []zenodo.Affiliation{{Name: "KIT"}}, ORCID: "0000-0001-5109-3700"},
			},
			Keywords: []string{"EOSC", "cloud"},
			Grants:   []zenodo.Grant{{Code: "101017567", Funder: zenodo.Funder{Name: "European Commission"}}},
		},
		Communities: []zenodo.Slug{"egi-ace", "eu"},
		Files:       []zenodo.File{{Key: "D1.2.pdf", Size: 1 << 40}, {Key: "data.zip", Size: 5}},
		Stats:       zenodo.Stats{Views: new(int64(120)), ViewsRaw: new(int64(150)), Downloads: new(int64(34)), VersionViews: new(int64(7))},
		Raw:         []byte(`{"id": 7712947, "metadata": {"title": "Integration \u0026 <compute>"}}`),
	}
}

func titled(id zenodo.RecordID, title, description string) *zenodo.Record {
	return &zenodo.Record{
		ID: id, DOI: zenodo.DOI("10.5281/zenodo." + id),
		Metadata: zenodo.Metadata{Title: title, Description: description, Keywords: []string{title, description}},
	}
}

func formulas() *zenodo.Record {
	return &zenodo.Record{
		ID: "20", DOI: "@SUM(A1:A9)", URL: "\t=1+1",
		Metadata: zenodo.Metadata{
			Title: `=HYPERLINK("https://example.org","click, please")`, Description: "\r=1",
			Version: "-1.0", License: "+cmd|' /C calc'!A0", Journal: zenodo.Journal{Title: "a=b"},
			Keywords: []string{"=1", "=2"},
			Creators: []zenodo.Creator{{Name: "@handle"}, {Name: "=cmd"}},
		},
	}
}

func fullWidthFormulas() *zenodo.Record {
	return &zenodo.Record{
		ID: "21", DOI: "＠SUM(A1)",
		Metadata: zenodo.Metadata{
			Title: "＝1＋1", Version: "－1", License: "＋1",
			// These begin with the same byte and are none.
			Description: "！", Language: "\xef", Journal: zenodo.Journal{Title: "ﬁ ligature"},
		},
	}
}

func withoutDOI() *zenodo.Record {
	return &zenodo.Record{
		ID: "abcd-1234", ConceptID: "zzzz-9876", URL: "https://repository.example/records/abcd-1234",
		Metadata: zenodo.Metadata{Title: "No DOI", PublicationDate: "1799", AccessRight: "metadata-only"},
	}
}

// partlyKnown has creators of whom little is known, and grants likewise.
func partlyKnown() *zenodo.Record {
	return &zenodo.Record{
		ID: "30", DOI: "10.1000/x",
		Metadata: zenodo.Metadata{
			Title: "Partly known", PublicationDate: "2020-01-01/2020-12-31",
			Creators: []zenodo.Creator{{Name: "One"}, {Name: "Two", Affiliations: []zenodo.Affiliation{{Name: "Somewhere; else"}}}, {Name: ""}},
			Grants: []zenodo.Grant{
				{Code: "1", Funder: zenodo.Funder{Name: "NSF"}}, {Code: "2"}, {Funder: zenodo.Funder{Name: "DFG"}}, {},
			},
			Keywords: []string{"", ""},
		},
		Stats: zenodo.Stats{Views: new(int64)},
	}
}

// emptyLists has lists that are there and empty.
func emptyLists() *zenodo.Record {
	return &zenodo.Record{
		ID: "31", DOI: "10.1000/y", Files: []zenodo.File{}, Communities: []zenodo.Slug{},
		Metadata: zenodo.Metadata{Title: "Empty", Creators: []zenodo.Creator{}, Keywords: []string{}},
	}
}

// crowded has 3,000 creators and a description of half a megabyte. It is not
// in the golden files, which have collaboration.
func crowded() *zenodo.Record {
	r := &zenodo.Record{ID: "40", DOI: "10.1000/z", Metadata: zenodo.Metadata{
		Title:       "Observation of a boson",
		Description: strings.Repeat("<p>\"many\" words</p>\n", 25_000),
	}}
	for i := range 3000 {
		c := zenodo.Creator{Name: fmt.Sprintf("Author %d, \"A\"", i)}
		if i%2 == 0 {
			c.Affiliations = []zenodo.Affiliation{{Name: fmt.Sprintf("Institute %d", i)}}
		}
		if i%3 == 0 {
			c.ORCID = fmt.Sprintf("0000-0000-0000-%04d", i)
		}
		r.Metadata.Creators = append(r.Metadata.Creators, c)
	}
	return r
}

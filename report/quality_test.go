package report_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/report"
	"github.com/zharvest/zharvest/zenodo"
)

// A record without defects gets each of them by one change.
func TestIssues(t *testing.T) {
	tests := []struct {
		name   string
		change func(*zenodo.Record)
		want   []report.Issue
	}{
		{"as it is", func(*zenodo.Record) {}, nil},
		{"no licence", func(r *zenodo.Record) { r.Metadata.License = "" }, []report.Issue{report.NoLicense}},
		{"a licence by address", func(r *zenodo.Record) { r.Metadata.License, r.Metadata.LicenseURL = "", "https://example.org" }, nil},
		{"a licence without an id", func(r *zenodo.Record) {
			r.Metadata.License, r.Metadata.Rights = "", []zenodo.Right{{Title: "House licence", URL: "https://example.org"}}
		}, nil},
		{"no ORCID", func(r *zenodo.Record) { r.Metadata.Creators[0].ORCID, r.Metadata.Creators[1].ORCID = "", " " }, []report.Issue{report.NoORCID}},
		{"one ORCID", func(r *zenodo.Record) { r.Metadata.Creators[0].ORCID = "" }, nil},
		{"one affiliation", func(r *zenodo.Record) { r.Metadata.Creators[1].Affiliations = nil }, nil},
		{"no affiliation", func(r *zenodo.Record) {
			r.Metadata.Creators[0].Affiliations, r.Metadata.Creators[1].Affiliations = nil, nil
		}, []report.Issue{report.NoAffiliation}},
		{"no creators", func(r *zenodo.Record) { r.Metadata.Creators = nil }, []report.Issue{report.NoORCID, report.NoAffiliation}},
		{"no keywords", func(r *zenodo.Record) { r.Metadata.Keywords = []string{" "} }, []report.Issue{report.NoKeywords}},
		{"subjects", func(r *zenodo.Record) {
			r.Metadata.Keywords, r.Metadata.Subjects = nil, []zenodo.Subject{{Term: "Physics"}}
		}, nil},
		{"no description", func(r *zenodo.Record) { r.Metadata.Description = "" }, []report.Issue{report.NoDescription}},
		{"markup alone", func(r *zenodo.Record) { r.Metadata.Description = "<p>\u00a0&nbsp;<br></p>\n" }, []report.Issue{report.NoDescription}},
		{"a sign", func(r *zenodo.Record) { r.Metadata.Description = "5 > 3" }, nil},
		{"no grant", func(r *zenodo.Record) { r.Metadata.Grants = nil }, []report.Issue{report.NoGrant}},
		{"embargo over", func(r *zenodo.Record) { r.Metadata.AccessRight, r.Metadata.EmbargoDate = "embargoed", "2024-06-14" }, []report.Issue{report.EmbargoOver}},
		{"embargo until today", func(r *zenodo.Record) {
			r.Metadata.AccessRight, r.Metadata.EmbargoDate = "embargoed", "2024-06-15T00:00:00"
		}, nil},
		{"embargo without end", func(r *zenodo.Record) { r.Metadata.AccessRight = "embargoed" }, nil},
		{"opened after an embargo", func(r *zenodo.Record) { r.Metadata.EmbargoDate = "2020-01-01" }, nil},
		{"tomorrow", func(r *zenodo.Record) { r.Metadata.PublicationDate = "2024-06-16" }, []report.Issue{report.FutureDate}},
		{"today", func(r *zenodo.Record) { r.Metadata.PublicationDate = "2024-06-15" }, nil},
		{"this month", func(r *zenodo.Record) { r.Metadata.PublicationDate = "2024-06" }, nil},
		{"next month", func(r *zenodo.Record) { r.Metadata.PublicationDate = "2024-07" }, []report.Issue{report.FutureDate}},
		{"this year", func(r *zenodo.Record) { r.Metadata.PublicationDate = "2024" }, nil},
		{"next year", func(r *zenodo.Record) { r.Metadata.PublicationDate = "2025/2026" }, []report.Issue{report.FutureDate}},
		{"a span from now on", func(r *zenodo.Record) { r.Metadata.PublicationDate = "2024-06-01/2025-01-01" }, nil},
		{"no date", func(r *zenodo.Record) { r.Metadata.PublicationDate = "soon" }, nil},
		{"a later version without a label", func(r *zenodo.Record) { r.Metadata.Version = " " }, []report.Issue{report.NoVersionLabel}},
		{"a first version without a label", func(r *zenodo.Record) { r.Metadata.Version, r.VersionIndex = "", 1 }, nil},
		{"another's DOI", func(r *zenodo.Record) { r.DOI = "10.1000/x" }, []report.Issue{report.ForeignDOI}},
		{"another's DOI, no page", func(r *zenodo.Record) { r.DOI, r.URL = "10.1000/x", "" }, []report.Issue{report.ForeignDOI}},
		{"the DOI of another repository", func(r *zenodo.Record) { r.DOI, r.URL = "10.1000/x", "https://repository.example/records/1" }, nil},
		{"the DOI of another repository, from elsewhere", func(r *zenodo.Record) {
			r.DOI, r.DOIProvider, r.URL = "10.1000/x", "external", "https://repository.example/records/1"
		}, []report.Issue{report.ForeignDOI}},
		{"its own DOI, by its provider", func(r *zenodo.Record) { r.DOI, r.DOIProvider = "10.1000/x", "datacite" }, nil},
		{"no DOI", func(r *zenodo.Record) { r.DOI = "" }, nil},
	}
	for _, tt := range tests {
		r := ordinary()
		r.Metadata.Creators = slices.Clone(r.Metadata.Creators)
		tt.change(r)
		got := build(t, report.Options{Now: now}, r)
		if diff := cmp.Diff(append([]report.Issue{}, tt.want...), got.Records[0].Issues); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		for _, f := range got.Quality {
			want := 0
			if slices.Contains(tt.want, f.Issue) {
				want = 1
			}
			if f.Records != want {
				t.Errorf("%s: %d records with %s, want %d", tt.name, f.Records, f.Issue, want)
			}
		}
	}
}

// Versions of one record may have one title; where another record has it, too,
// all are reported, in whatever order they come.
func TestDuplicateTitles(t *testing.T) {
	of := func(concept zenodo.ConceptID, title string) *zenodo.Record {
		return &zenodo.Record{ConceptID: concept, Metadata: zenodo.Metadata{Title: title}}
	}
	got := build(t, report.Options{Now: now}, of("1", "A"), of("1", " a"), of("2", ""), of("3", ""), of("4", "B"))
	if n := finding(t, got, report.DuplicateTitle); n != 0 {
		t.Errorf("versions and records without a title: got %d, want 0", n)
	}
	got = build(t, report.Options{Now: now}, of("1", "A"), of("2", "a "), of("3", "A"), of("4", "B"))
	if n := finding(t, got, report.DuplicateTitle); n != 3 {
		t.Errorf("three records of one title: got %d, want 3", n)
	}
	for _, order := range [][]zenodo.ConceptID{{"1", "1", "2", "1"}, {"2", "1", "1", "1"}, {"1", "1", "1", "2"}} {
		var records []*zenodo.Record
		for _, concept := range order {
			records = append(records, of(concept, "A"))
		}
		got := build(t, report.Options{Now: now, MaxRecords: 3}, records...)
		if n := finding(t, got, report.DuplicateTitle); n != 4 {
			t.Errorf("versions of the concepts %s with one title: got %d, want all 4", order, n)
		}
		for i, row := range got.Records {
			if !slices.Contains(row.Issues, report.DuplicateTitle) {
				t.Errorf("versions of the concepts %s: row %d does not have it", order, i)
			}
		}
	}
}

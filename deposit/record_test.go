package deposit_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// everything has a value for each field that the deposit API has a place for.
func everything() *zenodo.Record {
	person := zenodo.Creator{Name: "Doe, Jane", Affiliations: []zenodo.Affiliation{{Name: "CERN"}}, ORCID: "0000-0002-1825-0097"}
	return &zenodo.Record{
		DOI:         "10.1234/theirs",
		Communities: []zenodo.Slug{"egi-ace"},
		Metadata: zenodo.Metadata{
			Title: "Title", PublicationDate: "2026-01-02", Description: "<p>Text</p>", Notes: "<p>Notes</p>", Method: "<p>Method</p>",
			Type: "publication", Subtype: "article", AccessRight: "open", License: "cc-by-4.0", Version: "1.0", Language: "eng",
			Creators:             []zenodo.Creator{person, {Name: "Roe, Richard", GND: "118540238"}},
			Contributors:         []zenodo.Contributor{{Creator: person, Type: "DataCollector"}},
			Keywords:             []string{"one", "two"},
			Subjects:             []zenodo.Subject{{Term: "Astronomy", Identifier: "http://id.loc.gov/authorities/subjects/sh85009003", Scheme: "url"}},
			RelatedIdentifiers:   []zenodo.RelatedIdentifier{{Identifier: "10.1234/other", Relation: "cites", ResourceType: "dataset", Scheme: "doi"}},
			AlternateIdentifiers: []zenodo.AlternateIdentifier{{Identifier: "https://example.org/it", Scheme: "url"}},
			References:           []string{"Doe (2020)"},
			Grants:               []zenodo.Grant{{Code: "283595", Funder: zenodo.Funder{DOI: "10.13039/501100000780"}}},
			Locations:            []zenodo.Location{{Place: "Geneva", Description: "Hall", Point: &zenodo.Point{Latitude: 46.25, Longitude: 6.125}}},
			Dates:                []zenodo.Date{{Type: "collected", Start: "2025-01-01", End: "2025-02-01", Description: "Twice"}},
			Journal:              zenodo.Journal{Title: "Journal", Volume: "7", Issue: "2", Pages: "1-9"},
			Meeting:              zenodo.Meeting{Title: "Meeting", Acronym: "M", Dates: "1-2 May", Place: "Rome", URL: "https://example.org/m", Session: "I", SessionPart: "2"},
			Imprint:              zenodo.Imprint{Publisher: "Press", Place: "Bonn", ISBN: "978-3-16-148410-0"},
			PartOf:               zenodo.PartOf{Title: "Book", Pages: "3-4"},
			ThesisUniversity:     "Uni",
		},
	}
}

// What a program fills in is what the record has that is published with it.
func TestFromRecord(t *testing.T) {
	p := newPusher(t, zenodotest.Config{Communities: []string{"egi-ace"}})
	want := everything()
	metadata := deposit.FromRecord(want)
	if problems := deposit.Check(metadata, today); len(problems) > 0 || len(metadata.Notes) > 0 {
		t.Errorf("problems: %v, notes: %q", problems, metadata.Notes)
	}
	result, err := push(t, p, &deposit.Manifest{Metadata: metadata, Files: []zenodo.Upload{upload("a", "b")}, Publish: true})
	if err != nil || len(result.Dropped) > 0 {
		t.Fatalf("got %+v, %v", result, err)
	}
	got, err := p.Records.Get(t.Context(), string(result.Deposition.ID))
	if err != nil {
		t.Fatal(err)
	}
	if got.DOI != want.DOI || len(got.Communities) > 0 { // which are asked, and answer later
		t.Errorf("got %s in %v", got.DOI, got.Communities)
	}
	for key, text := range map[string]string{ // a record does not give these out
		"imprint_publisher": want.Metadata.Imprint.Publisher, "partof_title": want.Metadata.PartOf.Title, "partof_pages": want.Metadata.PartOf.Pages,
	} {
		if metadata.Text(key) != text {
			t.Errorf("%s: got %q, want %q", key, metadata.Text(key), text)
		}
	}
	want.Metadata.Imprint.Publisher, want.Metadata.PartOf = "", zenodo.PartOf{}
	want.Metadata.TypeTitle = "Journal article" // the server fills these in
	want.Metadata.LicenseURL = "https://creativecommons.org/licenses/by/4.0/legalcode"
	want.Metadata.AlternateIdentifiers[0].Scheme = ""
	want.Metadata.Grants[0].Funder = zenodo.Funder{ID: "00k4n6c32", Name: "European Commission", DOI: "10.13039/501100000780", Acronym: "EC"}
	hasMore := cmp.FilterPath(func(p cmp.Path) bool { // what the native form says beside
		was, _ := p.Last().Values()
		return was.IsValid() && was.IsZero()
	}, cmp.Ignore())
	if diff := cmp.Diff(want.Metadata, got.Metadata, hasMore); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Each row is what a record has, and what becomes of it.
func TestFromRecordParts(t *testing.T) {
	for _, tt := range []struct {
		record     zenodo.Record
		want, note string
	}{
		{zenodo.Record{}, `{}`, ""},
		{zenodo.Record{DOI: "10.5281/zenodo.7"}, `{}`, ""},
		{zenodo.Record{Metadata: zenodo.Metadata{Type: "dataset", Subtype: "table"}}, `{"upload_type":"dataset"}`, "subtype table: left out"},
		{zenodo.Record{Metadata: zenodo.Metadata{LicenseURL: "https://example.org/l"}}, `{}`, "address of the licence: "},
		{zenodo.Record{Metadata: zenodo.Metadata{License: "mit", LicenseURL: "https://example.org/l"}}, `{"license":"mit"}`, ""},
		{zenodo.Record{Metadata: zenodo.Metadata{Journal: zenodo.Journal{ISSN: "1234-5679"}}}, `{}`, "ISSN of the journal: "},
		{zenodo.Record{Metadata: zenodo.Metadata{Imprint: zenodo.Imprint{Edition: "2"}}}, `{}`, "edition: "},
		{zenodo.Record{Metadata: zenodo.Metadata{Custom: []zenodo.CustomValue{{Name: "dwc:genus", Value: "Felis"}}}}, `{}`, "custom fields: "},
		{zenodo.Record{Metadata: zenodo.Metadata{Creators: []zenodo.Creator{{Name: "CERN", Kind: "organizational"}}}}, `{"creators":[{"name":"CERN"}]}`, "that a creator is an organisation: "},
		{zenodo.Record{Metadata: zenodo.Metadata{Creators: []zenodo.Creator{{Name: "Doe, J", Kind: "personal"}}}}, `{"creators":[{"name":"Doe, J"}]}`, ""},
		{zenodo.Record{Metadata: zenodo.Metadata{Publisher: "P"}}, `{"imprint_publisher":"P"}`, ""},
		{zenodo.Record{Metadata: zenodo.Metadata{Grants: []zenodo.Grant{{Code: "5"}}}}, `{"grants":[{"id":"5"}]}`, ""},
		{zenodo.Record{Metadata: zenodo.Metadata{Locations: []zenodo.Location{{Place: "X"}}}}, `{"locations":[{"place":"X"}]}`, ""},
	} {
		m := deposit.FromRecord(&tt.record)
		if got, notes := string(m.JSON()), strings.Join(m.Notes, "\n"); got != tt.want || !strings.HasPrefix(notes, tt.note) || tt.note == "" && notes != "" || len(m.Notes) > 1 {
			t.Errorf("got %s, %q; want %s, %q", got, notes, tt.want, tt.note)
		}
	}
}

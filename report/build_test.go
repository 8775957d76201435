package report_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/report"
	"github.com/zharvest/zharvest/zenodo"
)

// What versions share counts once, and what is of one version as often as it
// is selected.
func TestVersions(t *testing.T) {
	both := versions()
	for _, tt := range []struct {
		name    string
		records []*zenodo.Record
		want    report.Counts
	}{
		{"the latest alone", both[:1], report.Counts{Records: 1, Concepts: 1, Versions: 2, Files: 1, Bytes: 1000, Creators: 1, Views: 7, Downloads: 3}},
		{"all", both, report.Counts{Records: 2, Concepts: 1, Versions: 2, Files: 2, Bytes: 2000, Creators: 1, Views: 7, Downloads: 3}},
		{"the first alone", both[1:], report.Counts{Records: 1, Concepts: 1, Versions: 1, Files: 1, Bytes: 1000, Creators: 1, Views: 7, Downloads: 3}},
	} {
		got := build(t, report.Options{Now: now}, tt.records...)
		if diff := cmp.Diff(tt.want, got.Counts); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		if len(got.MostViewed) != 1 {
			t.Errorf("%s: %d most viewed, want 1", tt.name, len(got.MostViewed))
		}
	}
}

// TestUnknown counts nothing as 0 that the server did not say: hidden files,
// absent statistics.
func TestUnknown(t *testing.T) {
	file := []zenodo.File{{Key: "a", Size: 5}}
	record := func(id zenodo.RecordID, access string, files []zenodo.File, s zenodo.Stats) *zenodo.Record {
		return &zenodo.Record{ID: id, Files: files, Stats: s, Metadata: zenodo.Metadata{AccessRight: access}}
	}
	got := build(t, report.Options{Now: now},
		record("1", "open", file, zenodo.Stats{Views: new(int64(7)), Downloads: new(int64(0))}),
		record("2", "restricted", nil, zenodo.Stats{Views: new(int64(2))}),
		record("3", "embargoed", nil, zenodo.Stats{}),
		record("4", "restricted", file, zenodo.Stats{}), // as its owner sees it
		record("5", "open", []zenodo.File{}, zenodo.Stats{}),
		record("6", "metadata-only", nil, zenodo.Stats{}),
		record("7", "", nil, zenodo.Stats{}))
	want := report.Counts{
		Records: 7, Concepts: 7, Versions: 7, Files: 2, Bytes: 10, Views: 9, WithoutFiles: 3, HiddenFiles: 2, MetadataOnly: 2,
		WithoutStatistics: 6, WithoutCreation: 7, WithoutDate: 7,
	}
	if diff := cmp.Diff(want, got.Counts); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	for i, want := range []struct{ files, size, views, downloads *int64 }{
		{new(int64(1)), new(int64(5)), new(int64(7)), new(int64(0))}, {nil, nil, new(int64(2)), nil}, {}, {files: new(int64(1)), size: new(int64(5))}, {}, {}, {},
	} {
		row := got.Records[i]
		have := []*int64{row.Files, row.Size, row.Views, row.Downloads}
		if diff := cmp.Diff([]*int64{want.files, want.size, want.views, want.downloads}, have); diff != "" {
			t.Errorf("record %s (-want +got):\n%s", row.ID, diff)
		}
	}
	for format, tile := range map[report.Format]string{report.Markdown: "| Files | ≥ 2 |", report.HTML: "<dt>Files</dt><dd>≥ 2</dd>"} {
		text := write(t, got, format)
		for _, want := range []string{
			tile, "Files of 2 restricted or embargoed records are not public:", "1 without known files:", "2 without files: they are metadata only.",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("%s has no %q", format, want)
			}
		}
	}
}

// Two records of different concepts without an id of the concept are two.
func TestNoConcept(t *testing.T) {
	got := build(t, report.Options{Now: now}, &zenodo.Record{ID: "1"}, &zenodo.Record{ID: "2"}).Counts
	if got.Concepts != 2 || got.Versions != 2 {
		t.Errorf("got %d concepts and %d versions, want 2 and 2", got.Concepts, got.Versions)
	}
}

func TestErrorOfRecords(t *testing.T) {
	broken := errors.New("broken")
	r, err := report.Build(seq(broken, ordinary()), report.Options{Now: now})
	if r != nil || !errors.Is(err, broken) {
		t.Errorf("got %v, %v, want no report and %v", r, err, broken)
	}
}

// Records beyond the list are counted all the same, also as defects; one in the
// list that has the title of one beyond it is reported.
func TestMaxRecords(t *testing.T) {
	first, second := titled("1", "Same"), titled("2", "same")
	got := build(t, report.Options{Now: now, MaxRecords: 1}, first, second)
	if len(got.Records) != 1 || got.Omitted != 1 || got.Counts.Records != 2 {
		t.Errorf("got %d listed, %d omitted of %d, want 1, 1 of 2", len(got.Records), got.Omitted, got.Counts.Records)
	}
	if n := finding(t, got, report.DuplicateTitle); n != 2 {
		t.Errorf("got %d duplicate titles, want 2", n)
	}
	if last := got.Records[0].Issues[len(got.Records[0].Issues)-1]; last != report.DuplicateTitle {
		t.Errorf("the listed record has last %s, want %s", last, report.DuplicateTitle)
	}
}

func finding(tb testing.TB, r *report.Report, issue report.Issue) int {
	tb.Helper()
	for _, f := range r.Quality {
		if f.Issue == issue {
			return f.Records
		}
	}
	tb.Fatalf("no finding %s", issue)
	return 0
}

// Lists are bounded, in order, and have those that came first among equals.
func TestBounds(t *testing.T) {
	var records []*zenodo.Record
	for i := range 100 {
		id := zenodo.RecordID(fmt.Sprint(i))
		records = append(records, &zenodo.Record{
			ID: id, ConceptID: zenodo.ConceptID(id), Stats: zenodo.Stats{Views: new(int64(i / 2))},
			Metadata: zenodo.Metadata{Title: string(id), Keywords: []string{fmt.Sprintf("k%02d", i), "Common", "COMMON"}},
		})
	}
	changes := &report.Changes{Omitted: 1}
	for range report.MaxChanges + 5 {
		changes.Items = append(changes.Items, report.Change{})
	}
	got := build(t, report.Options{Now: now, Changes: changes}, records...)
	if len(got.MostViewed) != report.MaxRanking || len(got.MostDownloaded) != 0 {
		t.Fatalf("got %d most viewed and %d most downloaded, want %d and 0", len(got.MostViewed), len(got.MostDownloaded), report.MaxRanking)
	}
	for i, e := range got.MostViewed {
		if want := fmt.Sprint(99 - i ^ 1); e.ID != want {
			t.Errorf("most viewed %d: got %s, want %s", i, e.ID, want)
		}
	}
	k := got.Keywords
	if k.Distinct != 101 || len(k.Items) != report.MaxRanking || k.Items[0] != (report.Frequency{Name: "Common", Records: 100}) || k.Items[1].Name != "k00" {
		t.Errorf("keywords: got %d, %d listed, beginning %v", k.Distinct, len(k.Items), k.Items[:2])
	}
	if len(got.Changes.Items) != report.MaxChanges || got.Changes.Omitted != 6 {
		t.Errorf("changes: got %d and %d omitted, want %d and 6", len(got.Changes.Items), got.Changes.Omitted, report.MaxChanges)
	}
}

// Creators are one by their ORCID under several names, and two by it under one.
func TestCreators(t *testing.T) {
	by := func(id zenodo.RecordID, creators ...zenodo.Creator) *zenodo.Record {
		return &zenodo.Record{ID: id, Metadata: zenodo.Metadata{Creators: creators}}
	}
	got := build(t, report.Options{Now: now},
		by("1", zenodo.Creator{Name: "Li, W.", ORCID: "0000-0001-0000-0001"}, zenodo.Creator{Name: "Li, W.", ORCID: "0000-0001-0000-0002"}),
		by("2", zenodo.Creator{Name: "Li, Wei", ORCID: "0000-0001-0000-0001"}, zenodo.Creator{Name: "li, w."}),
		by("3", zenodo.Creator{}))
	want := report.Ranking{Distinct: 3, Without: 1, Items: []report.Frequency{
		{Name: "Li, W.", ORCID: "0000-0001-0000-0001", Records: 2},
		{Name: "Li, W.", ORCID: "0000-0001-0000-0002", Records: 1},
		{Name: "li, w.", Records: 1},
	}}
	if diff := cmp.Diff(want, got.Creators); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Organisations are one by their identifier, whatever they are called, and licences
// without an id are counted by their title.
func TestOrganizations(t *testing.T) {
	cern := func(name string) zenodo.Affiliation { return zenodo.Affiliation{Name: name, ID: "01ggx4157"} }
	record := func(id zenodo.RecordID, m zenodo.Metadata) *zenodo.Record { return &zenodo.Record{ID: id, Metadata: m} }
	r := build(t, report.Options{Now: now},
		record("1", zenodo.Metadata{
			Rights:   []zenodo.Right{{Title: "House licence"}},
			Creators: []zenodo.Creator{{Name: "Board", ROR: "02ex6cf31"}, {Name: "Roe, R.", Affiliations: []zenodo.Affiliation{cern("CERN"), {Name: "House"}}}},
		}),
		record("2", zenodo.Metadata{
			Rights:   []zenodo.Right{{Title: "House licence"}},
			Creators: []zenodo.Creator{{Name: "The Board", ROR: "02ex6cf31"}, {Name: "Doe, D.", Affiliations: []zenodo.Affiliation{cern("European Organization for Nuclear Research")}}},
		}))
	for name, got := range map[string][]report.Frequency{
		"CERN": r.Affiliations.Items[:1], "Board": r.Creators.Items[:1], "House licence": r.Licenses.Items,
	} {
		if len(got) != 1 || got[0].Name != name || got[0].Records != 2 {
			t.Errorf("got %+v, want two records of %s", got, name)
		}
	}
	if len(r.Affiliations.Items) != 2 || r.Affiliations.Without != 0 {
		t.Errorf("affiliations are %+v", r.Affiliations)
	}
}

// The title says what was selected, unless another one is given.
func TestTitle(t *testing.T) {
	for _, tt := range []struct {
		o    report.Options
		want string
	}{
		{report.Options{}, "All records"},
		{report.Options{Selection: report.Selection{Communities: []string{"a"}, Query: "x"}}, "Records of the community a"},
		{report.Options{Selection: report.Selection{Communities: []string{"a", "b"}}}, "Records of the communities a, b"},
		{report.Options{Selection: report.Selection{Query: "x", Harvest: "h"}}, "Records that match x"},
		{report.Options{Selection: report.Selection{Harvest: "h"}}, "Records of the harvest h"},
		{report.Options{Title: "Ours\n", Selection: report.Selection{Query: "x"}}, "Ours"},
	} {
		if got := build(t, tt.o).Title; got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.o, got, tt.want)
		}
	}
}

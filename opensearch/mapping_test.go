package opensearch

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/internal/naive"
	"github.com/zharvest/zharvest/internal/searchfields"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

var update = flag.Bool("update", false, "write the golden files")

// golden compares JSON with a file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	var text bytes.Buffer
	if err := json.Indent(&text, got, "", "  "); err != nil {
		t.Fatal(err)
	}
	text.WriteByte('\n')
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, text.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), text.String()); diff != "" {
		t.Errorf("not as in %s (-want +got):\n%s", path, diff)
	}
}

func TestMapping(t *testing.T) {
	text, err := json.Marshal(mapping())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "mapping.json", text)
}

// TestZenodosMapping compares fields with those of the engine that Zenodo has.
func TestZenodosMapping(t *testing.T) {
	type property struct {
		Type, Analyzer     string
		Properties, Fields map[string]property
	}
	var zenodos struct {
		Mappings property
		Settings struct {
			DefaultField []string `json:"index.query.default_field"`
		}
	}
	if err := json.Unmarshal(naive.Mapping, &zenodos); err != nil {
		t.Fatal(err)
	}
	ofType := map[string]searchfields.Kind{"text": searchfields.Standard, "text accent_analyzer": searchfields.Accent}
	of := func(p property) searchfields.Kind {
		name := strings.TrimSpace(p.Type + " " + p.Analyzer)
		if k, ok := ofType[name]; ok {
			return k
		}
		return searchfields.Kind(name)
	}
	// Objects whose members Zenodo's mapping does not name.
	dynamic := regexp.MustCompile(`^(parent\.)?pids\.|\.(title|description)\.en$`)
	for _, f := range searchfields.Fields() {
		p := zenodos.Mappings
		for part := range strings.SplitSeq(f.Name, ".") {
			p = p.Properties[part]
		}
		if dynamic.MatchString(f.Name) {
			continue
		}
		if of(p) != f.Kind || len(p.Fields) != len(f.Sub) {
			t.Errorf("%s is %s with %v, that of Zenodo %s with %v", f.Name, f.Kind, f.Sub, of(p), p.Fields)
		}
		for name, k := range f.Sub {
			if of(p.Fields[name]) != k {
				t.Errorf("%s.%s is %s, that of Zenodo %s", f.Name, name, k, of(p.Fields[name]))
			}
		}
	}
	got := mapping()["settings"].(object)["index"].(object)["query"].(object)["default_field"].([]string)
	slices.Sort(got)
	slices.Sort(zenodos.Settings.DefaultField)
	if len(got) != 29 || !slices.Equal(got, zenodos.Settings.DefaultField) {
		t.Errorf("fields searched by default (-Zenodo's +got):\n%s", cmp.Diff(zenodos.Settings.DefaultField, got))
	}
}

// TestNames has all names that people type lead somewhere, but for what the
// records of the index do not have.
func TestNames(t *testing.T) {
	filled := map[string]bool{}
	for _, f := range searchfields.Fields() {
		if filled[f.Name] {
			t.Errorf("%s is there twice", f.Name)
		}
		filled[f.Name] = true
	}
	var missing []string
	for typed, name := range querystring.Fields() {
		if !filled[name] {
			missing = append(missing, typed)
		}
	}
	if want := []string{"imprint.publisher"}; !slices.Equal(missing, want) {
		t.Errorf("nothing is filled for %v, want that for %v alone", missing, want)
	}
}

// whole has a value for every field that records have values of, of a custom
// field for each kind.
func whole() *zenodo.Record {
	person := zenodo.Creator{Name: "Rossi, Ada", Affiliations: []zenodo.Affiliation{{Name: "EGI", ID: "02ex6cf31"}}, ORCID: "0000-0002-1825-0097", GND: "118540238"}
	return &zenodo.Record{
		ID: "7", ConceptID: "6", DOI: "10.5281/zenodo.7", ConceptDOI: "10.5281/zenodo.6", VersionIndex: 2, IsLatest: true,
		CreatedAt: "2023-03-09T10:11:12.131415+00:00", UpdatedAt: "2024-07-12T22:45:01+00:00", Owners: []string{"42"},
		Communities: []zenodo.Slug{"egi-ace", "eu"},
		Files:       []zenodo.File{{Key: "a.JPEG", Size: 5, Checksum: "md5:1"}, {Key: "data.csv", Size: 7, Checksum: "md5:2"}},
		Stats:       zenodo.Stats{ViewsRaw: new(int64(1)), Views: new(int64(2)), DownloadsRaw: new(int64(3)), Downloads: new(int64(4)), VersionViewsRaw: new(int64(5)), VersionViews: new(int64(6)), VersionDownloadsRaw: new(int64(7)), VersionDownloads: new(int64(8))},
		Raw:         []byte(`{"id": 7, "metadata": {"title": "as <sent>"}}`), Format: zenodo.FormatLegacy,
		Metadata: zenodo.Metadata{
			Title: "A title", AdditionalTitles: []zenodo.TypedText{{Text: "Another", Type: "subtitle"}}, PublicationDate: "2023-03", Description: "<p>d</p>", Notes: "n", Method: "m", Type: "publication", Subtype: "article", TypeTitle: "Journal article",
			AccessRight: "embargoed", EmbargoDate: "2030-01-01", License: "cc0-1.0", LicenseURL: "https://l.example", Version: "v1", Language: "eng", Publisher: "P",
			Creators: []zenodo.Creator{person}, Contributors: []zenodo.Contributor{{Creator: person, Type: "Editor"}}, Keywords: []string{"a", "b c"},
			RelatedIdentifiers:   []zenodo.RelatedIdentifier{{Identifier: "10.1/x", Relation: "isSupplementTo", Scheme: "doi", ResourceType: "dataset"}},
			AlternateIdentifiers: []zenodo.AlternateIdentifier{{Identifier: "alt", Scheme: "other"}}, References: []string{"ref"},
			Grants:    []zenodo.Grant{{ID: "00k4n6c32::1", Code: "1", Title: "t", URL: "https://g.example", Acronym: "ACR", Program: "H2020", Funder: zenodo.Funder{ID: "00k4n6c32", Name: "EC", DOI: "10.13039/1"}}},
			Locations: []zenodo.Location{{Place: "Alps", Description: "high"}}, Dates: []zenodo.Date{{Description: "collected", Type: "collected"}},
			Journal: zenodo.Journal{Title: "J", Volume: "1", Issue: "2", Pages: "3", ISSN: "4"},
			Meeting: zenodo.Meeting{Title: "M", Acronym: "A", Dates: "D", Place: "P", URL: "U", Session: "S", SessionPart: "SP"},
			Imprint: zenodo.Imprint{Place: "I", ISBN: "978", Edition: "2nd"}, PartOf: zenodo.PartOf{Title: "PT", Pages: "PP"}, ThesisUniversity: "TU",
			Subjects: []zenodo.Subject{{Term: "Cats", Identifier: "https://s.example/cats", Scheme: "url"}},
			Custom: []zenodo.CustomValue{
				{Name: "dwc:genus", Value: "Felis"},
				{Name: "dwc:habitat", Value: "sofas"},
				{Name: "dwc:decimalLatitude", Value: "46.2"},
				{Name: "dwc:eventDate", Value: "2020-05-01"},
				{Name: "gbif:ampliconSize", Value: "300"},
				{Name: "thesis:thesis.type", Value: "PhD"},
				{Name: "code:developmentStatus.title.en", Value: "Active"},
			},
		},
	}
}

// named complains of fields that the mapping does not have.
type named struct{ *testing.T }

func (n named) Text(field, _ string) {
	if kinds[field] == "" {
		n.Errorf("records have %s, the mapping does not", field)
	}
}

func (n named) Number(field string, _ int64) { n.Text(field, "") }

// native is a record in InvenioRDM's own JSON, with all that it can have.
func native(t *testing.T) *zenodo.Record {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "zenodo", "testdata", "native.json"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := zenodo.DecodeRecord(raw)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every field has a value of one of the two records, and no record has more.
func TestDocument(t *testing.T) {
	values := fieldValues{}
	for name, r := range map[string]*zenodo.Record{"document.json": whole(), "native.json": native(t)} {
		searchfields.Each(r, values)
		searchfields.Each(r, named{t})
		text, err := document(r, "2026-01-01T00:00:00Z")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, text)
	}
	for _, f := range searchfields.Fields() {
		if len(values[f.Name]) == 0 && f.Name != "metadata.contact" && !strings.HasPrefix(f.Name, "custom_fields.") {
			t.Errorf("%s has no value", f.Name)
		}
	}
}

// TestPoorDocuments has no value made up, and nothing that the index would
// refuse.
func TestPoorDocuments(t *testing.T) {
	for want, r := range map[string]*zenodo.Record{
		`{"zharvest_run":"1"}`: {},
		`{"created":"in spring","id":"1","metadata":{"publication_date":"in spring"},"zharvest_run":"1"}`: {ID: "1", CreatedAt: "in spring", Raw: []byte("{"), Metadata: zenodo.Metadata{PublicationDate: "in spring"}},
		`{"datacite":"\u003cresource/\u003e","id":"2","zharvest_run":"1"}`:                                {ID: "2", Raw: []byte("<resource/>"), Format: zenodo.FormatDataCite},
		`{"id":"3","zharvest_run":"1"}`:                                      {ID: "3", Files: []zenodo.File{}},
		`{"id":"4","stats":{"all_versions":{"views":0}},"zharvest_run":"1"}`: {ID: "4", Stats: zenodo.Stats{ViewsRaw: new(int64)}},
	} {
		if got, err := document(r, "1"); string(got) != want || err != nil {
			t.Errorf("got %s, %v; want %s", got, err, want)
		}
	}
}

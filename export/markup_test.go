package export_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

var (
	htmlTag  = regexp.MustCompile(`<[^>]*>`)
	htmlLink = regexp.MustCompile(`<a href="(?:https?)://[^"<>\s]*">`)
)

// allowedTags are those of a page of ours, but for links.
var allowedTags = map[string]bool{
	`<tr>`: true, `</tr>`: true, `</td>`: true, `</a>`: true, `<td dir="auto">`: true, `<td dir="auto" class="number">`: true,
}

// checkHTMLRows wants nothing in the rows but cells, links to the web, and
// text.
func checkHTMLRows(t *testing.T, page string) {
	t.Helper()
	_, rows, ok := strings.Cut(page, "<tbody>\n")
	rows, _, both := strings.Cut(rows, "</tbody>")
	if !ok || !both {
		t.Fatalf("no table: %.200q", page)
	}
	for _, tag := range htmlTag.FindAllString(rows, -1) {
		if !allowedTags[tag] && htmlLink.FindString(tag) != tag {
			t.Errorf("the tag %q", tag)
		}
	}
	if strings.ContainsAny(htmlTag.ReplaceAllString(rows, ""), "<>\x00") {
		t.Errorf("something is not escaped in %q", rows)
	}
}

func TestHTMLIsHarmless(t *testing.T) {
	checkHTMLRows(t, write(t, "html", export.Options{Fields: export.Fields()}, difficult()...))
}

func TestLinks(t *testing.T) {
	tests := []struct {
		r    *zenodo.Record
		want string
	}{
		{scripted(), `| [10.1000/"\>\<script\>alert(1)\</script\>](https://doi.org/10.1000/%22%3E%3Cscript%3Ealert%281%29%3C/script%3E) | javascript:alert("x") |`},
		{withoutDOI(), "|  | [https://repository.example/records/abcd-1234](https://repository.example/records/abcd-1234) |"},
		{&zenodo.Record{URL: "HTTP://x/a b)](c|d)<>\"'`"}, "|  | [HTTP://x/a b)\\](c\\|d)\\<\\>\"'\\`](HTTP://x/a%20b%29%5D%28c%7Cd%29%3C%3E%22%27%60) |"},
		{&zenodo.Record{URL: "data:text/html,x"}, "|  | data:text/html,x |"},
		{&zenodo.Record{URL: "//evil.example"}, "|  | //evil.example |"},
	}
	for _, tt := range tests {
		got := write(t, "markdown", export.Options{Fields: fieldList(t, "doi,url")}, tt.r)
		if got, want := strings.TrimPrefix(got, "| doi | url |\n| --- | --- |\n"), tt.want+"\n"; got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// A study registration was written as Text, a project as Other.
func TestDataCiteTypes(t *testing.T) {
	for _, want := range vocab.ResourceTypes().Terms() {
		var got []struct {
			Types struct{ ResourceType, ResourceTypeGeneral string }
		}
		r := work("1", want.Type(), want.Subtype(), "T", "2020")
		if err := json.Unmarshal([]byte(write(t, "datacite", export.Options{}, r)), &got); err != nil {
			t.Fatal(err)
		}
		if got := got[0].Types; got.ResourceTypeGeneral != want.General || got.ResourceType != want.Text {
			t.Errorf("%s is %+v, want %s and %q", want.ID, got, want.General, want.Text)
		}
	}
	for id, want := range map[string]string{"publication-studyregistration": "StudyRegistration", "project": "Project", "instrument": "Instrument"} {
		if registration, _ := vocab.ResourceTypes().Find(id); registration.General != want {
			t.Errorf("%s is %s, want %s", id, registration.General, want)
		}
	}
}

// Licences have the ids and the titles of Zenodo, whichever id a record has; one
// that Zenodo does not know stays as it is.
func TestDataCiteLicences(t *testing.T) {
	const by = "Creative Commons Attribution 4.0 International"
	for license, want := range map[string][3]string{
		"cc-by-4.0": {"cc-by-4.0", by, "SPDX"}, "CC-BY-4.0": {"cc-by-4.0", by, "SPDX"}, "mit-license": {"mit", "MIT License", "SPDX"},
		"cc-zero":        {"cc0-1.0", "Creative Commons Zero v1.0 Universal", "SPDX"},
		"gpl-2.0+":       {"gpl-2.0-or-later", "GNU General Public License v2.0 or later", "SPDX"},
		"other-open":     {"other-open", "Other (Open)", ""},
		"notspecified":   {"notspecified", "License Not Specified", ""},
		"Ask me, please": {"Ask me, please", "Ask me, please", ""},
	} {
		r := work("1", "dataset", "", "T", "2020")
		r.Metadata.License = license
		var got []struct {
			RightsList []struct{ Rights, RightsIdentifier, RightsIdentifierScheme string }
		}
		if err := json.Unmarshal([]byte(write(t, "datacite", export.Options{}, r)), &got); err != nil {
			t.Fatal(err)
		}
		rights := got[0].RightsList[0]
		if got := [3]string{rights.RightsIdentifier, rights.Rights, rights.RightsIdentifierScheme}; got != want {
			t.Errorf("%s: got %q, want %q", license, got, want)
		}
	}
}

func TestDataCite(t *testing.T) {
	var got []map[string]any
	r := softwareRelease()
	r.Metadata.Creators = append(r.Metadata.Creators, zenodo.Creator{Name: "EGI Foundation, The", Kind: "organizational", GND: "gnd:1"}, zenodo.Creator{Name: "King, Martin, Jr.", ORCID: "0000-0002-1825-0097"})
	r.Metadata.Contributors = []zenodo.Contributor{{Creator: zenodo.Creator{Name: "Roe, R."}, Type: "datacurator"}, {Creator: zenodo.Creator{Name: "Doe, J."}, Type: "chef"}}
	r.Metadata.Locations = append(r.Metadata.Locations, zenodo.Location{Place: "Padova", Point: &zenodo.Point{Latitude: 45.4, Longitude: -11.9}}, zenodo.Location{Place: "Padova", Point: &zenodo.Point{Latitude: 45.4, Longitude: -11.9}}, zenodo.Location{Point: &zenodo.Point{Latitude: 91}})
	r.Metadata.AccessRight, r.Metadata.Language, r.Metadata.Keywords = "restricted", "eng", []string{"a", "a", " "}
	r.Metadata.AlternateIdentifiers = []zenodo.AlternateIdentifier{{Identifier: "ark:/1/x", Scheme: "ark"}, {Identifier: "x"}}
	if err := json.Unmarshal([]byte(write(t, "datacite", export.Options{}, r)), &got); err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	if err := json.Unmarshal([]byte(dataciteOfRelease), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const dataciteOfRelease = `{
"doi": "10.5281/zenodo.56", "types": {"resourceTypeGeneral": "Software"}, "titles": [{"title": "zharvest/zharvest: v1.0.0-rc.1"}],
"publisher": {"name": ":unav"}, "publicationYear": "2024", "language": "en", "version": "v1.0.0-rc.1",
"creators": [{"name": "Ада Лавлейс"}, {"name": "torvalds"},
  {"name": "EGI Foundation, The", "nameType": "Organizational", "nameIdentifiers": [{"nameIdentifier": "https://d-nb.info/gnd/1", "nameIdentifierScheme": "GND", "schemeUri": "https://d-nb.info/gnd/"}]},
  {"name": "King, Martin, Jr.", "nameType": "Personal", "givenName": "Martin, Jr.", "familyName": "King",
   "nameIdentifiers": [{"nameIdentifier": "https://orcid.org/0000-0002-1825-0097", "nameIdentifierScheme": "ORCID", "schemeUri": "https://orcid.org"}]}],
"contributors": [{"name": "Roe, R.", "contributorType": "DataCurator"}, {"name": "Doe, J.", "contributorType": "Other"}],
"subjects": [{"subject": "a"}, {"subject": "Chiroptera", "subjectScheme": "MeSH", "valueUri": "https://id.nlm.nih.gov/mesh/D002685"}],
"dates": [{"date": "2024-05-06", "dateType": "Issued"}, {"date": "2020-01-01/2020-12-31", "dateType": "Collected", "dateInformation": "in the field"}, {"date": "2021", "dateType": "Other"}],
"alternateIdentifiers": [{"alternateIdentifier": "https://zenodo.org/records/56", "alternateIdentifierType": "URL"},
  {"alternateIdentifier": "ark:/1/x", "alternateIdentifierType": "ARK"}, {"alternateIdentifier": "x", "alternateIdentifierType": "Other"}],
"relatedIdentifiers": [
  {"relatedIdentifier": "https://github.com/zharvest/zharvest/tree/v1.0.0-rc.1", "relatedIdentifierType": "URL", "relationType": "IsSupplementTo", "resourceTypeGeneral": "Software"},
  {"relatedIdentifier": "10.1000/cited", "relatedIdentifierType": "DOI", "relationType": "Cites", "resourceTypeGeneral": "JournalArticle"},
  {"relatedIdentifier": "arXiv:1512.00849", "relatedIdentifierType": "arXiv", "relationType": "IsNewVersionOf"},
  {"relatedIdentifier": "10.5281/zenodo.48", "relatedIdentifierType": "DOI", "relationType": "IsVersionOf"}],
"sizes": ["123456 bytes"],
"rightsList": [{"rights": "Apache License 2.0", "rightsUri": "https://www.apache.org/licenses/LICENSE-2.0", "rightsIdentifier": "apache-2.0", "rightsIdentifierScheme": "SPDX", "schemeUri": "https://spdx.org/licenses/"},
  {"rightsUri": "info:eu-repo/semantics/restrictedAccess"}],
"descriptions": [{"description": "A note", "descriptionType": "Other"}, {"description": "How", "descriptionType": "Methods"}],
"geoLocations": [{"geoLocationPlace": "Orange County (Calif.)"}, {"geoLocationPlace": "Padova", "geoLocationPoint": {"pointLatitude": 45.4, "pointLongitude": -11.9}}],
"fundingReferences": [{"funderName": "European Commission", "funderIdentifier": "https://doi.org/10.13039/501100000780", "funderIdentifierType": "Crossref Funder ID",
  "awardNumber": "777536", "awardUri": "https://cordis.europa.eu/projects/777536", "awardTitle": "EOSC-hub"}],
"schemaVersion": "http://datacite.org/schema/kernel-4"}`

// What DataCite must have is there also where the record has nothing.
func TestDataCiteOfNothing(t *testing.T) {
	got := write(t, "datacite", export.Options{}, &zenodo.Record{DOI: "none", CreatedAt: "2019-01-01T00:00:00+00:00"})
	want := `[
{"types":{"resourceTypeGeneral":"Other"},"creators":[{"name":":unav"}],"titles":[{"title":":unav"}],"publisher":{"name":":unav"},"publicationYear":"2019","schemaVersion":"http://datacite.org/schema/kernel-4"}
]
`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestRecordedCitations writes records that Zenodo has served and reads them
// strictly.
func TestRecordedCitations(t *testing.T) {
	records := recorded(t)
	entries := readBibTeX(t, write(t, "bibtex", export.Options{}, records...))
	refs := readRIS(t, write(t, "ris", export.Options{}, records...))
	var items []cited
	if err := json.Unmarshal([]byte(write(t, "csl", export.Options{}, records...)), &items); err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(records) || len(refs) != len(records) || len(items) != len(records) {
		t.Fatalf("got %d entries, %d references and %d items for %d records", len(entries), len(refs), len(items), len(records))
	}
	keys := map[string]bool{}
	for i, r := range records {
		e := entries[i]
		if keys[e.Key] || e.Key != items[i].ID || e.Key != refs[i]["ID"][0] {
			t.Errorf("record %s: key %s is there twice, or not the same everywhere", r.ID, e.Key)
		}
		keys[e.Key] = true
		if e.Fields["year"] == "" || e.Fields["title"] == "" || e.Fields["url"] == "" || items[i].DOI != string(r.DOI) {
			t.Errorf("record %s: something is missing: %v, %+v", r.ID, e.Fields, items[i])
		}
	}
}

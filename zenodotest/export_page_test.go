package zenodotest_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/oaipmh"
	"github.com/zharvest/zharvest/zenodotest"
)

// TestExports reads a record back in each format that its page offers.
func TestExports(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{RewriteLinks: true})
	id := fileRecord(t, s, "", "a b.csv", 5)
	for _, c := range []struct {
		name, mediaType, ending string
		has                     []string // in the text
	}{
		{"json", "application/json", "json", []string{`"resource_type": {`, s.API() + "/records/" + id}},
		{"json-ld", "application/ld+json", "json", []string{`"@context": "http://schema.org"`, `"@type": "https://schema.org/Dataset"`}},
		{"csl", "application/vnd.citationstyles.csl+json", "json", []string{`"family": "Doe"`, `"type": "dataset"`}},
		{"datacite-json", "application/vnd.datacite.datacite+json", "json", []string{`"resourceTypeGeneral": "Dataset"`, `"doi": "10.5281/zenodo.` + id}},
		{"datacite-xml", "application/vnd.datacite.datacite+xml", "xml", []string{`<identifier identifierType="DOI">10.5281/zenodo.` + id}},
		{"dublincore", "application/x-dc+xml", "xml", []string{"<dc:title>With files</dc:title>"}},
		{"marcxml", "application/marcxml+xml", "xml", []string{`<subfield code="u">` + s.URL + "/records/" + id + "/files/a%20b.csv"}},
		{"bibtex", "application/x-bibtex", "bib", []string{"@dataset{doe_", "title        = {With files}"}},
		{"geojson", "application/vnd.geo+json", "geojson", []string{`"type": "FeatureCollection"`}},
		{"dcat-ap", "application/dcat+xml", "xml", []string{s.URL + "/records/" + id + "/files/a%20b.csv", "<dcat:byteSize>5<"}},
		{"codemeta", "application/ld+json", "json", []string{"codemeta-2.0"}},
		{"cff", "application/x-yaml", "yaml", []string{"cff-version: ", `- family-names: "Doe"`}},
		{"datapackage", "application/ld+json", "json", []string{`"bytes": 5`, `"hash": "md5:`}},
	} {
		got := do(t, http.MethodGet, s.URL+"/records/"+id+"/export/"+c.name)
		if got.StatusCode != 200 || got.Header.Get("Content-Type") != c.mediaType || got.Header.Get("Content-Disposition") != "attachment; filename="+id+"."+c.ending {
			t.Errorf("%s: got %d %v", c.name, got.StatusCode, got.Header)
		}
		for _, part := range c.has {
			if !strings.Contains(got.body, part) {
				t.Errorf("%s: got %s\nwant %s in it", c.name, got.body, part)
			}
		}
		if c.ending == "xml" && xml.Unmarshal([]byte(got.body), new(struct{ XMLName xml.Name })) != nil {
			t.Errorf("%s: no XML: %s", c.name, got.body)
		} else if strings.HasSuffix(c.ending, "json") && json.Unmarshal([]byte(got.body), new(any)) != nil {
			t.Errorf("%s: no JSON: %s", c.name, got.body)
		}
	}
	for path, status := range map[string]int{
		"/export/ris": 404, "/export/nonsense": 404, "/export/hx": 301, "/export/dcat": 301,
	} {
		if got := do(t, http.MethodGet, s.URL+"/records/"+id+path); got.StatusCode != status {
			t.Errorf("%s: got %d, want %d", path, got.StatusCode, status)
		}
	}
	if got := do(t, http.MethodGet, s.URL+"/records/1/export/bibtex"); got.StatusCode != 404 {
		t.Errorf("no record: got %d", got.StatusCode)
	}
}

// TestOAIPrefixes asks for a record under all eight prefixes.
func TestOAIPrefixes(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	client := oaiClient(t, s)
	formats, err := client.ListMetadataFormats(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var prefixes []string
	for _, f := range formats {
		prefixes = append(prefixes, f.Prefix)
		for page, err := range client.RecordPages(t.Context(), oaipmh.ListOptions{MetadataPrefix: f.Prefix}) {
			if err != nil {
				t.Fatalf("%s: %v", f.Prefix, err)
			}
			for _, r := range page.Items {
				if err := xml.Unmarshal(r.Metadata, new(struct{ XMLName xml.Name })); err != nil {
					t.Errorf("%s of %s: %v", f.Prefix, r.Identifier, err)
				}
			}
		}
	}
	if want := []string{"marcxml", "oai_dc", "dcat", "marc21", "datacite", "oai_datacite", "datacite4", "oai_datacite4"}; !slices.Equal(prefixes, want) {
		t.Errorf("got %v, want %v", prefixes, want)
	}
}

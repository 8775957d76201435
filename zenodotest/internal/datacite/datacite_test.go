package datacite_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest/internal/datacite"
)

var update = flag.Bool("update", false, "write what is made into the golden file")

// full is a record with everything that DataCite has a place for, and with
// what XML has to be protected from.
const full = `{"id": 102, "conceptrecid": "101", "doi": "10.5281/zenodo.102", "conceptdoi": "10.5281/zenodo.101",
"created": "2024-01-02T03:04:05.678901+00:00", "updated": "2024-05-06T07:08:09+00:00", "metadata": {
"title": "<i>Aedes</i> & \"friends\": a < b\u0001 ]]>", "publication_date": "2024-01-01", "description": "<p>One &amp; two<br>three.</p>\r\n",
"notes": "Mind the gap", "method": "By hand", "language": "eng", "version": "v1.2", "license": {"id": "cc-by-4.0"},
"resource_type": {"type": "publication", "subtype": "deliverable", "title": "Project deliverable"},
"creators": [{"name": "Doe, Jane", "affiliation": "CERN & co", "orcid": "0000-0002-1825-0097", "gnd": "170118215"}, {"name": "The Consortium"}],
"contributors": [{"name": "Roe, Richard", "type": "DataCollector"}],
"keywords": ["mosquitoes", "R&D"], "subjects": [{"term": "Astronomy", "identifier": "http://id.loc.gov/authorities/subjects/sh85009003", "scheme": "url"}],
"dates": [{"type": "collected", "start": "2020-01-01", "end": "2020-12-31", "description": "in the \"field\""}, {"type": "valid", "start": "2021"}],
"related_identifiers": [{"identifier": "10.1234/a", "relation": "isSupplementTo", "scheme": "doi", "resource_type": "publication-article"},
 {"identifier": "hash://sha256/ab", "relation": "hasVersion", "scheme": "hash"}, {"identifier": "https://example.org/?a=1&b=2", "relation": "cites", "scheme": "url"}],
"alternate_identifiers": [{"identifier": "978-3-16-148410-0", "scheme": "isbn"}, {"identifier": "10.9999/other", "scheme": "doi"}],
"grants": [{"code": "777536", "title": "EOSC-hub", "url": "https://cordis.europa.eu/projects/777536", "funder": {"name": "European Commission", "doi": "10.13039/501100000780"}}],
"locations": [{"place": "Genève", "lat": 46.2, "lon": 6.1}, {"lat": 1, "lon": 2}],
"communities": [{"id": "egi-ace"}]}}`

func decode(t testing.TB, raw string) *zenodo.Record {
	t.Helper()
	r, err := zenodo.DecodeRecord([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEnvelope(t *testing.T) {
	got := datacite.Envelope(decode(t, full))
	wellFormed(t, got)
	golden := filepath.Join("testdata", "full.xml")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestSparse sees that nothing is invented where the record says nothing.
func TestSparse(t *testing.T) {
	got := string(datacite.Envelope(decode(t, `{"id": 7}`)))
	wellFormed(t, []byte(got))
	for _, absent := range []string{"<identifier ", "<creators", "<relatedIdentifiers", "<rightsList", "<descriptions", "<publicationYear", "<language", "<dates", "<titles"} {
		if strings.Contains(got, absent) {
			t.Errorf("a record of nothing but an id has %s:\n%s", absent, got)
		}
	}
	if want := `<alternateIdentifier alternateIdentifierType="oai">oai:zenodo.org:7</alternateIdentifier>`; !strings.Contains(got, want) {
		t.Errorf("got %s\nwithout %s", got, want)
	}
}

// TestConceptOnce: records of before 2023 name their concept themselves.
func TestConceptOnce(t *testing.T) {
	got := string(datacite.Envelope(decode(t, `{"id": 2, "conceptdoi": "10.5281/zenodo.1", "metadata": {"related_identifiers":
		[{"identifier": "10.5281/zenodo.1", "relation": "isVersionOf", "scheme": "doi"}]}}`)))
	if n := strings.Count(got, "10.5281/zenodo.1<"); n != 1 {
		t.Errorf("the concept is named %d times:\n%s", n, got)
	}
}

func TestResource(t *testing.T) {
	r := decode(t, full)
	got := datacite.Resource(r)
	wellFormed(t, got)
	if !bytes.HasPrefix(got, []byte("<resource ")) || bytes.Contains(got, []byte("oai_datacite")) {
		t.Errorf("got %s", got)
	}
	inside := datacite.WithoutXSI(datacite.Envelope(r))
	if bytes.Contains(inside, []byte("xmlns:xsi")) || !bytes.Contains(inside, []byte("xsi:schemaLocation")) {
		t.Errorf("got %s", inside)
	}
}

// wellFormed reads a document as strictly as encoding/xml does, and sees to it
// that its prefixes are declared.
func wellFormed(t testing.TB, document []byte) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(document))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		if start, ok := tok.(xml.StartElement); ok {
			for _, a := range start.Attr {
				if a.Name.Space == "xsi" {
					t.Fatalf("the prefix xsi is not declared in\n%s", document)
				}
			}
		}
	}
}

// FuzzEnvelope: whatever a record holds, its document is well-formed.
func FuzzEnvelope(f *testing.F) {
	f.Add("a < b & c ]]> \"d\"", "\r\n\t\x00\u0001\ufffe", "doi")
	f.Add("<b>bold</b> &amp;lt;", "\xff\xc0", "url")
	f.Fuzz(func(t *testing.T, text, more, word string) {
		r := &zenodo.Record{ID: "1", DOI: zenodo.DOI(more), Metadata: zenodo.Metadata{
			Title: text, Description: more, PublicationDate: word, Type: word, License: text, Version: more,
			Creators:           []zenodo.Creator{{Name: text, Affiliations: []zenodo.Affiliation{{Name: more}}, ORCID: word}},
			RelatedIdentifiers: []zenodo.RelatedIdentifier{{Identifier: text, Relation: more, Scheme: word, ResourceType: more}},
			Dates:              []zenodo.Date{{Type: more, Start: text, Description: more}},
			Subjects:           []zenodo.Subject{{Term: text, Scheme: more, Identifier: "http" + more}},
		}}
		wellFormed(t, datacite.Envelope(r))
	})
}

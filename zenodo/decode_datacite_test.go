package zenodo_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/zharvest/zharvest/zenodo"
)

// envelope is what the members of a dump have around a resource.
func envelope(resource string) string {
	return `<oai_datacite xmlns="http://schema.datacite.org/oai/oai-1.1/"><schemaVersion>4.5</schemaVersion><datacentreSymbol>CERN.ZENODO</datacentreSymbol><payload>` +
		resource + `</payload></oai_datacite>`
}

// oaiRecord is what an OAI-PMH answer has around it.
func oaiRecord(sets, resource string) string {
	return `<record xmlns="http://www.openarchives.org/OAI/2.0/"><header><identifier>oai:zenodo.org:7000001</identifier><datestamp>2023-03-10T08:00:00Z</datestamp>` +
		sets + `</header><metadata>` + envelope(resource) + `</metadata></record>`
}

func TestDecodeRecordDataCite(t *testing.T) {
	resource := string(readFixture(t, "datacite.xml"))
	want := &zenodo.Record{
		ID: "7000001", ConceptID: "7000000", DOI: "10.5281/zenodo.7000001", ConceptDOI: "10.5281/zenodo.7000000",
		UpdatedAt: "2023-03-10", IsLatest: true, URL: "https://zenodo.org/records/7000001",
		Metadata: zenodo.Metadata{
			Title: "Bats & “caves”", PublicationDate: "2023-03", Description: "About bats.", Method: "By night.", Notes: "None",
			Type: "publication", Subtype: "article", AccessRight: "open", License: "cc-by-4.0",
			LicenseURL: "https://creativecommons.org/licenses/by/4.0/legalcode", Version: "2", Language: "eng", Publisher: "Zenodo",
			Creators: []zenodo.Creator{
				{Name: "Doe, Jane", Kind: "personal", Affiliations: []zenodo.Affiliation{{Name: "Univ. of X", ID: "1"}, {Name: "Second"}}, ORCID: "0000-0002-1825-0097", GND: "118540238"},
				{Name: "Roe, R."},
			},
			Contributors: []zenodo.Contributor{{Creator: zenodo.Creator{Name: "Poe, E.", Kind: "personal"}, Type: "Editor"}},
			Keywords:     []string{"bats"},
			Subjects:     []zenodo.Subject{{Term: "Chiroptera", Identifier: "http://id.nlm.nih.gov/mesh/D002685", Scheme: "MeSH"}},
			RelatedIdentifiers: []zenodo.RelatedIdentifier{
				{Identifier: "10.1/x", Relation: "cites", Scheme: "doi"},
				{Identifier: "10.5281/zenodo.5", Relation: "isVersionOf", Scheme: "doi", ResourceType: "publication-preprint"},
				{Identifier: "2837-2107", Relation: "isPartOf", Scheme: "issn", ResourceType: "publication-annotationcollection"},
			},
			AlternateIdentifiers: []zenodo.AlternateIdentifier{{Identifier: "ark:/1/x", Scheme: "ark"}},
			Grants: []zenodo.Grant{{
				Code: "101017567", Title: "A grant", URL: "https://cordis.europa.eu/project/id/101017567",
				Funder: zenodo.Funder{ID: "00k4n6c32", Name: "European Commission", DOI: "10.13039/501100000780", Acronym: "EC"},
			}},
			Locations: []zenodo.Location{{Place: "Padova", Point: &zenodo.Point{Latitude: 45.4, Longitude: -11.9}}},
			Dates:     []zenodo.Date{{Type: "collected", Start: "2019", End: "2020", Description: "in caves"}},
		},
		Communities: []zenodo.Slug{"batlit", "other"},
		Format:      zenodo.FormatDataCite,
	}
	for name, raw := range map[string]string{
		"resource": resource,
		"envelope": "\ufeff<?xml version='1.0' encoding='UTF-8'?>\n<!-- a dump's -->" + envelope(resource) + "\n",
		"prefixed": strings.NewReplacer("</", "</d:", "<", "<d:", `xmlns="http://datacite`, `xmlns:d="http://datacite`).Replace(resource),
	} {
		got, err := zenodo.DecodeRecord([]byte(raw))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if string(got.Raw) != raw {
			t.Errorf("%s: raw is %q", name, got.Raw)
		}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(zenodo.Record{}, "Raw")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}

	want.UpdatedAt = "2023-03-10T08:00:00Z"
	want.Communities = []zenodo.Slug{"third", "batlit", "other"}
	got, err := zenodo.DecodeRecord([]byte(oaiRecord("<setSpec>openaire</setSpec><setSpec>user-third</setSpec><setSpec>user-batlit</setSpec>", resource)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(zenodo.Record{}, "Raw")); diff != "" {
		t.Errorf("OAI-PMH record (-want +got):\n%s", diff)
	}
}

func TestDecodeDataCiteNames(t *testing.T) {
	const version = `<relatedIdentifiers><relatedIdentifier relatedIdentifierType="DOI" relationType="IsVersionOf">`
	for _, tc := range []struct {
		name, raw string
		want      zenodo.Record
		related   int
	}{
		{
			"an external DOI has no concept",
			`<resource><identifier identifierType="DOI">10.1/a</identifier><alternateIdentifiers><alternateIdentifier alternateIdentifierType="oai">oai:zenodo.org:12</alternateIdentifier></alternateIdentifiers>` +
				version + `10.1/b</relatedIdentifier></relatedIdentifiers></resource>`,
			zenodo.Record{ID: "12", DOI: "10.1/a", URL: "https://zenodo.org/records/12"},
			1,
		},
		{
			"another repository's",
			`<resource><identifier identifierType="DOI">10.1234/abcd1-efg23</identifier><alternateIdentifiers><alternateIdentifier alternateIdentifierType="oai">oai:repo.example:abcd1-efg23</alternateIdentifier></alternateIdentifiers>` +
				version + `10.1234/zzzz1-efg23</relatedIdentifier></relatedIdentifiers></resource>`,
			zenodo.Record{ID: "abcd1-efg23", ConceptID: "zzzz1-efg23", DOI: "10.1234/abcd1-efg23", ConceptDOI: "10.1234/zzzz1-efg23", URL: "https://repo.example/records/abcd1-efg23"},
			0,
		},
		{"the page alone", `<resource><alternateIdentifiers><alternateIdentifier alternateIdentifierType="URL">https://zenodo.org/records/7</alternateIdentifier></alternateIdentifiers></resource>`, zenodo.Record{ID: "7", URL: "https://zenodo.org/records/7"}, 0},
		{"the DOI alone", `<resource><identifier identifierType="DOI"> 10.5281/zenodo.9 </identifier></resource>`, zenodo.Record{ID: "9", DOI: "10.5281/zenodo.9"}, 0},
		{"the last of the versions", `<resource><identifier identifierType="DOI">10.5281/zenodo.9</identifier>` + version + `10.5281/zenodo.3</relatedIdentifier>` + strings.TrimPrefix(version, "<relatedIdentifiers>") + `10.5281/zenodo.8</relatedIdentifier></relatedIdentifiers></resource>`, zenodo.Record{ID: "9", DOI: "10.5281/zenodo.9", ConceptID: "8", ConceptDOI: "10.5281/zenodo.8"}, 1},
	} {
		got, err := zenodo.DecodeRecord([]byte(tc.raw))
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		names := zenodo.Record{ID: got.ID, ConceptID: got.ConceptID, DOI: got.DOI, ConceptDOI: got.ConceptDOI, URL: got.URL}
		if diff := cmp.Diff(tc.want, names); diff != "" || len(got.Metadata.RelatedIdentifiers) != tc.related {
			t.Errorf("%s: %d related identifiers, (-want +got):\n%s", tc.name, len(got.Metadata.RelatedIdentifiers), diff)
		}
		if got.Files != nil || !got.Stats.Equal(zenodo.Stats{}) || got.CreatedAt != "" {
			t.Errorf("%s: files, statistics or the time of creation were made up: %+v", tc.name, got)
		}
	}
}

func TestDecodeDataCiteTypes(t *testing.T) {
	for in, want := range map[string]string{
		`"Text">`:              "publication/",
		`"Text">Presentation`:  "presentation/",
		`"Text">Working paper`: "publication/workingpaper",
		`"Text">Something new`: "publication/",
		`"Image"> Figure `:     "image/figure",
		`"Dataset">`:           "dataset/",
		`"Software">`:          "software/",
		`"Service">`:           "/",
	} {
		r, err := zenodo.DecodeRecord([]byte(`<resource><identifier identifierType="DOI">10.5281/zenodo.9</identifier><resourceType resourceTypeGeneral=` + in + `</resourceType></resource>`))
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Metadata.Type + "/" + r.Metadata.Subtype; got != want {
			t.Errorf("%s is %s, want %s", in, got, want)
		}
	}
}

func TestDecodeDataCiteRefuses(t *testing.T) {
	const ok = `<resource><identifier identifierType="DOI">10.5281/zenodo.9</identifier></resource>`
	for _, raw := range []string{
		"<", "<resource>", "<resource/>", "<html><body>502</body></html>", ok + "x", ok + ok, ok + "</resource>", oaiRecord("", ""),
		`<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><resource><identifier identifierType="DOI">10.5281/zenodo.9</identifier><publisher>&b;</publisher></resource>`,
		`<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]><resource><identifier identifierType="DOI">10.5281/zenodo.9</identifier><publisher>&e;</publisher></resource>`,
		strings.Repeat("<a>", 100000), `<resource>` + strings.Repeat("<titles>", 100000),
		`<record><header status="deleted"><identifier>oai:zenodo.org:1</identifier></header></record>`,
		`<resource><alternateIdentifiers><alternateIdentifier alternateIdentifierType="oai">oai:zenodo.org:../1</alternateIdentifier></alternateIdentifiers></resource>`,
	} {
		if r, err := zenodo.DecodeRecord([]byte(raw)); err == nil {
			t.Errorf("DecodeRecord(%.80q) = %+v, want an error", raw, r)
		}
	}
}

// Every recorded answer decodes, and holds what the XML has, counted by other
// means.
func TestDecodeRecordedDataCite(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(sharedData(t), "zenodo", "oai", "AIOD-*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no OAI-PMH answers: %v", err)
	}
	total, concepts, communities, keywords, licenses := 0, 0, 0, 0, 0
	for _, name := range files {
		for _, raw := range recordElements(string(readShared(t, "zenodo/oai/"+filepath.Base(name)))) {
			total++
			r, err := zenodo.DecodeRecord([]byte(raw))
			if err != nil {
				t.Errorf("%s: %v\n%.300s", filepath.Base(name), err, raw)
				continue
			}
			m := r.Metadata
			_, updated := r.UpdatedAt.Time()
			if r.DOI == "" || m.Title == "" || m.Type == "" || m.PublicationDate == "" || m.Publisher == "" || !updated ||
				r.URL != "https://zenodo.org/records/"+string(r.ID) || len(m.Creators) != strings.Count(raw, "<creator>") {
				r.Raw = nil
				t.Errorf("record %s lacks something: %.600s", r.ID, fmt.Sprintf("%+v", r))
			}
			if r.ConceptID != "" {
				concepts++
			}
			if m.License != "" {
				licenses++
			}
			communities += len(r.Communities)
			keywords += len(m.Keywords) + len(m.Subjects)
		}
	}
	got := []int{total, concepts, communities, keywords, licenses}
	if want := []int{51, 36, 16, 157, 47}; cmp.Diff(want, got) != "" {
		t.Errorf("records, concepts, communities, keywords and licences are %v, want %v", got, want)
	}
}

// recordElements cuts an answer at its records, and declares the one prefix
// that they have from outside.
func recordElements(answer string) []string {
	var out []string
	for _, part := range strings.Split(answer, "<record>")[1:] {
		body, _, _ := strings.Cut(part, "</record>")
		out = append(out, `<record xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`+body+"</record>")
	}
	return out
}

// isWellFormed reports whether raw is XML with one element at the top.
func isWellFormed(raw []byte) bool {
	dec := xml.NewDecoder(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // ASCII is UTF-8
	depth, roots := 0, 0
	for {
		tok, err := dec.Token()
		if err != nil {
			return errors.Is(err, io.EOF) && roots == 1 && depth == 0
		}
		switch tok.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
		case xml.EndElement:
			depth--
		}
	}
}

package zenodo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodo"
)

// Nothing of a record in InvenioRDM's own JSON is lost but titles of vocabularies
// and what only its owner and the server's managers see.
func TestDecodeNative(t *testing.T) {
	raw := readFixture(t, "native.json")
	got, err := zenodo.DecodeRecord(raw)
	if err != nil {
		t.Fatal(err)
	}
	type ids = []zenodo.AlternateIdentifier
	want := &zenodo.Record{
		ID: "3", ConceptID: "2", DOI: "10.1234/own", ConceptDOI: "10.5281/zenodo.2", CreatedAt: "2026-01-01T00:00:00+00:00", UpdatedAt: "2026-01-02T00:00:00+00:00",
		Revision: 5, VersionIndex: 1, IsLatest: true, DOIProvider: "external", OAI: "oai:zenodo.org:3",
		SWHID: "swh:1:dir:46d7c07e86731eb07ba33aab484b8382b93d01f3", URL: "https://zenodo.org/records/3",
		Communities: []zenodo.Slug{"tides", "soil"}, CommunityIDs: []string{"7cee9fc9", "b1fb9733"}, DefaultCommunity: "7cee9fc9",
		Access: zenodo.Access{Record: "public", Files: "restricted", Requests: &zenodo.AccessRequests{FromUsers: true, Conditions: "<p>Ask</p>"}},
		Files: []zenodo.File{{
			Key: "b.png", Size: 2, Checksum: "md5:0123456789abcdef0123456789abcdef", MediaType: "image/png", URL: "https://h/b", Hidden: true,
		}},
		FilesEnabled: new(true), DefaultPreview: "b.png", MediaFiles: []zenodo.File{{Key: "b.ptif", Size: 3, MediaType: "image/tiff"}},
		Stats: zenodo.Stats{
			VersionViewsRaw: new(int64(1)), VersionViews: new(int64(2)), VersionDownloadsRaw: new(int64(3)), VersionDownloads: new(int64(4)), VersionDataVolume: new(int64(5)),
			ViewsRaw: new(int64(6)), Views: new(int64(7)), DownloadsRaw: new(int64(8)), Downloads: new(int64(9)), DataVolume: new(int64(10)),
		},
		Owners: []string{"4"}, IsVerified: new(true), Raw: raw, Format: zenodo.FormatNative,
		Metadata: zenodo.Metadata{
			Title: "Frogs", PublicationDate: "2026", Publisher: "House Press", Copyright: "(c) me", Sizes: []string{"11 pages"}, Formats: []string{"application/pdf"},
			Type: "dataset", TypeTitle: "Dataset", AccessRight: "embargoed", EmbargoDate: "2099-01-01", EmbargoReason: "thesis",
			AdditionalTitles:       []zenodo.TypedText{{Text: "Frösche", Type: "alternative-title", Language: "deu"}, {Text: "A study", Type: "subtitle"}},
			AdditionalDescriptions: []zenodo.TypedText{{Text: "contents", Type: "table-of-contents", Language: "eng"}},
			Creators: []zenodo.Creator{{
				Name: "Roe, R.", Kind: "personal", FamilyName: "Roe", GivenName: "R.", ORCID: "0000-0002-1825-0097",
				Identifiers: ids{{Identifier: "0000 0001 2103 2683", Scheme: "isni"}},
				Affiliations: []zenodo.Affiliation{
					{Name: "CERN", ID: "01ggx4157", Identifiers: ids{{Identifier: "01ggx4157", Scheme: "ror"}, {Identifier: "grid.9132.9", Scheme: "grid"}}},
					{Name: "Second House"},
				},
			}, {Name: "Harbour Board, Esbjerg", Kind: "organizational", ROR: "02ex6cf31", Role: "DataCollector"}},
			Contributors: []zenodo.Contributor{{Creator: zenodo.Creator{
				Name: "The frog people", Kind: "personal", FamilyName: "The frog people",
				Affiliations: []zenodo.Affiliation{{Name: "ETH Zurich", ID: "05a28rw58", Identifiers: ids{{Identifier: "0000 0001 2156 2780", Scheme: "isni"}}}},
			}, Type: "Editor"}},
			Language: "eng", Languages: []string{"eng", "deu"}, Keywords: []string{"free"},
			Subjects: []zenodo.Subject{{Term: "Bats", Identifier: "http://id/1", Scheme: "MeSH"}},
			License:  "cc-by-4.0", LicenseURL: "https://creativecommons.org/licenses/by/4.0/",
			Rights: []zenodo.Right{
				{ID: "cc-by-4.0", Title: "CC BY", Description: "Attribution", URL: "https://creativecommons.org/licenses/by/4.0/"},
				{Title: "Hauslizenz", URL: "https://example.org/l"},
			},
			AlternateIdentifiers: ids{{Identifier: "https://example.org/item", Scheme: "url"}},
			RelatedIdentifiers:   []zenodo.RelatedIdentifier{{Identifier: "10.1/x", Scheme: "doi", Relation: "cites", ResourceType: "publication-article"}},
			References:           []string{"Ref 1", "Ref 2"}, ReferenceIDs: ids{{}, {Identifier: "9999.99988", Scheme: "grid"}},
			Grants: []zenodo.Grant{{
				Code: "77", ID: "00k4n6c32::77", Title: "Deep", Acronym: "D", Program: "H2020", URL: "https://cordis/77", Identifiers: ids{{Identifier: "ark:/1", Scheme: "ark"}},
				Subjects: []zenodo.Subject{{Term: "physics", Identifier: "euroscivoc:1", Scheme: "EuroSciVoc"}}, Organizations: []string{"Univ. of X"},
				Funder: zenodo.Funder{
					ID: "00k4n6c32", Name: "European Commission", DOI: "10.13039/501100000780", Acronym: "EC", Identifiers: ids{{Identifier: "10.13039/501100000780", Scheme: "doi"}, {Identifier: "0000 0001 2162 673X", Scheme: "isni"}},
				},
			}, {Code: "C1", Title: "Eigenes", Funder: zenodo.Funder{Name: "A funder without id"}}},
			Dates: []zenodo.Date{{Type: "collected", Start: "2011", End: "2012", Description: "field"}},
			Locations: []zenodo.Location{{
				Place: "Esbjerg", Description: "harbour", Point: &zenodo.Point{Latitude: 55.47, Longitude: 8.45},
				Geometry: []byte(`{"type": "Point", "coordinates": [8.45, 55.47]}`), Identifiers: ids{{Identifier: "2622447", Scheme: "geonames"}},
			}, {Geometry: []byte(`{"type": "Polygon", "coordinates": [[[8, 55], [9, 55], [9, 56], [8, 55]]]}`)}},
			Journal: zenodo.Journal{Title: "J"}, Custom: []zenodo.CustomValue{{Name: "dwc:kingdom", Value: "Animalia"}},
			CustomFields: []byte(`{"journal:journal": {"title": "J"}, "dwc:kingdom": ["Animalia"]}`),
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("native record (-want +got):\n%s", diff)
	}
}

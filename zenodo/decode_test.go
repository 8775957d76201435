package zenodo_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/zharvest/zharvest/zenodo"
)

func TestDecodeRecordLegacy(t *testing.T) {
	raw := readFixture(t, "legacy.json")
	got, err := zenodo.DecodeRecord(raw)
	if err != nil {
		t.Fatal(err)
	}
	want := &zenodo.Record{
		ID: "7000001", ConceptID: "7000000", DOI: "10.5281/zenodo.7000001", ConceptDOI: "10.5281/zenodo.7000000",
		CreatedAt: "2023-03-09T14:41:29.188193+00:00", UpdatedAt: "2023-03-10T08:00:00+00:00",
		Revision: 3, VersionIndex: 2, IsLatest: true, URL: "https://zenodo.org/records/7000001",
		Metadata: zenodo.Metadata{
			Title: "Bats & “caves”", PublicationDate: "2023-03", Description: "<p>About bats.</p>", Notes: "None",
			Type: "publication", Subtype: "article", TypeTitle: "Journal article",
			AccessRight: "open", License: "cc-by-4.0", LicenseURL: "https://creativecommons.org/licenses/by/4.0/legalcode", Version: "2", Language: "eng",
			Creators: []zenodo.Creator{
				{Name: "Doe, Jane", Affiliations: []zenodo.Affiliation{{Name: "Univ. of X"}}, ORCID: "0000-0002-1825-0097"},
				{Name: "Roe, R."},
			},
			Contributors:         []zenodo.Contributor{{Creator: zenodo.Creator{Name: "Poe, E."}, Type: "Editor"}},
			Keywords:             []string{"bats", "2020"},
			Subjects:             []zenodo.Subject{{Term: "Chiroptera", Identifier: "https://example.org/c", Scheme: "url"}},
			RelatedIdentifiers:   []zenodo.RelatedIdentifier{{Identifier: "10.1/x", Relation: "cites", Scheme: "doi"}},
			AlternateIdentifiers: []zenodo.AlternateIdentifier{{Identifier: "urn:x"}},
			Grants:               []zenodo.Grant{{Code: "101017567", Title: "A grant", Funder: zenodo.Funder{ID: "00k4n6c32", Name: "EC", DOI: "10.13039/501100000780", Acronym: "EC"}}},
			Journal:              zenodo.Journal{Title: "Mammalia", Volume: "45"},
		},
		Communities: []zenodo.Slug{"batlit", "other"},
		Files: []zenodo.File{
			{Key: "a/b é.pdf", Size: 12, Checksum: "md5:0123456789abcdef0123456789abcdef", URL: "https://zenodo.org/api/records/7000001/files/a/content"},
			{Key: "old.csv", Size: 3, Checksum: "md5:0123456789abcdef0123456789abcdef"},
		},
		Stats:  zenodo.Stats{ViewsRaw: new(int64(7)), Views: new(int64(5)), DownloadsRaw: new(int64(3))},
		Owners: []string{"42"},
		Raw:    raw, Format: zenodo.FormatLegacy,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("legacy record (-want +got):\n%s", diff)
	}
}

func TestDecodeRecordRDM(t *testing.T) {
	raw := readFixture(t, "rdm.json")
	got, err := zenodo.DecodeRecord(raw)
	if err != nil {
		t.Fatal(err)
	}
	want := &zenodo.Record{
		ID: "abcd1-efg23", ConceptID: "zzzz1-efg23", DOI: "10.1234/abcd1", ConceptDOI: "10.1234/zzzz1",
		CreatedAt: "2024-01-02T03:04:05.000001+00:00", UpdatedAt: "2024-01-03T03:04:05+00:00",
		Revision: 4, VersionIndex: 1, IsLatest: false, URL: "https://repo.example/records/abcd1-efg23",
		Metadata: zenodo.Metadata{
			Title: "A figure", PublicationDate: "2024-01-02", Publisher: "Example", Description: "Text", Method: "How",
			Type: "image", Subtype: "figure", TypeTitle: "Figure", AccessRight: "open", License: "cc-by-4.0",
			LicenseURL: "https://creativecommons.org/licenses/by/4.0/", Version: "v1", Language: "deu", Languages: []string{"deu"},
			Rights:                 []zenodo.Right{{ID: "cc-by-4.0", URL: "https://creativecommons.org/licenses/by/4.0/"}},
			AdditionalDescriptions: []zenodo.TypedText{{Text: "How", Type: "methods"}},
			Creators:               []zenodo.Creator{{Name: "Doe, Jane", Kind: "personal", FamilyName: "Doe", GivenName: "Jane", Affiliations: []zenodo.Affiliation{{Name: "X"}, {Name: "Y"}}, ORCID: "0000-0002-1825-0097"}},
			Keywords:               []string{"free"},
			Subjects:               []zenodo.Subject{{Term: "Bats", Identifier: "http://id/1", Scheme: "MeSH"}},
			RelatedIdentifiers:     []zenodo.RelatedIdentifier{{Identifier: "10.1/x", Relation: "cites", Scheme: "doi"}},
			Grants:                 []zenodo.Grant{{Code: "1", Title: "G", Funder: zenodo.Funder{ID: "f", Name: "F"}}},
			Dates:                  []zenodo.Date{{Type: "collected", Start: "2020", End: "2021"}},
			Journal:                zenodo.Journal{Title: "J"},
			CustomFields:           []byte(`{"journal:journal": {"title": "J"}}`),
		},
		DOIProvider: "datacite", Access: zenodo.Access{Record: "public", Files: "public"},
		Communities: []zenodo.Slug{"lab"}, CommunityIDs: []string{"uuid"}, FilesEnabled: new(true),
		Files: []zenodo.File{
			{Key: "b.png", Size: 2, Checksum: "md5:0123456789abcdef0123456789abcdef", URL: "https://repo.example/b"},
			{Key: "a.png", Size: 1, URL: "https://repo.example/api/records/abcd1-efg23/files/a.png/content"},
		},
		Stats:  zenodo.Stats{ViewsRaw: new(int64(9)), VersionViewsRaw: new(int64(4))},
		Owners: []string{"7"},
		Raw:    raw, Format: zenodo.FormatNative,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("InvenioRDM record (-want +got):\n%s", diff)
	}
}

func TestDecodeRecordBearsWithOddities(t *testing.T) {
	for _, tc := range []struct {
		name, raw string
		check     func(*zenodo.Record) bool
	}{
		{"id as string", `{"id":"12","conceptrecid":11}`, func(r *zenodo.Record) bool { return r.ID == "12" && r.ConceptID == "11" }},
		{"recid alone", `{"recid":"12"}`, func(r *zenodo.Record) bool { return r.ID == "12" }},
		{"no DOI", `{"id":12,"doi":null}`, func(r *zenodo.Record) bool { return r.DOI == "" && r.IsLatest }},
		{"DOI in the metadata alone", `{"id":1,"metadata":{"doi":"10.1/a"}}`, func(r *zenodo.Record) bool { return r.DOI == "10.1/a" }},
		{"metadata null", `{"id":1,"metadata":null,"title":"T"}`, func(r *zenodo.Record) bool { return r.Metadata.Title == "T" }},
		{"object for a string", `{"id":1,"metadata":{"title":{"en":"T"},"version":2.5,"language":null}}`, func(r *zenodo.Record) bool { return r.Metadata.Title == "T" && r.Metadata.Version == "2.5" }},
		{"array for a string", `{"id":1,"metadata":{"title":["x"],"description":"d"}}`, func(r *zenodo.Record) bool { return r.Metadata.Description == "d" }},
		{"string for a list", `{"id":1,"metadata":{"keywords":"one"}}`, func(r *zenodo.Record) bool {
			return len(r.Metadata.Keywords) == 1 && r.Metadata.Keywords[0] == "one"
		}},
		{"object for a list", `{"id":1,"metadata":{"creators":{"name":"N"}}}`, func(r *zenodo.Record) bool { return r.Metadata.Creators[0].Name == "N" }},
		{"string for an object", `{"id":1,"metadata":{"creators":["N"],"journal":"J","description":"d"}}`, func(r *zenodo.Record) bool { return r.Metadata.Description == "d" }},
		{"null in a list", `{"id":1,"metadata":{"keywords":[null,"a"],"creators":[null,{"name":"N"}]}}`, func(r *zenodo.Record) bool { return len(r.Metadata.Keywords) == 1 && len(r.Metadata.Creators) == 2 }},
		{"numbers as fractions and strings", `{"id":1,"revision":"3","stats":{"views":4.0,"downloads":"5"}}`, func(r *zenodo.Record) bool {
			return r.Revision == 3 && *r.Stats.ViewsRaw == 4 && *r.Stats.DownloadsRaw == 5
		}},
		{"stats null", `{"id":1,"stats":null}`, func(r *zenodo.Record) bool { return r.Stats == zenodo.Stats{} }},
		{"files null", `{"id":1,"files":null}`, func(r *zenodo.Record) bool { return r.Files == nil }},
		{"files absent", `{"id":1}`, func(r *zenodo.Record) bool { return r.Files == nil }},
		{"license as string", `{"id":1,"metadata":{"license":"mit"}}`, func(r *zenodo.Record) bool { return r.Metadata.License == "mit" }},
		{"license empty", `{"id":1,"metadata":{"license":{}}}`, func(r *zenodo.Record) bool { return r.Metadata.License == "" }},
		{"is_last as string", `{"id":1,"metadata":{"relations":{"version":[{"index":0,"is_last":"false"}]}}}`, func(r *zenodo.Record) bool { return !r.IsLatest && r.VersionIndex == 1 }},
		{"modified for updated", `{"id":1,"modified":"2020-01-01T00:00:00+00:00"}`, func(r *zenodo.Record) bool { return r.UpdatedAt != "" }},
		{"page from the API's address", `{"id":1,"links":{"self":"https://h/api/records/1"}}`, func(r *zenodo.Record) bool { return r.URL == "https://h/records/1" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r, err := zenodo.DecodeRecord([]byte(tc.raw))
			if err != nil {
				t.Fatal(err)
			}
			if !tc.check(r) {
				t.Errorf("%s\ndecoded as %+v", tc.raw, r)
			}
		})
	}
}

// The two shapes describe books and places in different words.
func TestDecodeBooksAndPlaces(t *testing.T) {
	for name, raw := range map[string]string{
		"legacy": `{"id":1,"metadata":{"imprint":{"publisher":"Lynx","place":"Roma","isbn":"1","edition":"2nd"},"part_of":{"title":"T","pages":"1-2"},` +
			`"locations":[{"place":"Padova","lat":45.4,"lon":"-11.9"},{"place":"nowhere","lat":1},{"lat":"x","lon":1000}]}}`,
		"rdm": `{"id":"1","versions":{},"metadata":{"locations":{"features":[{"place":"Padova","geometry":{"type":"Point","coordinates":[-11.9,45.4]}},` +
			`{"place":"nowhere","geometry":{"type":"Polygon","coordinates":[[1,2],[3,4]]}},{"geometry":{"type":"Point","coordinates":[1,null]}}]}},` +
			`"custom_fields":{"imprint:imprint":{"publisher":"Lynx","place":"Roma","isbn":"1","edition":"2nd","title":"T","pages":"1-2"}}}`,
	} {
		r, err := zenodo.DecodeRecord([]byte(raw))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := zenodo.Metadata{
			Imprint: zenodo.Imprint{Publisher: "Lynx", Place: "Roma", ISBN: "1", Edition: "2nd"}, PartOf: zenodo.PartOf{Title: "T", Pages: "1-2"},
			Locations: []zenodo.Location{{Place: "Padova", Point: &zenodo.Point{Latitude: 45.4, Longitude: -11.9}}, {Place: "nowhere"}, {}},
		}
		asReceived := cmpopts.IgnoreTypes(json.RawMessage{}) // in one of them alone
		if diff := cmp.Diff(want, r.Metadata, asReceived); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestDecodeRecordRefuses(t *testing.T) {
	for _, raw := range []string{"", "null", "[]", "1", `"x"`, `{}`, `{"id":null}`, `{"id":1`, `{"id":1}x`} {
		if r, err := zenodo.DecodeRecord([]byte(raw)); err == nil {
			t.Errorf("DecodeRecord(%q) = %+v, want an error", raw, r)
		}
	}
}

// Every record that was ever recorded decodes, with what every record has.
func TestDecodeRecordedRecords(t *testing.T) {
	n := 0
	for raw := range bytes.Lines(readShared(t, "zenodo/records.jsonl.gz")) {
		n++
		r, err := zenodo.DecodeRecord(bytes.TrimSuffix(raw, []byte("\n")))
		if err != nil {
			t.Fatalf("line %d: %v", n, err)
		}
		var want struct {
			ID       json.Number
			DOI      zenodo.DOI
			Metadata struct {
				Title    string
				Creators []struct{ Name string }
			}
		}
		if err := json.Unmarshal(raw, &want); err != nil {
			t.Fatal(err)
		}
		m := r.Metadata
		if string(r.ID) != want.ID.String() || r.DOI != want.DOI || m.Title != want.Metadata.Title || len(m.Creators) != len(want.Metadata.Creators) {
			t.Errorf("line %d: id %s, DOI %s, title %q, %d creators do not fit the record", n, r.ID, r.DOI, m.Title, len(m.Creators))
		}
		_, created := r.CreatedAt.Time()
		_, updated := r.UpdatedAt.Time()
		if !created || !updated || r.ConceptID == "" || r.URL == "" || r.VersionIndex == 0 || m.Type == "" || m.AccessRight == "" || m.PublicationDate == "" {
			t.Errorf("line %d: record %s lacks something: %+v", n, r.ID, r)
		}
	}
}

// A record survives its own JSON, but for what the server sent.
func TestRecordJSON(t *testing.T) {
	for _, name := range []string{"legacy.json", "rdm.json", "native.json"} {
		want, err := zenodo.DecodeRecord(readFixture(t, name))
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got := new(zenodo.Record)
		if err := json.Unmarshal(text, got); err != nil {
			t.Fatal(err)
		}
		want.Raw = nil
		compacted := cmp.Transformer("compact", func(raw json.RawMessage) string {
			var b bytes.Buffer
			_ = json.Compact(&b, raw) // an error is one of nothing
			return b.String()
		})
		if diff := cmp.Diff(want, got, compacted); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if bytes.Contains(text, []byte("null")) || !bytes.Contains(text, []byte(`"concept_doi":"10.`)) {
			t.Errorf("got %s", text)
		}
	}
}

// Both generations of Zenodo, and InvenioRDM's own JSON, name the same things.
func TestDecodeTwoGenerations(t *testing.T) {
	for line := range bytes.Lines(readShared(t, "zenodo/two-generations.jsonl")) {
		var pair struct{ Legacy, RDM json.RawMessage }
		if err := json.Unmarshal(line, &pair); err != nil {
			t.Fatal(err)
		}
		before, err := zenodo.DecodeRecord(pair.Legacy)
		if err != nil {
			t.Fatal(err)
		}
		after, err := zenodo.DecodeRecord(pair.RDM)
		if err != nil {
			t.Fatal(err)
		}
		if before.ID != after.ID || before.DOI != after.DOI || before.ConceptID != after.ConceptID || before.Metadata.Type != after.Metadata.Type {
			t.Errorf("record %s: the generations differ: %+v and %+v", before.ID, before, after)
		}
	}
}

func TestDecodeRecordedRDM(t *testing.T) {
	dir := filepath.Join(sharedData(t), "zenodo", "rdm")
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no records in %s: %v", dir, err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := zenodo.DecodeRecord(raw)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
			continue
		}
		if r.Format != zenodo.FormatNative || r.Metadata.Title == "" || r.ConceptID == "" || r.Metadata.AccessRight == "" || len(r.Metadata.Creators) == 0 {
			t.Errorf("%s: decoded as %+v", filepath.Base(name), r)
		}
	}
}

func TestDecodeCommunity(t *testing.T) {
	raw := []byte(`{"id":"9a0d","slug":"egi-ace","created":"2021-01-01T00:00:00+00:00","metadata":{"title":"EGI-ACE","type":{"id":"project","title":{"en":"Project"}}},"links":{"self_html":"https://zenodo.org/communities/egi-ace"}}`)
	got, err := zenodo.DecodeCommunity(raw)
	if err != nil {
		t.Fatal(err)
	}
	want := &zenodo.Community{ID: "9a0d", Slug: "egi-ace", Title: "EGI-ACE", Type: "project", CreatedAt: "2021-01-01T00:00:00+00:00", URL: "https://zenodo.org/communities/egi-ace", Raw: raw}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("community (-want +got):\n%s", diff)
	}
	if _, err := zenodo.DecodeCommunity([]byte(`{"metadata":{}}`)); err == nil {
		t.Error("a community without id and slug was accepted")
	}
}

func TestParseRef(t *testing.T) {
	for _, tc := range []struct {
		in   string
		want zenodo.Ref
		ok   bool
	}{
		{"7712947", zenodo.Ref{ID: "7712947"}, true},
		{" 7712947\n", zenodo.Ref{ID: "7712947"}, true},
		{"abcd1-efg23", zenodo.Ref{ID: "abcd1-efg23"}, true},
		{"10.5281/zenodo.7712947", zenodo.Ref{DOI: "10.5281/zenodo.7712947"}, true},
		{"doi:10.5281/zenodo.7712947", zenodo.Ref{DOI: "10.5281/zenodo.7712947"}, true},
		{"https://doi.org/10.1000/ABC", zenodo.Ref{DOI: "10.1000/ABC"}, true},
		{"https://zenodo.org/records/7712947?preview=1#files", zenodo.Ref{ID: "7712947"}, true},
		{"https://zenodo.org/record/7712947", zenodo.Ref{ID: "7712947"}, true},
		{"https://zenodo.org/api/records/7712947/files", zenodo.Ref{ID: "7712947"}, true},
		{"https://zenodo.org/doi/10.5281/zenodo.7712947", zenodo.Ref{DOI: "10.5281/zenodo.7712947"}, true},
		{"https://zenodo.org/deposit/123", zenodo.Ref{ID: "123"}, true},
		{"https://zenodo.org/api/deposit/depositions/123", zenodo.Ref{ID: "123"}, true},
		{"https://zenodo.org/api/deposit/depositions/123/files", zenodo.Ref{ID: "123"}, true},
		{"https://zenodo.org/api/deposit/depositions", zenodo.Ref{}, false},
		{"https://zenodo.org/communities/x", zenodo.Ref{}, false},
		{"https://zenodo.org/records/", zenodo.Ref{}, false},
		{"", zenodo.Ref{}, false},
		{"a b", zenodo.Ref{}, false},
		{"../x", zenodo.Ref{}, false},
	} {
		got, ok := zenodo.ParseRef(tc.in)
		if got != tc.want || ok != tc.ok {
			t.Errorf("ParseRef(%q) = %+v, %v, want %+v, %v", tc.in, got, ok, tc.want, tc.ok)
		}
	}
}

func TestDOIRecordID(t *testing.T) {
	for doi, want := range map[zenodo.DOI]zenodo.RecordID{
		"10.5281/zenodo.12": "12", "10.5072/ZENODO.12": "12", "10.5281/zenodo.": "", "10.5281/zenodo.1a": "", "10.1/zenodo.1": "",
	} {
		if got, ok := doi.RecordID(); got != want || ok != (want != "") {
			t.Errorf("DOI(%q).RecordID() = %q, %v, want %q", doi, got, ok, want)
		}
	}
}

func TestTimestampTime(t *testing.T) {
	for _, in := range []zenodo.Timestamp{
		"2024-01-02T03:04:05.000000+00:00", "2024-01-02T03:04:05+00:00", "2024-01-02T03:04:05Z", "2024-01-02T05:04:05+02:00", "2024-01-02T03:04:05",
	} {
		at, ok := in.Time()
		if got := at.Format("2006-01-02T15:04:05Z07:00"); !ok || got != "2024-01-02T03:04:05Z" {
			t.Errorf("%s is %s, %v", in, got, ok)
		}
	}
	if at, ok := zenodo.Timestamp("soon").Time(); ok {
		t.Errorf("soon is %s", at)
	}
}

func FuzzRecord(f *testing.F) {
	for _, seed := range []string{
		`{"id":1}`, `{"id":"a","parent":{"id":"b"},"files":{"entries":{"k":{"size":1}},"order":["k"]}}`,
		`{"id":1,"metadata":{"creators":[{"name":"N","affiliation":null}],"license":{},"relations":{"version":[{"index":0,"is_last":true}]}},"stats":{"views":1e400}}`,
		`{"id":[],"recid":{"en":"1"},"files":[[],1,null],"metadata":[]}`,
	} {
		f.Add([]byte(seed))
	}
	resource := string(readFixture(f, "datacite.xml"))
	for _, seed := range []string{resource, envelope(resource), oaiRecord("<setSpec>user-a</setSpec>", resource), `<resource><identifier identifierType="DOI">10.5281/zenodo.9</identifier>&lt;</resource>`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := zenodo.DecodeRecord(raw)
		if err != nil {
			return
		}
		if r.ID == "" {
			t.Errorf("a record without an id was accepted: %q", raw)
		}
		if r.Format == zenodo.FormatDataCite && !isWellFormed(raw) || r.Format != zenodo.FormatDataCite && !json.Valid(raw) {
			t.Errorf("neither JSON nor XML, but accepted: %q", raw)
		}
		if !bytes.Equal(r.Raw, raw) {
			t.Errorf("raw is %q, not %q", r.Raw, raw)
		}
	})
}

func BenchmarkDecodeRecord(b *testing.B) {
	for _, name := range []string{"legacy.json", "synthetic.json", "rdm.json", "datacite.xml"} { // 2, 6, 2 and 4 kB
		b.Run(name, func(b *testing.B) {
			raw := readFixture(b, name)
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := zenodo.DecodeRecord(raw); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func readFixture(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return bytes.TrimSpace(b)
}

// sharedData is the folder with recorded answers of Zenodo, which not every
// checkout has beside it.
func sharedData(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("ZHARVEST_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	dir = filepath.Join(dir, "data")
	if _, err := os.Stat(dir); err != nil {
		tb.Skipf("no recorded data in %s", dir)
	}
	return dir
}

func readShared(tb testing.TB, name string) []byte {
	tb.Helper()
	f, err := os.Open(filepath.Join(sharedData(tb), filepath.FromSlash(name)))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			tb.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

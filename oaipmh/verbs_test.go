package oaipmh_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/oaipmh"
)

func TestIdentify(t *testing.T) {
	client, repo := newClient(t, []reply{{body: envelope(`<Identify>
		<repositoryName>A &amp; B</repositoryName><baseURL>https://repo.example/oai</baseURL>
		<protocolVersion>2.0</protocolVersion><adminEmail>a@repo.example</adminEmail><adminEmail>b@repo.example</adminEmail>
		<earliestDatestamp>2014-02-03T14:41:33Z</earliestDatestamp><deletedRecord>no</deletedRecord>
		<granularity> YYYY-MM-DDTHH:MM:SSZ </granularity><compression>gzip</compression>
		<description><x:id xmlns:x="urn:x">ä<!-- kept --></x:id></description><description/><extra><deep/></extra>
		</Identify>`)}}, oaipmh.WithUserAgent("test/1 (+mailto:a@b.example)"))
	got, err := client.Identify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := &oaipmh.Identify{
		RepositoryName:    "A & B",
		BaseURL:           "https://repo.example/oai",
		ProtocolVersion:   "2.0",
		AdminEmails:       []string{"a@repo.example", "b@repo.example"},
		EarliestDatestamp: time.Date(2014, 2, 3, 14, 41, 33, 0, time.UTC),
		DeletedRecord:     oaipmh.DeletedNo,
		Granularity:       oaipmh.GranularitySecond,
		Compressions:      []string{"gzip"},
		Descriptions:      [][]byte{[]byte(`<x:id xmlns:x="urn:x">ä<!-- kept --></x:id>`), {}},
		ResponseDate:      time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	req := repo.got[0]
	if got, want := req.Method+" "+req.URL.String(), "GET https://repo.example/oai?verb=Identify"; got != want {
		t.Errorf("request %s, want %s", got, want)
	}
	if got, want := req.UserAgent(), "test/1 (+mailto:a@b.example)"; got != want {
		t.Errorf("User-Agent %q, want %q", got, want)
	}
}

func TestListMetadataFormats(t *testing.T) {
	body := envelope(`<ListMetadataFormats><metadataFormat><metadataPrefix>oai_dc</metadataPrefix>
		<schema>http://www.openarchives.org/OAI/2.0/oai_dc.xsd</schema>
		<metadataNamespace>http://www.openarchives.org/OAI/2.0/oai_dc/</metadataNamespace></metadataFormat>
		<metadataFormat><metadataPrefix>dcat</metadataPrefix></metadataFormat></ListMetadataFormats>`)
	client, repo := newClient(t, []reply{{body: body}, {body: body}})
	want := []oaipmh.MetadataFormat{
		{"oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", "http://www.openarchives.org/OAI/2.0/oai_dc/"},
		{Prefix: "dcat"},
	}
	for _, id := range []string{"", "oai:repo.example:1&x=2"} {
		got, err := client.ListMetadataFormats(t.Context(), id)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("formats of %q: %v, %v, want %v", id, got, err, want)
		}
	}
	if got, want := repo.got[1].URL.Query().Get("identifier"), "oai:repo.example:1&x=2"; got != want {
		t.Errorf("identifier %q, want %q", got, want)
	}
	if got, want := repo.got[0].URL.RawQuery, "verb=ListMetadataFormats"; got != want {
		t.Errorf("query %q, want %q", got, want)
	}
}

const recordXML = `<record id="r1"
 xmlns:d="urn:d">
	<header ><identifier>oai:repo.example:1</identifier><datestamp>2026-01-02</datestamp>
	<setSpec>user-a</setSpec><setSpec>b:c</setSpec></header>
	<metadata xmlns:m="urn:m&amp;1">
 <m:record xsi:type='x'  a = "&#228;"><header>ä</header><identifier/>&lt;<![CDATA[</metadata> &#1; <b>]]></m:record><?pi?><!-- c -->
	</metadata>
	<about><d:rights>CC0</d:rights></about><about/>
</record>`

func TestGetRecord(t *testing.T) {
	client, repo := newClient(t, []reply{{body: envelope("<GetRecord>" + recordXML + "</GetRecord>")}})
	got, err := client.GetRecord(t.Context(), "oai:repo.example:1", "oai_dc")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := repo.queries()[0], "identifier=oai:repo.example:1&metadataPrefix=oai_dc&verb=GetRecord"; got != want {
		t.Errorf("query %q, want %q", got, want)
	}
	_, rest, _ := strings.Cut(recordXML, `&amp;1">`)
	metadata, _, _ := strings.Cut(rest, "</metadata>\n\t<about>")
	want := &oaipmh.Record{
		Header: oaipmh.Header{
			Identifier: "oai:repo.example:1",
			Datestamp:  time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
			Sets:       []string{"user-a", "b:c"},
		},
		Metadata: []byte(metadata),
		About:    [][]byte{[]byte("<d:rights>CC0</d:rights>"), {}},
		Raw:      []byte(recordXML),
		Namespaces: map[string]string{
			"":    "http://www.openarchives.org/OAI/2.0/",
			"xsi": "http://www.w3.org/2001/XMLSchema-instance",
			"d":   "urn:d",
			"m":   "urn:m&1",
		},
		Outside: map[string]string{
			"":    "http://www.openarchives.org/OAI/2.0/",
			"xsi": "http://www.w3.org/2001/XMLSchema-instance",
		},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v\nmetadata %q", got, want, got.Metadata)
	}
}

func TestDocument(t *testing.T) {
	scope := map[string]string{"": "urn:o", "x": "urn:x&", "m": "urn:m"}
	tests := []struct{ metadata, want string }{
		{"", ""},
		{" \n ", ""},
		{"no element", "no element"},
		{" <a/> ", `<a xmlns="urn:o" xmlns:m="urn:m" xmlns:x="urn:x&amp;"/>`},
		{"<!-- <b> -->\n<m:a\n k='>'>t</m:a>", "<!-- <b> -->\n<m:a xmlns=\"urn:o\" xmlns:m=\"urn:m\" xmlns:x=\"urn:x&amp;\"\n k='>'>t</m:a>"},
		{`<a xmlns="u" xmlns:x='v' xmlns:m="w">t</a>`, `<a xmlns="u" xmlns:x='v' xmlns:m="w">t</a>`},
	}
	for _, tt := range tests {
		r := oaipmh.Record{Metadata: []byte(tt.metadata), Namespaces: scope}
		if got := string(r.Document()); got != tt.want {
			t.Errorf("Document of %q = %q, want %q", tt.metadata, got, tt.want)
		}
	}
}

// TestElement: a record stands alone with what its surroundings declared.
func TestElement(t *testing.T) {
	r := oaipmh.Record{
		Raw:        []byte("<record xmlns:d='urn:d'><header/><metadata xmlns=''><m xsi:type='x'/></metadata></record>"),
		Namespaces: map[string]string{"": "", "xsi": "urn:xsi", "d": "urn:d"},
		Outside:    map[string]string{"": "urn:o", "xsi": "urn:xsi", "d": "urn:other"},
	}
	want := "<record xmlns=\"urn:o\" xmlns:xsi=\"urn:xsi\" xmlns:d='urn:d'><header/><metadata xmlns=''><m xsi:type='x'/></metadata></record>"
	if got := string(r.Element()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestListRecords(t *testing.T) {
	client, repo := newClient(t, []reply{{body: envelope(`<ListRecords>` + recordXML + `
		<record><header status="deleted"><identifier>oai:repo.example:2</identifier><datestamp>2026-01-02T03:04:05.678Z</datestamp></header></record>
		<resumptionToken expirationDate="2026-11-23T12:02:00Z" cursor="50" completeListSize="312"> next/page+2= </resumptionToken></ListRecords>`)}})
	page, err := client.ListRecords(t.Context(), oaipmh.ListOptions{
		MetadataPrefix: "oai_dc",
		Set:            "user-a",
		From:           time.Date(2026, 1, 1, 1, 30, 0, 999, time.FixedZone("", 3600)),
		Until:          time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := repo.queries()[0], "from=2026-01-01T00:30:00Z&metadataPrefix=oai_dc&set=user-a&until=2026-01-02T00:00:00Z&verb=ListRecords"; got != want {
		t.Errorf("query %q, want %q", got, want)
	}
	if n := len(page.Items); n != 2 {
		t.Fatalf("%d records, want 2", n)
	}
	if got := string(page.Items[0].Raw); got != recordXML {
		t.Errorf("raw %q, want %q", got, recordXML)
	}
	gone := page.Items[1]
	if !gone.Deleted || gone.Metadata != nil || gone.Identifier != "oai:repo.example:2" || gone.Datestamp.Nanosecond() != 678e6 {
		t.Errorf("second record %+v, want a deleted one", gone)
	}
	want := oaipmh.ResumptionToken{
		Value:            "next/page+2=",
		ExpiresAt:        page.ResponseDate.Add(2 * time.Minute),
		CompleteListSize: 312,
		Cursor:           50,
	}
	if page.ResumptionToken != want || page.Last() {
		t.Errorf("token %+v, last %t, want %+v", page.ResumptionToken, page.Last(), want)
	}
}

// TestRecordsDoNotShare has records that must not change each other, nor their
// own parts when they are appended to.
func TestRecordsDoNotShare(t *testing.T) {
	other := "<record><header><identifier>b</identifier></header><metadata/></record>"
	client, _ := newClient(t, []reply{{body: envelope(`<ListRecords xmlns:l="urn:l">` + recordXML + other + `</ListRecords>`)}})
	page, err := client.ListRecords(t.Context(), oaiDC)
	if err != nil {
		t.Fatal(err)
	}
	first, second := page.Items[0], page.Items[1]
	if first.Namespaces["d"] != "urn:d" || first.Namespaces["l"] != "urn:l" {
		t.Errorf("namespaces of the first: %v, want d and l", first.Namespaces)
	}
	if len(second.Namespaces) != 3 || second.Namespaces["l"] != "urn:l" || second.Metadata == nil {
		t.Errorf("namespaces of the second: %v, want three with l", second.Namespaces)
	}
	_ = append(first.Metadata, "more"...)
	_ = append(first.About[0], "more"...)
	if string(first.Raw) != recordXML || string(second.Raw) != other {
		t.Errorf("raw %q and %q", first.Raw, second.Raw)
	}
}

func TestListSets(t *testing.T) {
	client, repo := newClient(t, []reply{
		{body: envelope(`<ListSets><set><setSpec>user-a</setSpec><setName>A</setName><setDescription><dc>d</dc></setDescription></set>` + token("t2") + `</ListSets>`)},
		{body: envelope(`<ListSets><set><setSpec>b:c</setSpec><setName/></set></ListSets>`)},
		{body: envelope(`<ListSets/>`)},
	})
	var got []oaipmh.Set
	for set, err := range client.Sets(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, *set)
	}
	want := []oaipmh.Set{
		{Spec: "user-a", Name: "A", Descriptions: [][]byte{[]byte("<dc>d</dc>")}},
		{Spec: "b:c"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if _, err := client.ListSets(t.Context(), "t3"); err != nil {
		t.Error(err)
	}
	wantQueries := []string{"verb=ListSets", "resumptionToken=t2&verb=ListSets", "resumptionToken=t3&verb=ListSets"}
	if got := repo.queries(); !slices.Equal(got, wantQueries) {
		t.Errorf("queries %q, want %q", got, wantQueries)
	}
}

func TestBaseURLWithQuery(t *testing.T) {
	repo := &repository{t: t, script: []reply{{body: headers("", "a")}, {err: errors.New("no route")}}}
	client, err := oaipmh.NewClient("https://me:secret@repo.example/oai?journal=7#x", withRepo(repo))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.ListIdentifiers(t.Context(), oaiDC); err != nil {
		t.Fatal(err)
	}
	if got, want := repo.queries()[0], "journal=7&metadataPrefix=oai_dc&verb=ListIdentifiers"; got != want {
		t.Errorf("query %q, want %q", got, want)
	}
	if got, want := client.BaseURL(), "https://repo.example/oai"; got != want {
		t.Errorf("BaseURL() = %q, want %q", got, want)
	}
	_, err = client.Identify(t.Context())
	if got, want := err.Error(), "Identify: https://repo.example/oai: no route"; got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

func TestNewClientRefuses(t *testing.T) {
	for _, base := range []string{"", "zenodo.org/oai2d", "ftp://repo.example/oai", "https:///oai", "https://u:secret@repo.example:port/"} {
		_, err := oaipmh.NewClient(base)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("NewClient(%q): %v, want an error without secrets", base, err)
		}
	}
	for name, opt := range map[string]oaipmh.Option{
		"client": oaipmh.WithHTTPClient(nil),
		"bytes":  oaipmh.WithMaxBytes(0),
		"pages":  oaipmh.WithMaxEmptyPages(-1),
	} {
		if _, err := oaipmh.NewClient("https://repo.example/oai", opt); err == nil {
			t.Errorf("option %s was not refused", name)
		}
	}
}

func TestArgumentsAreCheckedBeforeSending(t *testing.T) {
	day := time.Date(2026, 1, 2, 15, 0, 0, 0, time.UTC)
	client, repo := newClient(t, nil)
	tests := map[string]oaipmh.ListOptions{
		"metadataPrefix is empty":       {},
		"set \"a\\x00\"":                {MetadataPrefix: "p", Set: "a\x00"},
		"metadataPrefix \"\\xff\"":      {MetadataPrefix: "\xff"},
		"is after until":                {MetadataPrefix: "p", From: day, Until: day.Add(-time.Second)},
		"granularity \"YYYY\"":          {MetadataPrefix: "p", Granularity: "YYYY"},
		"has not four digits":           {MetadataPrefix: "p", From: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
		"resumptionToken \"a\\nb\" has": {ResumptionToken: "a\nb"},
	}
	for want, opts := range tests {
		_, err := client.ListRecords(t.Context(), opts)
		if !errors.Is(err, oaipmh.ErrInvalidArgument) || !strings.Contains(err.Error(), want) {
			t.Errorf("ListRecords(%+v): %v, want %q", opts, err, want)
		}
		for _, err := range client.Identifiers(t.Context(), opts) {
			if !errors.Is(err, oaipmh.ErrInvalidArgument) {
				t.Errorf("Identifiers(%+v): %v", opts, err)
			}
		}
	}
	if _, err := client.GetRecord(t.Context(), "", "p"); !errors.Is(err, oaipmh.ErrInvalidArgument) {
		t.Errorf("GetRecord without an identifier: %v", err)
	}
	if _, err := client.GetRecord(t.Context(), "i", ""); !errors.Is(err, oaipmh.ErrInvalidArgument) {
		t.Errorf("GetRecord without a prefix: %v", err)
	}
	if len(repo.got) != 0 {
		t.Errorf("%d requests were sent, want none", len(repo.got))
	}
}

func TestArgumentsAsSent(t *testing.T) {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		opts oaipmh.ListOptions
		want string
	}{
		{oaipmh.ListOptions{MetadataPrefix: "p", From: noon.Add(time.Hour), Until: noon, Granularity: oaipmh.GranularityDay}, "from=2026-01-02&metadataPrefix=p&until=2026-01-02&verb=ListIdentifiers"},
		{oaipmh.ListOptions{MetadataPrefix: "p", Until: noon, Granularity: oaipmh.GranularitySecond}, "metadataPrefix=p&until=2026-01-02T12:00:00Z&verb=ListIdentifiers"},
		{oaipmh.ListOptions{MetadataPrefix: "p", Set: "s", From: noon, ResumptionToken: "a=&b"}, "resumptionToken=a=&b&verb=ListIdentifiers"},
	}
	for _, tt := range tests {
		client, repo := newClient(t, []reply{{body: headers("", "a")}})
		if _, err := client.ListIdentifiers(t.Context(), tt.opts); err != nil {
			t.Error(err)
		}
		if got := repo.queries()[0]; got != tt.want {
			t.Errorf("query %q, want %q", got, tt.want)
		}
	}
}

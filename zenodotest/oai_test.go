package zenodotest_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/zharvest/zharvest/oaipmh"
	"github.com/zharvest/zharvest/zenodotest"
)

// oaiClient is a client of OAI-PMH for a server.
func oaiClient(t testing.TB, s *zenodotest.Server) *oaipmh.Client {
	t.Helper()
	client, err := oaipmh.NewClient(s.URL + "/oai2d")
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// movingClock is a clock that stands until it is moved.
type movingClock struct{ micros atomic.Int64 }

func newClock(at time.Time) *movingClock {
	c := new(movingClock)
	c.micros.Store(at.UnixMicro())
	return c
}

func (c *movingClock) now() time.Time       { return time.UnixMicro(c.micros.Load()) }
func (c *movingClock) move(d time.Duration) { c.micros.Add(d.Microseconds()) }

func TestOAIRefusals(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	list := "verb=ListRecords&metadataPrefix=oai_dc"
	for query, code := range map[string]string{
		"":                             "badArgument",
		"verb=Steal":                   "badArgument",
		"verb=Identify&set=software":   "badArgument",
		"verb=Identify&verb=Identify":  "badArgument",
		"verb=ListRecords":             "badArgument",
		list + "&from=yesterday":       "badArgument",
		list + "&from=2024&until=2023": "badArgument",
		list + "&from=2024-01-02&until=2024-01-01":                              "badArgument",
		list + "&colour=red":                                                    "badArgument",
		list + "&set=user-nosuchcommunity":                                      "noRecordsMatch",
		list + "&set=nosuchset":                                                 "noRecordsMatch",
		list + "&until=1999-01-01":                                              "noRecordsMatch",
		"verb=ListRecords&metadataPrefix=nosuchformat":                          "badArgument",
		"verb=ListRecords&resumptionToken=x":                                    "badResumptionToken",
		"verb=ListRecords&resumptionToken=x&set=software":                       "badArgument",
		"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:zenodo.org:1":      "idDoesNotExist",
		"verb=GetRecord&metadataPrefix=oai_dc&identifier=1798341":               "idDoesNotExist",
		"verb=ListMetadataFormats&identifier=oai:zenodo.org:nosuch":             "idDoesNotExist",
		"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:example.org:1":     "idDoesNotExist",
		"verb=ListIdentifiers&metadataPrefix=oai_dc&from=2024-01-01T00:00:00.5": "badArgument",
	} {
		got := do(t, http.MethodGet, s.URL+"/oai2d?"+query)
		if want := ` code="` + code + `"`; got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, want) {
			t.Errorf("%s: got status %d and %s\nwant 422 and %s", query, got.StatusCode, got.body, want)
		}
		wellFormed(t, got.body)
	}
	// A POST has its arguments in the address, too.
	if got := do(t, http.MethodPost, s.URL+"/oai2d?verb=Identify"); got.StatusCode != http.StatusOK {
		t.Errorf("POST: status %d", got.StatusCode)
	}
}

func wellFormed(t testing.TB, document string) {
	t.Helper()
	var v struct {
		XMLName xml.Name
	}
	if err := xml.Unmarshal([]byte(document), &v); err != nil || v.XMLName.Local != "OAI-PMH" {
		t.Errorf("root %v, error %v in\n%s", v.XMLName, err, document)
	}
}

func TestOAIIdentify(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	got := do(t, http.MethodGet, s.URL+"/oai2d?verb=Identify")
	wantHead := "<?xml version='1.0' encoding='UTF-8'?>\n<?xml-stylesheet type=\"text/xsl\" href=\"/static/oai2.xsl\"?>\n<OAI-PMH "
	if !strings.HasPrefix(got.body, wantHead) || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/xml") {
		t.Errorf("content type %q, body %s", got.Header.Get("Content-Type"), got.body)
	}
	id, err := oaiClient(t, s).Identify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := walk(t, s, "/records", "all_versions", "1")
	first := slices.MinFunc(all, func(a, b record) int { return strings.Compare(a.Created, b.Created) })
	if id.DeletedRecord != oaipmh.DeletedNo || id.Granularity != oaipmh.GranularitySecond || id.BaseURL != s.URL+"/oai2d" ||
		id.EarliestDatestamp.Format(time.RFC3339)[:19] != first.Created[:19] {
		t.Errorf("got %+v; the oldest record is of %s", id, first.Created)
	}
}

// TestOAILists: what a set lists is what the search of its community finds
// with all versions, with the time of its last change.
func TestOAILists(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	client := oaiClient(t, s)
	want := map[string]string{}
	for _, r := range walk(t, s, "/communities/fed-sky/records", "all_versions", "1") {
		want["oai:zenodo.org:"+r.text()] = r.Updated[:19] + "Z"
	}
	var stamps []string
	for h, err := range client.Identifiers(t.Context(), oaipmh.ListOptions{MetadataPrefix: "oai_datacite", Set: "user-fed-sky"}) {
		if err != nil {
			t.Fatal(err)
		}
		stamp := h.Datestamp.Format("2006-01-02T15:04:05Z")
		if want[h.Identifier] != stamp || !slices.Contains(h.Sets, "user-fed-sky") {
			t.Errorf("%+v: want it changed at %s", h, want[h.Identifier])
		}
		delete(want, h.Identifier)
		stamps = append(stamps, stamp)
	}
	if len(want) > 0 || slices.IsSorted(stamps) {
		t.Errorf("not listed: %v; in order: %t", want, slices.IsSorted(stamps))
	}
	for _, prefix := range []string{"oai_dc", "datacite", "datacite4", "oai_datacite", "oai_datacite4"} {
		n := 0
		for r, err := range client.Records(t.Context(), oaipmh.ListOptions{MetadataPrefix: prefix, Set: "user-fed-sky"}) {
			if err != nil {
				t.Fatal(err)
			}
			var v struct{ XMLName xml.Name }
			if err := xml.Unmarshal(r.Document(), &v); err != nil {
				t.Errorf("%s of %s: %v", prefix, r.Identifier, err)
			}
			n++
		}
		if n != len(stamps) {
			t.Errorf("%s: %d records, want %d", prefix, n, len(stamps))
		}
	}
}

// TestOAIPages: 50 to a page, and after a last page that is full an empty one.
func TestOAIPages(t *testing.T) {
	for total, want := range map[int][]int{30: {30}, 50: {50, 0}, 100: {50, 50, 0}, 120: {50, 50, 20}} {
		s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: total})
		var got []int
		var last oaipmh.ResumptionToken
		for page, err := range oaiClient(t, s).RecordPages(t.Context(), oaipmh.ListOptions{MetadataPrefix: "oai_dc"}) {
			if err != nil {
				t.Fatal(err)
			}
			if last = page.ResumptionToken; total >= 50 && (last.CompleteListSize != total || last.Cursor != 50*len(got)) {
				t.Errorf("%d records, page %d: token %+v", total, len(got), last)
			}
			got = append(got, len(page.Items))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d records: pages of %v, want %v", total, got, want)
		}
	}
}

// TestOAITokenExpires: a token is good for two minutes by the server's clock.
func TestOAITokenExpires(t *testing.T) {
	clock := newClock(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 200, Now: clock.now})
	client := oaiClient(t, s)
	page, err := client.ListIdentifiers(t.Context(), oaipmh.ListOptions{MetadataPrefix: "oai_dc"})
	if err != nil {
		t.Fatal(err)
	}
	if want := clock.now().Add(2 * time.Minute); !page.ResumptionToken.ExpiresAt.Equal(want) {
		t.Errorf("expires at %v, want %v", page.ResumptionToken.ExpiresAt, want)
	}
	clock.move(119 * time.Second)
	next := oaipmh.ListOptions{ResumptionToken: page.ResumptionToken.Value}
	if page, err = client.ListIdentifiers(t.Context(), next); err != nil {
		t.Fatalf("a second before it expires: %v", err)
	}
	clock.move(120 * time.Second)
	next.ResumptionToken = page.ResumptionToken.Value
	if _, err = client.ListIdentifiers(t.Context(), next); !errors.Is(err, oaipmh.ErrBadResumptionToken) {
		t.Errorf("two minutes later: got %v, want badResumptionToken", err)
	}
}

// TestOAIReplay: a token that is sent again gives the page after.
func TestOAIReplay(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 300})
	client := oaiClient(t, s)
	page, err := client.ListIdentifiers(t.Context(), oaipmh.ListOptions{MetadataPrefix: "oai_dc"})
	if err != nil {
		t.Fatal(err)
	}
	again := oaipmh.ListOptions{ResumptionToken: page.ResumptionToken.Value}
	seen := map[string]int{}
	for range 2 {
		page, err := client.ListIdentifiers(t.Context(), again)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range page.Items {
			seen[h.Identifier]++
		}
	}
	if len(seen) != 100 {
		t.Errorf("%d records on two pages, want 100", len(seen))
	}
	// The next token is that of the page which was asked for, and leads beyond it.
	token := url.QueryEscape(again.ResumptionToken)
	for range 4 { // the pages that are left, and the empty one behind them
		if got := do(t, http.MethodGet, s.URL+"/oai2d?verb=ListIdentifiers&resumptionToken="+token); got.StatusCode != http.StatusOK {
			t.Fatalf("got %d, want another page", got.StatusCode)
		}
	}
	crashes(t, s, "verb=ListIdentifiers&resumptionToken="+token) // with its last page the list was cleared
}

// crashes asks for what the server has no answer to but a page.
func crashes(t *testing.T, s *zenodotest.Server, query string) {
	t.Helper()
	got := do(t, http.MethodGet, s.URL+"/oai2d?"+query)
	if got.StatusCode != http.StatusInternalServerError || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") {
		t.Errorf("%s: got %d %s, want 500 with a page", query, got.StatusCode, got.body)
	}
}

// TestOAIMixedBounds asks for what is between a day and a time.
func TestOAIMixedBounds(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	crashes(t, s, "verb=ListRecords&metadataPrefix=oai_dc&from=2024-01-01&until=2024-01-02T00:00:00Z")
	crashes(t, s, "verb=ListIdentifiers&metadataPrefix=oai_dc&from=2024-01-01T00:00:00Z&until=2024-01-02")
}

// TestOAIBounds: both are included, and a day stands for its first moment.
func TestOAIBounds(t *testing.T) {
	clock := newClock(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	s := zenodotest.NewServer(t, zenodotest.Config{Now: clock.now})
	for range 3 { // at midnight, at noon, and at the next midnight
		if _, err := s.Publish(zenodotest.Draft{Title: "one"}); err != nil {
			t.Fatal(err)
		}
		clock.move(12 * time.Hour)
	}
	for bounds, want := range map[string]int{
		"from=2026-03-01": 3,
		"from=2026-03-01T00:00:00Z&until=2026-03-01T12:00:00Z": 2,
		"from=2026-03-01&until=2026-03-01":                     1,
		"from=2026-03-01T12:00:00Z&until=2026-03-02T00:00:00Z": 2,
		"from=2026-03-01T00:00:01Z&until=2026-03-01T11:59:59Z": 0,
	} {
		got := do(t, http.MethodGet, s.URL+"/oai2d?verb=ListIdentifiers&metadataPrefix=oai_dc&"+bounds)
		if n := strings.Count(got.body, "<header>"); n != want {
			t.Errorf("%s: %d records, want %d", bounds, n, want)
		}
	}
}

// TestOAIDeleted: what was deleted is gone without a word.
func TestOAIDeleted(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	id, err := s.Publish(zenodotest.Draft{Title: "Here today", Communities: []string{"brief"}})
	if err != nil {
		t.Fatal(err)
	}
	client := oaiClient(t, s)
	record, err := client.GetRecord(t.Context(), "oai:zenodo.org:"+id, "oai_datacite")
	if err != nil || !strings.Contains(string(record.Metadata), "<title>Here today</title>") {
		t.Fatalf("got %v and %s", err, record.Metadata)
	}
	if err := s.Delete(id, zenodotest.Tombstone{}); err != nil {
		t.Fatal(err)
	}
	crashes(t, s, "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:zenodo.org:"+id)
	_, err = client.ListRecords(t.Context(), oaipmh.ListOptions{MetadataPrefix: "oai_dc", Set: "user-brief"})
	if !errors.Is(err, oaipmh.ErrNoRecordsMatch) {
		t.Errorf("ListRecords: got %v, want noRecordsMatch", err)
	}
}

func TestOAISets(t *testing.T) {
	var slugs []string
	for i := range 110 {
		slugs = append(slugs, fmt.Sprintf("community-%03d", i))
	}
	s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 1, Communities: slugs})
	var pages []int
	specs := map[string]bool{}
	for page, err := range oaiClient(t, s).SetPages(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, len(page.Items))
		for _, set := range page.Items {
			specs[set.Spec] = true
		}
	}
	for _, want := range []string{"openaire", "openaire_data", "software", "user-community-000", "user-community-109"} {
		if !specs[want] {
			t.Errorf("set %s is not listed", want)
		}
	}
	if len(pages) < 3 || pages[0] != 50 || pages[1] != 50 {
		t.Errorf("pages of %v, want 50 a page", pages)
	}
}

// TestOAILimit: OAI-PMH shares the limit of searches, with a page of HTML for who
// sends more.
func TestOAILimit(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{SearchLimit: zenodotest.Rate{Count: 3, Per: time.Minute}})
	search(t, s, "/records")
	search(t, s, "/communities/fed-sky/records")
	if got := do(t, http.MethodGet, s.URL+"/oai2d?verb=Identify"); got.StatusCode != http.StatusOK || got.Header.Get("X-RateLimit-Remaining") != "0" {
		t.Fatalf("status %d with %s left", got.StatusCode, got.Header.Get("X-RateLimit-Remaining"))
	}
	for _, address := range []string{s.URL + "/oai2d?verb=Identify", s.API() + "/records", s.API() + "/communities/fed-sky/records"} {
		got := do(t, http.MethodGet, address)
		wait, err := strconv.Atoi(got.Header.Get("Retry-After"))
		isPage := strings.HasPrefix(got.body, "<!DOCTYPE html>")
		if got.StatusCode != http.StatusTooManyRequests || isPage != strings.Contains(address, "/oai2d") || err != nil || wait < 1 {
			t.Errorf("%s: got status %d, Retry-After %q, body %s", address, got.StatusCode, got.Header.Get("Retry-After"), got.body)
		}
	}
}

// TestOAIGarbled: no answer that is garbled passes for a sound one.
func TestOAIGarbled(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Fault: func(*http.Request, int) zenodotest.Fault {
		return zenodotest.Fault{Kind: zenodotest.FaultGarbled}
	}})
	client := oaiClient(t, s)
	for range 200 {
		if id, err := client.Identify(t.Context()); !errors.Is(err, oaipmh.ErrInvalidBody) {
			t.Fatalf("got %+v, %v", id, err)
		}
	}
}

// TestOAIFormats: the formats that are listed are those that are had.
func TestOAIFormats(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	client := oaiClient(t, s)
	formats, err := client.ListMetadataFormats(t.Context(), "")
	if err != nil || len(formats) < 3 {
		t.Fatalf("got %v, %v", formats, err)
	}
	id := "oai:zenodo.org:" + search(t, s, "/records", "size", "1").records(t)[0].text()
	for _, f := range formats {
		if _, err := client.GetRecord(t.Context(), id, f.Prefix); err != nil {
			t.Errorf("%s: %v", f.Prefix, err)
		}
	}
	ofOne, err := client.ListMetadataFormats(t.Context(), id)
	if err != nil || !slices.Equal(ofOne, formats) {
		t.Errorf("formats of one record: %v, %v", ofOne, err)
	}
}

// FuzzOAI: whatever is asked, the answer is a document of OAI-PMH.
func FuzzOAI(f *testing.F) {
	s := zenodotest.NewServer(f, zenodotest.Config{})
	f.Add("ListRecords", "metadataPrefix", "oai_dc")
	f.Add("GetRecord", "identifier", "oai:zenodo.org:\"<&\x00")
	f.Add("ListSets", "resumptionToken", "e30.x")
	f.Fuzz(func(t *testing.T, verb, name, value string) {
		query := url.Values{"verb": {verb}, name: {value}}
		got := do(t, http.MethodGet, s.URL+"/oai2d?"+query.Encode())
		if got.StatusCode != http.StatusOK && got.StatusCode != http.StatusUnprocessableEntity {
			t.Fatalf("%v: status %d", query, got.StatusCode)
		}
		wellFormed(t, got.body)
	})
}

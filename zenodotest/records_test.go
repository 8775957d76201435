package zenodotest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// versioned is the one fixture with four versions.
const versioned = "accounting-summariser: monthly sums of cloud accounting records"

// versions returns its versions, the oldest first.
func versions(t testing.TB, s *zenodotest.Server) []record {
	t.Helper()
	var found []record
	for _, r := range walk(t, s, "/records", "sort", "oldest", "all_versions", "true", "communities", "fed-sky") {
		if r.Title == versioned {
			found = append(found, r)
		}
	}
	byVersion := make([]record, len(found))
	for _, r := range found {
		byVersion[r.version()] = r
	}
	if len(byVersion) != 4 {
		t.Fatalf("fixture %q: got %d versions, want 4", versioned, len(byVersion))
	}
	return byVersion
}

func TestRecord(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	first := search(t, s, "/records", "size", "1")
	id := first.records(t)[0].text()
	got := get(t, s, "/records/"+id)
	same(t, "the record alone and on a page", got.body, string(first.Hits.Hits[0]))
	raw, err := s.Raw(id)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "Raw", string(raw), get(t, s, "/records/"+id, "Accept", rdm).body)
	var r struct {
		ID       int    `json:"id"`
		Recid    string `json:"recid"`
		Revision int
	}
	if err := json.Unmarshal([]byte(got.body), &r); err != nil {
		t.Errorf("id must be a number and recid a string: %v", err)
	}
	if link := got.Header.Get("Link"); !strings.Contains(link, `rel="linkset"`) {
		t.Errorf("Link: got %q, want a linkset", link)
	}
	if etag := get(t, s, "/records/"+id, "Accept-Encoding", "identity").Header.Get("ETag"); etag != `"`+itoa(r.Revision)+`"` {
		t.Errorf("ETag: got %s, want the revision %d in quotes", etag, r.Revision)
	}
}

func TestNotFound(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	draft := s.Reserve()
	concept := versions(t, s)[0].Concept
	for _, c := range []struct{ name, path, body string }{
		{"unknown number", "/records/999", `{"status": 404, "message": "The persistent identifier does not exist."}`},
		{"no number", "/records/abc", `{"status": 404, "message": "The persistent identifier does not exist."}`},
		{"draft", "/records/" + draft, `{"status": 404, "message": "The persistent identifier is not registered."}`},
		{"versions of a concept", "/records/" + concept + "/versions", `{"status": 404, "message": "Not found."}`},
		{"unknown community", "/communities/nobody", `{"status": 404, "message": "The persistent identifier does not exist."}`},
		{"records of an unknown community", "/communities/nobody/records", `{"status": 404, "message": "The persistent identifier does not exist."}`},
		{"no route", "/nothing/here", `{"message": "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.", "status": 404}`},
		{"slash after depositions", "/deposit/depositions/", `{"message": "The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.", "status": 404}`},
	} {
		t.Run(c.name, func(t *testing.T) { hasJSON(t, get(t, s, c.path), http.StatusNotFound, c.body) })
	}
}

func TestDeleted(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	records := search(t, s, "/records", "communities", "alpine-taxonomy", "size", "2").records(t)
	if err := s.Delete(records[0].text(), zenodotest.Tombstone{Note: "User was blocked", Reason: "spam"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete(records[1].text(), zenodotest.Tombstone{Hidden: true}); err != nil {
		t.Fatal(err)
	}
	visible := get(t, s, "/records/"+records[0].text())
	var body struct {
		Status    int
		Message   string
		Tombstone struct {
			Note    string
			Visible bool                `json:"is_visible"`
			Reason  struct{ ID string } `json:"removal_reason"`
		}
	}
	if err := json.Unmarshal([]byte(visible.body), &body); err != nil {
		t.Fatal(err)
	}
	if visible.StatusCode != 410 || body.Message != "Record deleted" || body.Tombstone.Note != "User was blocked" || body.Tombstone.Reason.ID != "spam" || !body.Tombstone.Visible {
		t.Errorf("deleted record: got %d %s", visible.StatusCode, visible.body)
	}
	hasJSON(t, get(t, s, "/records/"+records[1].text()), http.StatusNotFound, `{"status": 404, "message": "Record not found"}`)
	for _, r := range walk(t, s, "/records", "all_versions", "true") {
		if r.ID == records[0].ID || r.ID == records[1].ID {
			t.Errorf("record %d is still found", r.ID)
		}
	}
	if n := search(t, s, "/records/"+records[0].text()+"/versions").total(); n != 0 {
		t.Errorf("versions of a deleted record: got %d, want none", n)
	}
	if err := s.Delete(records[0].text(), zenodotest.Tombstone{}); err == nil {
		t.Error("deleting again: got no error")
	}
}

func TestConceptRedirects(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	all := versions(t, s)
	last := all[3].text()
	got := get(t, s, "/records/"+all[0].Concept+"?access_token=secret")
	if got.StatusCode != http.StatusFound || got.Header.Get("Location") != "/api/records/"+last {
		t.Errorf("concept: got %d to %q, want 302 to the latest version, relative and without the query", got.StatusCode, got.Header.Get("Location"))
	}
	if !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") || !strings.Contains(got.body, "Redirecting") {
		t.Errorf("concept: got %s %s, want a page", got.Header.Get("Content-Type"), got.body)
	}
	for _, r := range all {
		got := get(t, s, "/records/"+r.text()+"/versions/latest")
		hasJSON(t, got, http.StatusMovedPermanently, `{"status": 301, "message": "Redirecting...", "location": "`+s.API()+`/records/`+last+`"}`)
		same(t, "Location", got.Header.Get("Location"), s.API()+"/records/"+last)
	}
}

func TestVersions(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	all := versions(t, s)
	page := search(t, s, "/records/"+all[1].text()+"/versions", "size", "3")
	got := page.records(t)
	if page.total() != 4 || len(got) != 3 || got[0].ID != all[3].ID || got[2].ID != all[1].ID {
		t.Errorf("versions: got %d of %d, first %d; want the newest 3 of 4", len(got), page.total(), got[0].ID)
	}
	same(t, "next", page.Links["next"], s.API()+"/records/"+all[1].text()+"/versions?page=2&size=3&sort=version")
	refused := get(t, s, "/records/"+all[1].text()+"/versions?size=26")
	if refused.StatusCode != http.StatusBadRequest {
		t.Errorf("26 versions for a guest: got %d, want 400", refused.StatusCode)
	}
	for i, r := range all {
		if r.isLast() != (i == 3) {
			t.Errorf("version %d: is_last %t", i, r.isLast())
		}
	}
}

func TestMethodsAndTypes(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	id := search(t, s, "/records", "size", "1").records(t)[0].text()
	got := do(t, http.MethodPut, s.API()+"/records/"+id+"/versions")
	hasJSON(t, got, http.StatusMethodNotAllowed, `{"message": "The method is not allowed for the requested URL.", "status": 405}`)
	if got.Header.Get("Allow") == "" {
		t.Error("405 without Allow")
	}
	head := do(t, http.MethodHead, s.API()+"/records/"+id)
	if head.StatusCode != http.StatusOK || head.body != "" {
		t.Errorf("HEAD: got %d and %d bytes", head.StatusCode, len(head.body))
	}
	for accept, status := range map[string]int{
		"": 200, "*/*": 200, "application/json": 200, "application/vnd.zenodo.v1+json": 200,
		"text/html, application/json;q=0.1": 200, "text/html": 406, "image/png, text/x-unknown": 406,
	} {
		if got := get(t, s, "/records/"+id, "Accept", accept); got.StatusCode != status {
			t.Errorf("Accept %q: got %d, want %d", accept, got.StatusCode, status)
		}
	}
	hasJSON(t, get(t, s, "/records", "Accept", "text/html"), http.StatusNotAcceptable,
		`{"status": 406, "message": "Invalid 'Accept' header. Expected one of: application/json, application/vnd.zenodo.v1+json, application/vnd.inveniordm.v1+json, `+
			`application/x-bibtex, application/vnd.datacite.datacite+json, application/vnd.datacite.datacite+xml"}`)
}

func TestCompression(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	got := get(t, s, "/records", "Accept-Encoding", "gzip")
	if got.Header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(got.body, "\x1f\x8b") {
		t.Errorf("asked for gzip, got %q", got.Header.Get("Content-Encoding"))
	}
	if got := get(t, s, "/records", "Accept-Encoding", "identity"); got.Header.Get("Content-Encoding") != "" || got.body[0] != '{' {
		t.Errorf("did not ask for gzip, got %q", got.Header.Get("Content-Encoding"))
	}
}

func TestPages(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	r := versions(t, s)[0]
	old := do(t, http.MethodGet, s.URL+"/record/"+r.text())
	if old.StatusCode != http.StatusMovedPermanently || old.Header.Get("Location") != s.URL+"/records/"+r.text() {
		t.Errorf("/record/N: got %d to %q", old.StatusCode, old.Header.Get("Location"))
	}
	for path, status := range map[string]int{"/records/" + r.text(): 200, "/records/" + r.Concept: 302, "/records/1": 404, "/nothing": 404} {
		if got := do(t, http.MethodGet, s.URL+path); got.StatusCode != status {
			t.Errorf("%s: got %d, want %d", path, got.StatusCode, status)
		}
	}
	slash := get(t, s, "/records/?q=a&communities=x&communities=y")
	if slash.StatusCode != http.StatusMovedPermanently || slash.Header.Get("Location") != "/api/records?communities=x&q=a" {
		t.Errorf("/api/records/: got %d to %q", slash.StatusCode, slash.Header.Get("Location"))
	}
}

func TestTokens(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Token: "right"})
	const denied = `{"status": 403, "message": "Permission denied."}`
	depositions := s.API() + "/deposit/depositions"
	hasJSON(t, do(t, http.MethodGet, depositions), http.StatusForbidden, denied)
	hasJSON(t, do(t, http.MethodGet, depositions, "Authorization", "Bearer wrong"), http.StatusForbidden, denied)
	hasJSON(t, do(t, http.MethodGet, depositions, "Authorization", "Bearer right"), http.StatusOK, "[]")
	hasJSON(t, do(t, http.MethodGet, depositions+"?access_token=right"), http.StatusOK, "[]")
	hasJSON(t, do(t, http.MethodPost, depositions), http.StatusForbidden, denied)
	hasJSON(t, do(t, http.MethodGet, s.API()+"/records?size=26", "Authorization", "Bearer wrong"), http.StatusBadRequest, guestRefusal)
	anyToken := zenodotest.NewServer(t, zenodotest.Config{})
	hasJSON(t, get(t, anyToken, "/deposit/depositions", "Authorization", "Bearer whatever"), http.StatusOK, "[]")
}

func TestCSRF(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Token: "right"})
	address := s.API() + "/deposit/depositions"
	for _, c := range []struct {
		name    string
		headers []string
		body    string
	}{
		{"no referer", []string{"Cookie", "session=1"}, `{"status": 400, "message": "Referer checking failed - no Referer."}`},
		{"no cookie of its own", []string{"Cookie", "session=1", "Referer", "https://zenodo.org/"}, `{"status": 400, "message": "CSRF cookie not set."}`},
		{"wrong", []string{"Cookie", "csrftoken=1", "Referer", "https://zenodo.org/"}, `{"status": 400, "message": "CSRF token missing or incorrect."}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			hasJSON(t, do(t, http.MethodPost, address, append(c.headers, "Authorization", "Bearer wrong")...), http.StatusBadRequest, c.body)
		})
	}
	if got := do(t, http.MethodPost, address, "Cookie", "session=1", "Authorization", "Bearer right"); got.StatusCode == http.StatusBadRequest {
		t.Error("a good token must make cookies harmless")
	}
}

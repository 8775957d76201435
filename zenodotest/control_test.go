package zenodotest_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// control sends a request to what is no part of Zenodo.
func control(t *testing.T, s *zenodotest.Server, method, path, body string) response {
	t.Helper()
	return call(t, method, s.URL+"/_emulator/"+path, strings.NewReader(body))
}

// done checks that a request got no more than that it was carried out.
func done(t *testing.T, got response) {
	t.Helper()
	if got.StatusCode != 204 || got.body != "" {
		t.Errorf("%s %s: got %d %s, want 204", got.Request.Method, got.Request.URL, got.StatusCode, got.body)
	}
}

// TestReset changes what there is in every way, resets, and compares.
func TestReset(t *testing.T) {
	var log syncBuffer
	s := zenodotest.NewServer(t, zenodotest.Config{Log: &log, SearchLimit: zenodotest.Rate{Count: 50, Per: 1 << 40}})
	const some = "1798341"
	look := func() string {
		t.Helper()
		all := search(t, s, "/records", "all_versions", "1", "size", "100")
		return get(t, s, "/communities?size=100").body + get(t, s, "/records/"+some).body + all.Links["self"] +
			string(bytes.Join(rawHits(all), nil)) + call(t, "GET", s.API()+"/deposit/depositions", nil).body
	}
	before, first := look(), s.RequestCount()
	p := publish(t, s, complete())
	open := create(t, s, "{}")
	if _, err := s.Publish(zenodotest.Draft{Communities: []string{"a-new-one"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Edit(some, zenodotest.SetTitle("Another")); err != nil {
		t.Fatal(err)
	}
	if err := s.MakeDumps(); err != nil {
		t.Fatal(err)
	}
	done(t, control(t, s, "POST", "fault", "* GET /api/records/1 500"))
	if look() == before {
		t.Error("nothing has changed")
	}
	done(t, control(t, s, "POST", "reset", ""))
	if s.RequestCount() != 0 || len(s.Requests()) != 0 {
		t.Errorf("after the reset %d requests are known", s.RequestCount())
	}
	if after := look(); after != before || s.RequestCount() != first {
		t.Errorf("after the reset:\n%s\nwant %s", after, before)
	}
	refused(t, 404, "does not exist", get(t, s, "/records/"+p.text()))
	refused(t, 404, "", call(t, "GET", open.link("self"), nil))
	same(t, "faults", control(t, s, "GET", "fault", "").body, "")
	if again := publish(t, s, complete()); again.ID != p.ID {
		t.Errorf("the next id is %d, want %d again", again.ID, p.ID)
	}
	if err := s.Delete(some, zenodotest.Tombstone{}); err != nil { // methods work on the new world, too
		t.Fatal(err)
	}
	refused(t, 410, "", get(t, s, "/records/"+some))
	done(t, control(t, s, "POST", "reset", "")) // more than once
	want[any](t, 200, get(t, s, "/records/"+some))
	if strings.Contains(log.String(), "_emulator") {
		t.Errorf("the log names requests that are none: %s", log.String())
	}
}

// syncBuffer is written to by several goroutines.
type syncBuffer struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.String()
}

func rawHits(page envelope) (all [][]byte) {
	for _, hit := range page.Hits.Hits {
		all = append(all, hit)
	}
	return all
}

func TestControl(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{
		Communities: []string{"plain-one", "titled-one=Tide gauges"}, Script: "1 GET /api/records 503", Limit: zenodotest.Rate{Count: 40, Per: 1 << 50},
	})
	done(t, control(t, s, "POST", "delete?id=1798341&reason=spam&note=Sold+shoes", ""))
	refused(t, 410, `"note": "Sold shoes", "removed_by"`, get(t, s, "/records/1798341"))
	refused(t, 404, "no such record", control(t, s, "POST", "delete?id=1798341", ""))
	id, err := s.Publish(zenodotest.Draft{})
	if err != nil {
		t.Fatal(err)
	}
	done(t, control(t, s, "POST", "delete?hidden=1&id="+id, ""))
	refused(t, 404, "Record not found", get(t, s, "/records/"+id))

	title := func(slug string) string {
		return want[struct{ Metadata struct{ Title string } }](t, 200, get(t, s, "/communities/"+slug)).Metadata.Title
	}
	same(t, "title", title("plain-one"), "Plain One")
	same(t, "title", title("titled-one"), "Tide gauges")
	done(t, control(t, s, "POST", "community?slug=plain-one&title=No+longer", ""))
	done(t, control(t, s, "POST", "community?slug=new-one", ""))
	same(t, "title", title("plain-one"), "No longer")
	same(t, "title", title("new-one"), "New One")
	refused(t, 400, "slug is missing", control(t, s, "POST", "community", ""))

	done(t, control(t, s, "POST", "fault", "* GET /api/records/*/** 502 # all\n2- GET /api/records 504"))
	for _, status := range []int{503, 504, 504} {
		if got := get(t, s, "/records"); got.StatusCode != status {
			t.Errorf("search: got %d, want %d", got.StatusCode, status)
		}
	}
	same(t, "rules", control(t, s, "GET", "fault", "").body,
		"1 GET /api/records 503 # met 3\n* GET /api/records/*/** 502 # met 0\n2- GET /api/records 504 # met 3\n")
	refused(t, 400, "line 1: want which requests", control(t, s, "POST", "fault", "nonsense"))
	done(t, control(t, s, "DELETE", "fault", ""))
	want[any](t, 200, get(t, s, "/records"))

	for range 50 { // which no limit counts
		done(t, control(t, s, "DELETE", "fault", ""))
	}
	want[any](t, 200, get(t, s, "/communities"))
	refused(t, 405, "not allowed", control(t, s, "GET", "reset", ""))
	if got := control(t, s, "GET", "nonsense", ""); got.StatusCode != 404 {
		t.Errorf("unknown: got %d", got.StatusCode)
	}
}

// TestRoot looks at the address that links begin with.
func TestRoot(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	self := func(s *zenodotest.Server, headers ...string) string {
		page := want[envelope](t, 200, get(t, s, "/records?size=1", headers...))
		link, _, _ := strings.Cut(page.Links["self"], "/api/")
		return link
	}
	for _, c := range []struct {
		want    string
		headers []string
	}{
		{s.URL, nil},
		{"https://" + s.URL[7:], []string{"X-Forwarded-Proto", "https"}},
		{"https://zenodo.test", []string{"X-Forwarded-Proto", "HTTPS, http", "X-Forwarded-Host", "zenodo.test, inner"}},
		{"http://zenodo.test:8080", []string{"X-Forwarded-Host", "zenodo.test:8080"}},
		{"https://zenodo.test:8443", []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "zenodo.test", "X-Forwarded-Port", "8443"}},
		{"http://[2001:db8::1]:80", []string{"X-Forwarded-Host", "[2001:db8::1]:80", "X-Forwarded-Port", "81"}},
		{"https://other.test", []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "other.test", "X-Forwarded-Port", "443"}},
		{s.URL, []string{"X-Forwarded-Host", `evil.test"/x`}},
		{s.URL, []string{"X-Forwarded-Proto", "javascript"}},
	} {
		same(t, strings.Join(c.headers, " "), self(s, c.headers...), c.want)
	}
	public := zenodotest.NewServer(t, zenodotest.Config{PublicURL: "https://zenodo.test/"})
	same(t, "public", self(public, "X-Forwarded-Host", "other.test"), "https://zenodo.test")
	for _, bad := range []string{"zenodo.test", "ftp://zenodo.test", "https://zenodo.test/path", "https://zenodo.test?x=1", "https://u@zenodo.test", "://"} {
		if _, err := zenodotest.New(zenodotest.Config{PublicURL: bad}); err == nil {
			t.Errorf("%s: got no error", bad)
		}
	}
}

// TestOrigins asks as a browser does from a page of another site.
func TestOrigins(t *testing.T) {
	s, native := zenodotest.NewServer(t, zenodotest.Config{}), zenodotest.NewServer(t, zenodotest.Config{Dialect: "rdm"})
	got := get(t, s, "/records", "Origin", "https://app.test")
	if got.Header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(got.Header.Get("Access-Control-Expose-Headers"), "X-RateLimit-Remaining") {
		t.Errorf("got %v", got.Header)
	}
	ask := []string{"Origin", "https://app.test", "Access-Control-Request-Method", "PUT", "Access-Control-Request-Headers", "authorization, content-type"}
	got = do(t, "OPTIONS", s.API()+"/files/a/b", ask...)
	if got.StatusCode != 200 || got.Header.Get("Access-Control-Allow-Headers") != "authorization, content-type" ||
		!strings.Contains(got.Header.Get("Access-Control-Allow-Methods"), "PUT") || got.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("preflight: got %d %v", got.StatusCode, got.Header)
	}
	for what, got := range map[string]response{
		"a page": do(t, "GET", s.URL+"/records/1798341"), "another InvenioRDM": get(t, native, "/records"),
		"a preflight there": do(t, "OPTIONS", native.API()+"/records", ask...),
	} {
		if got.Header.Get("Access-Control-Allow-Origin") != "" || got.Header.Get("Access-Control-Allow-Methods") != "" {
			t.Errorf("%s: got %v, want no word of origins", what, got.Header)
		}
	}
}

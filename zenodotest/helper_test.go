package zenodotest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// response is an answer with its body read.
type response struct {
	*http.Response
	body string
}

// envelope is a page of results.
type envelope struct {
	Hits struct {
		Hits  []json.RawMessage
		Total any
	}
	Aggregations map[string]struct {
		Buckets []struct {
			bucket
			Inner struct{ Buckets []bucket }
		}
	}
	Links map[string]string
}

// bucket is a line of an aggregation.
type bucket struct {
	Key, Label string
	Count      int  `json:"doc_count"`
	Selected   bool `json:"is_selected"`
}

// noRedirects shows redirects instead of following them, and does not ask for
// compression, which takes most of the time under the race detector.
var noRedirects = &http.Client{
	Transport:     &http.Transport{DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// get asks for a path below the root of the API; headers come in pairs.
func get(t testing.TB, s *zenodotest.Server, path string, headers ...string) response {
	t.Helper()
	return do(t, http.MethodGet, s.API()+path, headers...)
}

func do(t testing.TB, method, address string, headers ...string) response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	resp, err := noRedirects.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{resp, string(body)}
}

// search asks for a page of records and fails where it is not one.
func search(t testing.TB, s *zenodotest.Server, path string, parameters ...string) envelope {
	t.Helper()
	query := url.Values{}
	for i := 0; i+1 < len(parameters); i += 2 {
		query.Add(parameters[i], parameters[i+1])
	}
	got := get(t, s, path+"?"+query.Encode(), "Authorization", "Bearer secret")
	if got.StatusCode != http.StatusOK {
		t.Fatalf("GET %s?%s: status %d, body %s", path, query.Encode(), got.StatusCode, got.body)
	}
	var page envelope
	if err := json.Unmarshal([]byte(got.body), &page); err != nil {
		t.Fatalf("GET %s?%s: %v", path, query.Encode(), err)
	}
	return page
}

func (p envelope) total() int { return int(p.Hits.Total.(float64)) }

// record is what the tests look at in a record.
type record struct {
	ID       int64
	Concept  string `json:"conceptrecid"`
	Created  string
	Updated  string
	Revision int
	Title    string
	Owners   []struct{ ID string }
	Metadata struct {
		Title       string
		Communities []struct{ ID string }
		Relations   struct {
			Version []struct {
				Index  int
				IsLast bool `json:"is_last"`
			}
		}
		Type struct{ Type, Subtype string } `json:"resource_type"`
	}
}

func (r record) text() string  { return strconv.FormatInt(r.ID, 10) }
func (r record) isLast() bool  { return r.Metadata.Relations.Version[0].IsLast }
func (r record) version() int  { return r.Metadata.Relations.Version[0].Index }
func (r record) owner() string { return r.Owners[0].ID }
func (r record) in(slug string) bool {
	for _, c := range r.Metadata.Communities {
		if c.ID == slug {
			return true
		}
	}
	return false
}

func (p envelope) records(t testing.TB) []record {
	t.Helper()
	records := make([]record, len(p.Hits.Hits))
	for i, raw := range p.Hits.Hits {
		if err := json.Unmarshal(raw, &records[i]); err != nil {
			t.Fatal(err)
		}
	}
	return records
}

// walk fetches all pages of a search.
func walk(t testing.TB, s *zenodotest.Server, path string, parameters ...string) []record {
	t.Helper()
	var all []record
	for n := 1; ; n++ {
		page := search(t, s, path, append([]string{"size", "100", "page", strconv.Itoa(n)}, parameters...)...)
		all = append(all, page.records(t)...)
		if page.Links["next"] == "" {
			return all
		}
	}
}

// same compares two texts and shows both where they differ.
func same(t testing.TB, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\ngot  %s\nwant %s", what, got, want)
	}
}

func hasJSON(t testing.TB, got response, status int, body string) {
	t.Helper()
	if got.StatusCode != status {
		t.Errorf("status: got %d, want %d", got.StatusCode, status)
	}
	same(t, "body", got.body, body)
	if ct := got.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/json") {
		t.Errorf("content type: got %q, want JSON", ct)
	}
}

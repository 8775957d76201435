package zenodo_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodo"
)

func TestSearchAsSent(t *testing.T) {
	for _, tc := range []struct {
		name string
		opts zenodo.SearchOptions
		want url.Values
	}{
		{"nothing", zenodo.SearchOptions{}, url.Values{"page": {"1"}, "size": {"25"}}},
		{
			"everything",
			zenodo.SearchOptions{
				Query: `title:"a & b" + ü`, Sort: "newest", Page: 3, Size: 7, AllVersions: true,
				Communities: []zenodo.Slug{"one", "two"}, Type: "publication", Subtype: "article",
			},
			url.Values{
				"q": {`title:"a & b" + ü`}, "sort": {"newest"}, "page": {"3"}, "size": {"7"},
				"all_versions": {"true"}, "allversions": {"true"},
				"communities": {"one", "two"}, "type": {"publication"}, "subtype": {"article"},
			},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got *url.URL
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				got = r.URL
				reply(w, 200, envelopeJSON(0))
			})
			if _, err := c.Records.Search(t.Context(), tc.opts); err != nil {
				t.Fatal(err)
			}
			if got.Path != "/api/records" {
				t.Errorf("path %s, want /api/records", got.Path)
			}
			if diff := cmp.Diff(tc.want, got.Query()); diff != "" {
				t.Errorf("query (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSearchAnswer(t *testing.T) {
	odd := `{ "id" :7,"metadata":{"title":"\u00fc  <b>"}, "extra": [1,  2] }`
	for _, total := range []string{`12`, `{"value": 12, "relation": "eq"}`} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", "Fri, 30 May 2025 09:10:12 GMT")
			reply(w, 200, `{"aggregations": {}, "hits": {"total": `+total+`, "hits": [`+odd+`,`+recordJSON(9)+`]}, "links": {}}`)
		})
		page, err := c.Records.Search(t.Context(), zenodo.SearchOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if page.Total != 12 || page.Number != 1 || page.Size != 25 || len(page.Items) != 2 {
			t.Errorf("total %s: got total %d, page %d of size %d with %d items", total, page.Total, page.Number, page.Size, len(page.Items))
		}
		if want := time.Date(2025, 5, 30, 9, 10, 12, 0, time.UTC); !page.Date.Equal(want) {
			t.Errorf("date %v, want %v", page.Date, want)
		}
		if got := string(page.Items[0].Raw); got != odd {
			t.Errorf("raw %s, want it byte for byte: %s", got, odd)
		}
		if got := page.Items[1]; got.ID != "9" || got.DOI != "10.5281/zenodo.9" {
			t.Errorf("got %+v", got)
		}
	}
}

// pager serves n records, in pages of at most max. Beyond window hits it
// refuses.
func pager(n, max, window int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.FormValue("page"))
		size, _ := strconv.Atoi(r.FormValue("size"))
		if size > max {
			reply(w, 400, fmt.Sprintf(`{"status":400,"message":"A validation error occurred.","errors":[{"field":"size","messages":`+
				`["Page size cannot be greater than %d. Please use authenticated requests to increase the limit to 100."]}]}`, max))
			return
		}
		first := (page - 1) * size
		if first >= window {
			reply(w, 400, `{"status":400,"message":"Invalid querystring parameters."}`)
			return
		}
		var hits []string
		for id := first + 1; id <= min(n, window, first+size); id++ {
			hits = append(hits, recordJSON(id))
		}
		reply(w, 200, envelopeJSON(n, hits...))
	}
}

func ids(t *testing.T, records []*zenodo.Record) []int {
	t.Helper()
	var out []int
	for _, r := range records {
		n, err := strconv.Atoi(string(r.ID))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

func count(from, to int) []int {
	var out []int
	for i := from; i <= to; i++ {
		out = append(out, i)
	}
	return out
}

func TestAll(t *testing.T) {
	for _, tc := range []struct {
		name     string
		n        int
		opts     zenodo.SearchOptions
		want     []int
		requests int64
		err      error
	}{
		{"none", 0, zenodo.SearchOptions{}, nil, 1, nil},
		{"part of a page", 7, zenodo.SearchOptions{}, count(1, 7), 1, nil},
		{"whole pages", 50, zenodo.SearchOptions{}, count(1, 50), 2, nil},
		{"from the second page", 60, zenodo.SearchOptions{Page: 2}, count(26, 60), 2, nil},
		{"small pages", 9, zenodo.SearchOptions{Size: 4}, count(1, 9), 3, nil},
		{"more than the window holds", 500, zenodo.SearchOptions{}, count(1, 100), 5, zenodo.ErrWindow},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := serve(t, pager(tc.n, 25, 100))
			var got []*zenodo.Record
			var err error
			for r, e := range c.Records.All(t.Context(), tc.opts) {
				if e != nil {
					err = e
					continue
				}
				got = append(got, r)
			}
			if !errors.Is(err, tc.err) {
				t.Errorf("got error %v, want %v", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, ids(t, got)); diff != "" {
				t.Errorf("ids (-want +got):\n%s", diff)
			}
			if got := c.Usage().Requests; got != tc.requests {
				t.Errorf("%d requests, want %d", got, tc.requests)
			}
		})
	}
}

func TestPagesStopEarly(t *testing.T) {
	c := serve(t, pager(100, 25, 10000))
	for page, err := range c.Records.Pages(t.Context(), zenodo.SearchOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		if page.Number == 2 {
			break
		}
	}
	if got := c.Usage().Requests; got != 2 {
		t.Errorf("%d requests, want 2", got)
	}
}

func TestPageSizeIsLearned(t *testing.T) {
	refusals := 0
	c := serve(t, pager(60, 25, 10000), zenodo.WithAccessToken(testToken), zenodo.WithTokenRefused(func() { refusals++ }))
	page, err := c.Records.Search(t.Context(), zenodo.SearchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if page.Size != 25 || len(page.Items) != 25 || c.PageSize() != 25 {
		t.Errorf("page of size %d with %d items, then size %d; want 25", page.Size, len(page.Items), c.PageSize())
	}
	if c.Authenticated() {
		t.Error("the token counts as accepted after the limit for guests")
	}
	if refusals != 1 {
		t.Errorf("the refusal of the token was reported %d times, want 1", refusals)
	}
	if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{Size: 80}); err != nil {
		t.Fatal(err)
	}
	if got := c.Usage().Requests; got != 3 {
		t.Errorf("%d requests, want 3: what was learned is not asked again", got)
	}
}

// Another server's limit says nothing of the token.
func TestPageSizeOfAnotherServer(t *testing.T) {
	c := serve(t, pager(60, 40, 10000), zenodo.WithAccessToken(testToken))
	var got []*zenodo.Record
	for r, err := range c.Records.All(t.Context(), zenodo.SearchOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	if !slices.Equal(ids(t, got), count(1, 60)) || c.PageSize() != 40 || !c.Authenticated() {
		t.Errorf("got ids %v, page size %d, authenticated %v", ids(t, got), c.PageSize(), c.Authenticated())
	}
}

func TestPageSizeOfALaterPage(t *testing.T) {
	c := serve(t, pager(60, 25, 10000))
	for range 2 { // the second time without asking
		_, err := c.Records.Search(t.Context(), zenodo.SearchOptions{Page: 2, Size: 50})
		refusal, ok := errors.AsType[*zenodo.PageSizeError](err)
		if !ok || refusal.Max != 25 || refusal.Size != 50 {
			t.Errorf("got %v, want a refusal of 50 with 25 allowed", err)
		}
		if want := "page size 50 refused: at most 25"; err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
	if got := c.Usage().Requests; got != 1 {
		t.Errorf("%d requests, want 1", got)
	}
}

// A walk whose page size is refused on its way goes on at the same hit.
func TestPageSizeShrinksOnTheWay(t *testing.T) {
	for _, smaller := range []int{25, 30} {
		requests := 0
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			requests++
			if requests == 1 {
				pager(250, 100, 10000)(w, r)
				return
			}
			pager(250, smaller, 10000)(w, r)
		}, zenodo.WithAccessToken(testToken))
		var got []*zenodo.Record
		for r, err := range c.Records.All(t.Context(), zenodo.SearchOptions{}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, r)
		}
		if diff := cmp.Diff(count(1, 250), ids(t, got)); diff != "" {
			t.Errorf("size %d: ids (-want +got):\n%s", smaller, diff)
		}
	}
}

func TestWindowExceeded(t *testing.T) {
	for _, message := range []string{"Invalid querystring parameters.", "Maximum number of 10000 results have been reached."} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 400, `{"status":400,"message":"`+message+`"}`) })
		_, err := c.Records.Search(t.Context(), zenodo.SearchOptions{Page: 401, Size: 25})
		if !errors.Is(err, zenodo.ErrWindow) || !errors.Is(err, zenodo.ErrBadRequest) {
			t.Errorf("%s: got %v, want ErrWindow and ErrBadRequest", message, err)
		}
	}
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, 400, `{"status":400,"message":"Invalid querystring parameters."}`)
	})
	_, err := c.Records.Search(t.Context(), zenodo.SearchOptions{})
	if errors.Is(err, zenodo.ErrWindow) || !errors.Is(err, zenodo.ErrBadRequest) {
		t.Errorf("first page: got %v, want ErrBadRequest alone", err)
	}
}

// archive is a small Zenodo: concept 10 with versions 11 and 12, whose DOIs
// are Zenodo's, record 21 of concept 20 with a DOI from elsewhere, and record
// 31 of concept 30, whose concept has a DOI from elsewhere.
func archive(w http.ResponseWriter, r *http.Request) {
	version := func(id int, doi string) string {
		return fmt.Sprintf(`{"id":%d,"conceptrecid":"10","conceptdoi":"10.5281/zenodo.10","doi":"%s"}`, id, doi)
	}
	records := map[string]string{
		"11": version(11, "10.5281/zenodo.11"),
		"12": version(12, "10.5281/zenodo.12"),
		"31": `{"id":31,"conceptrecid":"30","conceptdoi":"10.1234/concept","doi":"10.5281/zenodo.31"}`,
		"21": `{"id":21,"conceptrecid":"20","doi":"10.1234/Some\"thing"}`,
	}
	concepts := map[string]string{"10": "12", "20": "21", "30": "31"}
	path := strings.TrimPrefix(r.URL.Path, "/api/records")
	id, more, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case path == "":
		hits := []string{records["12"]}
		if r.FormValue("q") == `doi:"10.1234/some\"thing" OR conceptdoi:"10.1234/some\"thing"` && r.FormValue("all_versions") == "true" {
			hits = append(hits, records["21"])
		}
		reply(w, 200, envelopeJSON(len(hits), hits...))
	case concepts[id] != "" && more == "": // as Zenodo does: relative, HTML, the query dropped
		w.Header().Set("Location", "/api/records/"+concepts[id])
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(302)
		fmt.Fprint(w, "<!doctype html><title>Redirecting...</title>")
	case more == "versions/latest" && records[id] != "":
		w.Header().Set("Location", "http://"+r.Host+"/api/records/12")
		reply(w, 301, `{"status":301,"message":"Redirecting...","location":"/api/records/12"}`)
	case more == "versions" && records[id] != "":
		reply(w, 200, envelopeJSON(2, records["12"], records["11"]))
	case more == "" && records[id] != "":
		reply(w, 200, records[id])
	default:
		reply(w, 404, `{"status":404,"message":"The persistent identifier does not exist."}`)
	}
}

func TestGet(t *testing.T) {
	for ref, want := range map[string]zenodo.RecordID{
		"11":                                 "11",
		" 12 ":                               "12",
		"10":                                 "12", // the latest of the concept
		"10.5281/zenodo.11":                  "11",
		"https://doi.org/10.5281/ZENODO.11":  "11",
		"10.5281/zenodo.20":                  "21", // the concept names no DOI
		"doi:10.5281/zenodo.10":              "12",
		"https://zenodo.org/records/11":      "11",
		"https://zenodo.org/record/11?x=1#y": "11",
		"https://zenodo.org/api/records/10":  "12",
		`10.1234/some"thing`:                 "21",
		`https://zenodo.org/doi/10.5281/zenodo.10`: "12",
	} {
		c := serve(t, archive)
		got, err := c.Records.Get(t.Context(), ref)
		if err != nil {
			t.Errorf("Get(%q): %v", ref, err)
			continue
		}
		if got.ID != want {
			t.Errorf("Get(%q) = record %s, want %s", ref, got.ID, want)
		}
	}
}

func TestGetNotFound(t *testing.T) {
	for _, ref := range []string{
		"999", "10.5281/zenodo.999", "10.1234/other", "", "two words", ".", "..", "11?x", "https://example.org/",
		"10.5281/zenodo.21", // the record's DOI is another
		"10.5281/zenodo.30", // the concept's DOI is another
	} {
		c := serve(t, archive)
		if got, err := c.Records.Get(t.Context(), ref); !errors.Is(err, zenodo.ErrNotFound) {
			t.Errorf("Get(%q) = %v, %v; want ErrNotFound", ref, got, err)
		}
	}
}

// What a user types stays one segment of the path.
func TestGetEscapes(t *testing.T) {
	var got string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.RequestURI
		reply(w, 404, `{}`)
	})
	_, err := c.Records.Get(t.Context(), "a%2fb;ü&x")
	if want := "/api/records/a%252fb%3B%C3%BC&x"; got != want {
		t.Errorf("asked %s, want %s", got, want)
	}
	if !errors.Is(err, zenodo.ErrNotFound) {
		t.Errorf("got %v, want ErrNotFound", err)
	}
}

func TestVersions(t *testing.T) {
	for id, want := range map[zenodo.RecordID][]int{"11": {12, 11}, "12": {12, 11}, "10": {12, 11}, "999": nil} {
		c := serve(t, archive)
		var got []*zenodo.Record
		var err error
		for r, e := range c.Records.Versions(t.Context(), id) {
			if err = e; err == nil {
				got = append(got, r)
			}
		}
		if !slices.Equal(ids(t, got), want) || (want == nil) != errors.Is(err, zenodo.ErrNotFound) {
			t.Errorf("versions of %s: got %v, %v; want %v", id, ids(t, got), err, want)
		}
	}
}

func TestLatest(t *testing.T) {
	for _, id := range []zenodo.RecordID{"11", "12", "10"} {
		c := serve(t, archive)
		got, err := c.Records.GetLatest(t.Context(), id)
		if err != nil {
			t.Errorf("latest of %s: %v", id, err)
			continue
		}
		if got.ID != "12" {
			t.Errorf("latest of %s: got %s, want 12", id, got.ID)
		}
	}
	if _, err := serve(t, archive).Records.GetLatest(t.Context(), "999"); !errors.Is(err, zenodo.ErrNotFound) {
		t.Errorf("latest of an unknown record: got %v, want ErrNotFound", err)
	}
}

package zenodo_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodo"
)

const communityJSON = `{"id": "a-uuid", "slug": "egi-ace", "metadata": {"title": "EGI-ACE"}}`

func TestCommunityGet(t *testing.T) {
	var uri, accept string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		uri, accept = r.RequestURI, r.Header.Get("Accept")
		reply(w, 200, communityJSON)
	})
	got, err := c.Communities.Get(t.Context(), "egi-ace")
	if err != nil {
		t.Fatal(err)
	}
	if uri != "/api/communities/egi-ace" || accept != "application/json" {
		t.Errorf("asked %s for %s", uri, accept)
	}
	if got.Slug != "egi-ace" || got.Title != "EGI-ACE" || string(got.Raw) != communityJSON {
		t.Errorf("got %+v", got)
	}
	if _, err := c.Communities.Get(t.Context(), "a/b?c"); err != nil {
		t.Fatal(err)
	}
	if want := "/api/communities/a%2Fb%3Fc"; uri != want {
		t.Errorf("asked %s, want %s", uri, want)
	}
	for _, slug := range []string{"", ".", ".."} {
		if _, err := c.Communities.Get(t.Context(), slug); !errors.Is(err, zenodo.ErrNotFound) {
			t.Errorf("community %q: got %v, want ErrNotFound", slug, err)
		}
		if _, err := c.Communities.Records(t.Context(), zenodo.Slug(slug), zenodo.SearchOptions{}); !errors.Is(err, zenodo.ErrNotFound) {
			t.Errorf("records of community %q: got %v, want ErrNotFound", slug, err)
		}
	}
}

func TestCommunitySearch(t *testing.T) {
	var got *http.Request
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		reply(w, 200, envelopeJSON(1, communityJSON))
	})
	page, err := c.Communities.Search(t.Context(), zenodo.CommunitySearchOptions{Query: "egi", Sort: "newest", Page: 2, Size: 50})
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"q": {"egi"}, "sort": {"newest"}, "page": {"2"}, "size": {"50"}}
	if diff := cmp.Diff(want, got.URL.Query()); diff != "" || got.URL.Path != "/api/communities" {
		t.Errorf("asked %s (-want +got):\n%s", got.URL, diff)
	}
	if page.Total != 1 || page.Items[0].Slug != "egi-ace" {
		t.Errorf("got %+v", page)
	}
}

func TestCommunityAll(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		page := r.FormValue("page")
		reply(w, 200, envelopeJSON(150, fmt.Sprintf(`{"id": "%s", "slug": "s%[1]s"}`, page)))
	})
	var got []zenodo.Slug
	for community, err := range c.Communities.All(t.Context(), zenodo.CommunitySearchOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, community.Slug)
	}
	if diff := cmp.Diff([]zenodo.Slug{"s1", "s2"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCommunityRecords(t *testing.T) {
	var got *http.Request
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		pager(30, 25, 10000)(w, r)
	})
	page, err := c.Communities.Records(t.Context(), "egi-ace", zenodo.SearchOptions{Sort: "oldest"})
	if err != nil {
		t.Fatal(err)
	}
	if got.URL.Path != "/api/communities/egi-ace/records" || got.FormValue("sort") != "oldest" || len(page.Items) != 25 {
		t.Errorf("asked %s, got %d items", got.URL, len(page.Items))
	}
	n, pages := 0, 0
	for r, err := range c.Communities.AllRecords(t.Context(), "egi-ace", zenodo.SearchOptions{}) {
		if err != nil || r == nil {
			t.Fatal(err)
		}
		n++
	}
	for _, err := range c.Communities.RecordPages(t.Context(), "egi-ace", zenodo.SearchOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		pages++
	}
	if n != 30 || pages != 2 {
		t.Errorf("%d records, %d pages; want 30, 2", n, pages)
	}
}

package zenodotest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// TestSlashes: doubled slashes are one, at once after /api and by a redirect
// elsewhere; a slash at the end is another path, which there mostly is none of.
func TestSlashes(t *testing.T) {
	servers := map[zenodo.Dialect]*zenodotest.Server{}
	for _, dialect := range []zenodo.Dialect{zenodo.DialectZenodo, zenodo.DialectRDM} {
		servers[dialect] = zenodotest.NewServer(t, zenodotest.Config{Dialect: dialect})
	}
	for _, tt := range []struct {
		method, path string
		status       int
		location     string // without the host
		of           zenodo.Dialect
	}{
		{"GET", "/api//records?size=1", 200, "", ""},
		{"GET", "/api///communities/fed-sky/records", 200, "", ""},
		{"PUT", "/api//deposit/depositions", 405, "", zenodo.DialectZenodo},
		{"GET", "/api/communities//fed-sky?a=1%202", 308, "/api/communities/fed-sky?a=1%202", ""},
		{"GET", "/api//communities///fed-sky//records", 308, "/api/communities/fed-sky/records", ""},
		{"POST", "/api//communities//fed-sky", 405, "", ""},
		{"GET", "/api//nosuch//path", 404, "", ""},
		{"GET", "//api/records", 404, "", ""},
		{"GET", "/api/records/?q=a&q=b", 301, "/api/records?q=a", zenodo.DialectZenodo},
		{"GET", "/api/records/", 404, "", zenodo.DialectRDM},
		{"POST", "/api/records/", 405, "", zenodo.DialectZenodo},
		{"GET", "/api/communities/?q=egi", 404, "", ""},
		{"GET", "/api/communities/fed-sky/", 404, "", ""},
		{"GET", "/api/deposit/depositions/", 404, "", ""},
		{"GET", "/oai2d/?verb=Identify", 404, "", ""},
		{"GET", "/api/", 404, "", ""},
		{"GET", "/api", 404, "", ""},
	} {
		for dialect, s := range servers {
			if tt.of != "" && tt.of != dialect {
				continue
			}
			got := do(t, tt.method, s.URL+tt.path, "Authorization", "Bearer secret", "Content-Type", "application/json")
			location := strings.TrimPrefix(got.Header.Get("Location"), s.URL)
			if got.StatusCode != tt.status || (tt.status >= 300 && tt.status < 400) && location != tt.location {
				t.Errorf("%s: %s %s: got %d %s, want %d %s", dialect, tt.method, tt.path, got.StatusCode, location, tt.status, tt.location)
			}
		}
	}
	page := search(t, servers[zenodo.DialectZenodo], "//records", "size", "1")
	if self := page.Links["self"]; !strings.Contains(self, "/api/records?") {
		t.Errorf("the link of a page to itself is %s", self)
	}
}

// TestSlashesAreLimited: a search is one however many slashes it has.
func TestSlashesAreLimited(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{SearchLimit: zenodotest.Rate{Count: 1, Per: 60e9}})
	for _, want := range []int{http.StatusOK, http.StatusTooManyRequests} {
		if got := get(t, s, "//records"); got.StatusCode != want {
			t.Errorf("got %d, want %d", got.StatusCode, want)
		}
	}
}

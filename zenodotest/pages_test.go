package zenodotest_test

import (
	"encoding/xml"
	"strconv"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// TestPages follows the addresses that people have of records.
func TestPageAddresses(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	first, err := s.Publish(zenodotest.Draft{})
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	concept := itoa(n - 1)
	second, err := s.NewVersion(first)
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.Publish(zenodotest.Draft{})
	if err == nil {
		err = s.Edit(other, func(raw []byte) []byte {
			return []byte(strings.ReplaceAll(string(raw), "10.5281/zenodo."+other, "10.1234/ÄB_c(1)"))
		})
	}
	gone, hidden := publishAnd(t, s, zenodotest.Tombstone{}), publishAnd(t, s, zenodotest.Tombstone{Hidden: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path   string
		status int
		leads  string
	}{
		{"/records/" + first, 200, ""},
		{"/records/" + concept, 302, "/records/" + second},
		{"/records/" + gone, 410, ""},
		{"/records/" + hidden, 404, ""},
		{"/records/nonsense", 404, ""},
		{"/records/" + first + "/latest", 302, s.URL + "/records/" + second},
		{"/records/" + concept + "/latest", 302, s.URL + "/records/" + second},
		{"/records/" + gone + "/latest", 410, ""},
		{"/records/1/latest", 404, ""},
		{"/record/" + first, 301, s.URL + "/records/" + first},
		{"/record/" + first + "/files/a%20b%2Fc.csv", 301, s.URL + "/records/" + first + "/files/a%20b%2Fc.csv"},
		{"/record/" + first + "/export/bibtex", 301, s.URL + "/records/" + first + "/export/bibtex"},
		{"/doi/10.5281/zenodo." + first, 302, s.URL + "/records/" + first},
		{"/doi/10.5281/ZENODO." + first, 302, s.URL + "/records/" + first},
		{"/doi/10.5281/zenodo." + concept, 302, s.URL + "/records/" + second},
		{"/doi/10.1234/%C3%A4b_C(1)", 302, s.URL + "/records/" + other},
		{"/doi/10.5281/zenodo." + gone, 410, ""},
		{"/doi/10.5281/zenodo.1", 404, ""},
		{"/doi/10.9999/x", 404, ""},
		{"/badge/DOI/10.5281/zenodo." + first, 404, ""},
		{"/badge/title/10.5281/zenodo.1.svg", 404, ""},
	} {
		got := do(t, "GET", s.URL+c.path)
		if got.StatusCode != c.status || got.Header.Get("Location") != c.leads {
			t.Errorf("%s: got %d %s, want %d %s", c.path, got.StatusCode, got.Header.Get("Location"), c.status, c.leads)
		}
	}
	for _, path := range []string{"/badge/DOI/10.5281/zenodo.1.svg", "/badge/doi/10.1234/a%3Cb%26.svg"} {
		got := do(t, "GET", s.URL+path)
		if got.StatusCode != 200 || got.Header.Get("Content-Type") != "image/svg+xml" || xml.Unmarshal([]byte(got.body), new(struct{ XMLName xml.Name })) != nil {
			t.Errorf("%s: got %d %s", path, got.StatusCode, got.body)
		}
	}
}

func publishAnd(t *testing.T, s *zenodotest.Server, tombstone zenodotest.Tombstone) string {
	t.Helper()
	id, err := s.Publish(zenodotest.Draft{})
	if err == nil {
		err = s.Delete(id, tombstone)
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

package zenodotest_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// facetWorld has a record for each row: id, type, subtype, access, date, keywords and
// files.
func facetWorld(t *testing.T, dialect zenodo.Dialect) *zenodotest.Server {
	t.Helper()
	var lines strings.Builder
	for i, row := range []string{
		"publication article open       2014-02-03            soil,water  a.pdf,b.PDF",
		"publication article open       2014                  soil        a.pdf,b.tar.gz",
		"publication report  restricted 2015-10               Soil        -",
		"dataset     -       open       2020-08-09            water       a.csv,b.csv",
		"dataset     -       open       2019-12-30/2020-01-02 -           readme",
		"software    -       embargoed  2021                  -           -",
		"image       figure  open       1999-12-31            soil        a.png",
		"publication article open       1997/2003             soil        a.pdf",
	} {
		cell := strings.Fields(row)
		list := func(s, format string) string {
			if s == "-" {
				return "[]"
			}
			var all []string
			for item := range strings.SplitSeq(s, ",") {
				all = append(all, fmt.Sprintf(format, item))
			}
			return "[" + strings.Join(all, ", ") + "]"
		}
		kind := fmt.Sprintf(`{"title": "x", "type": %q}`, cell[0])
		if cell[1] != "-" {
			kind = fmt.Sprintf(`{"title": "x", "type": %q, "subtype": %q}`, cell[0], cell[1])
		}
		fmt.Fprintf(&lines, `{"created": "2024-01-%02dT00:00:00+00:00", "updated": "2024-01-%02[1]dT00:00:00+00:00", "id": %[2]d, "conceptrecid": "%[3]d", `+
			`"metadata": {"title": "One", "publication_date": %[4]q, "access_right": %[5]q, "creators": [], "keywords": %[6]s, "resource_type": %[7]s, `+
			`"communities": [{"id": "here"}]}, "files": %[8]s, "owners": [{"id": "7"}], "revision": 1}`+"\n",
			i+1, 10+i, 1000+i, cell[3], cell[2], list(cell[4], "%q"), kind, list(cell[5], `{"key": %q, "size": 1}`))
	}
	path := filepath.Join(t.TempDir(), "records.jsonl")
	if err := os.WriteFile(path, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC) }
	return zenodotest.NewServer(t, zenodotest.Config{Dialect: dialect, Data: []string{path}, VerifiedOneIn: -1, Now: now})
}

// selected are the keys of the buckets that are marked so.
func (p envelope) selected() string {
	var keys []string
	for _, name := range []string{"publication_date", "access_status", "resource_type", "subject", "file_type"} {
		for _, b := range p.Aggregations[name].Buckets {
			if b.Selected {
				keys = append(keys, b.Key)
			}
			for _, b := range b.Inner.Buckets {
				if b.Selected {
					keys = append(keys, b.Key)
				}
			}
		}
	}
	return strings.Join(keys, " ")
}

// TestFacetFilters: what is selected leaves out hits but changes no count.
func TestFacetFilters(t *testing.T) {
	for _, dialect := range []zenodo.Dialect{zenodo.DialectZenodo, zenodo.DialectRDM} {
		s := facetWorld(t, dialect)
		all := search(t, s, "/records")
		for _, tt := range []struct {
			query, want, selected string // places of the records in the world
		}{
			{"access_status=open", "0 1 3 4 6 7", "open"},
			{"access_status=open&access_status=embargoed", "0 1 3 4 5 6 7", "open embargoed"},
			{"access_status=nonsense", "", ""},
			{"access_status=", "", ""},
			{"resource_type=publication", "0 1 2 7", "publication"},
			{"resource_type=publication::publication-article", "0 1 7", "publication-article"},
			{"resource_type=publication::publication-article&resource_type=dataset", "0 1 3 4 7", "publication-article dataset"},
			{"resource_type=publication&resource_type=publication::publication-report", "2", "publication publication-report"},
			{"resource_type=publication-article", "", ""},
			{"resource_type=image::publication-article", "", ""},
			{"file_type=pdf", "0 1 7", "pdf"},
			{"file_type=PDF", "", ""},
			{"file_type=csv&file_type=png&access_status=open", "3 6", "open csv png"},
			{"publication_date=2014", "0 1", "2014"},
			{"publication_date=2014..2015", "0 1 2", "2014 2015"},
			{"publication_date=2020..2021", "3 4 5", "2020 2021"},
			{"publication_date=2014-02..2014-06", "0 1", "2014"},
			{"publication_date=2014-03", "1", "2014"},
			{"publication_date=2019-12-31", "4", "2019"},
			{"publication_date=..2003", "6 7", "2000 2001 2002 2003"},
			{"publication_date=2020..", "3 4 5", "2020 2021"},
			{"publication_date=(2014..2015]", "0 1 2", "2015"},
			{"publication_date=[2014..2015)", "0 1 2", "2014"},
			{"publication_date=2014&publication_date=2021", "0 1 5", "2014 2021"},
			{"publication_date=2020--2021", "0 1 2 3 4 5 6 7", ""},
			{"publication_date=2014-13", "0 1 2 3 4 5 6 7", ""},
			{"publication_date=..", "0 1 2 3 4 5 6 7", ""},
			{"publication_date=abc..def", "0 1 2 3 4 5 6 7", ""},
		} {
			query, err := url.ParseQuery(tt.query)
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{"/records", "/communities/here/records"} {
				var parameters []string
				for key, values := range query {
					for _, value := range values {
						parameters = append(parameters, key, value)
					}
				}
				page := search(t, s, path, append(parameters, "sort", "oldest")...)
				var places []string
				for _, hit := range page.Hits.Hits {
					_, day, _ := strings.Cut(string(hit), `"created": "2024-01-`)
					places = append(places, string(day[1]-1))
				}
				name := fmt.Sprintf("%s: %s?%s", dialect, path, tt.query)
				same(t, name, strings.Join(places, " "), tt.want)
				same(t, name+" is selected", page.selected(), tt.selected)
				if page.total() != len(places) || page.Aggregations["access_status"].Buckets[0].Count != all.Aggregations["access_status"].Buckets[0].Count {
					t.Errorf("%s: total %d of %d hits, counts %v", name, page.total(), len(places), page.Aggregations)
				}
				if link := page.Links["self"]; !strings.Contains(link, strings.NewReplacer("%28", "(").Replace(query.Encode()[:8])) {
					t.Errorf("%s: the link is %s", name, link)
				}
			}
		}
		hasJSON(t, get(t, s, "/records?publication_date=2015..2014"), http.StatusBadRequest, `{"status": 400, "message": "Invalid query string syntax."}`)
		versions := search(t, s, "/records/"+idOf(t, all, 0)+"/versions", "access_status", "nonsense")
		if versions.total() != 1 || strings.Contains(versions.Links["self"], "access_status") || versions.Aggregations != nil {
			t.Errorf("versions have no facets: got %d, %s", versions.total(), versions.Links["self"])
		}
	}
	bySubject := search(t, facetWorld(t, zenodo.DialectZenodo), "/records", "subject", "soil")
	same(t, "subject", fmt.Sprint(bySubject.total(), " ", bySubject.selected()), "4 soil")
	if n := search(t, facetWorld(t, zenodo.DialectRDM), "/records", "subject", "soil").total(); n != 8 {
		t.Errorf("subject is no facet of an InvenioRDM: %d hits", n)
	}
}

// idOf is the id of a hit.
func idOf(t *testing.T, p envelope, i int) string {
	t.Helper()
	_, rest, _ := strings.Cut(string(p.Hits.Hits[i]), `"id": `)
	id, _, _ := strings.Cut(rest, ",")
	return strings.Trim(id, `"`)
}

// TestFacets: the aggregations, in the order and with the labels of the server.
func TestFacets(t *testing.T) {
	s := facetWorld(t, zenodo.DialectZenodo)
	page := search(t, s, "/records")
	for name, want := range map[string]string{
		"publication_date": "2000:1 2001:1 2002:1 2003:1 2004:0 2005:0 2006:0 2007:0 2008:0 2009:0 2010:0 2011:0 2012:0 2013:0 " +
			"2014:2 2015:1 2016:0 2017:0 2018:0 2019:1 2020:2 2021:1",
		"access_status": "Open:6 Embargoed:1 Restricted:1",
		"resource_type": "Publication:4 (Journal article:3 Report:1) Dataset:2 Image:1 (Figure:1) Software:1",
		"subject":       "soil:4 water:2 Soil:1",
		"file_type":     "PDF:3 BIN:1 CSV:1 GZ:1 PNG:1",
	} {
		var got []string
		for _, b := range page.Aggregations[name].Buckets {
			text := fmt.Sprintf("%s:%d", b.Label, b.Count)
			var inner []string
			for _, b := range b.Inner.Buckets {
				inner = append(inner, fmt.Sprintf("%s:%d", b.Label, b.Count))
			}
			if len(inner) > 0 {
				text += " (" + strings.Join(inner, " ") + ")"
			}
			got = append(got, text)
		}
		same(t, name, strings.Join(got, " "), want)
	}
	body := get(t, s, "/records").body
	order := []string{`"publication_date": {"buckets"`, `"access_status": {`, `"resource_type": {"buckets"`, `"subject": {`, `"file_type": {`, `"links": {"self"`}
	if !slices.IsSortedFunc(order, func(a, b string) int { return strings.Index(body, a) - strings.Index(body, b) }) {
		t.Errorf("the order is another one: %s", body)
	}
	if native := search(t, facetWorld(t, zenodo.DialectRDM), "/records").Aggregations; len(native) != 4 || native["subject"].Buckets != nil {
		t.Errorf("an InvenioRDM has %v", native)
	}
}

// TestFacetsOfMadeUp: made-up records are counted without being made, and as they
// are.
func TestFacetsOfMadeUp(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 300, Seed: 5})
	page := search(t, s, "/records")
	for _, facet := range []string{"subject", "file_type", "access_status"} {
		buckets := page.Aggregations[facet].Buckets
		if len(buckets) < 2 {
			t.Fatalf("%s: got %v", facet, buckets)
		}
		for _, b := range buckets {
			if n := search(t, s, "/records", facet, b.Key).total(); n != b.Count {
				t.Errorf("%s=%s: %d hits, %d counted", facet, b.Key, n, b.Count)
			}
		}
	}
	for _, b := range page.Aggregations["subject"].Buckets {
		if n := search(t, s, "/records", "q", fmt.Sprintf("metadata.subjects.subject.keyword:%q", b.Key)).total(); n != b.Count {
			t.Errorf("the query for %q: %d hits, %d counted", b.Key, n, b.Count)
		}
	}
}

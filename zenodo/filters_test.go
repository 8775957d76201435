package zenodo_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

// Records in both forms, of type software and in the community frogs.
const (
	legacyFrog = `{"id": 1, "conceptrecid": "2", "metadata": {"resource_type": {"type": "software"}, "communities": [{"id": "frogs"}]}}`
	rdmFrog    = `{"id": "aaaaa-00001", "parent": {"id": "b", "communities": {"entries": [{"slug": "frogs"}]}}, "versions": {"index": 1}, "metadata": {"resource_type": {"id": "software"}}}`
)

func TestCheckFilters(t *testing.T) {
	for _, tc := range []struct {
		name     string
		opts     zenodo.SearchOptions
		hits     string // of the answer
		first    string // record of the server
		problem  string // of the error, "" for none
		requests int64
	}{
		{"nothing asked for", zenodo.SearchOptions{}, "", rdmFrog, "", 1},
		{"Zenodo", zenodo.SearchOptions{Query: "title:frog", Type: "software", Subtype: "x", Communities: []zenodo.Slug{"toads", "frogs"}}, legacyFrog, "", "", 1},
		{"Zenodo, nothing found", zenodo.SearchOptions{Query: "title:frog", Type: "software"}, "", legacyFrog, "", 2},
		{"other type", zenodo.SearchOptions{Type: "dataset"}, legacyFrog, "", "the server ignored the type dataset: record 1 is of type software", 1},
		{"other community", zenodo.SearchOptions{Communities: []zenodo.Slug{"toads"}}, legacyFrog, "", "the server ignored the community toads: record 1 is not in it", 1},
		{"other communities", zenodo.SearchOptions{Communities: []zenodo.Slug{"toads", "newts"}}, legacyFrog, "", "the server ignored the communities toads and newts: record 1 is not in it", 1},
		{"InvenioRDM, type", zenodo.SearchOptions{Type: "software"}, rdmFrog, "", "the server cannot select by the type software", 1},
		{"InvenioRDM, subtype", zenodo.SearchOptions{Type: "image", Subtype: "plot"}, "", rdmFrog, "the server cannot select by the type image and the subtype plot", 2},
		{"InvenioRDM, community", zenodo.SearchOptions{Communities: []zenodo.Slug{"frogs"}}, rdmFrog, "", "the server cannot select by the community frogs", 1},
		{"InvenioRDM, field", zenodo.SearchOptions{Query: `a AND journal.title:b OR (c -title:"d" title:e)`}, rdmFrog, "", "the server cannot search by the fields journal.title and title", 1},
		{"InvenioRDM, field, nothing found", zenodo.SearchOptions{Query: "doi:x"}, "", rdmFrog, "the server cannot search by the field doi", 2},
		{"InvenioRDM, its own field", zenodo.SearchOptions{Query: "metadata.title:frog AND created:[2020 TO *]"}, "", rdmFrog, "", 1},
		{"InvenioRDM, plain words", zenodo.SearchOptions{Query: "title: (frog"}, "", rdmFrog, "", 1},
		{"no records at all", zenodo.SearchOptions{Type: "software"}, "", "", "", 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				hits := tc.hits
				if r.URL.RawQuery == "page=1&size=1" {
					hits = tc.first
				}
				reply(w, 200, fmt.Sprintf(`{"hits": {"hits": [%s], "total": 1}}`, hits))
			})
			opts := tc.opts
			opts.Sort = "oldest"
			page, err := c.Records.Search(t.Context(), opts)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // what was found out is not asked for again
				err = c.Records.CheckFilters(t.Context(), opts, page)
				problem, ok := errors.AsType[*zenodo.FilterError](err)
				if ok != (tc.problem != "") || ok && (problem.Problem != tc.problem || problem.Hint == "") || !ok && err != nil {
					t.Errorf("got %v, want %q", err, tc.problem)
				}
			}
			if got := c.Usage().Requests; got != tc.requests {
				t.Errorf("%d requests, want %d", got, tc.requests)
			}
		})
	}
}

// What could not be asked for is asked for again.
func TestCheckFiltersAgain(t *testing.T) {
	status := 403
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, status, fmt.Sprintf(`{"hits": {"hits": [%s], "total": 1}}`, rdmFrog))
	})
	opts, page := zenodo.SearchOptions{Type: "software"}, new(zenodo.Page[*zenodo.Record])
	if err := c.Records.CheckFilters(t.Context(), opts, page); !errors.Is(err, zenodo.ErrForbidden) {
		t.Errorf("got %v, want %v", err, zenodo.ErrForbidden)
	}
	status = 200
	err := c.Records.CheckFilters(t.Context(), opts, page)
	if _, ok := errors.AsType[*zenodo.FilterError](err); !ok {
		t.Errorf("got %v, want that the type cannot be selected", err)
	}
}

// The hint of a field is a name that the server has, as a query spells it.
func TestCheckFiltersHint(t *testing.T) {
	for query, want := range map[string]string{
		"journal.title:x": `custom_fields.journal\:journal.title`, "communities:x": "parent.communities.entries.slug",
		"doi:x title:y": "pids.doi.identifier and metadata.title",
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, envelopeJSON(1, rdmFrog)) })
		err := c.Records.CheckFilters(t.Context(), zenodo.SearchOptions{Query: query}, new(zenodo.Page[*zenodo.Record]))
		problem, ok := errors.AsType[*zenodo.FilterError](err)
		if !ok || !strings.HasSuffix(problem.Hint, "; write "+want+" instead") {
			t.Errorf("%s: got %+v, want a hint at %s", query, err, want)
		}
	}
}

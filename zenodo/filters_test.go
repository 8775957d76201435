package zenodo_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

// Records in both forms, of type software and in the community frogs.
const (
	legacyFrog = `{"id": 1, "conceptrecid": "2", "metadata": {"resource_type": {"type": "software"}, "communities": [{"id": "frogs"}]}}`
	rdmFrog    = `{"id": "aaaaa-00001", "parent": {"id": "b", "communities": {"entries": [{"slug": "frogs"}]}}, "versions": {"index": 1}, "metadata": {"resource_type": {"id": "software"}}}`
)

// repository is a server of a dialect, with one record.
type repository struct {
	record string

	mu    sync.Mutex
	asked []string // paths with parameters, without pages
}

func (s *repository) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	query.Del("page")
	query.Del("size")
	text, _ := url.QueryUnescape(query.Encode())
	s.mu.Lock()
	s.asked = append(s.asked, strings.TrimPrefix(r.URL.Path, "/api/")+"?"+text)
	s.mu.Unlock()
	slug, isCommunity := strings.CutPrefix(r.URL.Path, "/api/communities/")
	switch {
	case isCommunity && !strings.Contains(slug, "/"):
		if slug == "newts" {
			reply(w, 404, `{"status": 404, "message": "The persistent identifier does not exist."}`)
			return
		}
		reply(w, 200, fmt.Sprintf(`{"id": "id-of-%s", "slug": %[1]q}`, slug))
	default:
		reply(w, 200, envelopeJSON(1, s.record))
	}
}

// What a repository is asked for, in its words. It is asked what it is once, and
// only where that matters.
func TestSearchInDialect(t *testing.T) {
	const probe = "records?"
	for _, tc := range []struct {
		opts        zenodo.SearchOptions
		zenodo, rdm []string
	}{
		{
			zenodo.SearchOptions{},
			[]string{"records?"},
			[]string{"records?"},
		},
		{
			zenodo.SearchOptions{Query: "created:[2020 TO *] AND metadata.title:frog", AllVersions: true},
			[]string{"records?all_versions=true&allversions=true&q=created:[2020 TO *] AND metadata.title:frog"},
			[]string{"records?all_versions=true&allversions=true&q=created:[2020 TO *] AND metadata.title:frog"},
		},
		{
			zenodo.SearchOptions{Query: "title: (frog"}, // plain words
			[]string{"records?q=title: (frog"},
			[]string{"records?q=title: (frog"},
		},
		{
			zenodo.SearchOptions{Type: "software"},
			[]string{probe, "records?type=software"},
			[]string{probe, "records?resource_type=software"},
		},
		{
			zenodo.SearchOptions{Type: "software", Subtype: "plot"},
			[]string{probe, "records?subtype=plot&type=software"},
			[]string{probe, "records?resource_type=software::software-plot"},
		},
		{
			zenodo.SearchOptions{Communities: []zenodo.Slug{"frogs"}, Query: "a:"},
			[]string{probe, "records?communities=frogs&q=a:"},
			[]string{probe, "communities/frogs/records?q=a:"},
		},
		{
			zenodo.SearchOptions{Communities: []zenodo.Slug{"frogs", "toads"}, Query: "a"},
			[]string{probe, "records?communities=frogs&communities=toads&q=a"},
			[]string{probe, "communities/frogs?", "communities/toads?", `records?q=(a) AND parent.communities.ids:("id-of-frogs" OR "id-of-toads")`},
		},
		{
			zenodo.SearchOptions{Query: `title:frog -keywords:"green frog" recid:aaaaa* doi:10.1234/x journal.title:y`},
			[]string{probe, `records?q=title:frog -keywords:"green frog" recid:aaaaa* doi:10.1234/x journal.title:y`},
			[]string{probe, `records?q=metadata.title:frog -metadata.subjects.subject:"green frog" id:aaaaa* pids.doi.identifier:"10.1234/x" custom_fields.journal\:journal.title:y`},
		},
		{
			zenodo.SearchOptions{Query: "communities:newts"}, // which there are not
			[]string{probe, "records?q=communities:newts"},
			[]string{probe, "communities/newts?", `records?q=parent.communities.ids:"None"`},
		},
	} {
		for record, want := range map[string][]string{legacyFrog: tc.zenodo, rdmFrog: tc.rdm} {
			server := &repository{record: record}
			c := serve(t, server.ServeHTTP)
			if _, err := c.Records.Search(t.Context(), tc.opts); err != nil {
				t.Errorf("%+v: %v", tc.opts, err)
			}
			if !slices.Equal(server.asked, want) {
				t.Errorf("%+v: asked for\n%q, want\n%q", tc.opts, server.asked, want)
			}
			for range c.Records.All(t.Context(), tc.opts) { // what was found out is not asked for again
			}
			if again := want[len(want)-1]; len(server.asked) != len(want)+1 || server.asked[len(want)] != again {
				t.Errorf("%+v: then asked for %q, want %q", tc.opts, server.asked[len(want):], again)
			}
		}
	}
}

// An answer with what was not asked for is an error.
func TestIgnoredFilters(t *testing.T) {
	for _, tc := range []struct {
		opts          zenodo.SearchOptions
		assumed       zenodo.Dialect
		record, error string
	}{
		{zenodo.SearchOptions{Type: "software", Communities: []zenodo.Slug{"toads", "frogs"}}, "", legacyFrog, ""},
		{zenodo.SearchOptions{Type: "dataset"}, "", legacyFrog, "the server ignored the type dataset: record 1 is of type software"},
		{zenodo.SearchOptions{Type: "dataset"}, "", rdmFrog, "the server ignored the type dataset: record aaaaa-00001 is of type software"},
		{zenodo.SearchOptions{Communities: []zenodo.Slug{"toads"}}, "", legacyFrog, "the server ignored the community toads: record 1 is not in it"},
		{zenodo.SearchOptions{Communities: []zenodo.Slug{"toads", "newts", "efts"}}, "", legacyFrog, "the server ignored the communities toads, newts and efts: record 1 is not in it"},
		{zenodo.SearchOptions{Type: "software"}, zenodo.DialectZenodo, rdmFrog, "the server answers as InvenioRDM does, and was asked as Zenodo"},
		{zenodo.SearchOptions{Query: "title:x"}, zenodo.DialectRDM, legacyFrog, "the server answers as Zenodo does, and was asked as InvenioRDM"},
		{zenodo.SearchOptions{Query: "x"}, zenodo.DialectRDM, legacyFrog, ""}, // it says the same to both
	} {
		server := &repository{record: tc.record}
		c := serve(t, server.ServeHTTP)
		c.AssumeDialect(tc.assumed)
		_, err := c.Records.Search(t.Context(), tc.opts)
		problem, ok := errors.AsType[*zenodo.FilterError](err)
		if ok != (tc.error != "") || ok && (problem.Problem != tc.error || problem.Hint == "") || !ok && err != nil {
			t.Errorf("%+v: got %v, want %q", tc.opts, err, tc.error)
		}
		want := map[string]zenodo.Dialect{legacyFrog: zenodo.DialectZenodo, rdmFrog: zenodo.DialectRDM}[tc.record]
		if got := c.KnownDialect(); got != want {
			t.Errorf("%+v: the server is taken for %q, want %q", tc.opts, got, want)
		}
	}
}

// A query that another server would take for plain words cannot be combined
// with communities.
func TestCommunitiesOfLooseQuery(t *testing.T) {
	server := &repository{record: rdmFrog}
	c := serve(t, server.ServeHTTP)
	_, err := c.Records.Search(t.Context(), zenodo.SearchOptions{Query: `"frog`, Communities: []zenodo.Slug{"frogs", "toads"}})
	problem, ok := errors.AsType[*zenodo.FilterError](err)
	if !ok || !strings.HasPrefix(problem.Problem, "the query cannot be combined with the communities frogs and toads: ") || len(server.asked) != 1 {
		t.Errorf("got %v after %q, want that the query cannot be combined", err, server.asked)
	}
}

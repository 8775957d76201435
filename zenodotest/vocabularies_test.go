package zenodotest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// TestVocabularies: which terms are found, in which order.
func TestVocabularies(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	for path, want := range map[string]string{
		"/vocabularies/licenses?q=mit&size=2":                               "mit, aml",
		"/vocabularies/licenses?q=MIT&size=1":                               "mit",
		"/vocabularies/resourcetypes?q=article":                             "publication-article",
		"/vocabularies/resourcetypes?suggest=journal+art":                   "publication-article",
		"/vocabularies/resourcetypes?q=preprint&sort=title":                 "publication-preprint",
		"/vocabularies/titletypes?sort=title":                               "alternative-title, other, subtitle, translated-title",
		"/vocabularies/titletypes?size=2&page=2":                            "subtitle, translated-title",
		"/vocabularies/titletypes?sort=oldest&size=1":                       "translated-title",
		"/vocabularies/removalreasons?tags=deletion-request":                "copyright, duplicate, personal-data, retracted, test-record",
		"/vocabularies/languages?suggest=eng&size=1":                        "eng",
		"/vocabularies/relationtypes?suggest=suppl":                         "issupplementto, issupplementedby",
		"/vocabularies/contributorsroles?q=datacollector":                   "datacollector",
		"/vocabularies/datetypes?q=nonsense":                                "",
		"/funders?q=commission":                                             "00k4n6c32",
		"/funders?q=00k4n6c32":                                              "00k4n6c32",
		"/funders?size=1":                                                   "00rbzpz17", // by name
		"/affiliations?suggest=cern":                                        "01ggx4157",
		"/awards?q=symba":                                                   "00k4n6c32::899068, 00k4n6c32::101135562",
		"/awards?q=baboon&funders=00k4n6c32":                                "00k4n6c32::899068",
		"/awards?q=symba&funders=00rbzpz17":                                 "",
		"/awards?funders=00rbzpz17":                                         "00rbzpz17::ANR-20-CE31-0006",
		"/subjects":                                                         "",
		"/names?q=carberry":                                                 "0000-0002-1825-0097",
		"/vocabularies/licenses?size=10001&q=cc0-1.0&sort=bestmatch&page=1": "cc0-1.0",
	} {
		got := get(t, s, path, "Authorization", "Bearer secret")
		var page envelope
		if err := json.Unmarshal([]byte(got.body), &page); err != nil || got.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %s", path, got.StatusCode, got.body)
		}
		var ids []string
		for _, hit := range page.Hits.Hits {
			var entry struct{ ID string }
			if err := json.Unmarshal(hit, &entry); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, entry.ID)
		}
		if strings.Contains(path, "page=1") { // whatever else has a word of the id
			ids = ids[:1]
		}
		same(t, path, strings.Join(ids, ", "), want)
	}
}

// TestVocabularyAnswers: the keys are those that an InvenioRDM was seen to answer
// with.
func TestVocabularyAnswers(t *testing.T) {
	for _, dialect := range []zenodo.Dialect{zenodo.DialectZenodo, zenodo.DialectRDM} {
		s := zenodotest.NewServer(t, zenodotest.Config{Dialect: dialect})
		for path, want := range map[string]string{
			"/vocabularies/titletypes/subtitle": `{"id": "subtitle", "created": "2023-10-12T09:13:05.121200+00:00", "updated": "2023-10-12T09:13:05.164900+00:00", ` +
				`"links": {"self": "` + s.API() + `/vocabularies/titletypes/subtitle"}, "revision_id": 1, "title": {"en": "Subtitle"}, ` +
				`"props": {"datacite": "Subtitle"}, "type": "titletypes"}`,
			"/funders/00k4n6c32": `{"id": "00k4n6c32", "created": "2023-10-12T09:13:05.121200+00:00", "updated": "2023-10-12T09:13:05.164900+00:00", ` +
				`"links": {"self": "` + s.API() + `/funders/00k4n6c32"}, "revision_id": 1, "title": {"en": "European Commission"}, ` +
				`"name": "European Commission", "country": "BE", "identifiers": [{"identifier": "00k4n6c32", "scheme": "ror"}]}`,
			"/awards?funders=00rbzpz17&q=nosuch": `{"hits": {"hits": [], "total": 0}, "aggregations": {"funders": {"buckets": [], "label": "Funders"}}, ` +
				`"sortBy": "bestmatch", "page": 1, "links": {"self": "` + s.API() + `/awards?funders=00rbzpz17&page=1&q=nosuch&size=25&sort=bestmatch"}}`,
			"/subjects": `{"hits": {"hits": [], "total": 0}, "sortBy": "subject", "page": 1, "links": {"self": "` + s.API() + `/subjects?page=1&size=25&sort=subject"}}`,
		} {
			hasJSON(t, get(t, s, path), http.StatusOK, want)
		}
		for path, want := range map[string]string{
			"/vocabularies/licenses/CC-BY-4.0":        `{"status": 404, "message": "The persistent identifier does not exist."}`,
			"/vocabularies/nosuch":                    `{"status": 404, "message": "Not found."}`,
			"/vocabularies/funders":                   `{"status": 404, "message": "Not found."}`,
			"/funders/nosuch":                         `{"status": 404, "message": "Not found."}`,
			"/vocabularies/licenses?sort=name":        `{"status": 400, "message": "A validation error occurred.", "errors": [{"field": "_schema", "messages": ["Invalid sort option 'name'."]}]}`,
			"/vocabularies/licenses?page=0":           `{"status": 400, "message": "A validation error occurred.", "errors": [{"field": "page", "messages": ["Must be greater than or equal to 1."]}]}`,
			"/vocabularies/licenses?size=2&page=5001": `{"status": 400, "message": "Invalid querystring parameters."}`,
			"/names":                        `{"status": 403, "message": "Permission denied."}`,
			"/names/0000-0002-1825-0097":    `{"status": 403, "message": "Permission denied."}`,
			"/communities?size=2&page=5001": `{"status": 400, "message": "Invalid querystring parameters."}`,
			"/communities?sort=nonsense":    `{"status": 400, "message": "A validation error occurred.", "errors": [{"field": "_schema", "messages": ["Invalid sort option 'nonsense'."]}]}`,
		} {
			got := get(t, s, path)
			hasJSON(t, got, got.StatusCode, want)
			if !strings.Contains(want, http.StatusText(got.StatusCode)) && !strings.Contains(want, itoa(got.StatusCode)) {
				t.Errorf("%s: status %d, body %s", path, got.StatusCode, want)
			}
		}
		got := get(t, s, "/licenses?q=mit")
		if got.StatusCode != http.StatusNotFound {
			t.Errorf("/api/licenses: got %d; it is no more on Zenodo", got.StatusCode)
		}
		if got := get(t, s, "/vocabularies"); got.StatusCode != 308 || got.Header.Get("Location") != s.API()+"/vocabularies/" {
			t.Errorf("/api/vocabularies: got %d %s", got.StatusCode, got.Header.Get("Location"))
		}
	}
}

// TestAcceptOfLists: communities and vocabularies have JSON, and the form for the
// site's own pages; Zenodo's legacy type is refused.
func TestAcceptOfLists(t *testing.T) {
	const native = "application/vnd.inveniordm.v1+json"
	s := zenodotest.NewServer(t, zenodotest.Config{})
	for path, member := range map[string]string{
		"/communities": `"ui": {"type": {"id": "project", "title_l10n": "Project"}`, "/communities/fed-sky": `"ui": {"type": `,
		"/vocabularies/": `{"id": "licenses"}, {"id": "names"}`, "/vocabularies/licenses": `"title_l10n"`, "/vocabularies/licenses/mit": `"title_l10n": "MIT`,
		"/funders": `"title_l10n"`, "/funders/00k4n6c32": `"title_l10n"`, "/awards": `"title_l10n"`, "/affiliations": `"title"`,
	} {
		for accept, want := range map[string]struct {
			status      int
			contentType string
		}{
			"": {200, "application/json"}, "*/*": {200, "application/json"}, "application/json": {200, "application/json"}, native: {200, native},
			"application/vnd.zenodo.v1+json": {406, "application/json"}, "text/html": {406, "application/json"},
		} {
			got := get(t, s, path, "Accept", accept)
			if got.StatusCode != want.status || got.Header.Get("Content-Type") != want.contentType {
				t.Errorf("%s as %q: got %d %s", path, accept, got.StatusCode, got.Header.Get("Content-Type"))
			}
			if accept == native && !strings.Contains(got.body, member) {
				t.Errorf("%s as %q: got %s, want %s in it", path, accept, got.body, member)
			}
		}
	}
	hasJSON(t, get(t, s, "/communities", "Accept", "text/html"), http.StatusNotAcceptable,
		`{"status": 406, "message": "Invalid 'Accept' header. Expected one of: application/json, application/vnd.inveniordm.v1+json"}`)
}

// TestCommunityFacets: all that a query finds are counted, whatever the page.
func TestCommunityFacets(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	page := search(t, s, "/communities", "size", "1")
	types, visibility := page.Aggregations["type"].Buckets, page.Aggregations["visibility"].Buckets
	if len(types) != 1 || types[0].Key != "project" || types[0].Count != page.total() || page.total() < 5 {
		t.Errorf("types: got %+v of %d", types, page.total())
	}
	if len(visibility) != 1 || visibility[0].Key != "public" || visibility[0].Count != page.total() {
		t.Errorf("visibility: got %+v", visibility)
	}
	if none := search(t, s, "/communities", "q", "nosuchword"); len(none.Aggregations["type"].Buckets)+len(none.Aggregations["visibility"].Buckets) > 0 {
		t.Errorf("of none: got %+v", none.Aggregations)
	}
}

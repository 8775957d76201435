package zenodotest_test

import (
	"cmp"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

func itoa(n int) string { return strconv.Itoa(n) }

const guestRefusal = `{"status": 400, "message": "A validation error occurred.", "errors": [{"field": "size", "messages": ["Page size cannot be greater than 25. Please use authenticated requests to increase the limit to 100."]}]}`

func TestPageSize(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	const tokenRefusal = `{"status": 400, "message": "A validation error occurred.", "errors": [{"field": "size", "messages": ["Page size cannot be greater than 100."]}]}`
	for _, path := range []string{"/records", "/communities/fed-sky/records"} {
		hasJSON(t, get(t, s, path+"?size=26"), http.StatusBadRequest, guestRefusal)
		hasJSON(t, get(t, s, path+"?size=101", "Authorization", "Bearer x"), http.StatusBadRequest, tokenRefusal)
		if got := get(t, s, path+"?size=25"); got.StatusCode != 200 {
			t.Errorf("%s: 25 for a guest: got %d", path, got.StatusCode)
		}
		if got := get(t, s, path+"?size=100", "Authorization", "Bearer x"); got.StatusCode != 200 {
			t.Errorf("%s: 100 with a token: got %d", path, got.StatusCode)
		}
	}
	hasJSON(t, get(t, s, "/records?page=0"), http.StatusBadRequest,
		`{"status": 400, "message": "A validation error occurred.", "errors": [{"field": "page", "messages": ["Must be greater than or equal to 1."]}]}`)
	hasJSON(t, get(t, s, "/records?page=two"), http.StatusBadRequest,
		`{"status": 400, "message": "A validation error occurred.", "errors": [{"field": "page", "messages": ["Not a valid integer."]}]}`)
	if n := len(search(t, s, "/records").Hits.Hits); n != 25 {
		t.Errorf("default size: got %d, want 25", n)
	}
}

func TestWindow(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Window: 35})
	last := search(t, s, "/records", "size", "10", "page", "4")
	if len(last.Hits.Hits) != 5 {
		t.Errorf("last page of the window: got %d records, want 5", len(last.Hits.Hits))
	}
	if last.Links["next"] == "" {
		t.Error("last page of the window: no next; it must point beyond the window")
	}
	hasJSON(t, do(t, http.MethodGet, last.Links["next"]), http.StatusBadRequest, `{"status": 400, "message": "Invalid querystring parameters."}`)
}

func TestLinks(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	page := search(t, s, "/records", "type", "publication", "q", `created:[2019 TO 2024} AND type:"publication"`, "page", "2", "size", "10",
		"bounds", "1,2", "all_versions", "true", "communities", "fed-sky")
	const want = "/records?allversions=True&communities=fed-sky&page=2&q=created%3A%5B2019%20TO%202024%7D%20AND%20type%3A%22publication%22&size=10&sort=bestmatch&type=publication"
	same(t, "self", page.Links["self"], s.API()+want)
	same(t, "next", page.Links["next"], s.API()+strings.Replace(want, "page=2", "page=3", 1))
	same(t, "prev", page.Links["prev"], s.API()+strings.Replace(want, "page=2", "page=1", 1))
	past := search(t, s, "/records", "page", "50")
	if len(past.Hits.Hits) != 0 || past.Links["next"] != "" || past.Links["prev"] == "" {
		t.Errorf("past the end: got %d records, links %v", len(past.Hits.Hits), past.Links)
	}
	if !strings.Contains(past.Links["self"], "sort=newest") {
		t.Errorf("self %q: default sort is not filled in", past.Links["self"])
	}
}

func TestEnvelope(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	body := get(t, s, "/records?size=1&communities=fed-sky").body
	if !strings.Contains(body, `], "total": 49}, "aggregations": {`) {
		t.Errorf("total must be a number behind the records: %s", body[len(body)-900:])
	}
	none := search(t, s, "/records", "q", "recid:1")
	if none.total() != 0 || none.Hits.Hits == nil {
		t.Errorf("nothing found: got total %v and hits %v, want 0 and an empty array", none.Hits.Total, none.Hits.Hits)
	}
	all := search(t, s, "/records", "communities", "fed-sky")
	sum := 0
	for _, b := range all.Aggregations["resource_type"].Buckets {
		sum += b.Count
	}
	if sum != all.total() {
		t.Errorf("resource types: got %d records, want %d", sum, all.total())
	}
}

func TestParameters(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	everything := len(walk(t, s, "/records"))
	all := len(walk(t, s, "/records", "allversions", "true"))
	if everything >= all {
		t.Fatalf("latest versions: %d, all: %d", everything, all)
	}
	egi := len(walk(t, s, "/records", "communities", "fed-sky"))
	synergy := len(walk(t, s, "/records", "communities", "eosc-synergy"))
	for _, c := range []struct {
		name  string
		query string
		want  int
	}{
		{"bare all_versions", "all_versions", all},
		{"all_versions=1", "all_versions=1", all},
		{"all_versions=false", "all_versions=false", everything},
		{"unknown parameter", "bounds=1&custom=x&f=y&access_right=open", everything},
		{"unknown community alone", "communities=nobody", everything},
		{"unknown community beside a known one", "communities=nobody&communities=fed-sky", egi},
		{"two communities", "communities=fed-sky&communities=eosc-synergy", egi + synergy - 1}, // one is in both
		{"no comma lists", "communities=fed-sky,eosc-synergy", everything},
		{"unknown community in the query", "q=communities:nobody", 0},
		{"community in the query", "q=communities:fed-sky", egi},
		{"community in quotes", `q=communities:%22fed-sky%22`, egi},
		{"case matters", "q=communities:FED-SKY", 0},
		{"subtype without type", "subtype=deliverable", everything},
		{"status is not for guests", "status=draft", everything},
		{"type in upper case", "type=Publication", 0},
		{"star", "q=*", everything},
		{"empty q", "q=", everything},
	} {
		t.Run(c.name, func(t *testing.T) {
			values, err := url.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			var parameters []string
			for key, all := range values {
				for _, value := range all {
					parameters = append(parameters, key, value)
				}
			}
			if total := search(t, s, "/records", parameters...).total(); total != c.want {
				t.Errorf("got %d, want %d", total, c.want)
			}
		})
	}
	for _, r := range walk(t, s, "/records", "type", "publication", "subtype", "deliverable") {
		if r.Metadata.Type.Type != "publication" || r.Metadata.Type.Subtype != "deliverable" {
			t.Errorf("record %d is a %v", r.ID, r.Metadata.Type)
		}
	}
	hasJSON(t, get(t, s, "/records?sort=loudest"), http.StatusBadRequest,
		`{"status": 400, "message": "A validation error occurred.", "errors": [{"field": "_schema", "messages": ["Invalid sort option 'loudest'."]}]}`)
	hasJSON(t, get(t, s, "/records?all_versions=perhaps"), http.StatusBadRequest,
		`{"status": 400, "message": "A validation error occurred.", "errors": [{"field": "allversions", "messages": ["Not a valid boolean."]}]}`)
	hasJSON(t, get(t, s, "/records?suggest=x"), http.StatusBadRequest, `{"status": 400, "message": "Invalid querystring parameters."}`)
}

func TestQueries(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	all := walk(t, s, "/records", "sort", "oldest", "all_versions", "1")
	some := all[len(all)/2]
	for _, c := range []struct {
		query string
		keep  func(record) bool
	}{
		{"recid:" + some.text(), func(r record) bool { return r.ID == some.ID }},
		{`id:"` + some.text() + `"`, func(r record) bool { return r.ID == some.ID }},
		{"id:" + some.text()[:3] + "*", func(r record) bool { return strings.HasPrefix(r.text(), some.text()[:3]) }},
		{"conceptrecid:" + some.Concept, func(r record) bool { return r.Concept == some.Concept }},
		{"type:dataset", func(r record) bool { return r.Metadata.Type.Type == "dataset" }},
		{"created:[2021 TO 2022}", func(r record) bool { return "2021" <= r.Created && r.Created < "2022" }},
		{"created:[2021-03-02T00:00:00Z TO 2021-06-01T12:00:00.5Z}", func(r record) bool { return "2021-03-02" <= r.Created && r.Created < "2021-06-01T12:00:00.5" }},
		{"created:>=2022-02", func(r record) bool { return "2022-02" <= r.Created }},
		{"updated:{2022 TO *]", func(r record) bool { return r.Updated >= "2022-01-02" }}, // beyond the end of the first day
		{"(created:[* TO 2022}) AND (type:software)", func(r record) bool { return r.Created < "2022" && r.Metadata.Type.Type == "software" }},
		{"((type:software)) AND communities:fed-sky AND created:[2021 TO *]", func(r record) bool { return r.Metadata.Type.Type == "software" && r.in("fed-sky") }},
	} {
		t.Run(c.query, func(t *testing.T) {
			want := 0
			for _, r := range all {
				if c.keep(r) {
					want++
				}
			}
			found := walk(t, s, "/records", "q", c.query, "all_versions", "1")
			if len(found) != want || want == 0 {
				t.Errorf("got %d, want %d", len(found), want)
			}
			for _, r := range found {
				if !c.keep(r) {
					t.Errorf("record %d does not match", r.ID)
				}
			}
		})
	}
}

// TestVerifiedFirst sorts as a client would expect, and finds that verified
// owners come first all the same, but not in the list of a community.
func TestVerifiedFirst(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{VerifiedOneIn: 2})
	descends := func(a, b record) int { return cmp.Compare(b.Created, a.Created) }
	searched := walk(t, s, "/records", "sort", "newest")
	if slices.IsSortedFunc(searched, descends) {
		t.Fatal("/records is sorted by time alone: no owner is verified")
	}
	owners := map[string]bool{} // whether verified, as the order shows
	second := 0
	for i := 1; i < len(searched); i++ {
		if searched[i-1].Created < searched[i].Created {
			second = i
		}
	}
	for i, r := range searched {
		verified := i < second
		if was, seen := owners[r.owner()]; seen && was != verified {
			t.Fatalf("records of owner %s are in both parts", r.owner())
		}
		owners[r.owner()] = verified
	}
	if !slices.IsSortedFunc(searched[:second], descends) || !slices.IsSortedFunc(searched[second:], descends) {
		t.Error("parts are not sorted")
	}
	if listed := walk(t, s, "/communities/fed-sky/records", "sort", "newest"); !slices.IsSortedFunc(listed, descends) || len(listed) == 0 {
		t.Error("the list of a community is not sorted by time alone")
	}
	plain := zenodotest.NewServer(t, zenodotest.Config{VerifiedOneIn: -1})
	if !slices.IsSortedFunc(walk(t, plain, "/records", "sort", "newest"), descends) {
		t.Error("nobody is verified, yet records are not sorted by time")
	}
}

func TestSorts(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{VerifiedOneIn: -1})
	created := func(a, b record) int { return cmp.Compare(a.Created, b.Created) }
	updated := func(a, b record) int { return cmp.Compare(a.Updated, b.Updated) }
	version := func(a, b record) int { return cmp.Compare(a.version(), b.version()) }
	reversed := func(f func(a, b record) int) func(a, b record) int {
		return func(a, b record) int { return f(b, a) }
	}
	for sort, by := range map[string]func(a, b record) int{
		"newest": reversed(created), "mostrecent": reversed(created), "oldest": created, "-mostrecent": created,
		"updated-desc": reversed(updated), "updated-asc": updated, "version": reversed(version), "-version": version,
	} {
		if got := walk(t, s, "/records", "sort", sort, "all_versions", "1"); !slices.IsSortedFunc(got, by) {
			t.Errorf("sort=%s: not sorted", sort)
		}
	}
	for _, sort := range []string{
		"bestmatch", "-bestmatch", "publication_date", "-publication_date", "publication-desc", "publication-asc", "mostviewed", "-mostviewed",
		"journal", "-journal", "journal-desc", "journal-asc", "conference_session", "-conference_session", "conference-desc", "conference-asc",
		"mostdownloaded", "newestactivity", "oldestactivity",
	} {
		if got := get(t, s, "/records?sort="+sort); got.StatusCode != 200 {
			t.Errorf("sort=%s: got %d", sort, got.StatusCode)
		}
	}
}

// TestNotEncoded: in the query of an address of the API nearly all punctuation has
// to be encoded.
func TestNotEncoded(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	refused := `{"message": "Error trying to decode a non urlencoded string.", "status": 400}`
	for _, path := range []string{
		"/records?q=[a", "/records?q=\"a\"", "/records?q=a'b", "/records?q=a$b", "/records?q=a|b", "/records?q=%zz", "/communities?x[]=1", "/nosuch?q={",
	} {
		hasJSON(t, getRaw(t, s, path), http.StatusBadRequest, refused)
	}
	for _, path := range []string{"/records?q=a*~,@!()/?:+b", "/records?q=%5B2020%20TO%20*%5D", "/records?q=100%", "/communities?q=a%27b"} {
		if got := getRaw(t, s, path); got.body == refused {
			t.Errorf("%s was refused", path)
		}
	}
}

// getRaw asks for a path as it stands.
func getRaw(t *testing.T, s *zenodotest.Server, path string) response {
	t.Helper()
	u, err := url.Parse(s.API())
	if err != nil {
		t.Fatal(err)
	}
	plain, query, _ := strings.Cut(path, "?")
	u.Path, u.RawQuery = u.Path+plain, query
	resp, err := noRedirects.Do(&http.Request{Method: http.MethodGet, URL: u})
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

// TestLinksOfInvenioRDM: some characters stand for themselves, and two of them are
// refused when the link is followed.
func TestLinksOfInvenioRDM(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Dialect: zenodo.DialectRDM})
	page := search(t, s, "/records", "q", `title:"a b" OR (c, d? OR e* OR f~)`, "access_status", "open", "size", "1")
	same(t, "self", strings.TrimPrefix(page.Links["self"], s.API()),
		`/records?access_status=open&page=1&q=title:%22a+b%22+OR+(c,+d?+OR+e*+OR+f~)&size=1&sort=bestmatch`)
	self := search(t, s, "/records", "q", "it's").Links["self"]
	if got := getRaw(t, s, strings.TrimPrefix(self, s.API())); got.StatusCode != http.StatusBadRequest {
		t.Errorf("%s: got %d", self, got.StatusCode)
	}
	list := search(t, s, "/communities", "q", "a:b c", "size", "1")
	same(t, "list", strings.TrimPrefix(list.Links["self"], s.API()), "/communities?page=1&q=a:b+c&size=1&sort=bestmatch")
}

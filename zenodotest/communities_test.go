package zenodotest_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

type communityDocument struct {
	ID, Slug string
	Created  string
	Updated  string
	Revision int `json:"revision_id"`
	Metadata struct{ Title string }
	Access   struct{ Visibility string }
	Deletion struct{ Status string } `json:"deletion_status"`
	Links    map[string]string
}

func TestCommunity(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	got := get(t, s, "/communities/fed-sky")
	var c communityDocument
	if err := json.Unmarshal([]byte(got.body), &c); err != nil {
		t.Fatal(err)
	}
	if c.Slug != "fed-sky" || len(c.ID) != 36 || c.Metadata.Title == "" || c.Access.Visibility != "public" || c.Deletion.Status != "P" || c.Created == "" {
		t.Errorf("got %+v", c)
	}
	same(t, "self", c.Links["self"], s.API()+"/communities/"+c.ID)
	same(t, "self_html", c.Links["self_html"], s.URL+"/communities/fed-sky")
	same(t, "by UUID", get(t, s, "/communities/"+c.ID).body, got.body)
	other := zenodotest.NewServer(t, zenodotest.Config{Communities: []string{"fed-sky"}, Synthetic: 1})
	var again communityDocument
	if err := json.Unmarshal([]byte(get(t, other, "/communities/fed-sky").body), &again); err != nil || again.ID != c.ID {
		t.Errorf("UUID of another emulator: got %s, %v; want %s", again.ID, err, c.ID)
	}
	if n := search(t, s, "/communities/"+c.ID+"/records").total(); n != 49 {
		t.Errorf("records by UUID: got %d, want 49", n)
	}
}

func TestCommunities(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Communities: []string{"empty-one"}})
	for query, want := range map[string]int{
		"": 6, "?q=synergy": 1, "?q=alpine+OR+synergy": 2, "?q=nothing-like-it": 0, "?size=2": 6, "?sort=oldest": 6,
		"?q=created:%5B2019+TO+2020%7D": 1,
	} {
		got := get(t, s, "/communities"+query)
		var page struct {
			Hits struct {
				Hits  []communityDocument
				Total int
			}
			SortBy string
			Page   int
			Links  map[string]string
		}
		if err := json.Unmarshal([]byte(got.body), &page); err != nil {
			t.Fatalf("%s: %v in %s", query, err, got.body)
		}
		if page.Hits.Total != want || page.Page != 1 || page.SortBy == "" || page.Links["self"] == "" {
			t.Errorf("%s: got %d, page %d, sorted by %q; want %d", query, page.Hits.Total, page.Page, page.SortBy, want)
		}
		if query == "?size=2" && (len(page.Hits.Hits) != 2 || page.Links["next"] == "") {
			t.Errorf("%s: got %d hits and links %v", query, len(page.Hits.Hits), page.Links)
		}
	}
	if got := get(t, s, "/communities?size=10000"); got.StatusCode != 200 {
		t.Errorf("a page of 10000: got %d, want 200: only the window limits it", got.StatusCode)
	}
	hasJSON(t, get(t, s, "/communities?page=401"), http.StatusBadRequest, `{"status": 400, "message": "Invalid querystring parameters."}`)
	if got := get(t, s, "/communities?sort=loudest"); got.StatusCode != 400 {
		t.Errorf("unknown sort: got %d, want 400", got.StatusCode)
	}
	if n := search(t, s, "/communities/empty-one/records").total(); n != 0 {
		t.Errorf("records of an empty community: got %d", n)
	}
}

package zenodotest_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

func TestListDepositions(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	legacy := s.API() + "/deposit/depositions"
	frogs := publish(t, s, complete("title", "Frogs and toads"))
	toads := create(t, s, complete("title", "Toads alone", "keywords", []string{"amphibia"}))
	next := want[deposition](t, 201, call(t, "POST", legacy+"/"+frogs.text()+"/actions/newversion", nil))
	list := func(query string) (ids []int64) {
		all := want[[]deposition](t, 200, call(t, "GET", legacy+"?"+query, nil))
		for _, d := range all {
			if d.link("bucket") != "" {
				t.Errorf("%s: there is a bucket in the list", query)
			}
			ids = append(ids, d.ID)
		}
		return ids
	}
	for _, c := range []struct {
		query string
		want  []int64
	}{
		{"", []int64{next.ID, toads.ID}},
		{"all_versions=true", []int64{next.ID, toads.ID, frogs.ID}},
		{"all_versions=true&sort=oldest", []int64{frogs.ID, toads.ID, next.ID}},
		{"all_versions=true&size=2&page=2", []int64{frogs.ID}},
		{"page=2", nil},
		{"status=published", []int64{next.ID, toads.ID}},
		{"all_versions=true&q=is_published:true", []int64{frogs.ID}},
		{"q=is_published:false", []int64{next.ID, toads.ID}},
		{"q=alone", []int64{toads.ID}},
		{"q=title:alone", []int64{toads.ID}},
		{"q=keywords:amphibia", []int64{toads.ID}},
		{"q=frog*", []int64{next.ID}},
		{"q=" + url.QueryEscape(`title:"toads alone" OR recid:`+next.text()), []int64{next.ID, toads.ID}},
		{"q=" + url.QueryEscape(`toads -alone`), []int64{next.ID}},
		{"q=" + url.QueryEscape(`toads AND NOT alone`), []int64{next.ID}},
		{"all_versions=true&q=conceptrecid:" + frogs.Concept, []int64{next.ID, frogs.ID}},
		{"all_versions=true&q=parent.id:" + frogs.Concept, []int64{next.ID, frogs.ID}},
		{"all_versions=true&q=" + url.QueryEscape(`doi:"`+frogs.DOI+`"`), []int64{frogs.ID}},
		{"q=" + url.QueryEscape("created:[2000-01-01 TO 2001-01-01]"), nil},
		{"q=" + url.QueryEscape("title:((frogs"), []int64{next.ID}},
	} {
		same(t, c.query, fmt.Sprint(list(c.query)), fmt.Sprint(c.want))
	}
	for query, part := range map[string]string{
		"size=101": "Page size cannot be greater than 100.", "sort=colour": "Invalid sort option 'colour'.", "page=0": "page",
		"q=" + url.QueryEscape("10.5281/zenodo.1"): "Invalid query string syntax.",
	} {
		refused(t, 400, part, call(t, "GET", legacy+"?"+query, nil))
	}
	// The size is checked before the token.
	refused(t, 400, "Page size cannot be greater than 25.", do(t, "GET", legacy+"?size=100"))
	refused(t, 403, "denied", do(t, "GET", legacy+"?size=25"))
}

func TestUserRecords(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	frogs := publish(t, s, complete())
	next := want[deposition](t, 201, call(t, "POST", s.API()+"/deposit/depositions/"+frogs.text()+"/actions/newversion", nil))
	address := s.API() + "/user/records?allversions=true&size=1&q=parent.id:" + frogs.Concept
	page := want[envelope](t, 200, call(t, "GET", address, nil))
	if page.total() != 2 || page.records(t)[0].ID != next.ID || page.Links["next"] == "" {
		t.Errorf("got %d hits, links %v", page.total(), page.Links)
	}
	refused(t, 403, "denied", do(t, "GET", address))
}

//go:build realserver

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestRealShow(t *testing.T) {
	s := newRealServer(t)
	all := s.records(t)
	s.zharvest(t, "harvest")
	var versions []string
	if err := json.Unmarshal(s.Special["three_versions"], &versions); err != nil {
		t.Fatal(err)
	}
	one, last := all.named(t, s.Ordinary[0]), all.named(t, versions[2])
	for _, tt := range []struct {
		name string
		want realRecord
	}{
		{one.ID, one},
		{one.DOI, one},
		{"https://doi.org/" + one.DOI, one},
		{s.url + "/records/" + one.ID, one},
		{s.special(t, "three_versions_parent"), last},
		{last.ConceptDOI, last},
		{"10.1234/elsewhere.1", all.named(t, s.special(t, "external_doi"))},
	} {
		for _, where := range [][]string{{"show", "--json"}, {"show", "--json", "--online"}} {
			var got struct{ ID, Title, DOI string }
			s.printed(t, &got, append(where, tt.name)...)
			if got.ID != tt.want.ID || got.Title != tt.want.Title || got.DOI != tt.want.DOI {
				t.Errorf("%v %s: got %+v, want %+v", where, tt.name, got, tt.want)
			}
		}
	}
	for _, id := range []string{s.special(t, "deleted"), s.special(t, "deleted_hidden"), s.special(t, "draft"), "aaaaa-00000", "10.5072/zharvest.aaaaa-00000"} {
		for _, args := range [][]string{{"show", id}, {"show", "--online", id}} {
			if code, stdout, stderr := s.attempt(t, args...); code != exitNotFound || stdout != "" {
				t.Errorf("%v: exit code %d, %q, %q", args, code, stdout, stderr)
			}
		}
	}
	if code, stdout, stderr := s.attempt(t, "show", "--online", s.special(t, "restricted_record")); code != exitNotAllowed || stdout != "" {
		t.Errorf("a restricted record: exit code %d, %q, %q", code, stdout, stderr)
	}
}

// The bytes are the server's: of a record alone, and of a list, which has less.
func TestRealShowRaw(t *testing.T) {
	s := newRealServer(t)
	s.zharvest(t, "harvest", "-c", "tide-gauges")
	id := s.records(t).latest().public().in("tide-gauges").ids()[0]
	_, alone := s.ask(t, "", "GET", s.url+"/api/records/"+id, nil)
	if got := s.zharvest(t, "show", "--raw", "--online", id); !sameJSON(t, []byte(got), alone) {
		t.Errorf("got %s, want %s", got, alone)
	}
	_, list := s.ask(t, "", "GET", s.url+"/api/records?q=id:%22"+id+"%22", nil)
	var found struct {
		Hits struct{ Hits []json.RawMessage }
	}
	if err := json.Unmarshal(list, &found); err != nil || len(found.Hits.Hits) != 1 {
		t.Fatalf("%v in %s", err, list)
	}
	if got := s.zharvest(t, "show", "--raw", id); !sameJSON(t, []byte(got), found.Hits.Hits[0]) {
		t.Errorf("got %s, want %s", got, found.Hits.Hits[0])
	}
}

// sameJSON compares two documents, their order of members included.
func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var one, other bytes.Buffer
	if err := json.Compact(&one, a); err != nil {
		t.Fatalf("%v in %s", err, a)
	}
	if err := json.Compact(&other, b); err != nil {
		t.Fatalf("%v in %s", err, b)
	}
	return bytes.Equal(one.Bytes(), other.Bytes())
}

func TestRealSearch(t *testing.T) {
	s := newRealServer(t)
	all := s.records(t).public()
	s.zharvest(t, "harvest", "--all-versions")
	both := func(want []string, args ...string) {
		t.Helper()
		name := strings.Join(args, " ")
		same(t, "online: "+name, s.held(t, slices.Concat([]string{"search", "--online"}, args)...), want)
		same(t, "offline: "+name, s.held(t, slices.Concat([]string{"search"}, args)...), want)
		for _, where := range [][]string{{"search", "--count"}, {"search", "--online", "--count"}} {
			if got := strings.TrimSpace(s.zharvest(t, slices.Concat(where, args)...)); got != fmt.Sprint(len(want)) {
				t.Errorf("%v %s: counted %s, want %d", where, name, got, len(want))
			}
		}
	}
	latest := all.latest()
	both(latest.ids())
	both(all.ids(), "--all-versions")
	both(latest.in("tide-gauges").ids(), "-c", "tide-gauges")
	both(latest.in("tide-gauges").ids(), "-c", s.Communities["tide-gauges"])
	both(latest.ofType("dataset", "").ids(), "-t", "dataset")
	both(latest.ofType("publication", "preprint").ids(), "-t", "publication-preprint")
	both(latest.in("tide-gauges").ofType("publication", "preprint").ids(), "-c", "tide-gauges", "-t", "publication", "--subtype", "preprint")
	both(latest.titled("aarhus").ids(), "title:Aarhus")
	both(latest.where(func(r realRecord) bool { return slices.Contains(r.Subjects, "tide") }).ids(), "keywords:tide")
	for _, query := range []string{
		"tide", "tide AND Aarhus", "-soil", `metadata.title:"soil maps"`, "metadata.publication_date:[2016 TO 2018-06]", "soil Brest",
		`metadata.creators.person_or_org.family_name:Carberry`, "metadata.resource_type.id:(dataset OR software)", "Carb*", "Иванова",
		`metadata.creators.affiliations.name:"Second House"`,
	} {
		found := s.finds(t, "/records", query)
		both(latest.where(func(r realRecord) bool { return slices.Contains(found, r.ID) }).ids(), "--", query)
	}
}

// A community is the same by its slug and by its id.
func TestRealCommunityID(t *testing.T) {
	s := newRealServer(t)
	const community = "soil-maps"
	want := s.records(t).latest().public().in(community).ids()
	s.zharvest(t, "harvest", "-c", community)
	s.zharvest(t, "harvest", "-c", s.Communities[community])
	var status struct{ Harvests []struct{ Name string } }
	s.printed(t, &status, "status", "--json")
	if len(status.Harvests) != 1 || status.Harvests[0].Name != community {
		t.Errorf("harvests are %+v, want %s alone", status.Harvests, community)
	}
	for _, name := range []string{community, s.Communities[community]} {
		code, stdout, stderr := s.attempt(t, "export", "-c", name, "--fields", "id", "-f", "csv")
		if code != exitOK || strings.Contains(stderr, "warning") {
			t.Errorf("%s: exit code %d, %s", name, code, stderr)
		}
		same(t, name, strings.Fields(stdout)[1:], want)
	}
	same(t, "by a query", s.held(t, "search", "communities:"+community), want)
}

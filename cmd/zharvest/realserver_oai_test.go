//go:build realserver

package main

import (
	"encoding/xml"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

func TestRealOAIHarvest(t *testing.T) {
	s := newRealServer(t)
	all := s.records(t).public()
	s.zharvest(t, "harvest", "--via", "oai")
	complete(t, s.db)
	same(t, "the index", s.held(t, "export", "--all-versions"), all.ids())
	same(t, "the latest versions", s.held(t, "export"), all.latest().ids())
	same(t, "the community", s.held(t, "export", "--all-versions", "-c", "soil-maps"), all.in("soil-maps").ids())
	var rows []struct{ ID, Title, DOI, URL string }
	s.printed(t, &rows, "export", "--all-versions", "-f", "json", "--fields", "id,title,doi,url")
	for _, row := range rows {
		want := all.named(t, row.ID)
		// This title has a script and control characters, which the server does not
		// pass on in XML.
		if row.ID == s.special(t, "strange_title") {
			row.Title = want.Title
		}
		if row.Title != want.Title || row.DOI != want.DOI || row.URL != s.url+"/records/"+row.ID {
			t.Errorf("got %+v, want %+v at %s", row, want, s.url)
		}
	}

	// To fill them takes no request for each record.
	seen, requests := s.counted(t)
	seen.db = s.db
	seen.zharvest(t, "update", "--fill")
	if n := requests(); n > 8 {
		t.Errorf("%d requests for %d records", n, len(all))
	}
	same(t, "the latest versions, filled", s.held(t, "export"), all.latest().ids())
	same(t, "the community, filled", s.held(t, "export", "--all-versions", "-c", "soil-maps"), all.in("soil-maps").ids())
}

func TestRealOAIUpdate(t *testing.T) {
	s := newRealServer(t)
	s.zharvest(t, "harvest", "--via", "oai")
	id := s.publish(t, t.Name())
	next := s.newVersion(t, id, t.Name()+" second version")
	s.zharvest(t, "update")
	public := s.records(t).public()
	same(t, "all versions", s.held(t, "export", "--all-versions"), public.ids())
	same(t, "latest versions", s.held(t, "export"), public.latest().ids())

	s.remove(t, next)
	s.eventually(t, "that the earlier version is the latest again", func() bool { return s.isLatest(t, id) })
	s.zharvest(t, "update", "--full")
	public = s.records(t).public()
	same(t, "all versions after a deletion", s.held(t, "export", "--all-versions"), public.ids())
	same(t, "latest versions after a deletion", s.held(t, "export"), public.latest().ids())
}

// Answers whose connection breaks off cost no record, and the harvest
// ends: the server's lists move on with every request, so that what was lost is
// in no later page of the same list.
func TestRealOAILostAnswers(t *testing.T) {
	s := newRealServer(t)
	want := s.records(t).public().ids()
	const lost = 5 // every fifth
	pages := 0
	seen := s.behind(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.URL.Path != "/oai2d" {
			next.ServeHTTP(w, r)
			return
		}
		pages++
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		if pages%lost == 0 {
			_, _ = w.Write(answer.Body.Bytes()[:answer.Body.Len()/2])
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write(answer.Body.Bytes())
	})
	seen.zharvest(t, "harvest", "--via", "oai")
	complete(t, seen.db)
	same(t, "the index", seen.held(t, "export", "--all-versions"), want)
	if most := 2 * len(want); pages < 2*lost || pages > most {
		t.Errorf("%d pages, want at most %d", pages, most)
	}
}

func TestRealOAICommands(t *testing.T) {
	s := newRealServer(t)
	all := s.records(t).public()
	one := all[0]
	t.Run("identify", func(t *testing.T) {
		if got := s.zharvest(t, "oai", "identify"); !strings.Contains(got, "zharvest test repository") {
			t.Errorf("got %s", got)
		}
	})
	t.Run("sets", func(t *testing.T) {
		got := s.zharvest(t, "oai", "sets")
		for slug := range s.Communities {
			if want := slug != "private-lab"; strings.Contains(got, "community-"+slug) != want {
				t.Errorf("the set of %s is listed: %t; in %s", slug, !want, got)
			}
		}
	})
	t.Run("formats", func(t *testing.T) {
		var formats []struct{ Prefix string }
		s.printed(t, &formats, "oai", "formats", "--json")
		var prefixes []string
		for _, f := range formats {
			prefixes = append(prefixes, f.Prefix)
		}
		for _, prefix := range []string{"oai_dc", "datacite", "oai_datacite"} {
			if !slices.Contains(prefixes, prefix) {
				t.Errorf("%s is not among %q", prefix, prefixes)
			}
		}
		for _, prefix := range prefixes {
			if got := s.zharvest(t, "oai", "get", "--prefix", prefix, one.OAI); !strings.Contains(got, one.OAI) || !strings.Contains(got, "<metadata>") {
				t.Errorf("%s: got %s", prefix, got)
			}
		}
	})
	t.Run("records", func(t *testing.T) {
		for _, prefix := range []string{"oai_datacite", "oai_dc"} {
			var list struct {
				Headers []struct {
					Identifier string `xml:"identifier"`
				} `xml:"record>header"`
			}
			printed := s.zharvest(t, "oai", "records", "--set", "community-soil-maps", "--prefix", prefix)
			if err := xml.Unmarshal([]byte(printed), &list); err != nil {
				t.Fatalf("%v in %.2000s", err, printed)
			}
			var got, want []string
			for _, h := range list.Headers {
				got = append(got, h.Identifier)
			}
			for _, r := range all.in("soil-maps") {
				want = append(want, r.OAI)
			}
			same(t, "the set in "+prefix, got, want)
		}
	})
	t.Run("get", func(t *testing.T) {
		for _, name := range []string{one.OAI, one.ID, one.DOI} {
			if got := s.zharvest(t, "oai", "get", name); !strings.Contains(got, one.OAI) {
				t.Errorf("%s: got %s", name, got)
			}
		}
	})
}

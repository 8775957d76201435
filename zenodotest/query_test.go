package zenodotest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// TestWords runs queries that need the search engine.
func TestWords(t *testing.T) {
	t.Parallel()
	s := zenodotest.NewServer(t, zenodotest.Config{})
	all := walk(t, s, "/records", "all_versions", "1")
	inTitle := func(word string) func(record) bool {
		return func(r record) bool {
			return strings.Contains(strings.ToLower(r.Title), word)
		}
	}
	for _, c := range []struct {
		query string
		keep  func(record) bool
	}{
		{"title:dissemination", inTitle("dissemination")},
		{"title:gpus OR title:gpu", func(r record) bool { return inTitle("gpus")(r) || inTitle("gpu ")(r) }},
		{"(title:dissemination) AND created:[2022 TO 2023}", func(r record) bool {
			return inTitle("dissemination")(r) && strings.HasPrefix(r.Created, "2022")
		}},
		{"title:dissemination AND NOT communities:fed-sky", func(r record) bool { return inTitle("dissemination")(r) && !r.in("fed-sky") }},
		{"title:数学 OR title:量子", inTitle("量子")},
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
					t.Errorf("%q does not match", r.Title)
				}
			}
		})
	}
}

func TestRefusedQueries(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	for _, q := range []string{"10.5281/zenodo.1", "a:b:c", "a^2^3", "filesize:big"} {
		got := get(t, s, "/records?q="+strings.NewReplacer("^", "%5E", "/", "%2F").Replace(q))
		hasJSON(t, got, http.StatusBadRequest, `{"status": 400, "message": "Invalid query string syntax."}`)
	}
	if got := get(t, s, "/records?q=foo~1.2.3"); got.StatusCode != http.StatusInternalServerError || !strings.Contains(got.body, "error_id") {
		t.Errorf("a query that crashes the server: got %d %s", got.StatusCode, got.body)
	}
}

// TestLooseQueries sends what does not parse: it matches words, and is no error.
func TestLooseQueries(t *testing.T) {
	t.Parallel()
	s := zenodotest.NewServer(t, zenodotest.Config{})
	for q, want := range map[string]bool{
		`"dissemination plan`: true, "(dissemination": true, "()": false,
		"created:[2021-01-01T00:00:00+00:00 TO *]": false, // the colon of the offset breaks the parser: no time is looked at
	} {
		page := search(t, s, "/records", "q", q)
		if found := page.total() > 0 && page.total() < 40; found != want {
			t.Errorf("%q: got %d records, want some: %t", q, page.total(), want)
		}
	}
	if n := search(t, s, "/records", "q", "   ").total(); n != 0 {
		t.Errorf("nothing but blanks: got %d records, want none", n)
	}
}

// TestSearchAfterChanges checks that the engine knows what has happened since
// the last query.
func TestSearchAfterChanges(t *testing.T) {
	t.Parallel()
	worlds(t, func(t *testing.T, s *zenodotest.Server) {
		count := func() int { return search(t, s, "/records", "q", "title:zwölfeck").total() }
		if n := count(); n != 0 {
			t.Fatalf("before: got %d", n)
		}
		id, err := s.Publish(zenodotest.Draft{Title: "Das Zwölfeck"})
		if err != nil {
			t.Fatal(err)
		}
		if n := count(); n != 1 {
			t.Errorf("published: got %d, want 1", n)
		}
		if err := s.Edit(id, zenodotest.SetTitle("Dreizehneck")); err != nil {
			t.Fatal(err)
		}
		if n := count(); n != 0 {
			t.Errorf("edited: got %d, want none", n)
		}
		if err := s.Edit(id, zenodotest.SetTitle("Zwölfeck")); err != nil {
			t.Fatal(err)
		}
		if err := s.Delete(id, zenodotest.Tombstone{}); err != nil {
			t.Fatal(err)
		}
		if n := count(); n != 0 {
			t.Errorf("deleted: got %d, want none", n)
		}
	})
}

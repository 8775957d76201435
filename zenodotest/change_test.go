package zenodotest_test

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodotest"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 250_000_000, time.UTC)

func atNoon() time.Time { return noon }

// worlds runs a test with fixtures and with made-up records: changes must work
// on both.
func worlds(t *testing.T, test func(t *testing.T, s *zenodotest.Server)) {
	t.Helper()
	t.Run("fixtures", func(t *testing.T) { test(t, zenodotest.NewServer(t, zenodotest.Config{Now: atNoon})) })
	t.Run("synthetic", func(t *testing.T) {
		test(t, zenodotest.NewServer(t, zenodotest.Config{Now: atNoon, Synthetic: 500}))
	})
}

func TestPublish(t *testing.T) {
	t.Parallel()
	worlds(t, func(t *testing.T, s *zenodotest.Server) {
		before := search(t, s, "/records").total()
		id, err := s.Publish(zenodotest.Draft{Title: "Grüße, 世界 <𝒪>", Communities: []string{"new-one"}, Type: "publication", Subtype: "report"})
		if err != nil {
			t.Fatal(err)
		}
		found := search(t, s, "/records", "q", "recid:"+id).records(t)
		if len(found) != 1 || found[0].Title != "Grüße, 世界 <𝒪>" || found[0].Created != "2026-05-01T12:00:00.250000+00:00" || !found[0].in("new-one") {
			t.Fatalf("got %+v", found)
		}
		if after := search(t, s, "/records").total(); after != before+1 {
			t.Errorf("total: got %d, want %d", after, before+1)
		}
		if got := get(t, s, "/communities/new-one"); got.StatusCode != 200 {
			t.Errorf("its community: got %d", got.StatusCode)
		}
		if got := get(t, s, "/records/"+found[0].Concept); got.Header.Get("Location") != "/api/records/"+id {
			t.Errorf("its concept: got %d to %q", got.StatusCode, got.Header.Get("Location"))
		}
	})
}

func TestEdit(t *testing.T) {
	t.Parallel()
	worlds(t, func(t *testing.T, s *zenodotest.Server) {
		old := search(t, s, "/records", "sort", "oldest", "size", "3").records(t)[2]
		before, _ := s.Raw(old.text())
		if err := s.Edit(old.text(), zenodotest.SetTitle("Corrected")); err != nil {
			t.Fatal(err)
		}
		found := search(t, s, "/records", "q", "updated:[2026-05-01T12:00:00Z TO *]").records(t)
		if len(found) != 1 || found[0].ID != old.ID {
			t.Fatalf("records changed since: got %+v, want %d", found, old.ID)
		}
		edited := found[0]
		if edited.Title != "Corrected" || edited.Metadata.Title != "Corrected" || edited.Revision != old.Revision+1 || edited.Created != old.Created {
			t.Errorf("got %+v, before %+v", edited, old)
		}
		after, _ := s.Raw(old.text())
		if bytes.Equal(before, after) || !bytes.Contains(after, []byte(`"updated": "2026-05-01T12:00:00.250000+00:00"`)) {
			t.Error("bytes did not change as they should")
		}
		if err := s.Edit("1", nil); err == nil {
			t.Error("no such record: got no error")
		}
	})
}

func TestNewVersion(t *testing.T) {
	t.Parallel()
	worlds(t, func(t *testing.T, s *zenodotest.Server) {
		latest := len(walk(t, s, "/records"))
		all := len(walk(t, s, "/records", "all_versions", "1"))
		old := search(t, s, "/records", "sort", "oldest", "size", "1").records(t)[0]
		id, err := s.NewVersion(old.text())
		if err != nil {
			t.Fatal(err)
		}
		if n := len(walk(t, s, "/records")); n != latest {
			t.Errorf("latest versions: got %d, want %d as before", n, latest)
		}
		if n := len(walk(t, s, "/records", "all_versions", "1")); n != all+1 {
			t.Errorf("all versions: got %d, want %d", n, all+1)
		}
		versions := search(t, s, "/records/"+old.text()+"/versions").records(t)
		if len(versions) != old.version()+2 || versions[0].text() != id || !versions[0].isLast() || versions[1].isLast() || versions[1].ID != old.ID {
			t.Errorf("versions: got %+v", versions)
		}
		if versions[0].Concept != old.Concept || versions[0].Created == old.Created || versions[1].Updated != old.Updated {
			t.Errorf("got %+v after %+v", versions[0], old)
		}
		raw, _ := s.Raw(id)
		if bytes.Contains(raw, []byte(`/records/`+old.text())) {
			t.Errorf("the new version still links to the old one: %s", raw)
		}
	})
}

// TestMove: that a record joins or leaves a community changes neither its time of
// update nor its revision.
func TestMove(t *testing.T) {
	t.Parallel()
	worlds(t, func(t *testing.T, s *zenodotest.Server) {
		old := search(t, s, "/records", "sort", "oldest", "size", "1").records(t)[0]
		if err := s.Move(old.text(), "new-home"); err != nil {
			t.Fatal(err)
		}
		here := search(t, s, "/communities/new-home/records").records(t)
		if len(here) != 1 || here[0].ID != old.ID || here[0].Updated != old.Updated || here[0].Revision != old.Revision {
			t.Errorf("joined: got %+v, was %+v", here, old)
		}
		if err := s.Move(old.text()); err != nil {
			t.Fatal(err)
		}
		left := search(t, s, "/records", "q", "recid:"+old.text()).records(t)[0]
		if n := search(t, s, "/communities/new-home/records").total(); n != 0 || left.Updated != old.Updated || left.Revision != old.Revision {
			t.Errorf("left: got %+v, was %+v; %d are in the community", left, old, n)
		}
	})
}

func TestPublishRaw(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{})
	raw := `{"created":  "2024-01-01T00:00:00+00:00","updated":"2024-01-01T00:00:01.5+00:00", "id":77, "metadata":{"title":"as \u0061 was"}}`
	for range 2 { // the second takes the place of the first
		if id, err := s.PublishRaw([]byte(raw)); err != nil || id != "77" {
			t.Fatalf("got %q, %v", id, err)
		}
	}
	same(t, "bytes", get(t, s, "/records/77").body, raw)
	page := search(t, s, "/records", "q", "id:77")
	if page.total() != 1 {
		t.Fatalf("total: got %d, want 1", page.total())
	}
	same(t, "bytes on a page", string(page.Hits.Hits[0]), raw)
	for _, wrong := range []string{"", "{}", `{"id":"x"}`, `{"id":1,"created":"yesterday"}`, "[1]"} {
		if _, err := s.PublishRaw([]byte(wrong)); err == nil {
			t.Errorf("%q: got no error", wrong)
		}
	}
}

// TestChangeWhileWalking is what the hook is for: a record disappears between
// two pages, and the walk misses another that moved up.
func TestChangeWhileWalking(t *testing.T) {
	var s *zenodotest.Server
	var first string
	s = zenodotest.NewServer(t, zenodotest.Config{VerifiedOneIn: -1, OnRequest: func(n int, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			if err := s.Delete(first, zenodotest.Tombstone{}); err != nil {
				t.Error(err)
			}
		}
	}})
	before := search(t, s, "/records", "size", "10", "sort", "oldest")
	first = before.records(t)[0].text()
	second := search(t, s, "/records", "size", "10", "sort", "oldest", "page", "2")
	if second.total() != before.total()-1 {
		t.Errorf("total: got %d after %d, want one less", second.total(), before.total())
	}
}

func TestConcurrentChanges(t *testing.T) {
	t.Parallel()
	s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 300})
	ids := walk(t, s, "/records")
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for k := range 5 {
				r := ids[20*i+k]
				if err := s.Edit(r.text(), zenodotest.SetTitle(fmt.Sprint(k))); err != nil {
					t.Error(err)
				}
				if _, err := s.NewVersion(r.text()); err != nil {
					t.Error(err)
				}
				if _, err := s.Publish(zenodotest.Draft{}); err != nil {
					t.Error(err)
				}
				search(t, s, "/records", "page", itoa(k+1))
			}
		})
	}
	group.Wait()
	all := walk(t, s, "/records", "all_versions", "1")
	if len(all) != 300+40 {
		t.Errorf("got %d records, want 340", len(all))
	}
	slices.SortFunc(all, func(a, b record) int { return strings.Compare(a.text(), b.text()) })
	if unique := slices.CompactFunc(all, func(a, b record) bool { return a.ID == b.ID }); len(unique) != 340 {
		t.Errorf("got %d different records, want 340", len(unique))
	}
}

// TestSearchLag: until the engine has read a change, searches and OAI-PMH see records
// as they were.
func TestSearchLag(t *testing.T) {
	for name, cfg := range map[string]zenodotest.Config{"kept": {}, "made-up": {Synthetic: 50}} {
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		cfg.SearchLag, cfg.Now = 2*time.Second, func() time.Time { return now }
		s := zenodotest.NewServer(t, cfg)
		start := search(t, s, "/records").total()
		if start == 0 {
			t.Fatalf("%s: nothing is seen at the start", name)
		}
		sees := func(what, query string, want int) {
			t.Helper()
			if got := search(t, s, "/records", "q", query).total(); got != want {
				t.Errorf("%s: %s: %d records are found by %s, want %d", name, what, got, query, want)
			}
		}
		id, err := s.Publish(zenodotest.Draft{Title: "Zanzibar", Type: "poster"})
		if err != nil {
			t.Fatal(err)
		}
		sees("published", "title:zanzibar", 0)
		sees("published", "recid:"+id, 0)
		if got := get(t, s, "/records/"+id); got.StatusCode != http.StatusOK {
			t.Errorf("%s: the record itself: %d", name, got.StatusCode)
		}
		now = now.Add(time.Second)
		sees("a second later", "title:zanzibar", 0)
		now = now.Add(time.Second)
		sees("seen", "title:zanzibar", 1)
		sees("seen", "recid:"+id, 1)

		if err := s.Edit(id, zenodotest.SetTitle("Timbuktu")); err != nil {
			t.Fatal(err)
		}
		version, err := s.NewVersion(id)
		if err != nil {
			t.Fatal(err)
		}
		sees("edited", "title:zanzibar", 1)
		sees("edited", "title:timbuktu", 0)
		if page := search(t, s, "/records", "q", "recid:"+id); !strings.Contains(string(page.Hits.Hits[0]), "Zanzibar") {
			t.Errorf("%s: the hit is %s", name, page.Hits.Hits[0])
		}
		now = now.Add(2 * time.Second)
		sees("seen", "title:zanzibar", 0)
		sees("seen", "title:timbuktu", 1)
		sees("seen", "recid:"+version, 1)

		if err := s.Delete(version, zenodotest.Tombstone{}); err != nil {
			t.Fatal(err)
		}
		sees("deleted", "recid:"+version, 1)
		now = now.Add(2 * time.Second)
		sees("seen", "recid:"+version, 0)
		sees("seen", "recid:"+id, 1)

		first := search(t, s, "/records", "sort", "oldest").records(t)[0].text()
		if err := s.Edit(first, nil); err != nil {
			t.Fatal(err)
		}
		sees("edited", "recid:"+first, 1)
		now = now.Add(2 * time.Second)
		sees("seen", "recid:"+first, 1)
		if n := search(t, s, "/records").total(); n != start+1 {
			t.Errorf("%s: %d records in the end, want %d", name, n, start+1)
		}
	}
}

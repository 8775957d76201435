package zenodotest_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// TestAccept asks for records in both forms wherever Zenodo serves them.
func TestAccept(t *testing.T) {
	const legacy = "application/vnd.zenodo.v1+json"
	s := zenodotest.NewServer(t, zenodotest.Config{Synthetic: 50})
	id := search(t, s, "/records", "communities", "biodiversity-literature").records(t)[0].text()
	for _, path := range []string{
		"/records", "/records?q=title:*&type=publication", "/records/" + id, "/records/" + id + "/versions",
		"/communities/biodiversity-literature/records",
	} {
		for _, c := range []struct{ accept, mediaType string }{
			{rdm, rdm},
			{rdm + ", application/json;q=0.9", rdm},
			{"application/json;q=0.1, " + rdm, rdm},
			{"application/json, " + rdm + ";q=0.5", "application/json"},
			{"*/*, " + rdm, rdm},
			{legacy + ", application/json;q=0.9", legacy},
			{"application/json", "application/json"},
			{"text/html, */*", "application/json"},
			{"", "application/json"},
		} {
			got := get(t, s, path, "Accept", c.accept)
			native := strings.Contains(got.body, `"revision_id": `)
			if mediaType := got.Header.Get("Content-Type"); got.StatusCode != 200 || mediaType != c.mediaType || native != (mediaType == rdm) {
				t.Errorf("%s as %q: got %d, %s, native %t, want %s", path, c.accept, got.StatusCode, mediaType, native, c.mediaType)
			}
			if strings.Contains(got.body, `"sortBy": `) != (native && strings.Contains(got.body, `"hits": `)) {
				t.Errorf("%s as %q: sortBy belongs to native lists", path, c.accept)
			}
		}
		if got := get(t, s, path, "Accept", "text/html"); got.StatusCode != http.StatusNotAcceptable {
			t.Errorf("%s as HTML: got %d", path, got.StatusCode)
		}
	}
}

// TestFormsAgree reads every record in both forms: the fixtures, records that were
// published, edited and moved, and made-up ones. What both forms have is equal.
func TestFormsAgree(t *testing.T) {
	worlds(t, func(t *testing.T, s *zenodotest.Server) {
		id, err := s.Publish(zenodotest.Draft{Title: "Newts", Communities: []string{"ponds"}, Keywords: []string{"frog", "toad"}})
		if err == nil {
			err = s.Edit(id, zenodotest.SetTitle("New newts"))
		}
		if err == nil {
			err = s.Move(id, "ponds", "lakes")
		}
		if err == nil {
			_, err = s.NewVersion(id)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range walk(t, s, "/records", "all_versions", "1", "sort", "newest") {
			agree(t, s, r.text())
		}
	})
}

// hasMore ignores what the legacy form, which is compared with the native one,
// lacks.
var hasMore = cmp.FilterPath(func(p cmp.Path) bool {
	legacy, _ := p.Last().Values()
	return legacy.IsValid() && legacy.IsZero()
}, cmp.Ignore())

// agree compares a record as it is decoded of both forms.
func agree(t *testing.T, s *zenodotest.Server, id string) {
	t.Helper()
	var both [2]*zenodo.Record
	for i, accept := range []string{"application/json", rdm} {
		r, err := zenodo.DecodeRecord([]byte(get(t, s, "/records/"+id, "Accept", accept).body))
		if err != nil {
			t.Fatal(err)
		}
		both[i] = r
	}
	legacy, native := both[0], both[1]
	if legacy.Format != zenodo.FormatLegacy || native.Format != zenodo.FormatNative {
		t.Fatalf("record %s: got %s and %s", id, legacy.Format, native.Format)
	}
	m := &native.Metadata
	if m.AccessRight == "metadata-only" {
		m.AccessRight = "open"
	}
	native.Stats.DataVolume, native.Stats.VersionDataVolume = nil, nil
	for _, r := range both { // ids of funders and awards in either form
		for i := range r.Metadata.Grants {
			g := &r.Metadata.Grants[i]
			g.ID, g.Funder.ID, g.Funder.DOI, g.Funder.Acronym = "", "", "", ""
		}
		slices.SortStableFunc(r.Metadata.Custom, func(a, b zenodo.CustomValue) int { return strings.Compare(a.Name, b.Name) })
		r.Metadata.CustomFields = sortMembers(t, r.Metadata.CustomFields)
		r.Format, r.Raw = "", nil
	}
	if diff := cmp.Diff(legacy, native, hasMore); diff != "" {
		t.Errorf("record %s (-legacy +native):\n%s", id, diff)
	}
}

// sortMembers returns an object with its members by their names.
func sortMembers(t *testing.T, raw json.RawMessage) json.RawMessage {
	t.Helper()
	var members map[string]json.RawMessage
	if raw == nil {
		return nil
	}
	if err := json.Unmarshal(raw, &members); err != nil {
		t.Fatal(err)
	}
	sorted, err := json.Marshal(members)
	if err != nil {
		t.Fatal(err)
	}
	return sorted
}

// TestNativeLines serves records that were loaded in the native form byte for
// byte, and in the legacy form as Zenodo does. A change is in both.
func TestNativeLines(t *testing.T) {
	const line = `{"id": "77", "created": "2024-01-01T00:00:00+00:00", "updated": "2024-01-02T00:00:00+00:00", "revision_id": 4,
		"parent": {"id": "76", "communities": {"ids": ["5ba0e0a8-0d6a-4a56-8f5c-d4a2b2f0c111"], "entries": [{"id": "5ba0e0a8-0d6a-4a56-8f5c-d4a2b2f0c111", "slug": "ponds"}]}},
		"versions": {"is_latest": true, "index": 1}, "pids": {"doi": {"identifier": "10.5281/zenodo.77"}},
		"metadata": {"title": "Newts", "resource_type": {"id": "dataset", "title": {"en": "Dataset"}},
		"creators": [{"person_or_org": {"type": "personal", "name": "Doe, Jane"}, "affiliations": [{"name": "A"}, {"name": "B"}]}]},
		"access": {"record": "public", "files": "public", "status": "open"}, "files": {"enabled": true, "entries": {}}}`
	file := filepath.Join(t.TempDir(), "native.jsonl")
	if err := os.WriteFile(file, []byte(strings.Join(strings.Fields(line), " ")), 0o600); err != nil {
		t.Fatal(err)
	}
	s := zenodotest.NewServer(t, zenodotest.Config{Data: []string{file}})
	same(t, "native form", get(t, s, "/records/77", "Accept", rdm).body, strings.Join(strings.Fields(line), " "))
	legacy := search(t, s, "/records", "q", "communities:ponds AND creators.affiliation:B").records(t)
	if len(legacy) != 1 || legacy[0].ID != 77 || legacy[0].Title != "Newts" || !legacy[0].in("ponds") || !legacy[0].isLast() {
		t.Fatalf("legacy form: %+v", legacy)
	}
	if err := s.Edit("77", zenodotest.SetTitle("Old newts")); err != nil {
		t.Fatal(err)
	}
	if got := search(t, s, "/records").records(t)[0]; got.Title != "Old newts" || got.Revision != 5 {
		t.Errorf("edited, legacy form: %+v", got)
	}
	if got := get(t, s, "/records/77", "Accept", rdm).body; !strings.Contains(got, `"Old newts"`) || !strings.Contains(got, `{"name": "B"}`) {
		t.Errorf("edited: %s", got)
	}
}

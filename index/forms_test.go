package index_test

import (
	"fmt"
	"testing"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// bothForms are a record in the legacy and in the native form, as a server has it
// that changed it at a time. more is put into the native form.
func bothForms(updated, title, more string) (legacy, native string) {
	legacy = fmt.Sprintf(`{"id": 2, "conceptrecid": "1", "created": "2024-01-01T00:00:00+00:00", "updated": %q, "metadata": {"title": %q,
		"access_right": "open", "creators": [{"name": "Doe, Jane", "affiliation": "A"}], "relations": {"version": [{"index": 0, "is_last": true}]}},
		"files": [], "stats": {"views": 1}, "links": {}}`, updated, title)
	native = fmt.Sprintf(`{"id": "2", "created": "2024-01-01T00:00:00+00:00", "updated": %q, "parent": {"id": "1", "communities": {}},
		"metadata": {"title": %q, "creators": [{"person_or_org": {"name": "Doe, Jane"}, "affiliations": [{"name": "A"}, {"name": "B"}]}]},
		"access": {"status": "metadata-only"}, "versions": {"index": 1, "is_latest": true}, "files": {"enabled": false}%s}`, updated, title, more)
	return legacy, native
}

// TestForms stores a record in one form after the other. The native form takes the
// place of the legacy one of the same state, which is no change, and is not given up
// for it.
func TestForms(t *testing.T) {
	const later = "2024-02-01T00:00:00+00:00"
	legacy, native := bothForms("2024-01-02T00:00:00+00:00", "Newts", "")
	_, shown := bothForms("2024-01-02T00:00:00+00:00", "Newts", `, "ui": {"version": "v1"}, "swh": {}, "media_files": {"enabled": false}`)
	legacyLater, nativeLater := bothForms(later, "New newts", "")
	for _, tc := range []struct {
		name   string
		stored []string
		title  string
		last   store0.Stored
		want   index.Forms
	}{
		{"legacy", []string{legacy}, "Newts", store0.Stored{New: 1}, index.Forms{Legacy: 1}},
		{"native", []string{native}, "Newts", store0.Stored{New: 1}, index.Forms{Native: 1}},
		{"upgraded", []string{legacy, native}, "Newts", store0.Stored{Unchanged: 1}, index.Forms{Native: 1}},
		{"upgraded and changed", []string{legacy, nativeLater}, "New newts", store0.Stored{Updated: 1}, index.Forms{Native: 1}},
		{"not given up", []string{native, legacy}, "Newts", store0.Stored{Unchanged: 1}, index.Forms{Native: 1}},
		{"given up for what is newer", []string{native, legacyLater}, "New newts", store0.Stored{Updated: 1}, index.Forms{Legacy: 1}},
		{"shown otherwise", []string{native, shown}, "Newts", store0.Stored{Unchanged: 1}, index.Forms{Native: 1}},
		{"native, changed", []string{native, nativeLater}, "New newts", store0.Stored{Updated: 1}, index.Forms{Native: 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			db := openIndex(t)
			var last store0.Stored
			for _, raw := range tc.stored {
				last = store(t, db, raw)
			}
			status, err := db.Status(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			r, err := db.Record(t.Context(), "2")
			if err != nil {
				t.Fatal(err)
			}
			if last.New != tc.last.New || last.Updated != tc.last.Updated || last.Unchanged != tc.last.Unchanged || status.Forms != tc.want || r.Metadata.Title != tc.title {
				t.Errorf("got %+v, %+v and %q; want %+v, %+v and %q", last, status.Forms, r.Metadata.Title, tc.last, tc.want, tc.title)
			}
			affiliations := 1
			if r.Format == zenodo.FormatNative {
				affiliations = 2
			}
			if found := find(t, db, "creators.affiliation:B"); len(found) != affiliations-1 || len(r.Metadata.Creators[0].Affiliations) != affiliations {
				t.Errorf("found %v by the second affiliation of %+v", found, r.Metadata.Creators)
			}
		})
	}
}

package index_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRecordsView has the view say of each record what was served, also where that
// is not as Zenodo writes it and so is stored in another way; and each is found by
// its DOI.
func TestRecordsView(t *testing.T) {
	db := openIndex(t)
	raws := []string{record(1)}
	add := func(fields ...any) { raws = append(raws, record(len(raws)+1, fields...)) }
	for _, at := range []string{
		"2020-01-01T00:00:01.000000+00:00", "2020-01-01T00:00:01.123456+00:00", "2020-01-01T00:00:01+00:00", "2020-01-01T00:00:01Z", "2020-01-01T00:00:01.5+00:00",
		"2020-01-01T00:00:01.123456789+00:00", "2020-01-01T02:00:01.000000+02:00", "2020-01-01", "1969-12-31T23:59:59.999999+00:00", "yesterday", "",
	} {
		add("created", at, "updated", "2021-02-03T04:05:06.789012+00:00")
		add("updated", at)
	}
	add("doi", "10.1234/x", "conceptdoi", "10.1234/concept")
	add("doi", "10.5281/ZENODO.99")
	add("doi", nil, "conceptrecid", nil)
	add("conceptdoi", "10.5281/zenodo.1000", "conceptrecid", "1000")
	add("links.self_html", "https://sandbox.zenodo.org/records/5")
	add("links.self_html", nil)
	add("stats", map[string]any{
		"views": 1, "unique_views": 2, "downloads": 3, "unique_downloads": 4, "volume": 5,
		"version_views": 6, "version_unique_views": 7, "version_downloads": 8, "version_unique_downloads": 9, "version_volume": 10,
	})
	store(t, db, raws...)
	null := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	number := func(n *int64) any {
		if n == nil {
			return nil
		}
		return *n
	}
	var want []string
	for _, r := range decode(t, raws...) {
		s := r.Stats
		want = append(want, fmt.Sprintln(string(r.ID), null(string(r.DOI)), null(string(r.ConceptDOI)), null(r.URL), null(string(r.CreatedAt)), null(string(r.UpdatedAt)),
			number(s.Views), number(s.Downloads), number(s.DataVolume), number(s.ViewsRaw), number(s.DownloadsRaw),
			number(s.VersionViews), number(s.VersionDownloads), number(s.VersionDataVolume), number(s.VersionViewsRaw), number(s.VersionDownloadsRaw)))
		for _, ref := range []string{string(r.DOI), strings.ToUpper(string(r.DOI))} {
			if found, err := db.Record(t.Context(), ref); ref != "" && (err != nil || found.ID != r.ID) {
				t.Errorf("by DOI %s: %v, want record %s", ref, err, r.ID)
			}
		}
		if found, err := db.Record(t.Context(), string(r.ConceptDOI)); r.ConceptDOI != "" && (err != nil || found.ConceptID != r.ConceptID) {
			t.Errorf("by the concept's DOI %s: %v, want record %s", r.ConceptDOI, err, r.ID)
		}
	}
	const statistics = "views, downloads, data_volume, views_raw, downloads_raw, version_views, version_downloads, version_data_volume, version_views_raw, version_downloads_raw"
	got := table(t, db.Path(), "SELECT id, doi, concept_doi, url, created_at, updated_at, "+statistics+" FROM records ORDER BY record_id")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if got, want := table(t, db.Path(), "SELECT "+statistics+" FROM statistics"), []string{"2 4 5 1 3 7 9 10 6 8\n"}; !cmp.Equal(got, want) {
		t.Errorf("statistics are %q, want %q", got, want)
	}
}

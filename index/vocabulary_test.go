package index_test

import (
	"slices"
	"testing"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

func TestVocabulary(t *testing.T) {
	db := openIndex(t)
	check := func(when string, slugs, types, subtypes []string) {
		t.Helper()
		gotSlugs, err := db.CommunitySlugs(t.Context())
		if err != nil || !slices.Equal(gotSlugs, slugs) {
			t.Errorf("%s: got communities %q, %v; want %q", when, gotSlugs, err, slugs)
		}
		gotTypes, gotSubtypes, err := db.ResourceTypes(t.Context())
		if err != nil || !slices.Equal(gotTypes, types) || !slices.Equal(gotSubtypes, subtypes) {
			t.Errorf("%s: got types %q and %q, %v; want %q and %q", when, gotTypes, gotSubtypes, err, types, subtypes)
		}
	}
	check("at first", nil, nil, nil)

	community := func(slug string) []any { return []any{map[string]any{"id": slug}} }
	article := map[string]any{"type": "publication", "subtype": "article"}
	store(t, db,
		record(1, "metadata.communities", community("egi-ace"), "metadata.resource_type", article),
		record(2, "metadata.communities", community("egi-ace"), "metadata.resource_type", article),
		record(3, "metadata.resource_type", map[string]any{"type": "software"}),
	)
	if _, err := db.StoreCommunities(t.Context(), &zenodo.Community{Slug: "empty", ID: "e"}); err != nil {
		t.Fatal(err)
	}
	check("with records", []string{"egi-ace", "empty"}, []string{"publication", "software"}, []string{"publication-article"})

	for slug, want := range map[zenodo.Slug]bool{"egi-ace": true, "empty": false, "nope": false, "EGI-ACE": false} {
		if got, err := db.HasCommunity(t.Context(), slug); err != nil || got != want {
			t.Errorf("HasCommunity(%q) = %t, %v; want %t", slug, got, err, want)
		}
	}
}

// What is in segments counts like what waits to be.
func TestVocabularyOfSegments(t *testing.T) {
	db := openIndex(t)
	run, err := db.StartRun(t.Context(), index.RunSpec{Name: "all", Selection: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	page := store0.Page{Records: decode(t, record(1, "metadata.resource_type", map[string]any{"type": "image", "subtype": "figure"}))}
	if _, err := run.StorePages(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	if err := run.Finish(t.Context(), index.Outcome{Total: new(1), State: store0.StateComplete}); err != nil {
		t.Fatal(err)
	}
	types, subtypes, err := db.ResourceTypes(t.Context())
	if err != nil || !slices.Equal(types, []string{"image"}) || !slices.Equal(subtypes, []string{"image-figure"}) {
		t.Errorf("got %q, %q, %v", types, subtypes, err)
	}
}

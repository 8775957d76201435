package zenodo_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/zenodo"
)

func TestCustomFields(t *testing.T) {
	r, err := zenodo.DecodeRecord([]byte(`{"id": 1, "metadata": {"title": "Bats", "version": "", "creators": [{"name": ""}],
		"custom": {"dwc:kingdom": ["Animalia", "Fungi"], "code:programmingLanguage": [{"id": "go", "title": {"en": "Go"}}], "dwc:depth": null, "dwc:count": 3}}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []zenodo.CustomValue{
		{Name: "dwc:kingdom", Value: "Animalia"},
		{Name: "dwc:kingdom", Value: "Fungi"},
		{Name: "code:programmingLanguage.id", Value: "go"},
		{Name: "code:programmingLanguage.title.en", Value: "Go"},
		{Name: "dwc:count", Value: "3"},
	}
	if diff := cmp.Diff(want, r.Metadata.Custom); diff != "" {
		t.Errorf("custom fields (-want +got):\n%s", diff)
	}
	if got, want := r.EmptyMembers(), []string{"metadata.version", "metadata.creators.name"}; !slices.Equal(got, want) {
		t.Errorf("empty members: got %q, want %q", got, want)
	}
}

func TestNameParts(t *testing.T) {
	for name, want := range map[string][2]string{
		"Wang, Wei":            {"Wang", "Wei"},
		"The Cave Survey":      {"The Cave Survey", ""},
		"Survey, Caves, Crete": {"Survey, Caves, Crete", ""},
	} {
		family, given := (&zenodo.Creator{Name: name}).NameParts()
		if got := [2]string{family, given}; got != want {
			t.Errorf("parts of %s: got %q, want %q", name, got, want)
		}
	}
}

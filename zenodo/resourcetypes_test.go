package zenodo_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/zenodo"
)

func TestResourceTypes(t *testing.T) {
	types := zenodo.ResourceTypes()
	if !slices.IsSorted(types) || len(types) != 16 {
		t.Errorf("got %q, want 16 types, sorted", types)
	}
	for _, want := range []string{"publication", "dataset", "software", "workflow"} {
		if !slices.Contains(types, want) {
			t.Errorf("%s is no type", want)
		}
	}
	for _, resourceType := range types {
		if subtypes := zenodo.ResourceSubtypes(resourceType); !slices.IsSorted(subtypes) || slices.Contains(subtypes, "") {
			t.Errorf("the subtypes of %s are %q, want them sorted", resourceType, subtypes)
		}
		if resourceType != strings.ToLower(resourceType) {
			t.Errorf("%s is not in small letters", resourceType)
		}
	}
	if got := zenodo.ResourceSubtypes("publication"); !slices.Contains(got, "article") || slices.Contains(got, "thesis") {
		t.Errorf("subtypes of publication: %q", got)
	}
	if got := zenodo.ResourceSubtypes("software"); !slices.Equal(got, []string{"computationalnotebook"}) {
		t.Errorf("subtypes of software: %q", got)
	}
	if got := zenodo.ResourceSubtypes("dataset"); len(got) > 0 {
		t.Errorf("subtypes of dataset: %q", got)
	}
}

func TestIsZenodo(t *testing.T) {
	for root, want := range map[string]bool{
		"https://zenodo.org/api": true, "https://Zenodo.Org/api": true, "https://sandbox.zenodo.org/api": true,
		"https://zenodo.org.example/api": false, "http://127.0.0.1:1/api": false,
	} {
		c, err := zenodo.NewClient(zenodo.WithBaseURL(root))
		if err != nil || c.IsZenodo() != want {
			t.Errorf("%s: got %t, %v", root, c != nil && c.IsZenodo(), err)
		}
	}
}

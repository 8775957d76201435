package index_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

func TestUnknownValues(t *testing.T) {
	db := openIndex(t)
	store(t, db,
		record(1, "metadata.language", "eng", "metadata.communities", in("egi-ace"), "metadata.license", map[string]any{"id": "cc-by-4.0"}),
		record(2, "metadata.resource_type", map[string]any{"type": "publication", "subtype": "article"}),
	)
	if _, err := db.StoreCommunities(t.Context(), &zenodo.Community{Slug: "empty", ID: "e"}); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"":                                     nil,
		"bats":                                 nil,
		"title:dataset type:(":                 nil, // a loose match
		"type:dataset":                         nil,
		"type:publication":                     nil,
		"type:datset":                          {"datset of dataset publication"},
		`a AND -type:"Dataset"`:                {"Dataset of dataset publication"},
		"type:(dataset OR datset)":             {"datset of dataset publication"},
		"type:dat* type:datset~1":              nil, // these are no values
		"communities:egi-ace":                  nil,
		"communities:empty":                    nil,
		"communities:egi_ace":                  {"egi_ace of egi-ace empty"},
		"parent.communities.entries.slug:nope": {"nope of egi-ace empty"},
		"language:en license.identifier:cc-by": {"en of eng", "cc-by of cc-by-4.0"},
		"resource_type.subtype:article":        {"article of publication-article"},
		"filetype:csv":                         {"csv of "}, // no record has any
		"metadata.title.keyword:x":             nil,         // is no vocabulary
	} {
		q, err := querystring.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		unknown, err := db.UnknownValues(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, v := range unknown {
			got = append(got, v.Value+" of "+strings.Join(v.Known, " "))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// No value that a record has is taken for a mistake.
func TestNoUnknownValues(t *testing.T) {
	db := recordedIndex(t)
	names := index.FacetNames()
	facets, err := db.Facets(t.Context(), index.Query{AllVersions: true}, names, 0)
	if err != nil {
		t.Fatal(err)
	}
	fields := map[string]string{
		"type": "type", "subtype": "resource_type.subtype", "access": "access_right", "license": "license.identifier", "language": "language",
		"community": "communities", "filetype": "filetype",
	}
	checked := 0
	for _, f := range facets {
		for _, v := range f.Values {
			if fields[f.Name] == "" {
				continue
			}
			checked++
			q, err := querystring.Parse(querystring.Term(fields[f.Name], v.Value))
			if err != nil {
				t.Fatal(err)
			}
			if unknown, err := db.UnknownValues(t.Context(), q); err != nil || len(unknown) > 0 {
				t.Errorf("%s: %+v, %v", q.Text, unknown, err)
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d values", checked)
	}
}

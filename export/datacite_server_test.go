package export_test

import (
	"encoding/json"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

// TestDataCiteAsServed compares a record with DataCite's JSON as Zenodo's own code
// writes it: what stands there stands in ours, too.
func TestDataCiteAsServed(t *testing.T) {
	var served map[string]any
	for line := range recordedLines(t, filepath.Join("servers", "zenodo.jsonl.gz")) {
		var exchange struct{ Name, Body string }
		if err := json.Unmarshal([]byte(line), &exchange); err != nil {
			t.Fatal(err)
		}
		if exchange.Name == "export-datacite-json" {
			if err := json.Unmarshal([]byte(exchange.Body), &served); err != nil {
				t.Fatal(err)
			}
		}
	}
	var r *zenodo.Record
	for line := range recordedLines(t, filepath.Join("servers", "zenodo-both-forms.jsonl.gz")) {
		var pair struct{ Native json.RawMessage }
		if err := json.Unmarshal([]byte(line), &pair); err != nil {
			t.Fatal(err)
		}
		if one := decoded(t, string(pair.Native)); string(one.DOI) == served["doi"] {
			r = one
		}
	}
	var ours []map[string]any
	if err := json.Unmarshal([]byte(write(t, "datacite", export.Options{}, r)), &ours); err != nil {
		t.Fatal(err)
	}
	for _, right := range served["rightsList"].([]any) { // which it writes in small letters
		right := right.(map[string]any)
		if right["rightsIdentifierScheme"] == "spdx" {
			right["rightsIdentifierScheme"], right["schemeUri"] = "SPDX", "https://spdx.org/licenses/"
		}
	}
	for key, value := range served {
		if key == "types" { // it has an empty text in it
			value.(map[string]any)["resourceType"] = nil
		}
		list, isList := value.([]any)
		if !isList {
			list, ours[0][key] = []any{value}, []any{ours[0][key]}
		}
		for _, want := range list {
			if !slices.ContainsFunc(ours[0][key].([]any), func(got any) bool { return reflect.DeepEqual(withoutEmpty(want), withoutEmpty(got)) }) {
				t.Errorf("%s: no %v among %v", key, want, ours[0][key])
			}
		}
	}
}

// withoutEmpty is an object without members that are empty.
func withoutEmpty(v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	kept := map[string]any{}
	for key, value := range object {
		if list, isList := value.([]any); value != nil && !(isList && len(list) == 0) {
			kept[key] = value
		}
	}
	return kept
}

// Affiliations and funders have the best identifier that there is, by its scheme.
func TestDataCiteIdentifiers(t *testing.T) {
	type ids = []zenodo.AlternateIdentifier
	for _, tt := range []struct {
		affiliation zenodo.Affiliation
		want        string
	}{
		{
			zenodo.Affiliation{Name: "CERN", ID: "01ggx4157"},
			`{"name":"CERN","affiliationIdentifier":"https://ror.org/01ggx4157","affiliationIdentifierScheme":"ROR","schemeUri":"https://ror.org"}`,
		},
		{
			zenodo.Affiliation{Name: "A", ID: "edmo:3800", Identifiers: ids{{Identifier: "grid.9132.9", Scheme: "grid"}, {Identifier: "https://ror.org/01ggx4157", Scheme: "ror"}}},
			`{"name":"A","affiliationIdentifier":"https://ror.org/01ggx4157","affiliationIdentifierScheme":"ROR","schemeUri":"https://ror.org"}`,
		},
		{
			zenodo.Affiliation{Name: "A", ID: "edmo:3800", Identifiers: ids{{Identifier: "3800", Scheme: "edmo"}}},
			`{"name":"A","affiliationIdentifier":"3800","affiliationIdentifierScheme":"EDMO"}`,
		},
		{zenodo.Affiliation{Name: "A", ID: "edmo:3800"}, `{"name":"A"}`},
	} {
		r := work("1", "dataset", "", "T", "2020")
		r.Metadata.Creators = []zenodo.Creator{{Name: "Rossi, Ada", Affiliations: []zenodo.Affiliation{tt.affiliation}}}
		if got, want := firstOf(t, "datacite", "creators", r), `{"name":"Rossi, Ada","affiliation":[`+tt.want+`]}`; got != want {
			t.Errorf("%+v is %s, want %s", tt.affiliation, got, want)
		}
	}
	for _, tt := range []struct {
		funder zenodo.Funder
		want   string
	}{
		{zenodo.Funder{Name: "EC", ID: "00k4n6c32", DOI: "10.13039/501100000780"}, `"funderIdentifier":"https://ror.org/00k4n6c32","funderIdentifierType":"ROR"`},
		{zenodo.Funder{Name: "EC", ID: "ec", DOI: "10.13039/501100000780"}, `"funderIdentifier":"https://doi.org/10.13039/501100000780","funderIdentifierType":"Crossref Funder ID"`},
		{zenodo.Funder{Name: "EC", Identifiers: ids{{Identifier: "0000 0001 2162 673X", Scheme: "isni"}}}, `"funderIdentifier":"0000 0001 2162 673X","funderIdentifierType":"ISNI"`},
	} {
		r := work("1", "dataset", "", "T", "2020")
		r.Metadata.Grants = []zenodo.Grant{{Funder: tt.funder}}
		if got := firstOf(t, "datacite", "fundingReferences", r); !strings.Contains(got, tt.want) {
			t.Errorf("%+v is %s, want %s", tt.funder, got, tt.want)
		}
	}
}

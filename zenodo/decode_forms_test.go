package zenodo_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/zharvest/zharvest/zenodo"
)

// What Zenodo's own code writes in both forms is the same, but for what the
// legacy form does not have.
func TestDecodeBothForms(t *testing.T) {
	for line := range bytes.Lines(readShared(t, "zenodo/servers/zenodo-both-forms.jsonl.gz")) {
		var pair struct{ Native, Legacy json.RawMessage }
		if err := json.Unmarshal(line, &pair); err != nil {
			t.Fatal(err)
		}
		native, err := zenodo.DecodeRecord(pair.Native)
		if err != nil {
			t.Fatal(err)
		}
		legacy, err := zenodo.DecodeRecord(pair.Legacy)
		if err != nil {
			t.Fatal(err)
		}
		got := asLegacy(*native)
		legacy.Raw, legacy.Format = nil, ""
		if custom := legacy.Metadata.CustomFields; custom != nil {
			equalCustom(t, custom, got.Metadata.CustomFields)
			legacy.Metadata.CustomFields, got.Metadata.CustomFields = nil, nil
		}
		byKey := func(a, b zenodo.File) int { return strings.Compare(a.Key, b.Key) } // both are in no order
		slices.SortFunc(legacy.Files, byKey)
		slices.SortFunc(got.Files, byKey)
		for _, files := range [][]zenodo.File{legacy.Files, got.Files} {
			for i := range files {
				if files[i].URL, err = url.PathUnescape(files[i].URL); err != nil {
					t.Fatal(err)
				}
			}
		}
		if diff := cmp.Diff(legacy, &got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("record %s (-legacy +native):\n%s", native.ID, diff)
		}
	}
}

// asLegacy takes from a record what the legacy form does not have.
func asLegacy(r zenodo.Record) zenodo.Record {
	r.Raw, r.Format = nil, ""
	r.DOIProvider, r.OAI, r.Access, r.FilesEnabled, r.DefaultPreview = "", "", zenodo.Access{}, nil, ""
	r.CommunityIDs, r.DefaultCommunity = nil, ""
	for i := range r.Files {
		r.Files[i].MediaType = ""
	}
	m := &r.Metadata
	m.Publisher, m.AdditionalTitles, m.AdditionalDescriptions, m.Languages, m.Rights = "", nil, nil, nil, nil
	m.Copyright, m.Sizes, m.Formats = "", nil, nil
	if len(m.Custom) == 0 { // all are in fields of their own
		m.CustomFields = nil
	}
	for i := range m.Creators {
		asLegacyPerson(&m.Creators[i])
	}
	for i := range m.Contributors {
		asLegacyPerson(&m.Contributors[i].Creator)
	}
	for i := range m.Grants {
		m.Grants[i].ID = ""
	}
	m.Grants = slices.DeleteFunc(m.Grants, func(g zenodo.Grant) bool { return g.Code == "" && g.Title == "" }) // funders without an award
	for i := range m.AlternateIdentifiers {
		m.AlternateIdentifiers[i].Scheme = ""
	}
	for i, d := range m.Dates {
		if d.End == "" {
			m.Dates[i].Start = ""
		}
	}
	r.Stats.DataVolume, r.Stats.VersionDataVolume = nil, nil
	return r
}

func asLegacyPerson(c *zenodo.Creator) {
	c.Kind, c.Role, c.ROR, c.FamilyName, c.GivenName, c.Identifiers = "", "", "", "", "", nil
	if len(c.Affiliations) > 0 {
		c.Affiliations = []zenodo.Affiliation{{Name: c.Affiliations[0].Name}}
	}
}

// equalCustom checks that the custom fields of the legacy form are all among those
// of the native one.
func equalCustom(t *testing.T, legacy, native json.RawMessage) {
	t.Helper()
	var want, got map[string]any
	if err := errors.Join(json.Unmarshal(legacy, &want), json.Unmarshal(native, &got)); err != nil {
		t.Fatal(err)
	}
	maps.DeleteFunc(got, func(name string, _ any) bool { return want[name] == nil })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("custom fields (-legacy +native):\n%s", diff)
	}
}

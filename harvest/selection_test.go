package harvest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
)

func TestSelectionName(t *testing.T) {
	// Names are kept in people's indexes: they must never change.
	for _, tt := range []struct {
		sel  harvest.Selection
		want string
	}{
		{harvest.Selection{}, "everything"},
		{harvest.Selection{API: "https://zenodo.org/api"}, "everything"},
		{harvest.Selection{Kind: harvest.KindCommunities}, "communities"},
		{harvest.Selection{Communities: []zenodo.Slug{"egi-ace"}}, "egi-ace"},
		{harvest.Selection{Communities: []zenodo.Slug{"egi", "biosyslit", "egi"}}, "biosyslit+egi"},
		{harvest.Selection{Communities: []zenodo.Slug{"egi-ace"}, Type: "Dataset", AllVersions: true}, "egi-ace-dataset-all-versions"},
		{harvest.Selection{Type: "publication", Subtype: "article"}, "publication-article"},
		{harvest.Selection{Via: harvest.ViaOAI}, "everything-via-oai"},
		{harvest.Selection{Via: harvest.ViaOAI, Communities: []zenodo.Slug{"egi-ace"}, AllVersions: true}, "egi-ace-via-oai"},
		{harvest.Selection{Via: harvest.ViaOAI, Since: "2024-01-01T00:00:00Z"}, "everything-via-oai-since-2024-01-01"},
		{harvest.Selection{Since: "2024-01-01T01:00:00+01:00", Until: "2024-06-01T12:30:00Z"}, "since-2024-01-01-until-2024-06-01T123000Z"},
		{harvest.Selection{Query: `title:"Climate Models" AND creators.name:Müller`}, "query-title-climate-models-and-creator-02393065"},
		{harvest.Selection{Query: "***"}, "query-596f4162"},
		{harvest.Selection{Kind: harvest.KindCommunities, Query: "egi"}, "communities-query-egi-e73d701f"},
	} {
		if got := tt.sel.Name(); got != tt.want {
			t.Errorf("Name of %s: got %s, want %s", tt.sel.JSON(), got, tt.want)
		}
	}
}

func TestSelectionNameIsShort(t *testing.T) {
	var many harvest.Selection
	for _, c := range "abcdefgh" {
		many.Communities = append(many.Communities, zenodo.Slug(strings.Repeat(string(c), 30)))
	}
	one := many.Name()
	many.Communities[7] = "something-else"
	other := many.Name()
	if len(one) > 80 || one == other {
		t.Errorf("got names %q and %q, want short and different ones", one, other)
	}
}

func TestSelectionJSON(t *testing.T) {
	one := harvest.Selection{
		Query: "a<b & c", Communities: []zenodo.Slug{"egi", "biosyslit", "egi"}, Type: "Publication",
		Since: "2024-01-01T01:00:00+01:00", API: "https://zenodo.org/api/", Via: "rest",
	}
	const want = `{"query":"a<b & c","communities":["biosyslit","egi"],"type":"publication",` +
		`"since":"2024-01-01T00:00:00Z","api":"https://zenodo.org/api"}`
	if got := string(one.JSON()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	back, err := harvest.ParseSelection([]byte(want))
	if err != nil || !back.Equal(one) {
		t.Errorf("ParseSelection: got %+v, %v; want what was written", back, err)
	}
	if one.Communities[0] != "egi" {
		t.Errorf("JSON changed the selection's own communities: %v", one.Communities)
	}
	if got := string(harvest.Selection{}.JSON()); got != "{}" {
		t.Errorf("everything: got %s, want {}", got)
	}
	if _, err := harvest.ParseSelection([]byte(`{"licence":"cc-by"}`)); err == nil {
		t.Error("a filter that is not known was dropped without an error")
	}
}

func TestSelectionValidate(t *testing.T) {
	for _, tt := range []struct {
		name string
		sel  harvest.Selection
		want string // part of the problem; empty: it is valid
	}{
		{"everything", harvest.Selection{}, ""},
		{"loose query alone", harvest.Selection{Query: `radar (`}, ""},
		{"loose query in a community", harvest.Selection{Query: `radar (`, Communities: []zenodo.Slug{"egi"}}, ""},
		{"loose query of a type", harvest.Selection{Query: `radar (`, Type: "dataset"}, ""},
		{"loose query of a type in a community", harvest.Selection{Query: `radar (`, Type: "dataset", Communities: []zenodo.Slug{"egi"}}, "cannot be combined with type"},
		{"loose query since", harvest.Selection{Query: `radar (`, Since: "2024-01-01T00:00:00Z"}, "cannot be combined with created"},
		{"query since", harvest.Selection{Query: `radar`, Since: "2024-01-01T00:00:00Z"}, ""},
		{"subtype alone", harvest.Selection{Subtype: "article"}, "needs a type"},
		{"no time", harvest.Selection{Since: "yesterday"}, "RFC 3339"},
		{"empty interval", harvest.Selection{Since: "2024-01-01T00:00:00Z", Until: "2024-01-01T00:00:00Z"}, "nothing lies between"},
		{"unknown kind", harvest.Selection{Kind: "users"}, "unknown kind"},
		{"unknown way", harvest.Selection{Via: "fax"}, "unknown way"},
		{"OAI-PMH with a query", harvest.Selection{Via: harvest.ViaOAI, Query: "graphene"}, "OAI-PMH selects records by community and time of change alone"},
		{"OAI-PMH with a type", harvest.Selection{Via: harvest.ViaOAI, Type: "dataset"}, "OAI-PMH selects"},
		{"communities by query", harvest.Selection{Kind: "communities", Query: "egi", API: "https://zenodo.org/api"}, ""},
		{"communities by type", harvest.Selection{Kind: "communities", Type: "dataset"}, "by a query alone"},
	} {
		err := tt.sel.Validate()
		problem, ok := errors.AsType[*harvest.SelectionError](err)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: got %v, want it valid", tt.name, err)
		case tt.want != "" && (!ok || !strings.Contains(problem.Problem, tt.want)):
			t.Errorf("%s: got %v, want a *SelectionError with %q", tt.name, err, tt.want)
		}
	}
}

func TestParseDates(t *testing.T) {
	now := time.Date(2024, 3, 31, 15, 4, 5, 6, time.FixedZone("", 2*60*60)) // 13:04 UTC
	for _, tt := range []struct{ text, since, until string }{
		{"2024", "2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"},
		{"2024-02", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"},
		{"2024-12", "2024-12-01T00:00:00Z", "2025-01-01T00:00:00Z"},
		{"2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"},
		{" 2024-02-29 ", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"},
		{"2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z", "2024-02-29T12:00:01Z"},
		{"2024-02-29T01:00:00+02:00", "2024-02-28T23:00:00Z", "2024-02-28T23:00:01Z"},
		{"2024-02-29T12:00:00.5Z", "2024-02-29T12:00:00.5Z", "2024-02-29T12:00:00.501Z"},
		{"2024-02-29T12:00:00.123000+00:00", "2024-02-29T12:00:00.123Z", "2024-02-29T12:00:00.124Z"},
		{"2024-02-29T12:00:00.123456+00:00", "2024-02-29T12:00:00.123456Z", "2024-02-29T12:00:00.124Z"},
		{"2024-02-29T23:59:59.999999Z", "2024-02-29T23:59:59.999999Z", "2024-03-01T00:00:00Z"},
		{"0d", "2024-03-31T00:00:00Z", "2024-04-01T00:00:00Z"},
		{"7d", "2024-03-24T00:00:00Z", "2024-03-25T00:00:00Z"},
		{"12h", "2024-03-31T01:00:00Z", "2024-03-31T02:00:00Z"},
		{"14h", "2024-03-30T23:00:00Z", "2024-03-31T00:00:00Z"},
		{"2w", "2024-03-17T00:00:00Z", "2024-03-18T00:00:00Z"},
		{"1mo", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"},
		{"3mo", "2023-12-31T00:00:00Z", "2024-01-01T00:00:00Z"},
		{"1y", "2023-03-31T00:00:00Z", "2023-04-01T00:00:00Z"},
	} {
		since, err := harvest.ParseSince(tt.text, now)
		if got := since.Format(time.RFC3339Nano); err != nil || got != tt.since {
			t.Errorf("ParseSince(%q): got %s, %v; want %s", tt.text, got, err, tt.since)
		}
		until, err := harvest.ParseUntil(tt.text, now)
		if got := until.Format(time.RFC3339Nano); err != nil || got != tt.until {
			t.Errorf("ParseUntil(%q): got %s, %v; want %s", tt.text, got, err, tt.until)
		}
	}
	for _, text := range []string{"", "d", "7", "7x", "7D", "-7d", "+7d", "1e3d", "99999d", "9000y", "2024-13", "2023-02-29", "24", "2024-1-1", "2024-01-01T12:00", "now", "9999", "9999-12-31T23:59:59Z"} {
		if at, err := harvest.ParseUntil(text, now); err == nil {
			t.Errorf("ParseUntil(%q): got %v, want an error", text, at)
		}
	}
}

func FuzzParseSince(f *testing.F) {
	for _, text := range []string{"2024", "2024-06-01", "2024-02-29T01:00:00+02:00", "7d", "3mo", "9999y", ""} {
		f.Add(text)
	}
	now := time.Date(2024, 3, 31, 15, 4, 5, 6, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		since, err := harvest.ParseSince(text, now)
		if err != nil {
			return
		}
		until, err := harvest.ParseUntil(text, now)
		if err != nil || until.Before(since) {
			t.Fatalf("%q ends at %v, %v before it begins at %v", text, until, err, since)
		}
		if _, err := time.Parse(time.RFC3339, since.Format(time.RFC3339Nano)); err != nil {
			t.Fatalf("%q cannot be written down again: %v", text, err)
		}
	})
}

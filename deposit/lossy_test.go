package deposit_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/deposit"
)

// Each row is what a record has in InvenioRDM's own JSON, and what a legacy
// edit would lose of that.
func TestLosses(t *testing.T) {
	const (
		person = `{"person_or_org": {"type": "personal", "name": "Doe, Jane", "family_name": "Doe", "given_name": "Jane"}`
		cern   = `{"id": "01ggx4157", "name": "CERN", "identifiers": [{"scheme": "ror", "identifier": "01ggx4157"}]}`
		point  = `"geometry": {"type": "Point", "coordinates": `
	)
	for _, tt := range []struct {
		metadata string
		want     []string // path: lost
	}{
		// What the legacy form has a place for.
		{`"title": "T", "description": "<p>D</p>", "publisher": "P", "publication_date": "2020-05", "version": "1"`, nil},
		{`"resource_type": {"id": "publication-article", "title": {"en": "Journal article"}}`, nil},
		{`"resource_type": {"id": "dataset"}`, nil},
		{`"creators": [` + person + `, "affiliations": [{"name": "A"}]}]`, nil},
		{`"creators": [{"person_or_org": {"type": "personal", "family_name": "Doe", "given_name": "Jane"}}]`, nil},
		{`"creators": [{"person_or_org": {"type": "personal", "name": "Madonna", "family_name": "Madonna"}}]`, nil},
		{`"creators": [{"person_or_org": {"type": "personal", "name": "A, B, C", "family_name": "A, B, C"}}]`, nil},
		{`"creators": [{"person_or_org": {"name": "Doe", "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}, {"scheme": "gnd", "identifier": "gnd:118540238"}]}}]`, nil},
		{`"contributors": [` + person + `, "role": {"id": "datacollector", "title": {"en": "Data collector"}}}]`, nil},
		{`"rights": [{"id": "cc-by-4.0", "title": {"en": "CC BY"}, "icon": "i", "props": {"url": "https://x.example"}}]`, nil},
		{`"languages": [{"id": "eng", "title": {"en": "English"}}]`, nil},
		{`"subjects": [{"subject": "tide"}]`, nil},
		{`"identifiers": [{"identifier": "https://x.example", "scheme": "url"}]`, nil},
		{`"related_identifiers": [{"identifier": "10.1/x", "scheme": "doi", "relation_type": {"id": "issupplementto"}, "resource_type": {"id": "dataset"}}]`, nil},
		{`"references": [{"reference": "R"}]`, nil},
		{`"additional_descriptions": [{"description": "N", "type": {"id": "notes"}}, {"description": "M", "type": {"id": "methods"}}]`, nil},
		{`"dates": [{"date": "2011/2012", "type": {"id": "collected"}, "description": "D"}, {"date": "2011", "type": {"id": "valid"}}]`, nil},
		{`"funding": [{"funder": {"id": "00k4n6c32", "name": "EC"}, "award": {"id": "00k4n6c32::283595", "number": "283595", "program": "FP7", "title": {"en": "OpenAIREplus"}}}]`, nil},
		{`"funding": [{"funder": {"id": "021nxhr62"}, "award": {"id": "021nxhr62::1", "number": "1"}}]`, nil},
		{`"locations": {"features": [{"place": "P", "description": "D", ` + point + `[8.4, -55.5]}}, {"place": "Q"}]}`, nil},
		{`"additional_titles": [], "sizes": null, "copyright": ""`, nil},

		// What it has none for.
		{`"resource_type": {"id": "a-b-c"}`, []string{"metadata.resource_type.id: a-b-c → a-c"}},
		{
			`"creators": [` + person + `, "affiliations": [` + cern + `, {"name": "Second"}, ` + cern + `], "role": {"id": "editor", "title": {"en": "Editor"}}}]`,
			[]string{
				"metadata.creators[0].affiliations[0].id: 01ggx4157", "metadata.creators[0].affiliations[1]: Second",
				"metadata.creators[0].affiliations[2]: CERN", "metadata.creators[0].role: editor",
			},
		},
		{
			`"creators": [{"person_or_org": {"type": "organizational", "name": "Board, Esbjerg", "identifiers": [{"scheme": "ror", "identifier": "01ggx4157"}]}}]`,
			[]string{"metadata.creators[0].person_or_org.type: organizational → personal", "metadata.creators[0].person_or_org.identifiers[0]: ror, 01ggx4157"},
		},
		{
			`"creators": [{"person_or_org": {"type": "personal", "name": "Doe, Jr., John", "family_name": "Doe, Jr.", "given_name": "John"}}]`,
			[]string{"metadata.creators[0].person_or_org.family_name: Doe, Jr. → Doe, Jr., John", "metadata.creators[0].person_or_org.given_name: John"},
		},
		{
			`"creators": [{"person_or_org": {"name": "Doe", "identifiers": [{"scheme": "orcid", "identifier": "1"}, {"scheme": "isni", "identifier": "2"}, {"scheme": "orcid", "identifier": "3"}]}}]`,
			[]string{"metadata.creators[0].person_or_org.identifiers[0]: orcid, 1", "metadata.creators[0].person_or_org.identifiers[1]: isni, 2"},
		},
		{`"creators": [{"person_or_org": {"name": "Doe"}, "unheard_of": {"a": 1}}]`, []string{"metadata.creators[0].unheard_of: 1"}},
		{
			`"contributors": [{"person_or_org": {"type": "organizational", "name": "B"}, "role": {"id": "translator"}, "affiliations": [{"name": "X"}, {"name": "Y"}]}]`,
			[]string{
				"metadata.contributors[0].person_or_org.type: organizational → personal", "metadata.contributors[0].role: translator",
				"metadata.contributors[0].affiliations[1]: Y",
			},
		},
		{
			`"rights": [{"id": "mit"}, {"id": "cc-by-4.0"}, {"title": {"de": "Hausrecht", "en": "House licence"}, "link": "https://x.example"}]`,
			[]string{"metadata.rights[1]: cc-by-4.0", "metadata.rights[2]: House licence, https://x.example"},
		},
		{`"rights": [{"title": {"en": "House licence"}}]`, []string{"metadata.rights[0]: House licence"}},
		{`"rights": [{"id": "of-another-vocabulary"}]`, []string{"metadata.rights[0]: of-another-vocabulary"}},
		{`"languages": [{"id": "eng"}, {"id": "deu"}]`, []string{"metadata.languages[1]: deu"}},
		{`"subjects": [{"subject": "tide"}, {"id": "http://x.example/1", "subject": "Sea", "scheme": "S"}]`, []string{"metadata.subjects[1]: Sea"}},
		{
			`"related_identifiers": [{"identifier": "10.1/x", "scheme": "doi", "relation_type": {"id": "istranslationof", "title": {"en": "Is translation of"}}}]`,
			[]string{"metadata.related_identifiers[0]: 10.1/x, doi, istranslationof"},
		},
		{`"references": [{"reference": "R", "identifier": "10.1/x", "scheme": "doi"}]`, []string{"metadata.references[0].identifier: 10.1/x", "metadata.references[0].scheme: doi"}},
		{`"additional_titles": [{"title": "Sub", "type": {"id": "subtitle"}, "lang": {"id": "eng"}}]`, []string{"metadata.additional_titles[0]: Sub, subtitle, eng"}},
		{
			`"additional_descriptions": [{"description": "<p>A &amp; B</p>", "type": {"id": "abstract"}}, {"description": "N1", "type": {"id": "notes"}, "lang": {"id": "eng"}},
				{"description": "N2", "type": {"id": "notes"}}, {"description": "M1", "type": {"id": "methods"}}, {"description": "M2", "type": {"id": "methods"}}]`,
			[]string{
				"metadata.additional_descriptions[0]: A & B, abstract", "metadata.additional_descriptions[1].lang: eng",
				"metadata.additional_descriptions[2]: N2, notes", "metadata.additional_descriptions[3]: M1, methods",
			},
		},
		{`"copyright": "(c) me", "sizes": ["1 page", "2 MB"], "formats": ["application/pdf"]`, []string{
			"metadata.copyright: (c) me", "metadata.sizes[0]: 1 page", "metadata.sizes[1]: 2 MB", "metadata.formats[0]: application/pdf",
		}},
		{
			`"funding": [{"funder": {"name": "Nobody"}}, {"funder": {"id": "00k4n6c32", "name": "EC"}}, {"funder": {"id": "00k4n6c32", "name": "EC"}, "award": {"number": "77", "title": {"en": "Own"}}},
				{"funder": {"id": "021nxhr62", "name": "NSF"}, "award": {"id": "021nxhr62::1", "number": "1", "program": "FP7"}}]`,
			[]string{"metadata.funding[0]: Nobody", "metadata.funding[1]: EC", "metadata.funding[2]: EC, 77, Own", "metadata.funding[3]: NSF, 021nxhr62::1"},
		},
		{
			`"locations": {"features": [{"place": "P", ` + point + `[0, 55]}}, {"place": "P", "geometry": {"type": "Polygon", "coordinates": [[[1, 2]]]}}, {"description": "D"},
				{"place": "P", "identifiers": [{"identifier": "1", "scheme": "geonames"}]}]}`,
			[]string{
				"metadata.locations.features[0].geometry: Point, 0, 55", "metadata.locations.features[1].geometry: Polygon, 1, 2",
				"metadata.locations.features[2]: D", "metadata.locations.features[3].identifiers[0]: 1, geonames",
			},
		},
		{`"of_the_future": {"x": [1, 2]}`, []string{"metadata.of_the_future: 1, 2"}},
		{`"copyright": "` + strings.Repeat("long ", 30) + `"`, []string{"metadata.copyright: " + strings.Repeat("long ", 15) + "long…"}},
	} {
		checkLosses(t, `{"metadata": {`+tt.metadata+`}}`, nil, tt.want)
	}
}

// What is beside the metadata is lost, too.
func TestLossesBesideMetadata(t *testing.T) {
	for _, tt := range []struct {
		parts string
		want  []string
	}{
		{`"custom_fields": {"dwc:class": ["Mammalia"], "code:programmingLanguage": [{"id": "go"}], "legacy:subjects": [{"term": "x"}]}`, nil},
		{`"custom_fields": {"journal:journal": {"title": "J", "volume": "1", "issue": "2", "pages": "3-4"}, "thesis:thesis": {"university": "U"}}`, nil},
		{`"custom_fields": {"meeting:meeting": {"title": "M", "acronym": "A", "dates": "D", "place": "P", "url": "U", "session": "1", "session_part": "2"}}`, nil},
		{`"custom_fields": {"imprint:imprint": {"title": "I", "pages": "1", "isbn": "2", "place": "P"}}`, nil},
		{
			`"custom_fields": {"journal:journal": {"title": "J", "issn": "1234-5679"}, "imprint:imprint": {"edition": "2nd"}, "thesis:thesis": {"department": "D", "university": "U"},
				"meeting:meeting": {"identifiers": [{"identifier": "x"}]}, "thesis:other": "O"}`,
			[]string{
				"custom_fields.journal:journal.issn: 1234-5679", "custom_fields.imprint:imprint.edition: 2nd", "custom_fields.thesis:thesis.department: D",
				"custom_fields.meeting:meeting.identifiers[0]: x", "custom_fields.thesis:other: O",
			},
		},
		{`"access": {"record": "public", "files": "restricted", "embargo": {"active": true, "until": "2030-01-01", "reason": null}, "status": "embargoed"}`, nil},
		{
			`"access": {"record": "restricted", "files": "restricted", "embargo": {"active": false, "reason": "a patent"}}`,
			[]string{"access.record: restricted → public", "access.embargo.reason: a patent"},
		},
		{`"files": {"enabled": true, "order": [], "count": 1, "default_preview": null, "entries": {"a.txt": {"key": "a.txt"}}}`, nil},
		{`"files": {"enabled": false}`, []string{"files.enabled: false → true"}},
		{`"files": {"enabled": true, "default_preview": "a.txt"}`, []string{"files.default_preview: a.txt"}},
		{`"pids": {"doi": {"identifier": "10.5281/zenodo.1"}}, "parent": {"id": "1"}, "stats": {"views": 1}`, nil},
	} {
		checkLosses(t, `{"metadata": {}, `+tt.parts+`}`, nil, tt.want)
	}
}

// What can be written by the legacy API and is not given out is lost where it
// is not written again.
func TestLossesByWanted(t *testing.T) {
	const (
		day    = `{"metadata": {"rights": [{"id": "mit"}], "dates": [{"date": "2011-05-01", "type": {"id": "collected"}}]}}`
		old    = `{"metadata": {"rights": [{"id": "cc-by-1.0"}]}}`
		none   = `"metadata": {"title": "T"}, "is_published": true, "access": {"record": "public", "files": `
		lost   = "metadata.dates[0]: 2011-05-01, collected → nothing, unless it is written again, with start and end"
		misled = "metadata.rights[0].id: cc-by-1.0 → cc-by-4.0"
	)
	for _, tt := range []struct {
		native, wanted string // wanted is empty where it is not known
		want           []string
	}{
		{day, "", nil},
		{day, `"dates": [{"type": "Collected", "start": "2011-05-01", "end": "2011-05-01"}]`, nil},
		{day, `"dates": [{"type": "collected", "end": "2011-05-01"}]`, nil},
		{day, `"dates": [{"type": "collected"}]`, []string{lost}},
		{day, `"dates": [{"type": "valid", "start": "2011-05-01"}]`, []string{lost}},
		{day, `"dates": [{"type": "collected", "start": "2011-05-01", "end": "2012"}]`, []string{lost}},
		{day, `"title": "T"`, []string{lost}},
		{old, "", nil},
		{old, `"license": "CC-BY-1.0"`, nil},
		{old, `"license": "cc-by"`, []string{misled}},
		{old, `"title": "T"`, []string{misled}},
		{`{` + none + `"public"}}`, "", nil},
		{`{` + none + `"public"}}`, `"license": "mit"`, nil},
		{`{` + none + `"restricted"}}`, `"title": "T"`, nil},
		{`{` + none + `"public"}}`, `"title": "T"`, []string{"metadata.rights: none → cc-by-4.0"}},
		{`{` + none + `"restricted", "embargo": {"active": true}}}`, `"upload_type": "dataset"`, []string{"metadata.rights: none → cc0-1.0"}},
		{strings.Replace(`{`+none+`"public"}}`, "true", "false", 1), `"title": "T"`, nil},
	} {
		var wanted *deposit.Metadata
		if tt.wanted != "" {
			wanted = read(t, "m.json", "{"+tt.wanted+"}")
		}
		checkLosses(t, tt.native, wanted, tt.want)
	}
}

func checkLosses(t *testing.T, native string, wanted *deposit.Metadata, want []string) {
	t.Helper()
	found, err := deposit.Losses([]byte(native), wanted)
	if err != nil {
		t.Errorf("%s: %v", native, err)
	}
	if got := lossLines(found); !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", native, got, want)
	}
}

func lossLines(found []deposit.Loss) (lines []string) {
	for _, l := range found {
		lines = append(lines, l.Path+": "+l.Lost)
	}
	return lines
}

// What is no record is an error, never nothing lost.
func TestLossesOfNoRecord(t *testing.T) {
	for _, raw := range []string{"", "[]", "null", `"x"`, `{"metadata": `} {
		if found, err := deposit.Losses([]byte(raw), nil); err == nil {
			t.Errorf("%q: got %v, want an error", raw, found)
		}
	}
}

// Of 88 records that a server gave in both forms, those alone have losses that
// were made with what the legacy form has no place for.
func TestLossesRecorded(t *testing.T) {
	want := map[string]int{"160": 3, "171": 14, "176": 14, "270": 1}
	records, clean := 0, 0
	for raw := range sharedLines(t, "zenodo/servers/zenodo-both-forms.jsonl.gz") {
		var pair struct{ Native json.RawMessage }
		var record struct{ ID string }
		if err := json.Unmarshal(raw, &pair); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(pair.Native, &record); err != nil {
			t.Fatal(err)
		}
		found, err := deposit.Losses(pair.Native, nil)
		if err != nil || len(found) != want[record.ID] {
			t.Errorf("record %s: %d losses, want %d: %q, %v", record.ID, len(found), want[record.ID], lossLines(found), err)
		}
		if records++; len(found) == 0 {
			clean++
		}
	}
	if records != 88 || clean != 84 {
		t.Errorf("%d records of %d without losses, want 84 of 88", clean, records)
	}
}

// sharedLines are the lines of a file with recorded data, which not every
// checkout has beside it.
func sharedLines(t *testing.T, name string) func(func([]byte) bool) {
	t.Helper()
	dir := os.Getenv("ZHARVEST_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	f, err := os.Open(filepath.Join(dir, "data", filepath.FromSlash(name)))
	if err != nil {
		t.Skipf("no recorded data: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(unpacked)
	lines.Buffer(nil, 64<<20)
	return func(yield func([]byte) bool) {
		for lines.Scan() && yield(lines.Bytes()) {
		}
		if err := lines.Err(); err != nil {
			t.Error(err)
		}
	}
}

// A real server lost just what is said to be lost: what it had of a record
// after a legacy edit is what it had before, without that.
func TestLossesAsSeen(t *testing.T) {
	exchanges := map[string]json.RawMessage{}
	for raw := range sharedLines(t, "zenodo/servers/zenodo.jsonl.gz") {
		var exchange struct{ Name, Body string }
		if err := json.Unmarshal(raw, &exchange); err != nil {
			t.Fatal(err)
		}
		exchanges[exchange.Name] = json.RawMessage(exchange.Body)
	}
	found, err := deposit.Losses(exchanges["loss-before"], nil)
	if err != nil {
		t.Fatal(err)
	}
	want := valuesGone(t, exchanges["loss-before"], exchanges["loss-after"])
	if got := lossPaths(found); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if found, err := deposit.Losses(exchanges["loss-after"], nil); err != nil || len(found) > 0 {
		t.Errorf("a second edit: got %q, %v; want nothing to be lost", lossLines(found), err)
	}
}

func lossPaths(found []deposit.Loss) (paths []string) {
	for _, l := range found {
		paths = append(paths, l.Path)
	}
	slices.Sort(paths)
	return paths
}

// valuesGone finds, without any knowledge of either form, which values of the
// metadata another state of the record lacks. What a server fills in for an id
// is not looked at.
func valuesGone(t *testing.T, before, after json.RawMessage) []string {
	t.Helper()
	var was, is struct{ Metadata map[string]any }
	for raw, into := range map[*json.RawMessage]any{&before: &was, &after: &is} {
		if err := json.Unmarshal(*raw, into); err != nil {
			t.Fatal(err)
		}
	}
	was.Metadata["title"] = is.Metadata["title"] // it was edited
	var gone []string
	var walk func(path string, a, b any)
	walk = func(path string, a, b any) {
		switch x := a.(type) {
		case map[string]any:
			y, _ := b.(map[string]any)
			id, hasID := x["id"]
			switch {
			case b == nil:
				gone = append(gone, path)
			case hasID && y["id"] != id:
				gone = append(gone, path+".id")
			case !hasID:
				for name := range x {
					walk(path+"."+name, x[name], y[name])
				}
			}
		case []any:
			y, _ := b.([]any)
			for i := range x {
				var item any
				if i < len(y) {
					item = y[i]
				}
				walk(fmt.Sprintf("%s[%d]", path, i), x[i], item)
			}
		default:
			if a != b {
				gone = append(gone, path)
			}
		}
	}
	walk("metadata", was.Metadata, is.Metadata)
	slices.Sort(gone)
	return gone
}

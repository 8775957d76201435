package index_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// nativeRecord has an entry in every list of a record.
const nativeRecord = `{"id": "7", "parent": {"id": "6", "communities": {"entries": [{"slug": "bats"}, {"slug": "caves"}]}},
"created": "2020-01-01T00:00:00+00:00", "updated": "2020-01-01T00:00:00+00:00", "revision_id": 1,
"versions": {"index": 1, "is_latest": true}, "links": {"self_html": "https://zenodo.org/records/7"},
"pids": {"doi": {"identifier": "10.5281/zenodo.7"}}, "access": {"record": "public", "files": "public", "status": "open"},
"files": {"enabled": true, "entries": {"a b.csv": {"key": "a b.csv", "size": 12, "checksum": "md5:0cc175b9c0f1b6a831c399e269772661",
  "links": {"content": "https://zenodo.org/api/records/7/files/a b.csv/content"}}}},
"custom_fields": {"journal:journal": {"title": "Bats", "issue": "3"}, "dwc:kingdom": ["Animalia", "Plantae"],
  "code:codeRepository": "https://example.org/code", "thesis:thesis": {"university": "Oldtown"}},
"metadata": {"title": "Bats", "publication_date": "2020-01-01", "resource_type": {"id": "dataset", "title": {"en": "Dataset"}},
"creators": [
  {"person_or_org": {"type": "personal", "name": "Doe, \"Jane\"", "identifiers": [{"scheme": "orcid", "identifier": "0000-0001-2345-6789"}]},
   "role": {"id": "editor"}, "affiliations": [{"name": "CERN", "id": "01ggx4157"}, {"name": "Oldtown \\ Bats"}]},
  {"person_or_org": {"type": "organizational", "name": "Bat Society", "identifiers": [{"scheme": "ror", "identifier": "05dxps055"}]}}],
"contributors": [{"person_or_org": {"type": "personal", "name": "Roe, Rick"}, "role": {"id": "datacollector"}, "affiliations": [{"name": "CERN"}]}],
"subjects": [{"subject": "night"}, {"id": "http://example.org/bat", "subject": "bat", "scheme": "BATS"}],
"rights": [{"id": "cc-by-4.0", "title": {"en": "CC BY"}, "props": {"url": "https://cc.example"}}],
"additional_titles": [{"title": "Fledermäuse", "type": {"id": "translated-title"}, "lang": {"id": "deu"}}],
"additional_descriptions": [{"description": "<p>How &amp; why</p>", "type": {"id": "methods"}}],
"dates": [{"date": "2019-01-01/2019-02-01", "type": {"id": "collected"}, "description": "by night"}],
"languages": [{"id": "eng"}, {"id": "deu"}],
"references": [{"reference": "Doe 1999"}],
"locations": {"features": [{"place": "Cave", "geometry": {"type": "Point", "coordinates": [7.5, -46.25]}}]},
"identifiers": [{"identifier": "ark:/1", "scheme": "ark"}],
"related_identifiers": [{"identifier": "10.1/x", "scheme": "doi", "relation_type": {"id": "cites"}, "resource_type": {"id": "dataset"}}],
"funding": [{"funder": {"id": "00k4n6c32", "name": "EC"}, "award": {"id": "00k4n6c32::1", "number": "1", "title": {"en": "Night"}, "acronym": "N"}}]}}`

// TestViewsOfNativeRecord has all that a server's own JSON says of a record in
// rows.
func TestViewsOfNativeRecord(t *testing.T) {
	db := openIndex(t)
	store(t, db, nativeRecord)
	for query, want := range map[string]string{
		"SELECT position, name, affiliation, orcid, gnd, ror, kind, role FROM creators": "1 Doe, \"Jane\" CERN; Oldtown \\ Bats 0000-0001-2345-6789 <nil> <nil> personal Editor\n" +
			"2 Bat Society <nil> <nil> <nil> 05dxps055 organizational <nil>\n",
		"SELECT name, type, affiliation FROM contributors": "Roe, Rick DataCollector CERN\n",
		"SELECT person, person_position, position, name, id FROM affiliations": "creator 1 1 CERN 01ggx4157\n" +
			"creator 1 2 Oldtown \\ Bats <nil>\ncontributor 1 1 CERN <nil>\n",
		"SELECT keyword FROM keywords":                                                          "night\n",
		"SELECT term, identifier, scheme FROM subjects":                                         "bat http://example.org/bat BATS\n",
		"SELECT slug FROM memberships JOIN communities USING (community_id) ORDER BY slug":      "bats\ncaves\n",
		"SELECT id, title, url FROM rights":                                                     "cc-by-4.0 CC BY https://cc.example\n",
		"SELECT title, type, language FROM additional_titles":                                   "Fledermäuse translated-title deu\n",
		"SELECT description, type, language FROM additional_descriptions":                       "How & why methods <nil>\n",
		`SELECT type, start, "end", description FROM dates`:                                     "collected 2019-01-01 2019-02-01 by night\n",
		"SELECT position, language FROM languages":                                              "1 eng\n2 deu\n",
		"SELECT citation FROM citations":                                                        "Doe 1999\n",
		"SELECT place, latitude, longitude FROM locations":                                      "Cave -46.25 7.5\n",
		"SELECT position, identifier, relation, scheme, resource_type FROM related_identifiers": "1 10.1/x cites doi dataset\n2 ark:/1 isAlternateIdentifier ark <nil>\n",
		"SELECT code, title, acronym, funder, funder_id, id FROM grants":                        "1 Night N EC 00k4n6c32 00k4n6c32::1\n",
		"SELECT name, value FROM custom_fields ORDER BY name, value":                            "code:codeRepository https://example.org/code\ndwc:kingdom Animalia\ndwc:kingdom Plantae\njournal:journal.issue 3\njournal:journal.title Bats\nthesis:thesis.university Oldtown\n",
		"SELECT key, size, checksum, url FROM files":                                            "a b.csv 12 md5:0cc175b9c0f1b6a831c399e269772661 https://zenodo.org/api/records/7/files/a b.csv/content\n",
		"SELECT name, affiliation FROM creator_records WHERE orcid IS NOT NULL":                 "Doe, \"Jane\" CERN; Oldtown \\ Bats\n",
		"SELECT community, id FROM community_records ORDER BY 1":                                "bats 7\ncaves 7\n",
		"SELECT creators, keywords, communities FROM record_list":                               "Doe, \"Jane\"; Bat Society night bats; caves\n",
		"SELECT id, key, size FROM file_list":                                                   "7 a b.csv 12\n",
	} {
		if diff := cmp.Diff(want, strings.Join(table(t, db.Path(), query), "")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

// TestViewsOfManyRecords has the views say of each record what it says itself.
func TestViewsOfManyRecords(t *testing.T) {
	db := openIndex(t)
	raws := syntheticRecords(t, 300/slowdown)
	store(t, db, raws...)
	null := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	want := map[string][]string{}
	for _, r := range decode(t, raws...) {
		add := func(view string, values ...any) {
			want[view] = append(want[view], fmt.Sprintln(append([]any{r.ID}, values...)...))
		}
		for i, c := range r.Metadata.Creators {
			add("position, name, affiliation, orcid, gnd FROM creators", i+1, c.Name, null(c.Affiliation()), null(c.ORCID), null(c.GND))
		}
		for i, k := range r.Metadata.Keywords {
			add("position, keyword FROM keywords", i+1, k)
		}
		for i, id := range r.Metadata.RelatedIdentifiers {
			add("position, identifier, relation, scheme, resource_type FROM related_identifiers", i+1, id.Identifier, null(id.Relation), null(id.Scheme), null(id.ResourceType))
		}
		for i, f := range r.Files {
			add("position, key, size, checksum, url FROM files", i+1, f.Key, f.Size, null(f.Checksum), null(f.URL))
		}
		for _, c := range r.Communities {
			add("slug FROM (SELECT record_id, slug FROM memberships JOIN communities USING (community_id))", string(c))
		}
	}
	if len(want) != 5 {
		t.Fatalf("the records have rows of %d views, want 5", len(want))
	}
	for view, rows := range want {
		got := table(t, db.Path(), "SELECT (SELECT r.id FROM records r WHERE r.record_id = v.record_id), "+view+" v")
		slices.Sort(rows)
		slices.Sort(got)
		if diff := cmp.Diff(rows, got); diff != "" {
			t.Errorf("%s (-want +got):\n%.2000s", view, diff)
		}
	}
}

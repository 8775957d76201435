package index_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
)

// library is a few records for queries of every kind.
func library(t *testing.T) *index.DB {
	t.Helper()
	db := openIndex(t)
	person := func(name, affiliation, orcid string) any {
		return map[string]any{"name": name, "affiliation": affiliation, "orcid": orcid}
	}
	store(t, db,
		record(1, "metadata.title", "Bats of the Arctic", "metadata.description", "<p>Green energy for caves.</p>", "metadata.keywords", []any{"open access", "bat cave"},
			"metadata.creators", []any{person("Doe, Jane", "CERN", "0000-0002-1825-0097")}, "metadata.publication_date", "2020-05-01", "stats", stats(10),
			"files", []any{map[string]any{"key": "data set.CSV", "size": 100, "checksum": "md5:abc"}, map[string]any{"key": "a.jpeg", "size": 50}}),
		record(2, "metadata.title", "L'énergie des chauves-souris", "metadata.language", "fra", "metadata.version", "v1.0", "metadata.publication_date", "2021",
			"metadata.resource_type", map[string]any{"type": "publication", "subtype": "article"}, "metadata.license", map[string]any{"id": "cc-by-4.0"},
			"metadata.journal", map[string]any{"title": "Journal of Bats", "volume": "7"}, "files", []any{}))
	store(t, db,
		record(3, "metadata.title", "COVID-19 model", "metadata.notes", "Rare data: see 10.5281/zenodo.1", "metadata.communities", in("egi-ace", "zenodo"),
			"metadata.access_right", "restricted", "metadata.related_identifiers", []any{map[string]any{"identifier": "10.1/x", "relation": "isSupplementTo", "scheme": "doi"}},
			"metadata.grants", []any{map[string]any{"code": "101017567", "acronym": "EGI-ACE", "title": "EGI Advanced Computing", "funder": map[string]any{"name": "European Commission", "doi": "10.13039/501100000780"}}}),
		record(4, append(version(40, 3, true), "metadata.title", "Bats, caves and energy", "created", "2024-02-29T23:59:59.500000+00:00", "stats", stats(3))...))
	return db
}

func TestQueries(t *testing.T) {
	db := library(t)
	for _, tc := range []struct{ text, want string }{
		{"", "4 3 2 1"},
		{"*", "4 3 2 1"},
		{"*:*", "4 3 2 1"},
		{" ", ""},
		{"---", ""},
		// words and phrases
		{"bats", "4 1"},
		{"BATS", "4 1"},
		{"bat", "1"},
		{"title:bat", ""},
		{"covid19", "3"},
		{"covid-19", "3"},
		{"title:covid", ""},
		{"lenergie", "2"},
		{"title:energy", "4"},
		{`"bats of"`, "1"},
		{`"of bats"`, ""},
		{`title:"bats caves"`, "4"},
		{`keywords:"access bat"`, ""},
		{`keywords:"open access"`, "1"},
		{`"bats"~3`, "4 1"},
		{"title:(bats AND caves)", "4"},
		{"cern", "1"},
		{"creators.name:jane", "1"},
		{`creators.name:"doe jane"`, "1"},
		{"egi", "3"},
		{"grants.acronym:EGI-ACE", "3"},
		{"EGI-ACE", "3"},
		// whole values
		{"v1.0", "2"},
		{"v1.0 model", "3"},
		{"v1.0 OR model", "3 2"},
		{"type:dataset", "4 3 1"},
		{"type:Dataset", ""},
		{"type:(dataset publication)", ""},
		{"resource_type.subtype:publication-article", "2"},
		{"language:fra", "2"},
		{"communities:egi-ace", "3"},
		{"communities:egi*", ""},
		{"access_right:restricted", "3"},
		{"access_right:metadata-only", "2"},
		{"license.identifier:cc-by-4.0", "2"},
		{"doi:10.5281/zenodo.4", "4"},
		{"recid:4", "4"},
		{"conceptrecid:40", "4"},
		{`filename:"data set.CSV"`, "1"},
		{"filetype:csv", "1"},
		{"filetype:jpg", "1"},
		{"_files.checksum:\"md5:abc\"", "1"},
		{"related.relation:issupplementto", "3"},
		{"creators.orcid:0000-0002-1825-0097", "1"},
		{"grants.code:101017567", "3"},
		{"grants.funder.doi:10.13039/501100000780", "3"},
		{"journal.title:bats", "2"},
		{"journal.volume:7", "2"},
		// beginnings
		{"title:ca*", "4"},
		{"title:COVID-*", "3"},
		{"title:ÉNER*", "4"},
		{"title:L'ÉNER*", "2"},
		{"publication_date:2020*", "4 3 1"},
		{"type:pub*", "2"},
		{"type:Pub*", ""},
		// groups
		{"bats AND energy", "4 1"},
		{"bats -energy", ""},
		{"-bats", "3 2"},
		{"NOT bats NOT covid19", "2"},
		{"bats OR model AND data", "3"},
		{"+bats arctic", "4 1"},
		{"title:(+bats -arctic) model", "4 3"},
		{"title:(bats AND \"---\")", "4 1"},
		{"bats AND \"---\"", ""},
		{"(bats OR model) AND NOT data", "4 1"},
		{"-(-bats)", "4 1"},
		{"!bats", "3 2"},
		{"bats && caves || model", "4"},
		{"unknown:x", ""},
		{"-unknown:x", "4 3 2 1"},
		{"unknown:x OR model", "3"},
		{"title:(---)", ""},
		{"NOT title:(---)", ""},
		// what Zenodo cannot parse: any word
		{"bats AND", "4 1"},
		{"(model", "3"},
		{"title:", ""},
		// numbers
		{"filecount:2", "1"},
		{"filecount:0", ""},
		{"filecount:[1 TO *]", "1"},
		{"filecount:{0 TO 2}", ""},
		{"filesize:150", "1"},
		{"filesize:>100", "1"},
		{"size:[* TO 149.5]", ""},
		{"size:[149.5 TO 150.5]", "1"},
		{"_files.size:50", "1"},
		{"_files.size:[60 TO 99]", ""},
		{"version:3", "4"},
		{"version:3.5", ""},
		{"filecount:*", "1"},
		{"filecount:\\-1", ""},
		{"stats.all_versions.views:[5 TO *]", "1"},
		{"stats.all_versions.downloads:6", "4"},
		{"stats.this_version.views:1", "4 1"},
		{"NOT stats.all_versions.views:*", "3 2"},
		{"filesize:{4611686018427387904 TO *}", ""},
		{"filesize:{* TO \\-9223372036854775808}", ""},
		{"filesize:{9223372036854775807 TO *}", ""},
		{"filecount:{* TO \\-2147483648}", ""},
		{`version:"+3"`, "4"},
		{`version:" 3 "`, "4"},
		{"version:[2.5f TO 3d]", "4"},
		{"version:{2.5 TO 3.5}", "4"},
		{"size:1.5f", ""},
		// times
		{"created:2020", "3 2 1"},
		{"created:2020-01-01", "3 2 1"},
		{"created:[2020 TO 2020-01-01]", "3 2 1"},
		{"created:{2020-01-01 TO *}", "4"},
		{"created:[2024-02-29T23:59:59.500Z TO *]", "4"},
		{"created:{2024-02-29T23:59:59.500Z TO *}", ""},
		{"created:[2024-02 TO 2024-02||+1M]", "4"},
		{"created:[2024-02-29||/d TO 2024-02-29||/d]", "4"},
		{"created:{2020-01-01T00:00:02Z TO *}", "4 3"},
		{"created:*", "4 3 2 1"},
		{"created:[1582934400000 TO 4102444800000]", "4"},
		{"created:[* TO now+1000000y]", "4 3 2 1"},
		{"created:[now+1000000y TO *]", ""},
		// ranges of words
		{"title:[bats TO caves]", "4 1"},
		{"title:{bats TO caves}", ""},
		{"publication_date:[2020 TO 2021]", "4 3 2 1"},
		{"publication_date:[2020-02 TO 2020-12]", "1"},
		{"title:[z TO a]", ""},
		// fields that are there
		{"keywords:*", "1"},
		{"_exists_:keywords", ""},
		{"_exists_:metadata.subjects.subject", "1"},
		{"_exists_:metadata.funding", "3"},
		{"NOT _exists_:metadata.funding", "4 2 1"},
	} {
		got, err := searchText(t, db, tc.text, index.Query{})
		if err != nil || strings.Join(got, " ") != tc.want {
			t.Errorf("%s: got %v, %v, want %s", tc.text, got, err, tc.want)
		}
		if n, err := db.Count(t.Context(), index.Query{Parsed: parsed(tc.text)}); err != nil || n != len(got) {
			t.Errorf("%s: counted %d, %v, want %d", tc.text, n, err, len(got))
		}
	}
}

// A fuzzy word stands for 50 terms: the nearest, and of equally near ones the
// first by their bytes. Terms that only dead documents have do not count.
func TestFuzzyExpansions(t *testing.T) {
	db := openIndex(t)
	var raws, gone, want []string
	id := 0
	add := func(title string) string {
		id++
		raws = append(raws, record(id, "metadata.title", title))
		gone = append(gone, record(id, "metadata.title", "something else"))
		return fmt.Sprint(id)
	}
	for c := 'a'; c <= 'z'; c++ { // two edits, but for one
		add("wor" + string(c) + "1")
	}
	store(t, db, raws...)
	store(t, db, gone...) // what is dead takes nobody's place
	raws = nil
	for c := 'z'; c >= 'a'; c-- {
		want = append(want, add("word"+string(c))) // one edit, and none
	}
	for c := 'z'; c >= 'a'; c-- {
		far := add("wor" + string(c) + "2") // two edits; the one with d is one
		if c < 'y' {
			want = append(want, far)
		}
	}
	for part := range slices.Chunk(raws, 10) {
		store(t, db, part...)
	}
	if len(want) != 50 {
		t.Fatalf("%d records are expected, not 50", len(want))
	}
	got := find(t, db, "metadata.title.keyword:wordx~2")
	slices.Sort(got)
	slices.Sort(want)
	equalIDs(t, "the nearest", got, want...)
}

// What cannot be run is an error that says what and where, whatever there is
// to be searched.
func TestRefusedQueries(t *testing.T) {
	full, empty := library(t), openIndex(t)
	for _, tc := range []struct {
		text   string
		status int
		says   string
		pos    int
	}{
		{"bats type:/a&b/", 0, "& for both", 5},
		{"recid:/<1-9>/", 0, "a range of numbers", 0},
		{"type:/(a/", 400, ") is missing", 0},
		{"type:/[z-a]/", 400, "from z to a", 0},
		{`type:/a\b/`, 400, `no class \b`, 0},
		{"type:/a{2,1}/", 400, "ends before it begins", 0},
		{"filecount:/2/", 400, "no regular expression", 0},
		{"created:/2020/", 400, "no regular expression", 0},
		{"files.enabled:maybe", 400, "true or false", 0},
		{`files.enabled:""`, 400, "true or false", 0},
		{"files.enabled:t*", 400, "beginning", 0},
		{"files.\\*:word", 400, "files.enabled", 0},
		{"metadata.\\*:2020", 400, "places", 0},
		{"parent.is_verified:maybe", 400, "true or false", 0}, // the index lacks it
		{"filecount:2147483648", 400, "can hold", 0},
		{"filecount:1?2", 400, "no wildcard", 0},
		{"filecount:12~1", 400, "not fuzzy", 0},
		{"created:202?", 400, "no wildcard", 0},
		{"10.5281/zenodo.1", 400, "", 7},
		{"a^2^3", 400, "", 0},
		{"filecount:many", 400, "many", 0},
		{"filecount:NaN", 400, "NaN", 0},
		{"filecount:[NaN TO 5]", 400, "NaN", 0},
		{"filecount:0x10", 400, "0x10", 0},
		{"filesize:1e300", 400, "1e300", 0},
		{"filecount:9223372036854775807", 400, "", 0},
		{"filecount:1*", 400, "beginning", 0},
		{"created:yesterday", 500, "yesterday", 0},
		{"created:2020-13-01", 500, "2020-13-01", 0},
		{"created:[2020 TO now/x]", 500, "now/x", 0},
		{"created:99999999999999999999", 500, "", 0},
		{"bats AND created:99999999999999999", 500, "", 9},
	} {
		if q, err := querystring.Parse(tc.text); err == nil {
			if refused, ok := errors.AsType[*querystring.Error](index.Check(q, time.Time{})); !ok || refused.Status != tc.status {
				t.Errorf("%s: checked without an index: got %#v, want status %d", tc.text, refused, tc.status)
			}
		}
		for name, db := range map[string]*index.DB{"full": full, "empty": empty} {
			_, err := searchText(t, db, tc.text, index.Query{})
			refused, ok := errors.AsType[*querystring.Error](err)
			if !ok || refused.Status != tc.status || !strings.Contains(refused.Msg, tc.says) {
				t.Errorf("%s (%s index): got %#v, want status %d and a word on %q", tc.text, name, err, tc.status, tc.says)
				continue
			}
			if tc.pos > 0 && refused.Pos != tc.pos {
				t.Errorf("%s (%s index): at %d, want %d", tc.text, name, refused.Pos, tc.pos)
			}
		}
	}
}

func TestUnknownNames(t *testing.T) {
	db := library(t)
	if _, err := search(t, db, index.Query{Harvest: "nobody's"}); !errors.Is(err, index.ErrNotFound) {
		t.Errorf("unknown harvest: got %v, want ErrNotFound", err)
	}
	if _, err := search(t, db, index.Query{Sort: "sideways"}); err == nil {
		t.Error("an unknown order was accepted")
	}
	if _, err := search(t, db, index.Query{Columns: []string{"keywords"}}); err == nil {
		t.Error("a column that is not brief was accepted")
	}
	if index.Brief([]string{"id", "keywords"}) || !index.Brief([]string{"id", "title"}) {
		t.Error("Brief takes keywords, or does not take id and title")
	}
}

// Brief columns hold what whole records do, in one segment, in several, and in
// one that others were merged into.
func TestColumns(t *testing.T) {
	merged := openIndex(t)
	for i := range 12 {
		store(t, merged, record(2*i+1, "metadata.title", fmt.Sprint("title ", i), "metadata.language", "eng"), record(2*i+2, "doi", ""))
	}
	for name, db := range map[string]*index.DB{"one segment": library(t), "merged": merged} {
		for _, sort := range index.Sorts() {
			whole := columnTexts(t, db, index.Query{Sort: sort})
			brief := columnTexts(t, db, index.Query{Sort: sort, Columns: allColumns})
			if diff := cmp.Diff(whole, brief); diff != "" {
				t.Errorf("%s, %s (-whole records +columns):\n%s", name, sort, diff)
			}
			if len(whole) != map[string]int{"one segment": 4, "merged": 24}[name] {
				t.Errorf("%s, %s: read %d records", name, sort, len(whole))
			}
		}
	}
}

var allColumns = []string{"id", "concept_id", "doi", "concept_doi", "title", "publication_date", "type", "subtype", "license", "access", "version", "language", "journal", "url", "created", "updated"}

// columnTexts reads records and writes what is in their columns.
func columnTexts(t *testing.T, db *index.DB, q index.Query) (texts []string) {
	t.Helper()
	for r, err := range db.Records(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		m := r.Metadata
		texts = append(texts, fmt.Sprint(r.ID, r.ConceptID, r.DOI, r.ConceptDOI, m.Title, m.PublicationDate, m.Type, m.Subtype, m.License, m.AccessRight, m.Version, m.Language, m.Journal.Title, r.URL, r.CreatedAt, r.UpdatedAt))
	}
	return texts
}

func TestOrders(t *testing.T) {
	db := openIndex(t)
	one := "2020-01-01T00:00:00.000000+00:00"
	for _, page := range [][]string{ // several segments
		{record(10, "created", one, "metadata.title", "b", "stats", stats(5), "modified", "2022-01-01T00:00:00+00:00")},
		{record(9, "created", one, "metadata.title", "B", "stats", map[string]any{"views": 50, "unique_views": 5, "downloads": 50, "unique_downloads": 10}, "modified", "2022-01-01T00:00:00+00:00")},
		{record(100, "created", "2019-01-01T00:00:00+00:00", "metadata.title", "a", "modified", "2023-01-01T00:00:00+00:00"), record(8, "created", one, "metadata.title", "_c")},
		{record(7, "created", nil, "metadata.title", "A", "stats", stats(9))},
	} {
		store(t, db, page...)
	}
	for sort, want := range map[index.Sort]string{
		index.Newest: "8 9 10 100 7", index.Oldest: "7 100 8 9 10", index.Updated: "100 9 10 7 8", index.Title: "8 7 100 9 10",
		index.Views: "7 9 10 8 100", index.Downloads: "7 9 10 8 100", index.BestMatch: "8 9 10 100 7", "": "8 9 10 100 7",
	} {
		got, err := search(t, db, index.Query{Sort: sort})
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, %v, want %s", sort, got, err, want)
		}
		for limit := range 6 {
			part, err := search(t, db, index.Query{Sort: sort, Limit: limit})
			if limit == 0 {
				limit = len(got)
			}
			if err != nil || !slices.Equal(part, got[:min(limit, len(got))]) {
				t.Errorf("%s, the first %d: got %v, %v", sort, limit, part, err)
			}
		}
	}
}

func TestBestMatch(t *testing.T) {
	db := openIndex(t)
	filler := strings.Repeat("filler ", 200)
	store(t, db, record(1, "metadata.title", "Nothing", "metadata.description", filler+"bats"))
	store(t, db, record(2, "metadata.title", "Bats"), record(3, "metadata.title", "Bats in a title that is very much longer than the other"))
	store(t, db, record(4, "metadata.title", "Arctic bats", "metadata.description", "bats"), record(5, "metadata.title", "Nothing at all"))
	for text, want := range map[string]string{
		"bats": "2 4 3 1", "bats arctic": "4 2 3 1", "arctic OR nothing": "4 1 5", "title:bats": "2 4 3", "bats NOT arctic": "2 3 1", "bats AND (": "2 4 3 1",
	} {
		got, err := searchText(t, db, text, index.Query{Sort: index.BestMatch})
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, %v, want %s", text, got, err, want)
		}
	}
}

package index_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// partial writes a record in DataCite's XML.
func partial(id, concept int, updated, title string) string {
	return fmt.Sprintf(`<record><header><identifier>oai:zenodo.org:%d</identifier><datestamp>%s</datestamp></header><metadata><oai_datacite><payload><resource>
<identifier identifierType="DOI">10.5281/zenodo.%[1]d</identifier><creators><creator><creatorName>Doe, J.</creatorName></creator></creators>
<titles><title>%[3]s</title></titles><publisher>Zenodo</publisher><dates><date dateType="Issued">2020-01-01</date></dates><resourceType resourceTypeGeneral="Dataset"/>
<relatedIdentifiers><relatedIdentifier relatedIdentifierType="DOI" relationType="IsVersionOf">10.5281/zenodo.%[4]d</relatedIdentifier></relatedIdentifiers>
</resource></payload></oai_datacite></metadata></record>`, id, updated, title, concept)
}

const (
	early = "2024-01-01T00:00:00Z"
	later = "2024-02-01T00:00:00Z"
)

func jsonOf(id int, updated, title string) string {
	return record(id, "updated", updated, "metadata.title", title, "files", []any{map[string]any{"key": "a", "size": 5}})
}

func TestPartialRecords(t *testing.T) {
	for _, tc := range []struct {
		name   string
		stored []string
		title  string
		last   store0.Stored
		want   index.Status // its Partial and Outdated
	}{
		{"alone", []string{partial(2, 1, early, "XML")}, "XML", store0.Stored{New: 1}, index.Status{Partial: 1}},
		{"replaced by JSON", []string{partial(2, 1, later, "XML"), jsonOf(2, early, "JSON")}, "JSON", store0.Stored{Updated: 1}, index.Status{}},
		{"after JSON of its time", []string{jsonOf(2, early, "JSON"), partial(2, 1, early, "XML")}, "JSON", store0.Stored{Unchanged: 1}, index.Status{}},
		{"after newer JSON", []string{jsonOf(2, later, "JSON"), partial(2, 1, early, "XML")}, "JSON", store0.Stored{Unchanged: 1}, index.Status{}},
		{"newer than JSON", []string{jsonOf(2, early, "JSON"), partial(2, 1, later, "XML")}, "JSON", store0.Stored{Updated: 1}, index.Status{Outdated: 1}},
		{"newer than JSON, twice", []string{jsonOf(2, early, "JSON"), partial(2, 1, later, "XML"), partial(2, 1, later, "XML")}, "JSON", store0.Stored{Unchanged: 1}, index.Status{Outdated: 1}},
		{"filled", []string{jsonOf(2, early, "JSON"), partial(2, 1, later, "XML"), jsonOf(2, later, "filled")}, "filled", store0.Stored{Updated: 1}, index.Status{}},
		{"filled with the same", []string{jsonOf(2, early, "JSON"), partial(2, 1, later, "XML"), jsonOf(2, early, "JSON")}, "JSON", store0.Stored{Unchanged: 1}, index.Status{}},
		{"newer than XML", []string{partial(2, 1, early, "XML"), partial(2, 1, later, "newer")}, "newer", store0.Stored{Updated: 1}, index.Status{Partial: 1}},
		{"older than XML", []string{partial(2, 1, later, "XML"), partial(2, 1, early, "older")}, "XML", store0.Stored{Unchanged: 1}, index.Status{Partial: 1}},
		{"the same XML", []string{partial(2, 1, early, "XML"), partial(2, 1, early, "XML")}, "XML", store0.Stored{Unchanged: 1}, index.Status{Partial: 1}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			db := openIndex(t)
			var last store0.Stored
			for _, raw := range tc.stored {
				last = store(t, db, raw)
			}
			r, err := db.Record(t.Context(), "2")
			if err != nil {
				t.Fatal(err)
			}
			if r.Metadata.Title != tc.title || !reflect.DeepEqual(last, tc.last) {
				t.Errorf("the title is %q and the last %+v, want %q and %+v", r.Metadata.Title, last, tc.title, tc.last)
			}
			checkPartial(t, db, tc.want)
			ids, err := search(t, db, index.Query{Parsed: parsed(`title:"` + tc.title + `"`)})
			if err != nil || len(ids) != 1 {
				t.Errorf("a search for %s finds %v (%v)", tc.title, ids, err)
			}
			if err := db.Reindex(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			checkPartial(t, db, tc.want)
		})
	}
}

func checkPartial(t *testing.T, db *index.DB, want index.Status) {
	t.Helper()
	status, err := db.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if status.Partial != want.Partial || status.Outdated != want.Outdated {
		t.Errorf("%d partial and %d outdated records, want %d and %d", status.Partial, status.Outdated, want.Partial, want.Outdated)
	}
	list, err := db.Unfilled(t.Context(), 0, 10)
	if err != nil || len(list) != want.Partial+want.Outdated {
		t.Errorf("to be filled: %v (%v)", list, err)
	}
}

// What the XML has is given back byte for byte, and what it lacks is null.
func TestPartialRecordIsKept(t *testing.T) {
	db := openIndex(t)
	raw := partial(2, 1, early, "XML")
	store(t, db, raw)
	r, err := db.Record(t.Context(), "10.5281/zenodo.1")
	if err != nil {
		t.Fatal(err)
	}
	if string(r.Raw) != raw {
		t.Errorf("it is %q, not as received", r.Raw)
	}
	got := table(t, db.Path(), "SELECT form, files IS NULL AND size IS NULL AND views IS NULL AND created_at IS NULL AND revision IS NULL FROM records")
	if want := []string{"datacite 1\n"}; cmp.Diff(want, got) != "" {
		t.Errorf("the row is %v, want %v", got, want)
	}
}

// Where the place among the versions is not known, ids decide.
func TestPartialVersions(t *testing.T) {
	for _, order := range [][]string{
		{partial(3, 1, early, "b"), record(2, version(1, 1, true)...), partial(4, 1, early, "c")},
		{partial(4, 1, early, "c"), partial(3, 1, early, "b"), record(2, version(1, 1, true)...)},
	} {
		db := openIndex(t)
		for _, raw := range order {
			store(t, db, raw)
		}
		if ids, err := search(t, db, index.Query{}); err != nil || !slices.Equal(ids, []string{"4"}) {
			t.Errorf("the latest is %v, want 4 (%v)", ids, err)
		}
	}
}

func TestMarkGone(t *testing.T) {
	db := openIndex(t)
	store(t, db, partial(2, 1, early, "a"), partial(3, 1, early, "b"), jsonOf(5, early, "c"), jsonOf(7, later, "d"))
	mark := func(at zenodo.Timestamp) []zenodo.RecordID {
		var gone []store0.Gone
		for _, id := range []zenodo.RecordID{"3", "5", "7", "99"} {
			gone = append(gone, store0.Gone{ID: id, At: at, Reason: "spam"})
		}
		marked, err := db.MarkGone(t.Context(), gone...)
		if err != nil {
			t.Fatal(err)
		}
		return marked
	}
	if got, want := mark("2024-01-15T00:00:00Z"), []zenodo.RecordID{"3", "5"}; !slices.Equal(got, want) {
		t.Errorf("marked %v, want %v: 7 was changed later", got, want)
	}
	if got := mark("2024-01-15T00:00:00Z"); len(got) != 0 {
		t.Errorf("marked again: %v", got)
	}
	if ids, err := search(t, db, index.Query{Sort: index.Updated}); err != nil || !slices.Equal(ids, []string{"7", "2"}) {
		t.Errorf("left are %v (%v), want 7 and the version before the deleted one", ids, err)
	}
	if got := table(t, db.Path(), "SELECT id, gone_at, gone_reason FROM records WHERE gone_at IS NOT NULL ORDER BY id"); !slices.Equal(got, []string{"3 2024-01-15T00:00:00Z spam\n", "5 2024-01-15T00:00:00Z spam\n"}) {
		t.Errorf("gone are %v", got)
	}

	// An old dump does not bring them back, a later change does.
	store(t, db, partial(3, 1, early, "b"), partial(5, 4, early, "c"))
	checkPartial(t, db, index.Status{Partial: 1})
	store(t, db, partial(3, 1, later, "b"), partial(5, 4, later, "c"))
	checkPartial(t, db, index.Status{Partial: 2, Outdated: 1})
	if ids, err := search(t, db, index.Query{}); err != nil || len(ids) != 3 || slices.Contains(ids, "2") {
		t.Errorf("after their return the latest are %v (%v)", ids, err)
	}
}

// Where the day alone of a deletion is known, as in Zenodo's table, the end of
// that day counts: spam is deleted on the day it came.
func TestMarkGoneByDay(t *testing.T) {
	const morning = "2024-02-01T10:00:00Z"
	db := openIndex(t)
	store(t, db, jsonOf(5, morning, "a"), partial(7, 1, morning, "b"), jsonOf(9, "2024-02-02T00:00:00Z", "c"))
	list := func() []store0.Gone {
		return []store0.Gone{{ID: "5", At: "2024-02-01"}, {ID: "7", At: "2024-02-01"}, {ID: "9", At: "2024-02-01"}}
	}
	marked, err := db.MarkGone(t.Context(), list()...)
	if want := []zenodo.RecordID{"5", "7"}; err != nil || !slices.Equal(marked, want) {
		t.Errorf("marked %v (%v), want %v: 9 was changed the day after", marked, err, want)
	}
	// A dump that was made before the deletion does not bring them back.
	store(t, db, partial(5, 1, morning, "a"), partial(7, 1, morning, "b"))
	if ids, err := search(t, db, index.Query{}); err != nil || !slices.Equal(ids, []string{"9"}) {
		t.Errorf("there are %v (%v), want 9", ids, err)
	}
	if got := table(t, db.Path(), "SELECT gone_at FROM records WHERE id = '5'"); got[0] != "2024-02-01\n" {
		t.Errorf("deleted at %q, want the day as it is known", got)
	}
}

func TestUnknownForPartial(t *testing.T) {
	db := openIndex(t)
	store(t, db, partial(2, 1, early, "a"), partial(3, 1, early, "b"), jsonOf(5, early, "c"))
	for _, tc := range []struct {
		q    index.Query
		want index.UnknownForPartial
	}{
		{index.Query{}, index.UnknownForPartial{}},
		{index.Query{Parsed: parsed("title:a AND doi:\"10.1/x\" AND updated:[2020 TO *]")}, index.UnknownForPartial{}},
		{index.Query{Parsed: parsed("title:a AND (filesize:>5 OR -filename:b)")}, index.UnknownForPartial{Records: 1, Fields: []string{"files.entries.key", "files.totalbytes"}}},
		{index.Query{Parsed: parsed("_exists_:files.count AND stats.all_versions.views:>3"), AllVersions: true}, index.UnknownForPartial{Records: 2, Fields: []string{"files.count", "stats.all_versions.views"}}},
		{index.Query{Parsed: parsed("created:[2020 TO 2021] journal.title:bats filetype:pd* access_right:\"open\"")}, index.UnknownForPartial{Records: 1, Fields: []string{"access.status", "created", "custom_fields.journal:journal.title", "files.types"}}},
		{index.Query{Since: time.Now()}, index.UnknownForPartial{Records: 1, Fields: []string{"created"}}},
		{index.Query{Sort: index.Views}, index.UnknownForPartial{Records: 1, Fields: []string{"stats.all_versions.unique_views"}}},
		{index.Query{Sort: index.Downloads}, index.UnknownForPartial{Records: 1, Fields: []string{"stats.all_versions.unique_downloads"}}},
		{index.Query{Sort: index.Oldest}, index.UnknownForPartial{Records: 1, Fields: []string{"created"}}},
		{index.Query{Parsed: parsed("_exists_:files OR filename:a*b")}, index.UnknownForPartial{Records: 1, Fields: []string{"files", "files.entries.key"}}},
	} {
		got, err := db.UnknownForPartial(t.Context(), tc.q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", tc.q, diff)
		}
	}
	if _, err := db.MarkGone(t.Context(), store0.Gone{ID: "3"}, store0.Gone{ID: "2"}); err != nil {
		t.Fatal(err)
	}
	if got, err := db.UnknownForPartial(t.Context(), index.Query{Sort: index.Views}); err != nil || got.Records != 0 {
		t.Errorf("without partial records: %+v (%v)", got, err)
	}
}

// A run counts what came from a dump, which does not say when records were
// created, and notes what it finds gone. A record that becomes better known has
// not changed.
func TestPartialInRun(t *testing.T) {
	db := openIndex(t)
	run := begin(t, db, spec("a", false))
	storePages(t, run, page(t, partial(2, 1, early, "a"), partial(4, 3, early, "b"), record(6, "created", "2030-01-01T00:00:00+00:00")))
	finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
	run = begin(t, db, spec("a", false))
	storePages(t, run, page(t, jsonOf(2, early, "Another")))
	if n, _, err := run.Held(t.Context(), store0.Scope{AllVersions: true, Until: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)}); err != nil || n != 2 {
		t.Errorf("%d are held from before 2025 (%v), want 2: one from the dump and one that is filled", n, err)
	}
	if marked, err := run.MarkGone(t.Context(), store0.Gone{ID: "4", Reason: "spam"}); err != nil || len(marked) != 1 {
		t.Errorf("marked %v (%v)", marked, err)
	}
	finish(t, run, index.Outcome{State: store0.StateComplete, Begun: begun})
	equalLines(t, "changes", changes(t, db, index.ChangesQuery{}), "a gone 4 :> spam")
}

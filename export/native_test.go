package export_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

// native is a record in InvenioRDM's own JSON, with all that it can have.
func native(t *testing.T) *zenodo.Record {
	t.Helper()
	return decoded(t, readText(t, filepath.Join("..", "zenodo", "testdata", "native.json")))
}

// TestNativeFields has each field of it as text and as JSON.
func TestNativeFields(t *testing.T) {
	r := native(t)
	var b strings.Builder
	for _, f := range export.Fields() {
		fmt.Fprintf(&b, "%s\n\t%s\n\t%s\n", f.Name, f.AppendText(nil, r), f.AppendJSON(nil, r))
	}
	checkGolden(t, "native.txt", b.String())
}

// leaf is a value in JSON, by the names of the objects that it is in.
type leaf struct{ path, value string }

func leaves(path string, value any) (all []leaf) {
	switch value := value.(type) {
	case nil:
	case map[string]any:
		for key, v := range value {
			all = append(all, leaves(path+"."+key, v)...)
		}
	case []any:
		for _, v := range value {
			all = append(all, leaves(path, v)...)
		}
	default:
		all = append(all, leaf{path, fmt.Sprint(value)})
	}
	return all
}

// notExported are the parts of a record that no field has: what follows from
// others or is said of vocabularies, and what is no part of the description.
var notExported = regexp.MustCompile(`^\.(metadata\.(` +
	`(resource_type|languages)\.title|(creators|contributors)\.role\.title|(dates|additional_titles|additional_descriptions)\.(type|lang)\.title|` +
	`related_identifiers\.(relation_type|resource_type)\.title|(rights|funding\.award)\.(title|description)\.(?:[^e]|e[^n])|rights\.(icon|props\.scheme)|` +
	`creators\.affiliations\.identifiers|funding\.award\.organizations\.(id|scheme)|creators\.person_or_org\.(family|given)_name)|` +
	`access\.embargo\.active|files\.(enabled|count|total_bytes|order|entries)|media_files\.(enabled|count|total_bytes|order|entries\.[^.]*\.[^.]*\.(id|ext|access|metadata|storage_class))|` +
	`parent\.|links\.|ui\.|versions\.|stats\.|deletion_status|status$|is_published$|is_draft$|revision_id$|expires_at$|errors|internal_notes|pids\.[^.]*\.(client|provider))`)

// TestNothingIsLost looks in the fields for every value of records in
// InvenioRDM's own JSON.
func TestNothingIsLost(t *testing.T) {
	records := []string{readText(t, filepath.Join("..", "zenodo", "testdata", "native.json"))}
	for line := range recordedLines(t, filepath.Join("servers", "zenodo-both-forms.jsonl.gz")) {
		var pair struct{ Native json.RawMessage }
		if err := json.Unmarshal([]byte(line), &pair); err != nil {
			t.Fatal(err)
		}
		records = append(records, string(pair.Native))
	}
	for _, file := range []string{"servers/invenio-records.jsonl.gz", "native/records.jsonl.gz", "native/other-rdm.jsonl.gz"} {
		records = slices.AppendSeq(records, recordedLines(t, filepath.FromSlash(file)))
	}
	looked := 0
	for _, raw := range records {
		var whole any
		if err := json.Unmarshal([]byte(raw), &whole); err != nil {
			t.Fatal(err)
		}
		r := decoded(t, raw)
		row := rowOf(t, r)
		has := map[string]bool{}
		for _, l := range leaves("", row) {
			has[l.value] = true
		}
		text := fmt.Sprint(row, row["type"], "-", row["subtype"]) // for what is joined
		for _, l := range leaves("", whole) {
			if notExported.MatchString(l.path) {
				continue
			}
			looked++
			value := strings.ToLower(l.value) // roles are written in capitals
			if !has[l.value] && !strings.Contains(strings.ToLower(text), value) {
				t.Errorf("record %s: no field has %s, %q", r.ID, l.path, l.value)
			}
		}
	}
	if looked < 10_000 {
		t.Errorf("looked for %d values, want more", looked)
	}
}

func rowOf(t *testing.T, r *zenodo.Record) map[string]any {
	t.Helper()
	var row map[string]any
	if err := json.Unmarshal([]byte(write(t, "jsonl", export.Options{Fields: export.Fields()}, r)), &row); err != nil {
		t.Fatal(err)
	}
	return row
}

// nativeOnly are the fields that the legacy form lacks, or has less of, by why.
var nativeOnly = map[string]string{
	"oai": "not in it", "publisher": "of imprints alone", "additional_titles": "not in it", "copyright": "not in it", "sizes": "not in it",
	"formats": "not in it", "creator_types": "of persons with an ORCID alone", "record_access": "not in it",
	"files_access": "not in it", "files_enabled": "not in it",
	"data_volume": "not in it", "data_volume_raw": "not in it", "version_data_volume": "not in it", "version_data_volume_raw": "not in it",
	"affiliations": "the first of each person", "creator_affiliations": "the first of each person", "affiliation_ids": "not in it",
	"contributors": "one affiliation, no names in parts", "languages": "the first",
	"additional_descriptions": "notes and methods alone", "rights": "the first, without its description", "dates": "no single days",
	"identifiers": "no schemes", "grants": "none of a funder without an award", "funders": "none without an award",
	"awards": "no id", "default_preview": "not in it",
}

// TestBothForms writes what Zenodo's own code serves in both forms. A field that
// differs is one of nativeOnly, and has more in the native form.
func TestBothForms(t *testing.T) {
	differ := map[string]bool{}
	for line := range recordedLines(t, filepath.Join("servers", "zenodo-both-forms.jsonl.gz")) {
		var pair struct{ Native, Legacy json.RawMessage }
		if err := json.Unmarshal([]byte(line), &pair); err != nil {
			t.Fatal(err)
		}
		native, legacy := rowOf(t, decoded(t, string(pair.Native))), rowOf(t, decoded(t, string(pair.Legacy)))
		for name, before := range legacy {
			after := native[name]
			if reflect.DeepEqual(before, after) {
				continue
			}
			differ[name] = true
			if nativeOnly[name] == "" {
				t.Errorf("record %v, %s (-legacy +native):\n%s", native["id"], name, cmp.Diff(before, after))
			}
			if has := fmt.Sprint(leaves("", after)); len(has) < len(fmt.Sprint(leaves("", before))) {
				t.Errorf("record %v: the native form has less of %s:\n%v\nthan the legacy form:\n%v", native["id"], name, after, before)
			}
		}
	}
	for name := range maps.Keys(nativeOnly) {
		if !differ[name] {
			t.Errorf("%s differs nowhere", name)
		}
	}
}

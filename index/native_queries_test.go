package index_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/internal/naive"
)

// nativeRecords are records in InvenioRDM's own JSON: one with all that a record
// can have, and those of two real servers.
func nativeRecords(t *testing.T) []string {
	t.Helper()
	whole, err := os.ReadFile(filepath.Join("..", "zenodo", "testdata", "native.json"))
	if err != nil {
		t.Fatal(err)
	}
	raws := []string{strings.Replace(string(whole), `"id": "3"`, `"id": "whole"`, 1)}
	for _, line := range recordedLines(t, filepath.Join("servers", "zenodo-both-forms.jsonl.gz")) {
		var pair struct{ Native json.RawMessage }
		if err := json.Unmarshal([]byte(line), &pair); err != nil {
			t.Fatal(err)
		}
		raws = append(raws, string(pair.Native))
	}
	for i, line := range recordedLines(t, filepath.Join("servers", "invenio-records.jsonl.gz")) {
		if i%3 == 0 {
			raws = append(raws, line)
		}
	}
	return raws
}

// notSearched are parts of records that no query of the tests asks for: the index
// does not have them.
var notSearched = regexp.MustCompile(`^(links|ui|expanded|revision_id|errors|swh|status|is_draft|is_published|deletion_status|tombstone)\b|` +
	`\.title\.[^e]|\.title\.en\.|(type|role|relation_type)\.title|resource_type\.title\.[^e]|related_identifiers\.resource_type\.title|\.links\b|` +
	`^pids\..*\.client$|^pids\.oai\.provider|^parent\.(pids\.doi\.(provider|client)|access\.(grants|links)|access\.settings\.secret_link_expiration|communities\.entries\.([^s]|sl?[^l]))|` +
	`^versions\.(is_latest_draft|is_latest)|files\.(order|total_bytes)|files\.entries\.(id|metadata|storage_class)|media_files\.entries\.[^k]|` +
	`rights\.(icon|link|props\.scheme)|locations\.features\.geometry|organizations\.(id|scheme)|custom_fields\.(journal:journal\.[^tvpi]|rs:|kcr:)|_range\.|\.lang\.title`)

// TestNativeQueries asks for values of every part of native records, and for
// whether it is there at all.
func TestNativeQueries(t *testing.T) {
	raws := nativeRecords(t)
	db, model := openIndex(t), newModel()
	store(t, db, raws...)
	records := decode(t, raws...)
	model.store(t, records...)
	queries := nativeQueries(t, raws)
	if len(queries) < 250 {
		t.Errorf("%d queries, want more", len(queries))
	}
	for _, text := range queries {
		want, err := model.find(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		got, err := searchText(t, db, text, index.Query{AllVersions: true})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if missing, more := without(want, got), without(got, want); len(missing)+len(more) > 0 || len(want) == 0 {
			t.Errorf("%s finds %d records, want %d: it lacks %q, and has %q too many", text, len(got), len(want), missing[:min(3, len(missing))], more[:min(3, len(more))])
		}
	}
	t.Logf("%d queries", len(queries))
}

// TestNativeAgainstEngine asks Zenodo's engine the same.
func TestNativeAgainstEngine(t *testing.T) {
	raws := nativeRecords(t)
	records := decode(t, raws...)
	e := newEngine(t, records)
	db := openIndex(t)
	store(t, db, raws...)
	for _, text := range nativeQueries(t, raws) {
		if difference := e.compare(t, db, text); difference != "" {
			t.Errorf("%s %s", text, difference)
		}
	}
}

// nativeQueries has for each field that records have a few of its values.
func nativeQueries(t *testing.T, raws []string) (queries []string) {
	t.Helper()
	const most = 3
	values := map[string][]string{}
	for _, raw := range raws {
		document, err := naive.Document([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		eachLeaf("", document, func(path, value string) {
			if !notSearched.MatchString(path) && len(values[path]) < most && !slices.Contains(values[path], value) {
				values[path] = append(values[path], value)
			}
		})
	}
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`)
	for _, path := range slices.Sorted(maps.Keys(values)) {
		name := strings.ReplaceAll(path, ":", `\:`)
		queries = append(queries, "_exists_:"+name)
		for _, value := range values[path] {
			value = strings.Join(strings.Fields(value)[:min(6, len(strings.Fields(value)))], " ")
			if value != "" && len(value) < 200 {
				queries = append(queries, fmt.Sprintf(`%s:"%s"`, name, escaped.Replace(value)))
			}
		}
	}
	return queries
}

// eachLeaf calls found with each value in a document, by the names of the objects
// that it is in.
func eachLeaf(path string, value any, found func(path, value string)) {
	switch value := value.(type) {
	case nil:
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			eachLeaf(strings.TrimPrefix(path+"."+key, "."), value[key], found)
		}
	case []any:
		for _, v := range value {
			eachLeaf(path, v, found)
		}
	case bool:
		found(path, strconv.FormatBool(value))
	default:
		found(path, fmt.Sprint(value))
	}
}

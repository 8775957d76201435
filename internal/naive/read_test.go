package naive

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// natives are records in the JSON of InvenioRDM: some that are odd, and those of real
// servers where the recorded data are here.
func natives(t testing.TB) (raws [][]byte) {
	t.Helper()
	for _, raw := range []string{
		`{"parent": {"id": "a", "communities": {"ids": ["x", "y"], "entries": []}}, "id": "b", "metadata": {}}`,
		`{"id": 12, "versions": {"index": 1, "is_latest": false}, "parent": {"access": null}, "files": {"enabled": true, "count": 0, "total_bytes": 0, "entries": {}}}`,
		`{"id": "é\u00e9\ud835\udcaa", "parent": {}, "links": {"self": [1, {"a": 2}]}, "files": {"enabled": true, "count": 2, "total_bytes": 12.5, ` +
			`"entries": {"a.b": {"key": "a.b", "size": 5, "ext": "b", "metadata": {"key": "no"}}, "entries": {"key": "entries", "size": 7}}}}`,
		`{"parent": {"id": "a"}, "metadata": {"title": "", "publication_date": "2020-05/2021", "publication_date_range": {"gte": "1"}, ` +
			`"resource_type": {"id": "publication-article", "props": {"type": "x"}, "title": {"en": "Article", "de": "Artikel"}}, ` +
			`"creators": [{"person_or_org": {"name": "A", "identifiers": [{"identifier": "1", "scheme": "orcid"}]}, "affiliations": []}, null], ` +
			`"subjects": [{"subject": "x"}, {"id": "y", "subject": "z"}]}, "custom_fields": {"dwc:family": ["Felidae"], "journal:journal": {"title": "T"}}}`,
		`{"parent": {"id": "a"}, "metadata": {"publication_date": "2020", "resource_type": {"id": "dataset"}}, "stats": {"all_versions": {"views": 3, "unique_views": null}}}`,
	} {
		raws = append(raws, []byte(raw))
	}
	dir := os.Getenv("ZHARVEST_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	for _, name := range []string{"invenio-records.jsonl.gz", "zenodo-both-forms.jsonl.gz"} {
		file, err := os.Open(filepath.Join(dir, "data", "zenodo", "servers", name))
		if err != nil {
			t.Logf("no recorded data: %v", err)
			return raws
		}
		defer file.Close()
		unpacked, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(unpacked)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			var both struct{ Native json.RawMessage }
			if err := json.Unmarshal(line, &both); err != nil {
				t.Fatal(err)
			}
			if both.Native == nil {
				both.Native = line
			}
			raws = append(raws, both.Native)
		}
	}
	return raws
}

// TestReadAsDocument: reading a record in one pass makes the same of it as writing its
// document and reading that.
func TestReadAsDocument(t *testing.T) {
	for _, raw := range natives(t) {
		if !isNative(raw) {
			t.Fatalf("not taken for native: %.200s", raw)
		}
		got, err := NewRecord(raw)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := Document(raw)
		if err != nil {
			t.Fatal(err)
		}
		want := &Record{values: map[string][]string{}}
		want.add(nil, doc)
		for _, values := range slices.Collect(maps.Values(got.values)) {
			slices.Sort(values)
		}
		for _, values := range slices.Collect(maps.Values(want.values)) {
			slices.Sort(values) // objects have no order there
		}
		if diff := cmp.Diff(want.values, got.values); diff != "" {
			t.Errorf("%.200s: of the document, and as read:\n%s", raw, diff)
		}
	}
	for _, raw := range []string{`{"id": 1, "links": {"parent": {}}}`, `{"parent": null}`, `{"parent": "x"}`, `[]`, ``, `{"parent"`} {
		if isNative([]byte(raw)) {
			t.Errorf("%s is none", raw)
		}
	}
	for _, raw := range []string{`{"parent": {}`, `{"parent": {"id": }}`, `{"parent": {}, "metadata": {"title": "x}}`} {
		if _, err := NewRecord([]byte(raw)); err == nil {
			t.Errorf("%s was read", raw)
		}
	}
}

// FuzzRead: whatever is read as a native record is read alike both ways.
func FuzzRead(f *testing.F) {
	for _, raw := range natives(f)[:5] {
		f.Add(raw)
	}
	f.Fuzz(func(_ *testing.T, raw []byte) {
		if isNative(raw) {
			NewRecord(raw)
		}
	})
}

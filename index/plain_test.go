package index_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
)

// TestExtractTables has plain tables hold what the views of the index do, with
// references that hold, descriptions as text and a full-text index.
func TestExtractTables(t *testing.T) {
	db := openIndex(t)
	raws := append(syntheticRecords(t, 60), nativeRecord, record(8, "metadata.description", "<p>Bats &amp; caves</p><p>more</p>", "stats", stats(5)))
	store(t, db, raws...)
	store(t, db, record(8, "metadata.description", "<p>Bats &amp; caves</p><p>more</p>", "stats", stats(6)))
	path := filepath.Join(t.TempDir(), "plain.db")
	q := index.Query{AllVersions: true, Sort: index.Title}
	n, err := db.ExtractTables(t.Context(), q, path)
	if err != nil || n != len(raws) {
		t.Fatalf("extracted %d records, %v; want %d", n, err, len(raws))
	}
	tables := table(t, path, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'records%' ORDER BY name")
	if len(tables) != 19 {
		t.Errorf("there are the tables %q, want 19", tables)
	}
	for _, name := range tables {
		name = strings.TrimSpace(name)
		columns := strings.Join(trimmed(table(t, path, "SELECT 's.\"' || name || '\"' FROM pragma_table_info('"+name+"') WHERE name <> 'record_id'")), ", ")
		from := " FROM " + name + " s JOIN records r USING (record_id)"
		if name == "communities" {
			from = ", s.slug AS id FROM communities s"
			columns, from = "s.title", ", s.slug AS id FROM communities s"
		} else {
			columns = "r.id, " + columns
		}
		query := "SELECT " + columns + from
		want, got := table(t, db.Path(), query), table(t, path, query)
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-index +tables):\n%.1500s", name, diff)
		}
		if len(want) == 0 {
			t.Errorf("%s is empty, and so shows nothing", name)
		}
	}
	const columns = "id, doi, concept_doi, title, created_at, updated_at, url, is_latest, files, size, views, downloads_raw, data_volume, form FROM records ORDER BY id"
	if diff := cmp.Diff(table(t, db.Path(), "SELECT "+columns), table(t, path, "SELECT "+columns)); diff != "" {
		t.Errorf("records (-index +tables):\n%.1500s", diff)
	}
	for query, want := range map[string]string{
		"SELECT description FROM records WHERE id = '8'":                                                                        "Bats & caves\nmore\n",
		"SELECT creators, keywords FROM records WHERE id = '7'":                                                                 "Doe, \"Jane\"; Bat Society night\n",
		"SELECT id FROM records JOIN records_fts ON records_fts.rowid = record_id WHERE records_fts MATCH 'description: caves'": "8\n",
		"SELECT id FROM records JOIN records_fts ON records_fts.rowid = record_id WHERE records_fts MATCH 'creators: society'":  "7\n",

		"PRAGMA integrity_check":                        "ok\n",
		"SELECT count(*) FROM pragma_foreign_key_check": "0\n",

		"SELECT count(*) > 15 FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL": "1\n",

		"SELECT count(*) FROM (" + noColumn + ")": "0\n",
	} {
		if got := strings.Join(table(t, path, query), ""); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	if _, err := index.OpenExisting(t.Context(), path); err == nil {
		t.Error("plain tables are opened as an index")
	}
}

func trimmed(lines []string) []string {
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return lines
}

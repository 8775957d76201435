package index_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index"
)

// noColumn selects the tables with foreign keys that name no column.
const noColumn = `SELECT m.name FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."to" IS NULL`

// Other programs show the tables: datasette fails over a foreign key that names
// no column.
func TestForeignKeysNameColumns(t *testing.T) {
	db := openIndex(t)
	keys := table(t, db.Path(), `SELECT m.name || ' to ' || f."table" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`)
	if len(keys) < 8 {
		t.Errorf("the tables have the foreign keys %q", keys)
	}
	if without := table(t, db.Path(), noColumn); len(without) > 0 {
		t.Errorf("foreign keys without a column: %q", without)
	}
	if got := table(t, db.Path(), "PRAGMA integrity_check"); !slices.Equal(got, []string{"ok\n"}) {
		t.Errorf("integrity: %q", got)
	}
}

// descriptions are those that people read in an index.
func descriptions(t *testing.T, path string) string {
	t.Helper()
	return strings.Join(table(t, path, "SELECT id, description FROM record_list ORDER BY id"), "")
}

// Descriptions are there as text in a part of an index, which keeps them when
// it is harvested into, and in a part of that. The index itself has none.
func TestDescriptions(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1, "metadata.description", "<p>Bats &amp; caves</p><p>more</p>"), record(2, "metadata.description", ""))
	if got := descriptions(t, db.Path()); got != "1 <nil>\n2 <nil>\n" {
		t.Errorf("the index has %q", got)
	}
	extract := func(from *index.DB) string {
		path := filepath.Join(t.TempDir(), "part.db")
		if _, err := from.Extract(t.Context(), index.Query{}, path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	path := extract(db)
	if got := descriptions(t, path); got != "1 Bats & caves\nmore\n2 <nil>\n" {
		t.Errorf("the part has %q", got)
	}
	part := reopen(t, path)
	store(t, part, record(1, "metadata.description", "Bats", "revision", 2), record(3, "metadata.description", "<b>New</b>"))
	const want = "1 Bats\n2 <nil>\n3 New\n"
	if got := descriptions(t, path); got != want {
		t.Errorf("after a harvest the part has %q, want %q", got, want)
	}
	if err := part.Reindex(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := descriptions(t, path); got != want {
		t.Errorf("after a reindex the part has %q, want %q", got, want)
	}
	if got := descriptions(t, extract(part)); got != want {
		t.Errorf("a part of the part has %q, want %q", got, want)
	}
}

// A part of an index needs no file beside it, so that it opens where nobody may
// write.
func TestExtractedWithoutLog(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1))
	part := filepath.Join(t.TempDir(), "part.db")
	if _, err := db.Extract(t.Context(), index.Query{}, part); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(part)
	if err != nil {
		t.Fatal(err)
	}
	if raw[18] != 1 || raw[19] != 1 { // of SQLite's header: 2 is a write-ahead log
		t.Errorf("the part's versions are %d and %d, want those of a rollback journal", raw[18], raw[19])
	}
	if entries, err := os.ReadDir(filepath.Dir(part)); err != nil || len(entries) != 1 {
		t.Errorf("beside the part are %v, %v", entries, err)
	}
}

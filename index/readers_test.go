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
	if len(keys) < 16 {
		t.Errorf("the tables have the foreign keys %q", keys)
	}
	if without := table(t, db.Path(), noColumn); len(without) > 0 {
		t.Errorf("foreign keys without a column: %q", without)
	}
	if got := table(t, db.Path(), "PRAGMA integrity_check"); !slices.Equal(got, []string{"ok\n"}) {
		t.Errorf("integrity: %q", got)
	}
}

// Descriptions are there as text, in the index and in a part of it.
func TestDescriptions(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1, "metadata.description", "<p>Bats &amp; caves</p><p>more</p>"), record(2, "metadata.description", ""))
	const query = "SELECT id, description FROM record_list ORDER BY id"
	want := "1 Bats & caves\nmore\n,2 <nil>\n"
	if got := strings.Join(table(t, db.Path(), query), ","); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	part := filepath.Join(t.TempDir(), "part.db")
	if _, err := db.Extract(t.Context(), index.Query{}, part); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(table(t, part, query), ","); got != want {
		t.Errorf("the part has %q, want %q", got, want)
	}
	store(t, db, record(1, "metadata.description", "Bats", "revision", 2))
	if err := db.Reindex(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(table(t, db.Path(), query), ","); got != "1 Bats\n,2 <nil>\n" {
		t.Errorf("after a change: %q", got)
	}
}

// An index of an older schema gets the keys and the descriptions of a new one.
// A record that is damaged keeps nobody from the others.
func TestMigrateReaders(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1, "metadata.description", "<p>Bats</p>"), record(2, "metadata.description", "<p>Caves</p>"))
	old := filepath.Join(t.TempDir(), "old.db")
	downgrade(t, db.Path(), old, 9)
	execSQL(t, old, "UPDATE documents SET json = zeroblob(9) WHERE record_id = 2")
	reopen(t, old)
	if got := strings.Join(table(t, old, "SELECT id, description FROM record_list ORDER BY id"), ","); got != "1 Bats\n,2 <nil>\n" {
		t.Errorf("got %q", got)
	}
	if got := len(table(t, old, noColumn)); got > 0 {
		t.Errorf("%d foreign keys name no column", got)
	}
	if got := table(t, old, "PRAGMA integrity_check"); !slices.Equal(got, []string{"ok\n"}) {
		t.Errorf("integrity: %q", got)
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

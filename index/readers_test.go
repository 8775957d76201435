package index_test

import (
	"os"
	"path/filepath"
	"slices"
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

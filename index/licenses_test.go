package index_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMigrateLicenses opens an index of before licences had one spelling.
func TestMigrateLicenses(t *testing.T) {
	now := filepath.Join(t.TempDir(), "now.db")
	db := reopen(t, now)
	for i, license := range []string{"CC-BY-4.0", "cc-zero", "isc-license", "House-1", "mit"} {
		store(t, db, record(i+1, "metadata.license", map[string]any{"id": license}))
	}
	store(t, db, record(6))
	if err := db.Reindex(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(t.TempDir(), "old.db")
	downgrade(t, now, old, 6)
	execSQL(t, old, `UPDATE records SET license = CASE license WHEN 'cc-by-4.0' THEN 'CC-BY-4.0' WHEN 'cc0-1.0' THEN 'cc-zero' WHEN 'isc' THEN 'isc-license' ELSE license END`)

	db = reopen(t, old)
	const rows = "SELECT id, license FROM records ORDER BY id"
	want := []string{"1 cc-by-4.0\n", "2 cc0-1.0\n", "3 isc\n", "4 House-1\n", "5 mit\n", "6 <nil>\n"}
	for _, path := range []string{now, old} {
		if diff := cmp.Diff(want, table(t, path, rows)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	equalIDs(t, "isc", find(t, db, "license.identifier:isc"), "3")
}

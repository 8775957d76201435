package index_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
)

// Who resumes a run asks for each span what was stored for it. That used
// to read all records of the harvest, each time.
func TestSpansHaveAnIndex(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index.db")
	reopen(t, path)
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.QueryContext(t.Context(), `EXPLAIN QUERY PLAN SELECT id FROM harvest_ranges INDEXED BY harvest_ranges_by_span JOIN records ON record_id BETWEEN first_record AND last_record
		WHERE harvest_id = 1 AND run_id = 1 AND span = 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	const want = "harvest_ranges_by_span (harvest_id=? AND run_id=? AND span=?)"
	if got := strings.Join(plan, "; "); !strings.Contains(got, want) {
		t.Errorf("the records of a span are read by %q, want %s", got, want)
	}
}

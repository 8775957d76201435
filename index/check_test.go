package index_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
)

func checked(t *testing.T, path string, readData bool) []index.Finding {
	t.Helper()
	db := reopen(t, path)
	findings, err := db.Check(t.Context(), readData)
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

// TestCheckSound finds nothing wrong with indexes of many kinds: empty, with
// states that replaced others, gone and forgotten records, and a harvest under way.
func TestCheckSound(t *testing.T) {
	db := openIndex(t)
	sound := func(when string) {
		t.Helper()
		for _, readData := range []bool{false, true} {
			if findings, err := db.Check(t.Context(), readData); err != nil || len(findings) > 0 {
				t.Errorf("%s: %+v, %v", when, findings, err)
			}
		}
	}
	sound("empty")
	raws := syntheticRecords(t, 120)
	harvest(t, db, "a", page(t, raws[:60]...))
	harvest(t, db, "b", page(t, append(raws[50:], nativeRecord)...))
	sound("two harvests")
	store(t, db, record(1), record(2))
	store(t, db, record(1, "metadata.title", "Other"))
	if _, err := db.MarkGone(t.Context(), store0.Gone{ID: "2"}); err != nil {
		t.Fatal(err)
	}
	sound("changed and gone")
	if _, err := db.Forget(t.Context(), "b"); err != nil {
		t.Fatal(err)
	}
	sound("forgotten")
	run := startRun(t, db, "c")
	defer run.Close() //nolint:errcheck // the test ends
	if _, err := run.StorePages(t.Context(), page(t, record(500), record(1, "metadata.title", "Third"))); err != nil {
		t.Fatal(err)
	}
	sound("under way")
}

// TestCheckFinds names each kind of damage, with what repairs it.
func TestCheckFinds(t *testing.T) {
	for damage, want := range map[string]string{
		"DELETE FROM document_blocks":                                                                           "records as received: 60 records are in no block, such as",
		"UPDATE document_blocks SET first_record = 10 WHERE first_record = 51":                                  "records as received: 1 blocks overlap others",
		"DELETE FROM part WHERE record_id = 3":                                                                  "tables: 1 records are without their lists",
		"UPDATE harvest_ranges SET last_record = 100":                                                           "harvests: 1 ranges hold records that are not there, such as in a",
		"INSERT INTO harvest_ranges VALUES (1, 5, 6, 1, 0, 1, NULL)":                                            "harvests: 1 ranges overlap others",
		"INSERT INTO pending_ranges VALUES (1, 2, 7)":                                                           "full-text index: 2 records are there twice",
		"DELETE FROM segments; DELETE FROM segment_pages":                                                       "full-text index: 60 of 60 records are missing",
		"UPDATE record SET is_latest = 0 WHERE record_id = (SELECT max(record_id) FROM record WHERE is_latest)": "full-text index: 1 that are no latest versions are found as such",
		"UPDATE record SET gone_at = '2020-01-01T00:00:00Z' WHERE record_id = 1":                                "full-text index: 1 that are no records that are not gone are found as such",
		"UPDATE document_blocks SET data = substr(data, 1, 900) WHERE first_record = 1":                         "--read-data record ",
		"UPDATE part SET creators = '[[\"Nobody\"]]' WHERE record_id = 3":                                       "--read-data record ",
		"UPDATE record SET id = 'x' WHERE record_id = 3":                                                        "--read-data record x: what was received is record ",
		"INSERT INTO changes (run_id, record_id, noted_at, change) VALUES (9, 9, '', 'gone')":                   "tables: 1 rows belong to nothing, such as one of changes",
	} {
		path := checkedIndex(t)
		execSQL(t, path, "PRAGMA foreign_keys = off; "+damage)
		want, readData := strings.CutPrefix(want, "--read-data ")
		var found []string
		for _, f := range checked(t, path, readData) {
			found = append(found, f.Where+": "+f.What)
			if f.Repair == "" {
				t.Errorf("%s: nothing repairs %+v", damage, f)
			}
		}
		if !strings.Contains(strings.Join(found, "\n"), want) {
			t.Errorf("%s: found %q, want %q", damage, found, want)
		}
	}
}

// checkedIndex makes an index of 60 records in one harvest and two blocks.
func checkedIndex(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "index.db")
	db, err := index.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	harvest(t, db, "a", page(t, syntheticRecords(t, 60)...))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCheckFlipped has a flipped bit in any blob be found, or change nothing.
func TestCheckFlipped(t *testing.T) {
	path := manySegments(t)
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close() //nolint:errcheck // the test ends
	want, err := askAll(t, path)
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	columns := blobColumns(t, raw)
	for i := range 60 / slowdown * 2 {
		column := columns[i%len(columns)]
		undo := flip(t, raw, random, column[0], column[1])
		if undo == nil {
			continue
		}
		if len(checked(t, path, true)) == 0 {
			if got, err := askAll(t, path); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("a bit of %s is not found: %v\n%s", column, err, firstDifference(append(got, ""), append(want, "")))
			}
		}
		undo()
	}
}

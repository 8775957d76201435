package export_test

import (
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

// TestParquetReaders has other people's libraries read a file, and a folder of
// partitions, with the values that were written: those of pyarrow, pandas,
// fastparquet, DuckDB, Polars, ClickHouse (chdb) and Spark that are installed for
// the Python that $PYTHON names, python3 by default.
func TestParquetReaders(t *testing.T) {
	seen := map[zenodo.RecordID]bool{}
	records := slices.DeleteFunc(difficult(), func(r *zenodo.Record) bool {
		again := seen[r.ID] // rows are known by it
		seen[r.ID] = true
		return again
	})
	records = append(records, published("9100", "0476"), published("9101", "soon"), published("9102", "2021-01-31"), published("9103", "1969-12-31"))
	dir := t.TempDir()
	file, folder := filepath.Join(dir, "all.parquet"), filepath.Join(dir, "records")
	if err := os.WriteFile(file, []byte(write(t, "parquet", export.Options{Fields: fieldList(t, strings.Join(documented, ","))}, records...)), 0o666); err != nil {
		t.Fatal(err)
	}
	byYear := slices.SortedFunc(slices.Values(records), func(a, b *zenodo.Record) int {
		return cmp.Compare(a.Metadata.PublicationDate, b.Metadata.PublicationDate)
	})
	if err := export.WriteByYear(folder, seq(nil, byYear...), export.Options{Fields: fieldList(t, "id,publication_date,creators")}); err != nil {
		t.Fatal(err)
	}
	found := readWithPython(t, file, folder)
	if len(found) == 0 {
		t.Skip("no Python library that reads Parquet is installed")
	}

	var wantRows []map[string]any
	var wantYears [][]any
	for _, r := range records {
		row := map[string]any{}
		for i, v := range parquetValues(r) {
			row[parquetNames[i]] = v
		}
		wantRows = append(wantRows, row)
		year := row["publication_year"]
		wantYears = append(wantYears, []any{string(r.ID), year, year, len(r.Metadata.Creators)})
	}
	slices.SortFunc(wantYears, func(a, b []any) int { return cmp.Compare(a[0].(string), b[0].(string)) })
	for library, got := range found {
		if diff := gocmp.Diff(asJSON(t, wantRows), got.File); diff != "" {
			t.Errorf("%s reads the file otherwise (-want +got):\n%.3000s", library, diff)
		}
		if diff := gocmp.Diff(asJSON(t, wantYears), got.Folder); diff != "" {
			t.Errorf("%s reads the folder otherwise (-want +got):\n%.3000s", library, diff)
		}
	}
}

// pythonRows is what a library reads, as JSON has it.
type pythonRows struct{ File, Folder any }

// readWithPython returns what each library that is installed reads.
func readWithPython(t *testing.T, file, folder string) map[string]pythonRows {
	t.Helper()
	python, err := exec.LookPath(cmp.Or(os.Getenv("PYTHON"), "python3"))
	if err != nil {
		t.Skip("Python is not installed: ", err)
	}
	out, err := exec.CommandContext(t.Context(), python, filepath.Join("testdata", "readers.py"), file, folder).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderrOf(err))
	}
	var answer map[string]json.RawMessage
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("%v in %.200s", err, out)
	}
	found := map[string]pythonRows{}
	for library, raw := range answer {
		if library == "skipped" {
			t.Logf("not installed: %s", strings.Trim(string(raw), "[]"))
			continue
		}
		var rows pythonRows
		if err := json.Unmarshal(raw, &rows); err != nil {
			t.Fatal(err)
		}
		found[library] = rows
	}
	return found
}

// asJSON is a value as one that was read from JSON.
func asJSON(t *testing.T, v any) (plain any) {
	t.Helper()
	raw, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(raw, &plain)
	}
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

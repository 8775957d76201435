package export_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

func published(id zenodo.RecordID, date string) *zenodo.Record {
	return &zenodo.Record{ID: id, Metadata: zenodo.Metadata{Title: "Record " + string(id), PublicationDate: date}}
}

// readFolder gives the ids in each file below a folder, by path.
func readFolder(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return err
		}
		if filepath.Ext(path) != ".parquet" {
			found[path] = string(data)
			return nil
		}
		_, rows := readParquet(t, data)
		ids := []string{}
		for _, row := range rows {
			ids = append(ids, row[0].(string))
		}
		found[path] = strings.Join(ids, " ")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func writeByYear(t *testing.T, dir string, records ...*zenodo.Record) {
	t.Helper()
	if err := export.WriteByYear(dir, seq(nil, records...), export.Options{Fields: fieldList(t, "id,publication_date")}); err != nil {
		t.Fatal(err)
	}
}

// wantAlone wants nothing beside a folder that was written.
func wantAlone(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Name() != filepath.Base(dir) {
			t.Errorf("%s was left", e.Name())
		}
	}
}

func TestWriteByYear(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "records")
	writeByYear(t, dir, published("1", "2023-03-09"), published("2", "2023"), published("3", "1799-01"), published("4", ""), published("5", "soon"))
	want := map[string]string{
		"year=2023/part-0.parquet": "1 2", "year=1799/part-0.parquet": "3", "year=__HIVE_DEFAULT_PARTITION__/part-0.parquet": "4 5",
	}
	if diff := cmp.Diff(want, readFolder(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantAlone(t, dir)

	// A data set is replaced as a whole; years may come again.
	writeByYear(t, dir, published("6", "2024"), published("7", "2023"), published("8", "2024-01-01"))
	want = map[string]string{"year=2024/part-0.parquet": "6", "year=2023/part-0.parquet": "7", "year=2024/part-1.parquet": "8"}
	if diff := cmp.Diff(want, readFolder(t, dir)); diff != "" {
		t.Errorf("after replacing it (-want +got):\n%s", diff)
	}
	wantAlone(t, dir)
}

// TestWriteByYearOfNothing has columns to read although there is no record.
func TestWriteByYearOfNothing(t *testing.T) {
	dir := t.TempDir() // which is there, and empty
	writeByYear(t, dir)
	data, err := os.ReadFile(filepath.Join(dir, "year=__HIVE_DEFAULT_PARTITION__", "part-0.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	if names, rows := readParquet(t, data); len(rows) > 0 || names[0] != "id" {
		t.Errorf("got columns %v and %d rows", names, len(rows))
	}
}

// TestWriteByYearRefuses has folders with other files left alone.
func TestWriteByYearRefuses(t *testing.T) {
	for _, name := range []string{"notes.txt", "year=2023/notes.txt", "year=2023/part-0.parquet/x", "year=2023", "year=2023/part-00.parquet", "other/part-0.parquet"} {
		dir := filepath.Join(t.TempDir(), "records")
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("mine"), 0o666); err != nil {
			t.Fatal(err)
		}
		err := export.WriteByYear(dir, seq(nil, ordinary()), export.Options{})
		if !errors.Is(err, export.ErrNotPartitioned) {
			t.Errorf("%s: got %v, want ErrNotPartitioned", name, err)
		}
		if got, err := os.ReadFile(file); string(got) != "mine" {
			t.Errorf("%s: now it is %q, %v", name, got, err)
		}
		wantAlone(t, dir)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := export.WriteByYear(file, seq(nil), export.Options{}); err == nil {
		t.Error("a file was taken for a folder")
	}
	if err := export.WriteByYear(filepath.Join(t.TempDir(), "no", "such"), seq(nil), export.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("below a folder that is not there: got %v, want fs.ErrNotExist", err)
	}
}

// TestWriteByYearFails has what was there before stay, and nothing else.
func TestWriteByYearFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "records")
	cause := errors.New("no more records")
	if err := export.WriteByYear(dir, seq(cause, ordinary()), export.Options{}); err != cause {
		t.Errorf("got %v, want %v itself", err, cause)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is there: %v", err)
	}
	writeByYear(t, dir, published("1", "2023"))
	if err := export.WriteByYear(dir, seq(cause, ordinary()), export.Options{}); err != cause {
		t.Errorf("got %v, want %v itself", err, cause)
	}
	if diff := cmp.Diff(map[string]string{"year=2023/part-0.parquet": "1"}, readFolder(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantAlone(t, dir)
}

// TestByYearInDuckDB has DuckDB find the year in the names of the folders.
func TestByYearInDuckDB(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "records")
	writeByYear(t, dir, published("1", "2023-03-09"), published("2", "2023"), published("3", "1799-01"), published("4", ""))
	rows := duckdb(t, "SELECT year::VARCHAR, string_agg(id, ' ' ORDER BY id) FROM read_parquet('"+dir+"/**/*.parquet') GROUP BY ALL")
	got := map[any]any{}
	for _, row := range rows {
		got[row[0]] = row[1]
	}
	want := map[any]any{"2023": "1 2", "1799": "3", nil: "4"}
	if !maps.Equal(want, got) {
		t.Errorf("got %v, want %v", got, want)
	}
	if years := slices.Collect(maps.Keys(got)); len(years) != len(rows) {
		t.Errorf("a year comes twice: %v", rows)
	}
}

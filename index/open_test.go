package index_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zharvest/zharvest/index"
)

func TestOpenMakes(t *testing.T) {
	for _, name := range []string{"index.db", "new/folder/index.db", "with blank?and#hash%20.db"} {
		path := filepath.Join(t.TempDir(), name)
		store(t, reopen(t, path), record(1))
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	empty := filepath.Join(t.TempDir(), "empty.db")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	store(t, reopen(t, empty), record(1))
}

func TestOpenExistingMakesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index.db")
	if _, err := index.OpenExisting(t.Context(), path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file was made")
	}
}

func TestMemory(t *testing.T) {
	db, err := index.Open(t.Context(), index.Memory)
	if err != nil {
		t.Fatal(err)
	}
	store(t, db, record(1))
	equalIDs(t, "all", find(t, db, ""), "1")
	path := db.Path()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Dir(path)); err == nil {
		t.Errorf("%s is left", path)
	}
}

// What is no index must be refused, and stay as it is.
func TestOpenForeign(t *testing.T) {
	for name, content := range map[string][]byte{
		"text":        []byte("doi,title\n"),
		"long text":   bytes.Repeat([]byte("doi,title\n"), 1000),
		"database":    otherDatabase(t, "delete"),
		"wal":         otherDatabase(t, "wal"),
		"only header": []byte("SQLite format 3\x00"),
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		refusedUnchanged(t, name, path, index.ErrNotIndex)
	}
	dir := t.TempDir()
	for _, open := range openers {
		if _, err := open(t.Context(), dir); !errors.Is(err, index.ErrNotIndex) {
			t.Errorf("folder: got %v, want ErrNotIndex", err)
		}
	}
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := index.OpenExisting(t.Context(), empty); !errors.Is(err, index.ErrNotIndex) {
		t.Errorf("empty file: got %v, want ErrNotIndex", err)
	}
}

func otherDatabase(t *testing.T, journal string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "other.db")
	execSQL(t, path, "PRAGMA journal_mode="+journal+"; CREATE TABLE records (id TEXT); INSERT INTO records VALUES ('x')")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func execSQL(t *testing.T, path, script string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), script); err != nil {
		t.Fatal(err)
	}
}

// refusedUnchanged expects a file to be refused and left as it is, with
// nothing put beside it.
func refusedUnchanged(t *testing.T, name, path string, want error) {
	t.Helper()
	before := folder(t, filepath.Dir(path))
	for _, open := range openers {
		if db, err := open(t.Context(), path); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", name, err, want)
			if err == nil {
				db.Close()
			}
		}
	}
	if after := folder(t, filepath.Dir(path)); after != before {
		t.Errorf("%s: the folder was\n%sand is\n%s", name, before, after)
	}
}

// folder describes the files of a folder and what they hold.
func folder(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s: %d bytes, %x\n", e.Name(), len(content), sha256.Sum256(content))
	}
	return b.String()
}

// filled makes an index of some records and returns its file.
func filled(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "index.db")
	db, err := index.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	raws := make([]string, n)
	for i := range raws {
		raws[i] = record(i+1, "metadata.description", strings.Repeat("some words ", i%50))
	}
	store(t, db, raws...)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// A later version of the program brings the schema up to date, and indexes what a
// script has waiting.
func TestMigrate(t *testing.T) {
	path := filled(t, 3)
	const read = "SELECT user_version + %d, (SELECT count(*) FROM added), (SELECT count(*) FROM pending) FROM pragma_user_version"
	execSQL(t, path, "CREATE TABLE added (n INTEGER)")
	want := table(t, path, fmt.Sprintf(read, 1))
	index.AddMigration(t, "DROP TABLE added; CREATE TABLE added (n INTEGER); DELETE FROM segment_pages; DELETE FROM segments; INSERT OR REPLACE INTO pending SELECT record_id, 1 FROM records;")
	db := reopen(t, path)
	equalIDs(t, "records", find(t, db, ""), "3", "2", "1")
	if got := table(t, path, fmt.Sprintf(read, 0)); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q: the next schema, the new table, and nothing pending", got, want)
	}
}

func TestOpenNewerSchema(t *testing.T) {
	path := filled(t, 1)
	execSQL(t, path, "PRAGMA user_version=99")
	refusedUnchanged(t, "newer", path, index.ErrSchemaTooNew)
	execSQL(t, path, "PRAGMA user_version=11")
	refusedUnchanged(t, "older", path, index.ErrSchemaTooOld)
	execSQL(t, path, "PRAGMA user_version=-1")
	refusedUnchanged(t, "negative", path, index.ErrNotIndex)
}

func TestOpenTruncated(t *testing.T) {
	path := filled(t, 300)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []int64{2, 3, 10} {
		if err := os.Truncate(path, info.Size()/part); err != nil {
			t.Fatal(err)
		}
		refusedUnchanged(t, fmt.Sprintf("a part of 1/%d", part), path, index.ErrDamaged)
	}
	if err := os.Truncate(path, 50); err != nil {
		t.Fatal(err)
	}
	refusedUnchanged(t, "50 bytes", path, index.ErrNotIndex)
}

// Bytes that were flipped may go unnoticed where nobody looks, but must not
// do harm: what is found is a record as it was stored, or an error.
func TestFlippedBytes(t *testing.T) {
	path := filled(t, 150)
	original, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := 0
	for at := 5000; at < len(original); at += len(original) / 90 {
		content := bytes.Clone(original)
		for i := at; i < min(at+40, len(content)); i++ {
			content[i] ^= 0x55
		}
		if err := os.WriteFile(path, content, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := readAll(t, path); err != nil {
			damaged++
			if !errors.Is(err, index.ErrDamaged) {
				t.Errorf("bytes flipped at %d: got %v, want ErrDamaged", at, err)
			}
		}
	}
	if damaged == 0 {
		t.Error("no damage was noticed")
	}
}

func readAll(t *testing.T, path string) error {
	t.Helper()
	db, err := index.OpenExisting(t.Context(), path)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, text := range []string{"", "some", `description:"some words"`, "title:r*"} {
		for r, err := range db.Records(t.Context(), index.Query{Parsed: parsed(text)}) {
			if err != nil {
				return err
			}
			if !bytes.Contains(r.Raw, []byte(`"id":`+string(r.ID)+`,`)) {
				t.Errorf("record %s came as %.80s", r.ID, r.Raw)
			}
		}
	}
	return nil
}

// Several who find no index must end with one.
func TestOpenTogether(t *testing.T) {
	for range 5 {
		path := filepath.Join(t.TempDir(), "index.db")
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				db, err := index.Open(t.Context(), path)
				if err != nil {
					t.Error(err)
					return
				}
				defer db.Close()
				if _, err := db.StoreRecords(t.Context(), decode(t, record(i+1))...); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if ids := find(t, reopen(t, path), ""); len(ids) != 6 {
			t.Errorf("found %v, want six records", ids)
		}
	}
}

func TestReadOnly(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("the superuser may write to anything")
	}
	for name, mode := range map[string]fs.FileMode{"folder that may be written": 0o755, "folder that may not": 0o555} {
		path := filled(t, 20)
		dir := filepath.Dir(path)
		for _, change := range []error{os.Chmod(path, 0o444), os.Chmod(dir, mode)} {
			if change != nil {
				t.Fatal(change)
			}
		}
		t.Cleanup(func() { os.Chmod(dir, 0o755) }) //nolint:errcheck // for the removal
		db, err := index.OpenExisting(t.Context(), path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := find(t, db, "record"); len(got) != 20 {
			t.Errorf("%s: found %d records, want 20", name, len(got))
		}
		if _, err := db.StoreRecords(t.Context(), decode(t, record(99))...); !errors.Is(err, index.ErrNotWritable) {
			t.Errorf("%s: storing gave %v, want ErrNotWritable", name, err)
		}
		if err := db.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

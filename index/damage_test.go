package index_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// blobColumns are all columns of an index whose values are not for people.
func blobColumns(t *testing.T, raw *sql.DB) (columns [][2]string) {
	t.Helper()
	rows, err := raw.Query("SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'BLOB' ORDER BY 1, 2")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var c [2]string
		if err := rows.Scan(&c[0], &c[1]); err != nil {
			t.Fatal(err)
		}
		columns = append(columns, c)
	}
	return columns
}

// One flipped bit in any blob is an error, or the same answer.
func TestFlippedBits(t *testing.T) {
	path := manySegments(t)
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close() //nolint:errcheck // the test ends
	columns := blobColumns(t, raw)
	if len(columns) < 7 {
		t.Fatalf("the index has the blobs %q", columns)
	}
	want, err := askAll(t, path)
	if err != nil {
		t.Fatal(err)
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	noticed := map[[2]string]int{}
	for i := range 500 / slowdown {
		column := columns[i%len(columns)]
		undo := flip(t, raw, random, column[0], column[1])
		if undo == nil {
			continue // it has no values
		}
		got, err := askAll(t, path)
		switch {
		case err != nil && !errors.Is(err, index.ErrDamaged):
			t.Errorf("a bit of %s: got %v, want ErrDamaged", column, err)
		case err != nil:
			noticed[column]++
		case !slices.Equal(got, want):
			t.Errorf("a bit of %s: other answers, and no error:\n%s", column, firstDifference(got, want))
		}
		undo()
	}
	if slowdown > 1 {
		return // too few flips for each column to have one that is noticed
	}
	for _, column := range columns {
		if strings.HasPrefix(column[0], "segment") && noticed[column] == 0 {
			t.Errorf("no flipped bit of %s was noticed", column)
		}
	}
}

func firstDifference(got, want []string) string {
	for i := range got {
		if got[i] != want[i] {
			return fmt.Sprintf("%.300s\nwant\n%.300s", got[i], want[i])
		}
	}
	return ""
}

// flip flips a bit at a random place of a column, and returns what flips it
// back; nil where there are no values.
func flip(t *testing.T, raw *sql.DB, random *rand.Rand, table, column string) (undo func()) {
	t.Helper()
	var n int
	if err := raw.QueryRow("SELECT count(*) FROM " + table + " WHERE length(" + column + ") > 0").Scan(&n); err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		return nil
	}
	key := "rowid"
	var row int64
	var value []byte
	err := raw.QueryRow(fmt.Sprintf("SELECT %s, %s FROM %s WHERE length(%s) > 0 LIMIT 1 OFFSET %d", key, column, table, column, random.IntN(n))).Scan(&row, &value)
	if err != nil {
		t.Fatal(err)
	}
	set := func(value []byte) {
		if _, err := raw.Exec(fmt.Sprintf("UPDATE OR IGNORE %s SET %s = ? WHERE %s = ?", table, column, key), value, row); err != nil {
			t.Fatal(err)
		}
	}
	flipped := bytes.Clone(value)
	flipped[random.IntN(len(value))] ^= 1 << random.IntN(8)
	set(flipped)
	return func() { set(value) }
}

// manySegments makes an index that has segments, some of them small and
// some have several blocks, dead and gone documents.
func manySegments(t *testing.T) (path string) {
	t.Helper()
	db := openIndex(t)
	random := rand.New(rand.NewPCG(1, 2))
	words := func(n int) string {
		var b strings.Builder
		for range n {
			fmt.Fprintf(&b, "word%d ", random.IntN(1500))
		}
		return b.String()
	}
	for part := range 4 {
		var raws []string
		for i := range []int{120, 60, 30, 5}[part] {
			raws = append(raws, record(part*1000+i+1, "metadata.description", words(40), "metadata.title", words(5)))
		}
		store(t, db, raws...)
	}
	store(t, db, record(3, "metadata.title", "another"), record(1003, "metadata.title", "another"))
	if _, err := db.MarkGone(t.Context(), store0.Gone{ID: "5"}, store0.Gone{ID: "1007"}); err != nil {
		t.Fatal(err)
	}
	return db.Path()
}

// askAll opens an index and asks it for all that it has.
func askAll(t *testing.T, path string) (all []string, err error) {
	t.Helper()
	db, err := index.OpenExisting(t.Context(), path)
	if err != nil {
		return nil, err
	}
	defer db.Close() //nolint:errcheck // it has only read
	for _, text := range []string{
		"word7", "description:word2*", "title:word99~1", `description:"word1 word2"`, "-description:word5", "title:/word1.*/", "created:[2020 TO *]", "title:zzz",
	} {
		ids, err := searchText(t, db, text, index.Query{Sort: index.BestMatch})
		if err != nil {
			return nil, fmt.Errorf("%q: %w", text, err)
		}
		all = append(all, fmt.Sprint(text, ids))
	}
	gone, err := searchText(t, db, "", index.Query{IncludeGone: true, AllVersions: true})
	if err != nil {
		return nil, err
	}
	facets, err := db.Facets(t.Context(), index.Query{}, []string{"type", "keyword", "year"}, 10)
	if err != nil {
		return nil, err
	}
	all = append(all, fmt.Sprint(gone), fmt.Sprint(facets))
	for r, err := range db.Records(t.Context(), index.Query{}) {
		if err != nil {
			return nil, err
		}
		all = append(all, string(r.Raw))
	}
	return all, nil
}

// A few kilobytes that stand for more than any record has are not unpacked.
func TestUnpackedIsBounded(t *testing.T) {
	packer, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	bomb := packer.EncodeAll(make([]byte, 65<<20), nil)
	for _, column := range []string{"document_blocks SET data", "segment_pages SET data"} {
		db := openIndex(t)
		store(t, db, record(1, "metadata.description", "word7"))
		execSQL(t, db.Path(), fmt.Sprintf("UPDATE %s = x'%x'", column, bomb))
		if _, err := askAll(t, db.Path()); !errors.Is(err, index.ErrDamaged) {
			t.Errorf("%s: got %v, want ErrDamaged", column, err)
		}
	}
}

// What could not be unpacked again is not stored.
func TestRecordTooLarge(t *testing.T) {
	db := openIndex(t)
	run := startRun(t, db, "all")
	large := &zenodo.Record{ID: "1", Raw: make([]byte, 65<<20)}
	if _, err := run.StorePages(t.Context(), store0.Page{Records: []*zenodo.Record{large}}); err == nil || !strings.Contains(err.Error(), "record 1: ") {
		t.Errorf("a record of 65 MiB: got %v, want an error with its id", err)
	}
}

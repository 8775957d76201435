package export_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

// TestRecorded writes records that Zenodo has served, reads them back and
// compares every value.
func TestRecorded(t *testing.T) {
	records := recorded(t)
	o := export.Options{Fields: fieldList(t, strings.Join(documented, ","))}
	table := readStrictly(t, write(t, "csv", o, records...), ',', "\n")
	want := tableOf(records, false)
	if len(table) != len(want) {
		t.Fatalf("got %d rows, want %d", len(table), len(want))
	}
	lines := bytes.Split([]byte(write(t, "jsonl", o, records...)), []byte("\n"))
	for i, r := range records {
		if !slices.Equal(table[i+1], want[i+1]) {
			t.Errorf("record %s as CSV (-want +got):\n%.4000s", r.ID, cmp.Diff(want[i+1], table[i+1]))
		}
		_, got := readObject(t, lines[i])
		if want := withoutText(validValues(r)); !reflect.DeepEqual(want, got) {
			t.Errorf("record %s as JSON (-want +got):\n%.4000s", r.ID, cmp.Diff(want, got, allowNested))
		}
	}
	var raw bytes.Buffer
	for _, r := range records {
		raw.Write(r.Raw)
		raw.WriteByte('\n')
	}
	if got := write(t, "jsonl", export.Options{Raw: true}, records...); got != raw.String() {
		t.Error("raw is not what was received, byte for byte")
	}
}

// recorded gives every fourth of them: they are many alike, and slow to decode
// under the race detector.
func recorded(t *testing.T) []*zenodo.Record {
	t.Helper()
	var records []*zenodo.Record
	n := 0
	for line := range recordedLines(t, "records.jsonl.gz") {
		if n++; n%4 == 1 {
			records = append(records, decoded(t, line))
		}
	}
	return records
}

// recordedLines are the lines of a file of recorded records; the test is
// skipped where it is not there.
func recordedLines(t *testing.T, name string) iter.Seq[string] {
	t.Helper()
	dir := os.Getenv("ZHARVEST_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	f, err := os.Open(filepath.Join(dir, "data", "zenodo", name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("recorded data are not here; ZHARVEST_SHARED names where they are")
	}
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(string) bool) {
		defer f.Close()
		lines := bufio.NewScanner(unpacked)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() && yield(lines.Text()) {
		}
		if err := lines.Err(); err != nil {
			t.Error(err)
		}
	}
}

func decoded(t *testing.T, raw string) *zenodo.Record {
	t.Helper()
	r, err := zenodo.DecodeRecord([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

package export

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// TestBoundsOfTexts has the bounds of pages be what the library makes of them,
// without the texts that they were cut from: here those would be 200 MB.
func TestBoundsOfTexts(t *testing.T) {
	const (
		groups = 60
		limit  = 16 // bytes of a bound
	)
	long := strings.Repeat("words and numbers ", 100_000)
	ours, theirs := textLeaf().Type().NewColumnIndexer(limit), parquet.String().Type().NewColumnIndexer(limit)
	for _, i := range []parquet.ColumnIndexer{ours, theirs} {
		i.IndexPage(3, 1, parquet.ByteArrayValue([]byte("a")), parquet.ByteArrayValue([]byte(long)))
		i.IndexPage(2, 2, parquet.NullValue(), parquet.NullValue())
		i.IndexPage(2, 0, parquet.ByteArrayValue([]byte(long)), parquet.ByteArrayValue([]byte("z")))
	}
	kept := make([]format.ColumnIndex, groups)
	before := heapInUse()
	for i := range kept {
		kept[i] = ours.ColumnIndex()
	}
	if grown := heapInUse() - before; grown > 50<<20 {
		t.Errorf("the bounds of %d row groups keep %d MB", groups, grown>>20)
	}
	want := theirs.ColumnIndex()
	equal := func(a, b [][]byte) bool { return bytes.Equal(bytes.Join(a, []byte{0}), bytes.Join(b, []byte{0})) }
	for _, got := range kept {
		if !equal(got.MinValues, want.MinValues) || !equal(got.MaxValues, want.MaxValues) || len(got.NullPages) != 3 {
			t.Fatalf("got %q to %q, want %q to %q", got.MinValues, got.MaxValues, want.MinValues, want.MaxValues)
		}
	}
}

// heapInUse is what is reachable, in bytes.
func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

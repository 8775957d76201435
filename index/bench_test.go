package index_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// syntheticRecords is n made-up records of Zenodo's size and shape, as the
// emulator serves them.
func syntheticRecords(tb testing.TB, n int) []string {
	tb.Helper()
	srv, err := zenodotest.New(zenodotest.Config{Synthetic: n, Window: n + 100})
	if err != nil {
		tb.Fatal(err)
	}
	defer srv.Close() //nolint:errcheck // nothing to lose
	raws := make([]string, 0, n)
	for page := 1; len(raws) < n; page++ {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(tb.Context(), "GET", "/api/records?all_versions=true&sort=oldest&size=100&page="+strconv.Itoa(page), nil)
		r.Header.Set("Authorization", "Bearer anything")
		srv.ServeHTTP(w, r)
		var answer struct {
			Hits struct{ Hits []json.RawMessage }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || len(answer.Hits.Hits) == 0 {
			tb.Fatalf("page %d of the emulator: status %d, %v", page, w.Code, err)
		}
		for _, raw := range answer.Hits.Hits {
			raws = append(raws, string(raw))
		}
	}
	return raws[:n]
}

// benchmarkRecords is how many records the benchmarks store or search;
// ZHARVEST_BENCH_RECORDS overrides it.
func benchmarkRecords() int {
	if n, err := strconv.Atoi(os.Getenv("ZHARVEST_BENCH_RECORDS")); err == nil {
		return n
	}
	return 20_000
}

// rawBytes makes the copies that a client would have.
func rawBytes(raws []string) [][]byte {
	all := make([][]byte, len(raws))
	for i, raw := range raws {
		all[i] = []byte(raw)
	}
	return all
}

// BenchmarkStorePages decodes, stores and indexes records from memory, in
// pages of a hundred, four to a transaction as the harvester does.
func BenchmarkStorePages(b *testing.B) {
	raws := rawBytes(syntheticRecords(b, benchmarkRecords()))
	size := 0
	for _, raw := range raws {
		size += len(raw)
	}
	before := cpuSeconds()
	peak := watchMemory()
	records := 0
	var last string
	for b.Loop() {
		last = filepath.Join(b.TempDir(), "index.db")
		harvestAll(b, last, raws)
		records += len(raws)
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(peak())/1e6, "peak-MB")
	b.ReportMetric(1e6*(cpuSeconds()-before)/float64(records), "cpu-µs/record")
	info, err := os.Stat(last)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(100*float64(info.Size())/float64(size), "%of-json")
}

func harvestAll(tb testing.TB, path string, raws [][]byte) {
	tb.Helper()
	db, err := index.Open(tb.Context(), path)
	if err != nil {
		tb.Fatal(err)
	}
	run, err := db.StartRun(tb.Context(), index.RunSpec{Name: "all", Selection: []byte("{}")})
	if err != nil {
		tb.Fatal(err)
	}
	// A page is decoded while the one before is stored, as where it comes
	// from the network.
	decoded := make(chan []index.Page, 1)
	var decoder sync.WaitGroup
	decoder.Go(func() {
		defer close(decoded)
		for four := range slices.Chunk(raws, 400) {
			decoded <- decodePages(tb, four)
		}
	})
	for pages := range decoded {
		if _, err := run.StorePages(tb.Context(), pages...); err != nil {
			tb.Fatal(err)
		}
	}
	decoder.Wait()
	if err := run.Finish(tb.Context(), index.Outcome{Total: len(raws), Complete: true, Summary: []byte("{}")}); err != nil {
		tb.Fatal(err)
	}
	if err := run.Close(); err != nil {
		tb.Fatal(err)
	}
	if err := db.Close(); err != nil {
		tb.Fatal(err)
	}
}

func decodePages(tb testing.TB, raws [][]byte) []index.Page {
	var pages []index.Page
	for hundred := range slices.Chunk(raws, 100) {
		page := index.Page{Checkpoint: []byte("{}")}
		for _, raw := range hundred {
			r, err := zenodo.DecodeRecord(raw)
			if err != nil {
				tb.Error(err)
				return nil
			}
			page.Records = append(page.Records, r)
		}
		pages = append(pages, page)
	}
	return pages
}

// watchMemory measures, until the function that it returns is called, by how
// much the memory of the heap grows at most.
func watchMemory() (peak func() uint64) {
	base, most := heapInUse(), uint64(0)
	stop := make(chan struct{})
	var watcher sync.WaitGroup
	watcher.Go(func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, heapInUse())
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	})
	return func() uint64 {
		close(stop)
		watcher.Wait()
		return most - min(base, most)
	}
}

// cpuSeconds is the time that this process has spent computing, which tells
// more than the time that went by where others use the machine too.
func cpuSeconds() float64 {
	runtime.GC() // brings the number up to date
	s := []metrics.Sample{{Name: "/cpu/classes/total:cpu-seconds"}, {Name: "/cpu/classes/idle:cpu-seconds"}}
	metrics.Read(s)
	return s[0].Value.Float64() - s[1].Value.Float64()
}

func heapInUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// benchmarkIndex is an index of made-up records, which all searches share.
var benchmarkIndex = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "zharvest-bench-")
	return filepath.Join(dir, "index.db"), err
})

func searched(b *testing.B) *index.DB {
	b.Helper()
	path, err := benchmarkIndex()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		harvestAll(b, path, rawBytes(syntheticRecords(b, benchmarkRecords())))
	}
	db, err := index.OpenExisting(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

func benchmarkSearch(b *testing.B, q index.Query) {
	db := searched(b)
	n := 0
	for b.Loop() {
		n = 0
		for _, err := range db.Records(b.Context(), q) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n), "hits")
}

var few = []string{"id", "title"}

func BenchmarkSearchWord(b *testing.B) {
	benchmarkSearch(b, index.Query{Text: "climate", Limit: 25, Columns: few})
}

func BenchmarkSearchPhrase(b *testing.B) {
	benchmarkSearch(b, index.Query{Text: `description:"of the"`, Limit: 25, Columns: few})
}

func BenchmarkSearchRange(b *testing.B) {
	benchmarkSearch(b, index.Query{Text: "publication_date:[2020-01-01 TO 2021-12-31] AND type:dataset", Limit: 25, Columns: few})
}

func BenchmarkBestMatch(b *testing.B) {
	benchmarkSearch(b, index.Query{Text: "climate data of the ocean", Sort: index.BestMatch, Limit: 25, Columns: few})
}

func BenchmarkExportBrief(b *testing.B) {
	benchmarkSearch(b, index.Query{Columns: []string{"doi", "title"}})
}

func BenchmarkExportWhole(b *testing.B) { benchmarkSearch(b, index.Query{}) }

func BenchmarkCount(b *testing.B) {
	db := searched(b)
	for b.Loop() {
		if _, err := db.Count(b.Context(), index.Query{Text: "climate OR title:data"}); err != nil {
			b.Fatal(fmt.Errorf("count: %w", err))
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	path := searched(b).Path()
	for b.Loop() {
		db, err := index.OpenExisting(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

package index_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"iter"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// syntheticRecords is n made-up records of Zenodo's size and shape, as the
// emulator serves them.
func syntheticRecords(tb testing.TB, n int) []string {
	raws := make([]string, 0, n)
	for page := range syntheticPages(tb, n) {
		for _, raw := range page {
			raws = append(raws, string(raw))
		}
	}
	return raws[:n]
}

// syntheticPages iterates over at least n made-up records, page by page.
func syntheticPages(tb testing.TB, n int) iter.Seq[[]json.RawMessage] {
	return func(yield func([]json.RawMessage) bool) {
		srv, err := zenodotest.New(zenodotest.Config{Synthetic: n, Window: n + 100})
		if err != nil {
			tb.Fatal(err)
		}
		defer srv.Close() //nolint:errcheck // nothing to lose
		for page, served := 1, 0; served < n; page++ {
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
			if served += len(answer.Hits.Hits); !yield(answer.Hits.Hits) {
				return
			}
		}
	}
}

// benchmarkRecords is how many records the benchmarks store or search;
// ZHARVEST_BENCH_RECORDS overrides it.
func benchmarkRecords() int {
	if n, err := strconv.Atoi(os.Getenv("ZHARVEST_BENCH_RECORDS")); err == nil {
		return n
	}
	return 100_000
}

// benchmarkData is a file of made-up records, one a line: in memory they would
// hide how much the index needs. ZHARVEST_BENCH_DATA names one that is kept for
// the next run.
var benchmarkData = sync.OnceValues(func() (path string, err error) {
	if path := os.Getenv("ZHARVEST_BENCH_DATA"); path != "" {
		return path, nil
	}
	f, err := os.CreateTemp("", "zharvest-*.jsonl")
	return f.Name(), errors.Join(err, f.Close())
})

func recordFile(tb testing.TB) (path string, size int64) {
	tb.Helper()
	path, err := benchmarkData()
	if err != nil {
		tb.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() == 0 {
		info, err = writeRecords(tb, path)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return path, info.Size()
}

func writeRecords(tb testing.TB, path string) (fs.FileInfo, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	for page := range syntheticPages(tb, benchmarkRecords()) {
		for _, raw := range page {
			w.Write(append(raw, '\n')) //nolint:errcheck // Flush says it
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	return f.Stat()
}

// BenchmarkStorePages decodes, stores and indexes records from memory, in
// pages of a hundred, four to a transaction as the harvester does.
func BenchmarkStorePages(b *testing.B) {
	data, size := recordFile(b)
	runtime.GC()
	peak, began := watchMemory(), processTime()
	var last string
	for b.Loop() {
		last = filepath.Join(b.TempDir(), "index.db")
		harvestFile(b, last, data)
	}
	b.ReportMetric(float64(b.N*benchmarkRecords())/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64((processTime()-began).Microseconds())/float64(b.N*benchmarkRecords()), "cpu-µs/record")
	b.ReportMetric(float64(peak())/1e6, "peak-MB")
	info, err := os.Stat(last)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/float64(benchmarkRecords()), "B/record")
	b.ReportMetric(100*float64(info.Size())/float64(size), "%of-json")
}

// harvestFile makes an index of a file of records.
func harvestFile(tb testing.TB, path, data string) {
	tb.Helper()
	db, err := index.Open(tb.Context(), path)
	if err != nil {
		tb.Fatal(err)
	}
	run := startRun(tb, db, "all")
	// Pages are decoded and prepared while those before are stored, as where
	// they come from the network.
	decoded := make(chan []store0.Page, 1)
	var decoder sync.WaitGroup
	decoder.Go(func() {
		defer close(decoded)
		for pages, err := range filePages(data, 100, 4) {
			if err != nil {
				tb.Error(err)
				return
			}
			for _, p := range pages {
				if err := run.Prepare(tb.Context(), p.Records); err != nil {
					tb.Error(err)
				}
			}
			decoded <- pages
		}
	})
	total := 0
	for pages := range decoded {
		stored, err := run.StorePages(tb.Context(), pages...)
		if err != nil {
			tb.Fatal(err)
		}
		total += stored.New
	}
	decoder.Wait()
	finish := run.Finish(tb.Context(), index.Outcome{Total: new(total), State: store0.StateComplete, Summary: []byte("{}")})
	if err := errors.Join(finish, run.Close(), db.Close()); err != nil {
		tb.Fatal(err)
	}
}

// filePages decodes the records of a file, some pages of a size at a time.
func filePages(data string, size, together int) iter.Seq2[[]store0.Page, error] {
	return func(yield func([]store0.Page, error) bool) {
		f, err := os.Open(data)
		if err != nil {
			yield(nil, err)
			return
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<24)
		pages := []store0.Page{{}}
		for lines.Scan() {
			r, err := zenodo.DecodeRecord(bytes.Clone(lines.Bytes()))
			if err != nil {
				yield(nil, err)
				return
			}
			last := &pages[len(pages)-1]
			if last.Records = append(last.Records, r); len(last.Records) < size {
				continue
			}
			last.Checkpoint = []byte("{}")
			if len(pages) == together {
				if !yield(pages, nil) {
					return
				}
				pages = nil
			}
			pages = append(pages, store0.Page{})
		}
		yield(pages, lines.Err())
	}
}

// watchMemory measures, until the function that it returns is called, by how
// much the heap grows at most, garbage included.
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

func heapInUse() uint64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

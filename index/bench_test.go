package index_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
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

// benchmarkData is a file of made-up records, one a line: in memory they would
// hide how much the index needs.
var benchmarkData = sync.OnceValues(func() (path string, err error) {
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
	if err == nil && info.Size() == 0 {
		err = os.WriteFile(path, []byte(strings.Join(syntheticRecords(tb, benchmarkRecords()), "\n")), 0o600)
		info, _ = os.Stat(path)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return path, info.Size()
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

// benchmarkIndex is an index of made-up records, which all searches share.
var benchmarkIndex = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "zharvest-bench-")
	return filepath.Join(dir, "index.db"), err
})

// searched opens the index that $ZHARVEST_BENCH_INDEX names, or one of
// made-up records.
func searched(b *testing.B) *index.DB {
	b.Helper()
	path := os.Getenv("ZHARVEST_BENCH_INDEX")
	if path == "" {
		path = syntheticIndex(b)
	}
	db, err := index.OpenExisting(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

func syntheticIndex(b *testing.B) string {
	b.Helper()
	path, err := benchmarkIndex()
	if err != nil {
		b.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		data, _ := recordFile(b)
		harvestFile(b, path, data)
	}
	return path
}

func benchmarkRead(b *testing.B, q index.Query) {
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
	b.ReportMetric(float64(n), "records")
}

// searches are what people type, by what makes them costly. In made-up records
// "the" is in nine of ten and "climate" in one of five.
var searches = []struct {
	name string
	q    index.Query
}{
	{"word", index.Query{Parsed: parsed("climate")}},
	{"rare word", index.Query{Parsed: parsed("title:cystopelied")}},
	{"phrase", index.Query{Parsed: parsed(`description:"of the"`)}},
	{"phrase with slop", index.Query{Parsed: parsed(`description:"data forest"~4`)}},
	{"field value", index.Query{Parsed: parsed("type:dataset")}},
	{"range of dates", index.Query{Parsed: parsed("publication_date:[2020-01-01 TO 2021-12-31]")}},
	{"range of times", index.Query{Parsed: parsed("created:[2020-01-01 TO 2021-12-31]")}},
	{"five clauses", index.Query{Parsed: parsed(`climate AND data AND type:dataset AND publication_date:[2019 TO 2022] AND -keywords:forest`)}},
	{"beginning", index.Query{Parsed: parsed("title:cli*")}},
	{"wildcard", index.Query{Parsed: parsed("description:cl?mat*")}},
	{"wildcard in front", index.Query{Parsed: parsed("title:*mate")}},
	{"wildcard, default fields", index.Query{Parsed: parsed("*limat*")}},
	{"fuzzy", index.Query{Parsed: parsed("description:climte~1")}},
	{"fuzzy, default fields", index.Query{Parsed: parsed("climte~2")}},
	{"regular expression", index.Query{Parsed: parsed("keywords:/cl[iy]mat.*/")}},
	{"regular expression, default fields", index.Query{Parsed: parsed("/cl[iy]mat.*/")}},
	{"statistics", index.Query{Parsed: parsed("stats.all_versions.views:[1000 TO *]")}},
	{"best match, rare", index.Query{Parsed: parsed("title:climate"), Sort: index.BestMatch}},
	{"best match, common", index.Query{Parsed: parsed("the"), Sort: index.BestMatch}},
	{"by title", index.Query{Parsed: parsed("climate"), Sort: index.Title}},
	{"by views", index.Query{Parsed: parsed("climate"), Sort: index.Views}},
}

// BenchmarkSearch shows the first 25 hits of each search, and BenchmarkCount
// counts them all.
func BenchmarkSearch(b *testing.B) {
	for _, s := range searches {
		b.Run(s.name, func(b *testing.B) {
			s.q.Limit, s.q.Columns = 25, []string{"id", "title"}
			benchmarkRead(b, s.q)
		})
	}
}

func BenchmarkCount(b *testing.B) {
	db := searched(b)
	for _, s := range searches {
		b.Run(s.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				var err error
				if n, err = db.Count(b.Context(), s.q); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n), "hits")
		})
	}
}

// BenchmarkFacets counts seven facets over what a word finds, and over
// everything.
func BenchmarkFacets(b *testing.B) {
	db := searched(b)
	for _, text := range []string{"climate", ""} {
		b.Run(strconv.Quote(text), func(b *testing.B) {
			for b.Loop() {
				_, err := db.Facets(b.Context(), index.Query{Parsed: parsed(text)}, []string{"type", "year", "access", "license", "community", "keyword", "creator"}, 10)
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkExportBrief(b *testing.B) {
	benchmarkRead(b, index.Query{Columns: []string{"doi", "title"}})
}

func BenchmarkExportWhole(b *testing.B) { benchmarkRead(b, index.Query{}) }

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

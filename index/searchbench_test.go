package index_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zharvest/zharvest/index"
)

// benchmarkIndex is an index of made-up records, which all searches share.
// ZHARVEST_BENCH_INDEX names a file where it is kept for the next run.
var benchmarkIndex = sync.OnceValues(func() (string, error) {
	if path := os.Getenv("ZHARVEST_BENCH_INDEX"); path != "" {
		return path, nil
	}
	dir, err := os.MkdirTemp("", "zharvest-bench-")
	return filepath.Join(dir, "index.db"), err
})

// searched opens the index of made-up records.
func searched(b *testing.B) *index.DB {
	b.Helper()
	path := syntheticIndex(b)
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
	n, began := 0, processTime()
	for b.Loop() {
		n = 0
		for _, err := range db.Records(b.Context(), q) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	reportCPU(b, began)
	b.ReportMetric(float64(n), "records")
}

// reportCPU reports the time of all processors for one turn of a loop: other
// programs that run beside it change that less than the time by the clock.
func reportCPU(b *testing.B, began time.Duration) {
	b.ReportMetric(float64(processTime()-began)/float64(b.N)/1e6, "cpu-ms/op")
}

// fortyTwoWords are as many bare words as Zenodo takes.
const fortyTwoWords = "human science water energy climate access work available temperature surface low while such however found file " +
	"files information version dataset software code value values process general figure table effects level development paper quality " +
	"report group cell cells population experimental measurements soil carbon"

// searches are what people type, by what makes them costly. In made-up records
// "the" is in nine of ten and "climate" in one of five.
var searches = []struct {
	name string
	q    index.Query
}{
	{"word", index.Query{Parsed: parsed("climate")}},
	{"rare word", index.Query{Parsed: parsed("title:cystopelied")}},
	{"phrase, default fields", index.Query{Parsed: parsed(`"climate data"`)}},
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
	{"42 words", index.Query{Parsed: parsed(fortyTwoWords)}},
	{"any of 42 words", index.Query{Parsed: parsed(strings.ReplaceAll(fortyTwoWords, " ", " OR "))}},
	{"statistics", index.Query{Parsed: parsed("stats.all_versions.views:[1000 TO *]")}},
	{"statistics of one version", index.Query{Parsed: parsed("stats.this_version.downloads:[1000 TO *]")}},
	{"by update", index.Query{Parsed: parsed("climate"), Sort: index.Updated}},
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
			n, began := 0, processTime()
			for b.Loop() {
				var err error
				if n, err = db.Count(b.Context(), s.q); err != nil {
					b.Fatal(err)
				}
			}
			reportCPU(b, began)
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
			began := processTime()
			for b.Loop() {
				_, err := db.Facets(b.Context(), index.Query{Parsed: parsed(text)}, []string{"type", "year", "access", "license", "community", "keyword", "creator"}, 10)
				if err != nil {
					b.Fatal(err)
				}
			}
			reportCPU(b, began)
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

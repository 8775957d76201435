package report_test

import (
	"fmt"
	"io"
	"runtime"
	"testing"

	"github.com/zharvest/zharvest/report"
	"github.com/zharvest/zharvest/zenodo"
)

// made makes up records that have as much in common as those of a repository.
func made(yield func(*zenodo.Record, error) bool) {
	kinds := []string{"publication", "dataset", "software", "image", "presentation", "poster", "lesson", "video", "other"}
	for i := range 100_000 {
		r := ordinary()
		r.ID, r.ConceptID = zenodo.RecordID(fmt.Sprint(i)), zenodo.ConceptID(fmt.Sprint("c", i))
		r.DOI = zenodo.DOI("10.5281/zenodo." + string(r.ID))
		r.CreatedAt = zenodo.Timestamp(fmt.Sprintf("20%02d-%02d-09T10:11:12+00:00", 10+i%15, 1+i%12))
		r.Metadata.Title = fmt.Sprintf("Made-up title of some length, number %d", i)
		r.Metadata.Type = kinds[i*i%len(kinds)]
		r.Metadata.PublicationDate = string(r.CreatedAt[:10])
		for j := range 5 {
			r.Metadata.Creators = append(r.Metadata.Creators, zenodo.Creator{Name: fmt.Sprintf("Family %d, Given", (i*7+j)%60_000), Affiliations: []zenodo.Affiliation{{Name: fmt.Sprint("Institute ", i%5000)}}})
			r.Metadata.Keywords = append(r.Metadata.Keywords, fmt.Sprint("keyword ", (i*3+j)%40_000))
		}
		if !yield(r, nil) {
			return
		}
	}
}

// BenchmarkBuild makes a report of 100,000 records. MB is how much of the heap
// it holds.
func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		r, err := report.Build(made, report.Options{Now: now})
		if err != nil {
			b.Fatal(err)
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB")
		runtime.KeepAlive(r)
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkWrite writes a report that lists 50,000 records.
func BenchmarkWrite(b *testing.B) {
	r, err := report.Build(made, report.Options{Now: now})
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range report.Formats() {
		b.Run(string(f), func(b *testing.B) {
			for b.Loop() {
				if err := r.Write(io.Discard, f); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(r.Records)*b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

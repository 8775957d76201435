package report_test

import (
	"fmt"
	"iter"
	"os"
	"time"

	"github.com/zharvest/zharvest/report"
	"github.com/zharvest/zharvest/zenodo"
)

func Example() {
	var records iter.Seq2[*zenodo.Record, error] = func(yield func(*zenodo.Record, error) bool) {
		yield(&zenodo.Record{ID: "1", Metadata: zenodo.Metadata{Title: "A data set", License: "cc-by-4.0"}}, nil)
	}
	r, err := report.Build(records, report.Options{Title: "Ours", Now: time.Now()})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	for _, f := range r.Quality[:2] {
		fmt.Printf("%s: %d of %d\n", f.What, f.Records, r.Counts.Records)
	}
	// Output:
	// No licence: 0 of 1
	// No creator has an ORCID: 1 of 1
}

package report_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/report"
	"github.com/zharvest/zharvest/zenodo"
)

var update = flag.Bool("update", false, "write the golden files")

// build makes a report that must come about.
func build(tb testing.TB, o report.Options, records ...*zenodo.Record) *report.Report {
	tb.Helper()
	r, err := report.Build(seq(nil, records...), o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func write(tb testing.TB, r *report.Report, f report.Format) string {
	tb.Helper()
	var b strings.Builder
	if err := r.Write(&b, f); err != nil {
		tb.Fatalf("%s: %v", f, err)
	}
	return b.String()
}

// TestGolden shows what reports look like, and that they stay as they are.
func TestGolden(t *testing.T) {
	tests := []struct {
		file    string
		format  report.Format
		o       report.Options
		records []*zenodo.Record
	}{
		{"difficult.html", report.HTML, options(), difficult()},
		{"difficult.md", report.Markdown, options(), difficult()},
		{"difficult.json", report.JSON, options(), difficult()},
		{"empty.html", report.HTML, report.Options{Now: now}, nil},
		{"empty.md", report.Markdown, report.Options{Now: now}, nil},
		{"empty.json", report.JSON, report.Options{Now: now}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			got := write(t, build(t, tt.o, tt.records...), tt.format)
			if again := write(t, build(t, tt.o, tt.records...), tt.format); again != got {
				t.Errorf("written twice, it differs (-first +second):\n%s", cmp.Diff(got, again))
			}
			path := filepath.Join("testdata", tt.file)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("not as in %s (-want +got):\n%s", path, diff)
			}
		})
	}
}

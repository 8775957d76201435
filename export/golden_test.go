package export_test

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden shows what the files look like, and that they stay as they are:
// scripts read them.
func TestGolden(t *testing.T) {
	all := export.Fields()
	tests := []struct {
		file    string
		format  string
		o       export.Options
		records []*zenodo.Record
	}{
		{"default.csv", "csv", export.Options{}, difficult()},
		{"all.csv", "csv", export.Options{Fields: all}, difficult()},
		{"all.tsv", "tsv", export.Options{Fields: all}, difficult()},
		{"all.json", "json", export.Options{Fields: all}, difficult()},
		{"all.jsonl", "jsonl", export.Options{Fields: all}, difficult()},
		{"excel.csv", "csv", export.Options{Fields: all, BOM: true}, difficult()},
		{"raw-cells.csv", "csv", export.Options{Fields: all, RawCells: true}, difficult()},
		{"default.md", "markdown", export.Options{}, difficult()},
		{"all.md", "markdown", export.Options{Fields: all}, difficult()},
		{"default.html", "html", export.Options{}, difficult()},
		{"all.html", "html", export.Options{Fields: all}, difficult()},
		{"difficult.bib", "bibtex", export.Options{}, difficult()},
		{"difficult.ris", "ris", export.Options{}, difficult()},
		{"csl.json", "csl", export.Options{}, difficult()},
		{"datacite.json", "datacite", export.Options{}, difficult()},
		{"all.xlsx.txt", "xlsx", export.Options{Fields: all}, difficult()},
		{"all.parquet.txt", "parquet", export.Options{Fields: all}, difficult()},
		{"native.bib", "bibtex", export.Options{}, []*zenodo.Record{native(t)}},
		{"native.ris", "ris", export.Options{}, []*zenodo.Record{native(t)}},
		{"native-csl.json", "csl", export.Options{}, []*zenodo.Record{native(t)}},
		{"native-datacite.json", "datacite", export.Options{}, []*zenodo.Record{native(t)}},
		{"raw.json", "json", export.Options{Raw: true}, received()},
		{"raw.jsonl", "jsonl", export.Options{Raw: true}, received()},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			got := write(t, tt.format, tt.o, tt.records...)
			if dump := dumps[tt.format]; dump != nil {
				got = dump(t, got)
			}
			checkGolden(t, tt.file, got)
		})
	}
}

// TestGoldenTemplate does so for a template with all that it sees.
func TestGoldenTemplate(t *testing.T) {
	f, err := export.ParseTemplate(readText(t, filepath.Join("testdata", "all.tmpl")))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := f.Write(&b, seq(nil, difficult()...), export.Options{}); err != nil {
		t.Fatal(err)
	}
	checkGolden(t, "template.txt", b.String())
}

func checkGolden(t *testing.T, file, got string) {
	t.Helper()
	path := filepath.Join("testdata", file)
	if *update {
		writeText(t, path, got)
	}
	if diff := cmp.Diff(readText(t, path), got); diff != "" {
		t.Errorf("not as in %s (-want +got):\n%s", path, diff)
	}
}

// dumps write as text what is in a file of a binary format.
var dumps = map[string]func(*testing.T, string) string{"parquet": dumpParquet, "xlsx": dumpXLSX}

// received are records with what a server may have sent.
func received() []*zenodo.Record {
	return []*zenodo.Record{
		ordinary(),
		{ID: "2", Raw: []byte("\n{\"id\":2,\"title\":\"\u00fc \\u00fc \u2028\",  \"files\" : [ ]}\r\n")},
		{ID: "3", Raw: []byte("{\n  \"id\": 3,\r\n  \"note\": \"a\\nb\"\n}\n")},
	}
}

package export_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/export"
)

func TestFormatOf(t *testing.T) {
	tests := []struct{ name, want string }{
		{"list.csv", "csv"},
		{"list.CSV", "csv"},
		{"list.tsv", "tsv"},
		{"dir.json/list.json", "json"},
		{"a.b.jsonl", "jsonl"},
		{"list.ndjson", "jsonl"},
		{"list.md", "markdown"},
		{"list.html", "html"},
		{"list.bib", "bibtex"},
		{"list.ris", "ris"},
		{"list.xlsx", "xlsx"},
		{"list.parquet", "parquet"},
		{"part.db", "sqlite"},
		{"part.zharvest", "index"},
		{"list", "csv"},
		{"-", "csv"},
		{"", "csv"},
		{"dir.json/list", "csv"},
		{"/dev/stdout", "csv"},
	}
	for _, tt := range tests {
		if got, err := export.FormatOf(tt.name); got != tt.want || err != nil {
			t.Errorf("FormatOf(%q) = %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
	for _, name := range []string{"list.docx", "list.csv.gz", "list.cvs"} {
		if got, err := export.FormatOf(name); !errors.Is(err, export.ErrUnknownFormat) {
			t.Errorf("FormatOf(%q) = %q, %v; want ErrUnknownFormat", name, got, err)
		}
	}
}

func TestFormats(t *testing.T) {
	for _, want := range []string{"csv", "tsv", "json", "jsonl", "markdown", "html", "xlsx", "bibtex", "ris", "csl", "datacite", "parquet"} {
		if !slices.Contains(export.Formats(), want) {
			t.Errorf("Formats() = %v, without %s", export.Formats(), want)
		}
	}
	seen := map[string]string{}
	for _, name := range export.Formats() {
		f := lookup(t, name)
		if f.Name != name {
			t.Errorf("Lookup(%q) is called %q", name, f.Name)
		}
		for _, ending := range f.Endings {
			if other := seen[ending]; other != "" {
				t.Errorf(".%s belongs to %s and to %s", ending, other, name)
			}
			seen[ending] = name
			if got, err := export.FormatOf("x." + ending); got != name || err != nil {
				t.Errorf("FormatOf(x.%s) = %q, %v; want %q", ending, got, err, name)
			}
		}
	}
	if f, ok := export.Lookup("docx"); ok {
		t.Errorf("Lookup(docx) = %q", f.Name)
	}
}

func TestCheck(t *testing.T) {
	raw := export.Options{Raw: true}
	for _, format := range []string{"json", "jsonl"} {
		if err := lookup(t, format).Check(raw); err != nil {
			t.Errorf("%s: raw is refused: %v", format, err)
		}
	}
	for _, format := range []string{"csv", "tsv", "markdown", "html", "bibtex", "ris", "csl", "datacite"} {
		var b strings.Builder
		err := lookup(t, format).Write(&b, seq(nil, ordinary()), raw)
		if !errors.Is(err, export.ErrRawUnsupported) || b.Len() > 0 {
			t.Errorf("%s: raw gives %v after %d bytes, want ErrRawUnsupported after none", format, err, b.Len())
		}
	}
	for _, format := range []string{"bibtex", "ris", "csl", "datacite"} {
		var b strings.Builder
		err := lookup(t, format).Write(&b, seq(nil, ordinary()), export.Options{Fields: export.DefaultFields()})
		if !errors.Is(err, export.ErrFieldsUnsupported) || b.Len() > 0 {
			t.Errorf("%s: fields give %v after %d bytes, want ErrFieldsUnsupported after none", format, err, b.Len())
		}
	}
	invented := export.Options{Fields: []export.Field{{Name: "invented"}}}
	if err := lookup(t, "csv").Check(invented); !errors.Is(err, export.ErrUnknownField) {
		t.Errorf("a field of the caller's own gives %v, want ErrUnknownField", err)
	}
	if err := (export.Format{}).Write(&strings.Builder{}, seq(nil), export.Options{}); !errors.Is(err, export.ErrUnknownFormat) {
		t.Errorf("the zero Format gives %v, want ErrUnknownFormat", err)
	}
}

func TestNeedsWhole(t *testing.T) {
	csv, json := lookup(t, "csv"), lookup(t, "json")
	tests := []struct {
		name   string
		format export.Format
		o      export.Options
		want   bool
	}{
		{"default fields", csv, export.Options{}, false},
		{"brief fields", csv, export.Options{Fields: fieldList(t, "id,title,journal,updated")}, false},
		{"one that is not", csv, export.Options{Fields: fieldList(t, "id,creators")}, true},
		{"raw", json, export.Options{Raw: true}, true},
		{"a citation", lookup(t, "bibtex"), export.Options{}, true},
		{"a table to look at", lookup(t, "html"), export.Options{}, false},
	}
	for _, tt := range tests {
		if got := tt.format.NeedsWhole(tt.o); got != tt.want {
			t.Errorf("%s: NeedsWhole = %v, want %v", tt.name, got, tt.want)
		}
	}
}

// TestNoRecords has every format end properly where there was nothing to write.
func TestNoRecords(t *testing.T) {
	tests := []struct {
		format string
		o      export.Options
		want   string
	}{
		{"csv", export.Options{}, "doi,title\n"},
		{"csv", export.Options{BOM: true}, "\ufeffdoi,title\r\n"},
		{"tsv", export.Options{}, "doi\ttitle\n"},
		{"json", export.Options{}, "[]\n"},
		{"json", export.Options{Raw: true}, "[]\n"},
		{"jsonl", export.Options{}, ""},
		{"jsonl", export.Options{Raw: true}, ""},
		{"markdown", export.Options{}, "| doi | title |\n| --- | --- |\n"},
		{"bibtex", export.Options{}, ""},
		{"ris", export.Options{}, ""},
		{"csl", export.Options{}, "[]\n"},
		{"datacite", export.Options{}, "[]\n"},
	}
	for _, tt := range tests {
		if got := write(t, tt.format, tt.o); got != tt.want {
			t.Errorf("%s %+v: got %q, want %q", tt.format, tt.o, got, tt.want)
		}
	}
}

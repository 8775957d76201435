package export_test

import (
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

// documented are fields of each kind that scripts may rely on. TestNativeFields
// has the others.
var documented = strings.Split("id,doi,concept_id,concept_doi,title,publication_date,type,subtype,"+
	"creators,affiliations,orcids,contributors,keywords,communities,license,access,version,language,languages,description,"+
	"grants,journal,url,views,downloads,files,size,created,updated", ",")

func lookup(tb testing.TB, name string) export.Format {
	tb.Helper()
	f, ok := export.Lookup(name)
	if !ok {
		tb.Fatalf("no format %q", name)
	}
	return f
}

func fieldList(tb testing.TB, names string) []export.Field {
	tb.Helper()
	fields, err := export.ParseFields(names)
	if err != nil {
		tb.Fatal(err)
	}
	return fields
}

// seq yields the records, then err where it is not nil.
func seq(err error, records ...*zenodo.Record) iter.Seq2[*zenodo.Record, error] {
	return func(yield func(*zenodo.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// write writes the records in the named format and fails the test where that
// does not work.
func write(tb testing.TB, format string, o export.Options, records ...*zenodo.Record) string {
	tb.Helper()
	var b strings.Builder
	if err := lookup(tb, format).Write(&b, seq(nil, records...), o); err != nil {
		tb.Fatalf("%s: %v", format, err)
	}
	return b.String()
}

func writeText(tb testing.TB, name, text string) {
	tb.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		tb.Fatal(err)
	}
}

func readText(tb testing.TB, name string) string {
	tb.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

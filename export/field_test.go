package export_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/export"
)

func names(fields []export.Field) []string {
	var s []string
	for _, f := range fields {
		s = append(s, f.Name)
	}
	return s
}

func TestFields(t *testing.T) {
	kinds := map[string]export.Kind{
		"creators": export.List, "affiliations": export.List, "orcids": export.List,
		"keywords": export.List, "communities": export.List, "grants": export.List,
		"views": export.Number, "downloads": export.Number, "files": export.Number, "size": export.Number,
	}
	fields := export.Fields()
	if got := names(fields); !slices.Equal(got, documented) {
		t.Errorf("fields\n got %v\nwant %v", got, documented)
	}
	for _, f := range fields {
		if want := kinds[f.Name]; f.Kind() != want {
			t.Errorf("%s is of kind %d, want %d", f.Name, f.Kind(), want)
		}
	}
	fields[0] = export.Field{}
	if export.Fields()[0].Name != "id" {
		t.Error("who changes what Fields returned changes the fields")
	}
}

func TestDefaultFields(t *testing.T) {
	if got := names(export.DefaultFields()); !slices.Equal(got, []string{"doi", "title"}) {
		t.Errorf("default fields are %v", got)
	}
}

func TestParseFields(t *testing.T) {
	got, err := export.ParseFields(" title , doi,size")
	if want := []string{"title", "doi", "size"}; err != nil || !slices.Equal(names(got), want) {
		t.Errorf("got %v, %v; want %v", names(got), err, want)
	}
	all, err := export.ParseFields(strings.Join(documented, ","))
	if err != nil || !slices.Equal(names(all), documented) {
		t.Errorf("all fields: %v, %v", names(all), err)
	}
	for _, s := range []string{"", "dio", "doi,", "doi,,title", "DOI", "doi;title"} {
		if got, err := export.ParseFields(s); !errors.Is(err, export.ErrUnknownField) {
			t.Errorf("ParseFields(%q) = %v, %v; want ErrUnknownField", s, names(got), err)
		}
	}
	if got, err := export.ParseFields("doi,title,doi"); err == nil || !strings.Contains(err.Error(), `"doi"`) {
		t.Errorf("a field given twice: %v, %v; want an error that names it", names(got), err)
	}
}

// TestBriefFields holds what an index may leave out of a brief record.
func TestBriefFields(t *testing.T) {
	brief := strings.Split("id,doi,concept_id,concept_doi,title,publication_date,type,subtype,"+
		"license,access,version,language,journal,url,created,updated", ",")
	for _, f := range export.Fields() {
		if got, want := export.NeedsWhole([]export.Field{f}), !slices.Contains(brief, f.Name); got != want {
			t.Errorf("NeedsWhole(%s) = %v, want %v", f.Name, got, want)
		}
	}
}

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
	kinds := map[string]export.Kind{}
	for kind, list := range map[export.Kind]string{
		export.Text: "id doi concept_id concept_doi oai swhid title publication_date type subtype publisher license copyright access record_access " +
			"files_access embargo_until embargo_reason version language description journal url default_preview created updated",
		export.Number: "views downloads data_volume views_raw downloads_raw data_volume_raw version_views version_downloads version_data_volume " +
			"version_views_raw version_downloads_raw version_data_volume_raw files size",
		export.List: "creators creator_types creator_roles affiliations affiliation_ids orcids creator_ids keywords communities languages grants sizes formats",
		export.JSON: "additional_titles creator_affiliations contributors subjects rights additional_descriptions dates locations identifiers " +
			"related_identifiers references funders awards custom_fields files_enabled media_files",
	} {
		for name := range strings.FieldsSeq(list) {
			kinds[name] = kind
		}
	}
	fields := export.Fields()
	for _, f := range fields {
		want, ok := kinds[f.Name]
		if !ok || f.Kind() != want {
			t.Errorf("%s is of kind %d, want %d", f.Name, f.Kind(), want)
		}
		delete(kinds, f.Name)
	}
	if len(kinds) > 0 {
		t.Errorf("there are no fields %v", kinds)
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

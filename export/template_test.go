package export_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

func TestTemplate(t *testing.T) {
	quoted := titled("1", "a \"b\", 50% & c_d|e\nf", "<p>one &amp; <b>two</b></p><p>three</p>")
	tests := []struct {
		text string
		r    *zenodo.Record
		want string
	}{
		{"{{.DOI}} - {{.Title}}", ordinary(), "10.5281/zenodo.7712947 - Integration of compute services\n"},
		{"{{.ID}}\n", ordinary(), "7712947\n"},
		{"{{.ID}}\n\n", ordinary(), "7712947\n\n"},
		{"{{with .DOI}}{{.}}{{end}}", withoutDOI(), ""},
		{"", ordinary(), ""},
		{`{{join "; " .Creators}} ({{.Year}})`, ordinary(), "Rossi, Ada; Müller, Jörg (2023)\n"},
		{`{{.Keywords | join ","}}|{{join "," .Communities}}|{{join "," .Grants}}|{{join "," .Files}}`, ordinary(), "EOSC,cloud|egi-ace,eu|European Commission: 101017567|D1.2.pdf,data.zip\n"},
		{"{{range .Creators}}{{.Given}} {{.Family}} {{.ORCID}};{{end}}", ordinary(), "Ada Rossi 0000-0002-1825-0097;Jörg Müller 0000-0001-5109-3700;\n"},
		{"{{range .Contributors}}{{.Role}}: {{.Name}};{{end}}", conferencePaper(), "Editor: Poe, Edgar Allan;DataCurator: Roe, R.;\n"},
		{"{{.Publisher}} {{.Link}} {{.Key}}", withoutDOI(), " https://repository.example/records/abcd-1234 anon1799no_abcd-1234\n"},
		{"{{.Views}} {{.Downloads}} {{.Size}}", ordinary(), "120 34 1099511627781\n"},
		{"{{.Views}} {{.Year}}", titled("1", "", ""), " 0\n"},
		{`{{.Views}}|{{.Downloads}}|{{.Size}}|{{json .Views}}|{{.Views | default "unknown"}}{{if .Downloads}} any{{end}}`, partlyKnown(), "0|||0|0\n"},
		{`{{json .Downloads}}|{{.Downloads | default "unknown"}}|{{csv .Downloads}}|{{if and .Views (gt .Views 100)}}many{{end}}`, partlyKnown(), "null|unknown||\n"},
		{`{{if and .Views (gt .Views 100)}}many{{end}}`, ordinary(), "many\n"},
		{`{{truncate 3 .Title}}|{{truncate 100 .Title}}`, titled("6", "👩🏽‍🔬🇪🇺éx", ""), "👩🏽‍🔬🇪🇺…|👩🏽‍🔬🇪🇺éx\n"},
		{`{{truncate 4 .Title}}`, titled("6", "👩🏽‍🔬🇪🇺éx", ""), "👩🏽‍🔬🇪🇺éx\n"},
		{`{{year .Created}} {{year .PublicationDate}} {{date "2 Jan 2006" .Created}} {{date "2 Jan 2006" .PublicationDate}}`, ordinary(), "2023 2023 9 Mar 2023 9 Mar 2023\n"},
		{`{{date "2 Jan 2006" .PublicationDate}}{{year .Created}}`, article(), "2021-07\n"},
		{"{{json .Title}} {{json .Keywords}}", ordinary(), "\"Integration of compute services\" [\"EOSC\",\"cloud\"]\n"},
		{"{{csv .Title}},{{csv .Version}}", formulas(), "\"'=HYPERLINK(\"\"https://example.org\"\",\"\"click, please\"\")\",'-1.0\n"},
		{"{{latex .Title}}", quoted, "a \"b\", 50\\% \\& c\\_d|e f\n"},
		{"{{markdown .Title}}", quoted, "a \"b\", 50% \\& c\\_d\\|e f\n"},
		{"{{plain .Description}}", quoted, "one & two\nthree\n"},
		{"{{line .Title}}", quoted, "a \"b\", 50% & c_d|e f\n"},
		{`{{.Language | default "none"}} {{.Type | upper}} {{lower .Title}} {{replace "a" "o" .Access}}`, ordinary(), "eng PUBLICATION integration of compute services open\n"},
		{`{{.Language | default "none"}}`, withoutDOI(), "none\n"},
		{`{{define "who"}}{{.Name}}{{end}}{{range $i, $c := .Creators}}{{if $i}}, {{end}}{{template "who" $c}}{{end}}{{$.ID}}`, ordinary(), "Rossi, Ada, Müller, Jörg7712947\n"},
	}
	for _, tt := range tests {
		f, err := export.ParseTemplate(tt.text)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		var b strings.Builder
		if err := f.Write(&b, seq(nil, tt.r), export.Options{}); err != nil || b.String() != tt.want {
			t.Errorf("%s: got %q, %v, want %q", tt.text, b.String(), err, tt.want)
		}
	}
}

// TestTemplateRefused has mistakes found before there is a record, also in
// branches that not every record takes.
func TestTemplateRefused(t *testing.T) {
	for text, want := range map[string]string{
		"{{.DOI":       ":1: unclosed action",
		"{{nothing}}":  `:1: function "nothing" not defined`,
		"é {{.Titel}}": ":1:5: there is no .Titel; there are ID, DOI,",
		"\n\n  {{if .DOI}}{{else}}{{.Titel}}{{end}}": ":3:24: there is no .Titel;",
		`{{define "a"}}{{.Nope}}{{end}}`:             ":1:17: there is no .Nope;",
		"{{range .Creators}}{{$.Nope}}{{end}}":       ":1:23: there is no .Nope;",
		"{{(index .Creators 0).Nope}}":               ":1:22: there is no .Nope;",
		"{{range .Creators}}{{.DOI}}{{end}}":         ":1:21: <.DOI>: can't evaluate field DOI",
		"{{index .Creators 7}}":                      ":1:2: <index .Creators 7>: error calling index: index out of range: 7",
		`{{join ", " .Title}}`:                       "join takes a list, not Title",
		"{{truncate 0 .Title}}":                      "truncate to 0 characters",
	} {
		_, err := export.ParseTemplate(text)
		if !errors.Is(err, export.ErrTemplate) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want ErrTemplate with %q", text, err, want)
		}
	}
}

// TestTemplateFailsLater names the record on which a template failed, after
// those before it.
func TestTemplateFailsLater(t *testing.T) {
	f, err := export.ParseTemplate("{{(index .Creators 1).Name}}")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	err = f.Write(&b, seq(nil, ordinary(), withoutDOI()), export.Options{})
	if !errors.Is(err, export.ErrTemplate) || !strings.Contains(err.Error(), "record abcd-1234: template:1:3: <index .Creators 1>") || b.String() != "Müller, Jörg\n" {
		t.Errorf("got %q, %v", b.String(), err)
	}
	if err := f.Check(export.Options{Fields: export.Fields()}); !errors.Is(err, export.ErrFieldsUnsupported) {
		t.Errorf("fields give %v, want ErrFieldsUnsupported", err)
	}
	if !f.NeedsWhole(export.Options{}) {
		t.Error("a template takes brief records")
	}
}

// FuzzTemplateData has what is in a record never be taken for a part of the
// template.
func FuzzTemplateData(f *testing.F) {
	addSeeds(f)
	f.Add("{{.DOI}}")
	format, err := export.ParseTemplate("<{{.Title}}>{{truncate 3 .Title | len}}{{json .Title | len}}{{plain .Title | len}}{{year .Title | len}}{{csv .Title | len}}")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, title string) {
		var b strings.Builder
		if err := format.Write(&b, seq(nil, titled("1", title, "")), export.Options{}); err != nil || !strings.HasPrefix(b.String(), "<"+title+">") {
			t.Errorf("got %q, %v from %q", b.String(), err, title)
		}
	})
}

func ExampleParseTemplate() {
	format, err := export.ParseTemplate(`{{.DOI}} - {{.Title}} ({{join "; " .Creators}})`)
	if err != nil {
		fmt.Println(err)
		return
	}
	record := &zenodo.Record{ID: "10", DOI: "10.5281/zenodo.10", Metadata: zenodo.Metadata{
		Title: "Sea ice, daily", Creators: []zenodo.Creator{{Name: "Doe, Jane"}, {Name: "Roe, R."}},
	}}
	each := func(yield func(*zenodo.Record, error) bool) { yield(record, nil) }
	if err := format.Write(os.Stdout, each, export.Options{}); err != nil {
		fmt.Println(err)
	}
	// Output: 10.5281/zenodo.10 - Sea ice, daily (Doe, Jane; Roe, R.)
}

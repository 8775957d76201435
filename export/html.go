package export

import (
	_ "embed"
	"html/template"
	"io"
	"iter"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

//go:embed table.html
var tableHTML string

// tableTemplates are the beginning of the page, a row, and its end.
var tableTemplates = template.Must(template.New("table").Parse(tableHTML))

// htmlCell is what a cell shows. Its text has its own direction, so that what
// is written from right to left does not turn its neighbours.
type htmlCell struct {
	Text, Link string
	Number     bool
}

// writeHTML writes a page with a table that needs nothing from elsewhere, with
// links on DOIs and pages.
func writeHTML(w io.Writer, records iter.Seq2[*zenodo.Record, error], o Options) error {
	fields := o.fields()
	headings := make([]htmlCell, len(fields))
	for i := range fields {
		headings[i] = htmlCell{Text: fields[i].Name, Number: fields[i].kind == Number}
	}
	open, err := rendered("open", headings)
	if err != nil {
		return err
	}
	end, err := rendered("end", nil)
	if err != nil {
		return err
	}
	return layout{open: open, end: end, none: open + end, row: htmlRow(fields)}.write(w, records)
}

func rendered(name string, data any) (string, error) {
	var b strings.Builder
	err := tableTemplates.ExecuteTemplate(&b, name, data)
	return b.String(), err
}

// htmlRow appends rows. What it needs to make one is used again.
func htmlRow(fields []Field) func(dst []byte, r *zenodo.Record) ([]byte, error) {
	row := tableTemplates.Lookup("row")
	cells := make([]htmlCell, len(fields))
	return func(dst []byte, r *zenodo.Record) ([]byte, error) {
		for i := range fields {
			text, link := fields[i].forPeople(r)
			cells[i] = htmlCell{Text: text, Link: link, Number: fields[i].kind == Number}
		}
		piece := appender{dst}
		err := row.Execute(&piece, cells)
		return piece.dst, err
	}
}

// appender appends what is written to it.
type appender struct{ dst []byte }

func (a *appender) Write(p []byte) (int, error) {
	a.dst = append(a.dst, p...)
	return len(p), nil
}

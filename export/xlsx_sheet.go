package export

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// sheet is one that is being written.
type sheet struct {
	out    stream
	fields []Field
	names  []string // of the columns: A, B, …
	limits sheetLimits
	rows   int // written, with the heading
	bytes  int // written

	// Links stand after all rows, and their targets in a part of their own.
	links   int
	places  []byte
	targets []byte

	value []byte // of the cell at hand
}

func newSheet(w io.Writer, fields []Field, limits sheetLimits) *sheet {
	s := &sheet{out: stream{w: w}, fields: fields, names: make([]string, len(fields)), limits: limits}
	for i := range s.names {
		s.names[i] = columnName(i)
	}
	return s
}

// columnName is what spreadsheets call a column.
func columnName(i int) string {
	const letters = 26
	name := string(rune('A' + i%letters))
	if i < letters {
		return name
	}
	return columnName(i/letters-1) + name
}

// full reports whether the next record belongs on another sheet.
func (s *sheet) full() bool { return s.rows >= s.limits.rows || s.bytes >= s.limits.bytes }

// begin writes what comes before the records: the widths of columns, and a
// heading that stays in sight. The first sheet is the one that is shown.
func (s *sheet) begin(first bool) error {
	selected := ""
	if first {
		selected = ` tabSelected="1"`
	}
	text := fmt.Appendf(s.out.piece, `%s<worksheet xmlns="%s" xmlns:r="%s"><sheetViews><sheetView%s workbookViewId="0">`+
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/></sheetView></sheetViews><cols>`,
		xmlHeader, nsMain, nsRelation, selected)
	for i := range s.fields {
		text = fmt.Appendf(text, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, s.fields[i].width())
	}
	text = append(text, `</cols><sheetData>`...)
	s.rows = 1
	text = s.openRow(text)
	for i := range s.fields {
		text = s.appendText(text, i, styleHeading, s.fields[i].Name)
	}
	return s.extend(append(text, `</row>`...))
}

// widths of columns, in characters, that are not the usual one.
var widths = map[string]int{
	"id": 12, "concept_id": 12, "doi": 26, "concept_doi": 26, "title": 70, "description": 70, "creators": 40, "affiliations": 40,
	"orcids": 40, "keywords": 40, "url": 38, "views": 10, "downloads": 11, "files": 8, "size": 15, "publication_date": 17,
}

func (f *Field) width() int {
	if w := widths[f.Name]; w > 0 {
		return w
	}
	return 20
}

// add writes the row of a record.
func (s *sheet) add(r *zenodo.Record) error {
	s.rows++
	text := s.openRow(s.out.piece)
	for i := range s.fields {
		text = s.appendCell(text, i, r)
	}
	return s.extend(append(text, `</row>`...))
}

func (s *sheet) openRow(dst []byte) []byte {
	dst = append(dst, `<row r="`...)
	dst = strconv.AppendInt(dst, int64(s.rows), 10)
	return append(dst, `">`...)
}

// extend takes what is to be written, with text appended to it.
func (s *sheet) extend(text []byte) error {
	before := len(s.out.piece)
	s.bytes += len(text) - before
	return s.out.extend(text)
}

// addLink makes the cell a link, unless the sheet has as many as it may. In the
// address nothing else needs escaping, see [Field.link].
func (s *sheet) addLink(column int, target string) bool {
	if s.links == s.limits.links {
		return false
	}
	s.links++
	s.places = fmt.Appendf(s.places, `<hyperlink ref="%s%d" r:id="rId%d"/>`, s.names[column], s.rows, s.links)
	s.targets = append(s.targets, relationship(s.links, typeHyperlink, strings.ReplaceAll(target, "&", "&amp;"), "External")...)
	return true
}

// end writes what comes after the records.
func (s *sheet) end() error {
	text := fmt.Appendf(s.out.piece, `</sheetData><autoFilter ref="%s"/>`, filterRange(len(s.fields), s.rows, ""))
	if s.links > 0 {
		text = append(text, `<hyperlinks>`...)
		text = append(append(text, s.places...), `</hyperlinks>`...)
	}
	s.out.piece = append(text, `</worksheet>`...)
	return s.out.flush()
}

package export

import (
	"bytes"
	"io"
	"iter"

	"github.com/zharvest/zharvest/zenodo"
)

// byteOrderMark tells Excel that a file is UTF-8.
const byteOrderMark = "\ufeff"

// writeCSV writes a heading and a line for each record, quoted as RFC 4180
// has it.
func writeCSV(w io.Writer, records iter.Seq2[*zenodo.Record, error], o Options) error {
	return newDialect(',', o).layout().write(w, records)
}

// writeTSV writes CSV with tabs in place of commas, so that tabs, quotes and
// line breaks in a value are kept by quoting, as spreadsheets write and read
// it.
func writeTSV(w io.Writer, records iter.Seq2[*zenodo.Record, error], o Options) error {
	return newDialect('\t', o).layout().write(w, records)
}

// dialect is a kind of CSV.
type dialect struct {
	fields  []Field
	start   string // of the file
	comma   byte
	newline string
	guard   bool // make formulas harmless
}

func newDialect(comma byte, o Options) *dialect {
	d := &dialect{fields: o.fields(), comma: comma, newline: "\n", guard: !o.RawCells}
	if o.BOM {
		d.start, d.newline = byteOrderMark, "\r\n"
	}
	return d
}

func (d *dialect) layout() layout {
	heading := string(d.appendHeading([]byte(d.start)))
	return layout{open: heading, none: heading, row: d.appendRow}
}

func (d *dialect) appendHeading(dst []byte) []byte {
	for i := range d.fields {
		if i > 0 {
			dst = append(dst, d.comma)
		}
		dst = append(dst, d.fields[i].Name...)
	}
	return append(dst, d.newline...)
}

func (d *dialect) appendRow(dst []byte, r *zenodo.Record) ([]byte, error) {
	row := len(dst)
	for i := range d.fields {
		if i > 0 {
			dst = append(dst, d.comma)
		}
		cell := len(dst)
		dst = d.finishCell(d.fields[i].AppendText(dst, r), cell)
	}
	if len(dst) == row {
		// Readers skip an empty line, and with it the record.
		dst = append(dst, `""`...)
	}
	return append(dst, d.newline...), nil
}

// finishCell makes what was appended to dst from start on a cell: guarded and
// quoted where it must be.
func (d *dialect) finishCell(dst []byte, start int) []byte {
	if d.guard && isFormula(dst[start:]) {
		dst = insertAt(dst, start, '\'')
	}
	if d.mustQuote(dst[start:]) {
		return quoteFrom(dst, start)
	}
	return dst
}

// mustQuote looks four times rather than once, since IndexByte looks at many
// bytes at a time.
func (d *dialect) mustQuote(cell []byte) bool {
	return bytes.IndexByte(cell, d.comma) >= 0 || bytes.IndexByte(cell, '"') >= 0 ||
		bytes.IndexByte(cell, '\n') >= 0 || bytes.IndexByte(cell, '\r') >= 0
}

// isFormula is true for what a spreadsheet may run rather than show: it begins
// with one of = + - @, also in their full-width forms, which some treat alike,
// or with a tab or a return, behind which some find them.
func isFormula(cell []byte) bool {
	if len(cell) == 0 {
		return false
	}
	switch cell[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return true
	case "＝"[0]:
		return hasAnyPrefix(cell, "＝", "＋", "－", "＠")
	}
	return false
}

func hasAnyPrefix(cell []byte, prefixes ...string) bool {
	for _, p := range prefixes {
		if bytes.HasPrefix(cell, []byte(p)) {
			return true
		}
	}
	return false
}

func insertAt(dst []byte, at int, b byte) []byte {
	dst = append(dst, 0)
	copy(dst[at+1:], dst[at:])
	dst[at] = b
	return dst
}

// quoteFrom puts dst[start:] in quotes and doubles those in it, in place and
// from the end, so that every byte moves once.
func quoteFrom(dst []byte, start int) []byte {
	from := len(dst)
	quotes := bytes.Count(dst[start:], []byte{'"'})
	for range quotes + 2 {
		dst = append(dst, '"')
	}
	// The last byte is the closing quote already.
	to := len(dst) - 1
	for from > start {
		from--
		to--
		dst[to] = dst[from]
		if dst[from] == '"' {
			to--
			dst[to] = '"'
		}
	}
	dst[start] = '"'
	return dst
}

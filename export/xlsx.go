package export

import (
	"archive/zip"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/klauspost/compress/flate"

	"github.com/zharvest/zharvest/zenodo"
)

// sheetLimits are how much goes into one sheet. What is more goes into further
// ones; only links end, after which their cells are plain text.
type sheetLimits struct {
	rows  int // with the heading
	links int
	bytes int // of XML; beyond 4 GiB spreadsheets want another kind of archive
}

var excelLimits = sheetLimits{rows: 1_048_576, links: 65_530, bytes: 2 << 30}

// writeXLSX writes a workbook for Excel and its kin. Cells are texts, numbers,
// dates or times in UTC, never formulas; DOIs and addresses are links. What is
// longer than a cell may be is cut and ends with an ellipsis.
//
// It is written here rather than by a library, since those that there are hold
// the file in memory, or cannot keep control characters.
func writeXLSX(w io.Writer, records iter.Seq2[*zenodo.Record, error], o Options) error {
	b := newWorkbook(w, o.fields(), excelLimits)
	for r, err := range records {
		if err != nil {
			return err
		}
		if err := b.add(r); err != nil {
			return err
		}
	}
	return b.close()
}

// workbook is a file that is being written: an archive of its sheets, and of
// what tells about them.
type workbook struct {
	zip    *zip.Writer
	fields []Field
	limits sheetLimits
	sheet  *sheet // nil before there is one
	rows   []int  // of the sheets that are done
}

func newWorkbook(w io.Writer, fields []Field, limits sheetLimits) *workbook {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	return &workbook{zip: z, fields: fields, limits: limits}
}

func (b *workbook) add(r *zenodo.Record) error {
	if b.sheet != nil && b.sheet.full() {
		if err := b.endSheet(); err != nil {
			return err
		}
	}
	if b.sheet == nil {
		if err := b.beginSheet(); err != nil {
			return err
		}
	}
	return b.sheet.add(r)
}

// beginSheet begins the next sheet, with its heading.
func (b *workbook) beginSheet() error {
	entry, err := b.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(b.rows)+1))
	if err != nil {
		return err
	}
	b.sheet = newSheet(entry, b.fields, b.limits)
	return b.sheet.begin(len(b.rows) == 0)
}

func (b *workbook) endSheet() error {
	if err := b.sheet.end(); err != nil {
		return err
	}
	b.rows = append(b.rows, b.sheet.rows)
	if b.sheet.links > 0 {
		name := fmt.Sprintf("xl/worksheets/_rels/sheet%d.xml.rels", len(b.rows))
		if err := b.part(name, relationships(string(b.sheet.targets))); err != nil {
			return err
		}
	}
	b.sheet = nil
	return nil
}

// close ends the last sheet and writes the parts that tell of all of them.
func (b *workbook) close() error {
	if b.sheet == nil {
		if err := b.beginSheet(); err != nil {
			return err
		}
	}
	if err := b.endSheet(); err != nil {
		return err
	}
	for _, p := range b.parts() {
		if err := b.part(p.name, p.text); err != nil {
			return err
		}
	}
	return b.zip.Close()
}

func (b *workbook) part(name, text string) error {
	entry, err := b.zip.Create(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(entry, xmlHeader+text)
	return err
}

// sheetName is what people see on the tab.
func sheetName(i int) string {
	if i == 0 {
		return "Records"
	}
	return fmt.Sprintf("Records %d", i+1)
}

// filterRange is the cells of a sheet that can be filtered, as $A$1:$B$9 or
// without the signs.
func filterRange(columns, rows int, sign string) string {
	last := columnName(columns - 1)
	return strings.Join([]string{sign, "A", sign, "1:", sign, last, sign, fmt.Sprint(rows)}, "")
}

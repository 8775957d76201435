package export_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

// openXLSX reads a workbook with a library that has no part in writing it.
func openXLSX(tb testing.TB, data string) *excelize.File {
	tb.Helper()
	file, err := excelize.OpenReader(strings.NewReader(data))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = file.Close() })
	return file
}

// xlsxCell is a cell as the library reads it: t for a text, n for a number, and
// the value, with the numbers of days and times as these.
func xlsxCell(tb testing.TB, file *excelize.File, sheet string, column, row int) string {
	tb.Helper()
	name, err := excelize.CoordinatesToCellName(column+1, row+1)
	if err != nil {
		tb.Fatal(err)
	}
	kind, err := file.GetCellType(sheet, name)
	if err != nil {
		tb.Fatal(err)
	}
	if formula, err := file.GetCellFormula(sheet, name); err != nil || formula != "" {
		tb.Errorf("%s has the formula %q, %v", name, formula, err)
	}
	value, err := file.GetCellValue(sheet, name, excelize.Options{RawCellValue: true})
	if err != nil {
		tb.Fatal(err)
	}
	if kind == excelize.CellTypeInlineString {
		return "t " + value
	}
	if value == "" {
		return ""
	}
	return "n " + number(tb, value, xlsxFormat(tb, file, sheet, name))
}

func number(tb testing.TB, value, format string) string {
	tb.Helper()
	if format == "" {
		return value
	}
	serial, err := strconv.ParseFloat(value, 64)
	if err != nil {
		tb.Fatal(err)
	}
	const day = 24 * time.Hour
	at := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(serial)).Add(time.Duration((serial - float64(int(serial))) * float64(day)))
	if strings.Contains(format, "hh") {
		return at.Round(time.Millisecond).Format("2006-01-02 15:04:05.000")
	}
	return at.Format(time.DateOnly)
}

func xlsxFormat(tb testing.TB, file *excelize.File, sheet, cell string) string {
	tb.Helper()
	id, err := file.GetCellStyle(sheet, cell)
	if err != nil {
		tb.Fatal(err)
	}
	style, err := file.GetStyle(id)
	if err != nil {
		tb.Fatal(err)
	}
	if style.CustomNumFmt == nil {
		return ""
	}
	return *style.CustomNumFmt
}

// xlsxWant is what the documentation promises for a value.
func xlsxWant(name string, v any) string {
	s, isText := v.(string)
	switch {
	case isText && name == "publication_date" && wantDay(v) != nil && s > "1900-03":
		return "n " + s
	case isText && (name == "created" || name == "updated"):
		at, _ := time.Parse(time.RFC3339Nano, s)
		return "n " + at.UTC().Round(10*time.Microsecond).Format("2006-01-02 15:04:05.000")
	}
	if _, ok := v.(int64); ok {
		return "n " + cell(v)
	}
	text := cell(v)
	if units := utf16.Encode([]rune(text)); len(units) > 32767 {
		text = string(utf16.Decode(units[:32766])) + "…"
	}
	if text == "" {
		return ""
	}
	return "t " + text
}

func TestReadBackXLSX(t *testing.T) {
	records := append(difficult(), crowded())
	file := openXLSX(t, write(t, "xlsx", export.Options{Fields: fieldList(t, strings.Join(documented, ","))}, records...))
	if sheets := file.GetSheetList(); !cmp.Equal(sheets, []string{"Records"}) {
		t.Errorf("the sheets are %v", sheets)
	}
	for c, name := range documented {
		if got := xlsxCell(t, file, "Records", c, 0); got != "t "+name {
			t.Errorf("heading %d is %q", c, got)
		}
	}
	for i, r := range records {
		for c, v := range validValues(r) {
			if got, want := xlsxCell(t, file, "Records", c, i+1), xlsxWant(documented[c], v); got != want {
				t.Errorf("record %q, %s: got %.300q, want %.300q", r.ID, documented[c], got, want)
			}
		}
	}
}

// TestXLSXLook has what makes a list handy: a heading that stays, filters,
// widths, and links.
func TestXLSXLook(t *testing.T) {
	file := openXLSX(t, write(t, "xlsx", export.Options{Fields: fieldList(t, "doi,title,url,publication_date")}, ordinary(), withoutDOI()))
	panes, err := file.GetPanes("Records")
	if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.TopLeftCell != "A2" {
		t.Errorf("panes are %+v, %v", panes, err)
	}
	names := file.GetDefinedName()
	if len(names) != 1 || names[0].Name != "_xlnm._FilterDatabase" || names[0].RefersTo != "'Records'!$A$1:$D$3" {
		t.Errorf("the filter is %+v", names)
	}
	if width, err := file.GetColWidth("Records", "B"); width != 70 || err != nil {
		t.Errorf("the title is %v wide, %v", width, err)
	}
	for cell, want := range map[string]string{
		"A2": "https://doi.org/10.5281/zenodo.7712947", "C2": "https://zenodo.org/records/7712947",
		"C3": "https://repository.example/records/abcd-1234", "A3": "", "B2": "", "D2": "",
	} {
		if _, link, err := file.GetCellHyperLink("Records", cell); link != want || err != nil {
			t.Errorf("%s leads to %q, %v; want %q", cell, link, err, want)
		}
	}
}

// TestXLSXLinks has only addresses of the web be links.
func TestXLSXLinks(t *testing.T) {
	long := "https://example.org/" + strings.Repeat("x", 3000)
	for url, want := range map[string]bool{
		"https://example.org/a?b=1&c=_x0041_": true, "http://example.org": true,
		"javascript:alert(1)": false, "file:///etc/passwd": false, "https://example.org/\"/><x": false, "https://example.org/a b": false,
		"https://example.org/\u202e": false, long: false, "": false,
	} {
		file := openXLSX(t, write(t, "xlsx", export.Options{Fields: fieldList(t, "url")}, &zenodo.Record{URL: url}))
		is, link, err := file.GetCellHyperLink("Records", "A2")
		if is != want || err != nil || want && link != url {
			t.Errorf("%.100q: a link is %v to %q, %v; want %v", url, is, link, err, want)
		}
		if got := strings.TrimPrefix(xlsxCell(t, file, "Records", 0, 1), "t "); got != url {
			t.Errorf("got %q, want %q", got, url)
		}
	}
}

// FuzzXLSXCell has a cell read back as it was.
func FuzzXLSXCell(f *testing.F) {
	addSeeds(f)
	for _, s := range []string{"_x0041_", "_x005F_", "_x005F_x0041_", "_x00", "__x000A_", "\ufffe", "\uffff", "&amp;", "]]>", "\r\n_xD800_", "_X0041_"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, title string) {
		want := ""
		if title != "" {
			want = "t " + valid(title)
		}
		if len(title) > 32767 {
			return
		}
		file := openXLSX(t, write(t, "xlsx", export.Options{Fields: fieldList(t, "title")}, &zenodo.Record{Metadata: zenodo.Metadata{Title: title}}))
		if got := xlsxCell(t, file, "Records", 0, 1); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// dumpXLSX writes what a workbook holds as text, a line a cell.
func dumpXLSX(t *testing.T, data string) string {
	t.Helper()
	file := openXLSX(t, data)
	var b strings.Builder
	for _, sheet := range file.GetSheetList() {
		rows, err := file.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "sheet %s\n", sheet)
		for r, row := range rows {
			for c := range row {
				if value := xlsxCell(t, file, sheet, c, r); value != "" {
					name, _ := excelize.CoordinatesToCellName(c+1, r+1)
					_, link, _ := file.GetCellHyperLink(sheet, name)
					fmt.Fprintf(&b, "  %s %s %q %s\n", name, value[:1], value[2:], link)
				}
			}
		}
	}
	return b.String()
}

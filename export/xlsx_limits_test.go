package export

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/zharvest/zharvest/zenodo"
)

// writeLimited writes records that each have a DOI and a title.
func writeLimited(t *testing.T, limits sheetLimits, records int) *excelize.File {
	t.Helper()
	var text strings.Builder
	b := newWorkbook(&text, DefaultFields(), limits)
	for i := range records {
		r := &zenodo.Record{DOI: zenodo.DOI(fmt.Sprintf("10.1000/%d", i)), Metadata: zenodo.Metadata{Title: "Title"}}
		if err := b.add(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.close(); err != nil {
		t.Fatal(err)
	}
	file, err := excelize.OpenReader(strings.NewReader(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	return file
}

// TestSheets has a sheet that is full followed by another with a heading.
func TestSheets(t *testing.T) {
	tests := []struct {
		records int
		want    string // rows of the sheets
	}{
		{0, "1"}, {1, "2"}, {3, "4"}, {4, "4 2"}, {6, "4 4"}, {7, "4 4 2"},
	}
	for _, tt := range tests {
		file := writeLimited(t, sheetLimits{rows: 4, links: 100, bytes: 1 << 20}, tt.records)
		var got []string
		for i, sheet := range file.GetSheetList() {
			if sheet != sheetName(i) {
				t.Errorf("sheet %d is called %q", i+1, sheet)
			}
			rows, err := file.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			if rows[0][0] != "doi" {
				t.Errorf("%s has no heading but %q", sheet, rows[0])
			}
			got = append(got, fmt.Sprint(len(rows)))
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%d records: the sheets have %s rows, want %s", tt.records, got, tt.want)
		}
	}
	if n := len(writeLimited(t, sheetLimits{rows: 1000, links: 1000, bytes: 3000}, 30).GetSheetList()); n < 2 {
		t.Errorf("what is too large for a sheet is in %d", n)
	}
}

// TestLinkLimit has links end where a sheet has as many as it may, and begin
// again on the next one.
func TestLinkLimit(t *testing.T) {
	file := writeLimited(t, sheetLimits{rows: 5, links: 2, bytes: 1 << 20}, 6)
	for _, tt := range []struct {
		sheet, cell, want string
	}{
		{"Records", "A2", "https://doi.org/10.1000/0"},
		{"Records", "A3", "https://doi.org/10.1000/1"},
		{"Records", "A4", ""},
		{"Records 2", "A2", "https://doi.org/10.1000/4"},
		{"Records 2", "A3", "https://doi.org/10.1000/5"},
	} {
		if _, got, err := file.GetCellHyperLink(tt.sheet, tt.cell); got != tt.want || err != nil {
			t.Errorf("%s of %s leads to %q, %v; want %q", tt.cell, tt.sheet, got, err, tt.want)
		}
		if value, err := file.GetCellValue(tt.sheet, tt.cell); !strings.HasPrefix(value, "10.1000/") || err != nil {
			t.Errorf("%s of %s is %q, %v", tt.cell, tt.sheet, value, err)
		}
	}
}

func TestCutCell(t *testing.T) {
	for _, tt := range []struct {
		name, text, want string
	}{
		{"as long as may be", strings.Repeat("x", maxCell), strings.Repeat("x", maxCell)},
		{"one more", strings.Repeat("x", maxCell+1), strings.Repeat("x", maxCell-1) + "…"},
		{"two bytes each", strings.Repeat("é", maxCell), strings.Repeat("é", maxCell)},
		{"two bytes each, one more", strings.Repeat("é", maxCell+1), strings.Repeat("é", maxCell-1) + "…"},
		{"two units each", strings.Repeat("😀", 16_384), strings.Repeat("😀", 16_383) + "…"},
		{"two units across the end", "x" + strings.Repeat("😀", 16_384), "x" + strings.Repeat("😀", 16_382) + "…"},
	} {
		if got := cutCell(tt.text); got != tt.want {
			t.Errorf("%s: got %d bytes, want %d", tt.name, len(got), len(tt.want))
		}
	}
}

func TestColumnName(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA", 701: "ZZ", 702: "AAA"} {
		if got := columnName(i); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
	}
}

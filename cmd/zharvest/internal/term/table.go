package term

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// PrintTable prints rows for people. On a terminal the widest columns are cut
// so that lines fit.
func (s *Stream) PrintTable(header []string, rows [][]string) error {
	_, err := fmt.Fprintln(s.Painted(), strings.Join(s.TableLines(header, rows), "\n"))
	return err
}

// TableLines are the lines of a table: that of the header, and one for each
// row.
func (s *Stream) TableLines(header []string, rows [][]string) []string {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: false}
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	t.AppendHeader(cells(header, func(name string) string { return s.Paint(Bold, name) }))
	for _, row := range rows {
		t.AppendRow(cells(row, Printable))
	}
	if s.terminal {
		var columns []table.ColumnConfig
		for i, width := range fit(header, ColumnWidths(header, rows), s.width-2*len(header)) {
			columns = append(columns, table.ColumnConfig{Number: i + 1, WidthMax: width, WidthMaxEnforcer: cut})
		}
		t.SetColumnConfigs(columns)
	}
	var lines []string
	for line := range strings.Lines(t.Render()) {
		lines = append(lines, strings.TrimRight(line, " \n"))
	}
	return lines
}

// ColumnWidths is how wide each column would be.
func ColumnWidths(header []string, rows [][]string) []int {
	widths := make([]int, len(header))
	for i := range header {
		widths[i] = text.StringWidth(header[i])
		for _, row := range rows {
			widths[i] = max(widths[i], text.StringWidth(Printable(row[i])))
		}
	}
	return widths
}

// narrowest is how far a column is cut.
const narrowest = 8

// names are the columns by which people go on, so that they are not cut.
var names = []string{"id", "doi", "slug", "harvest"}

// fit takes from the widest columns what is too much for the room.
func fit(header []string, widths []int, room int) []int {
	for {
		sum, widest := 0, -1
		for i, w := range widths {
			sum += w
			if !slices.Contains(names, header[i]) && w > narrowest && (widest < 0 || w > widths[widest]) {
				widest = i
			}
		}
		if sum <= room || widest < 0 {
			return widths
		}
		widths[widest]--
	}
}

func cut(s string, width int) string { return text.Snip(s, width, "…") }

func cells(row []string, show func(string) string) table.Row {
	out := make(table.Row, len(row))
	for i, cell := range row {
		out[i] = show(cell)
	}
	return out
}

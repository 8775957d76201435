package main

import (
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
)

// printTable prints rows for people. The column wide is cut so that lines fit
// the terminal; -1 cuts none.
func (a *app) printTable(header []string, rows [][]string, wide int) error {
	t := table.NewWriter()
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: false}
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	style.Format.Header = text.FormatDefault
	t.SetStyle(style)
	t.AppendHeader(cells(header, func(s string) string { return a.stdout.paint(bold, s) }))
	for _, row := range rows {
		t.AppendRow(cells(row, printable))
	}
	if wide >= 0 && a.stdout.terminal {
		t.SetColumnConfigs([]table.ColumnConfig{{Number: wide + 1, WidthMax: a.room(header, rows, wide), WidthMaxEnforcer: cut}})
	}
	for line := range strings.Lines(t.Render() + "\n") {
		if _, err := fmt.Fprintln(a.stdout, strings.TrimRight(line, " \n")); err != nil {
			return err
		}
	}
	return nil
}

// room is how wide a column may be beside the others.
func (a *app) room(header []string, rows [][]string, wide int) int {
	room := a.stdout.width - 2
	for i := range header {
		if i == wide {
			continue
		}
		width := text.StringWidth(header[i])
		for _, row := range rows {
			width = max(width, text.StringWidth(printable(row[i])))
		}
		room -= width + 2
	}
	return max(room, 16)
}

func cut(s string, width int) string { return text.Snip(s, width, "…") }

func cells(row []string, show func(string) string) table.Row {
	out := make(table.Row, len(row))
	for i, cell := range row {
		out[i] = show(cell)
	}
	return out
}

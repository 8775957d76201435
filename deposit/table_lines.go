package deposit

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// tableLine is a line of a table: its cells as they are meant, and as they are
// written. What is not changed is written back as it was, whatever way to quote
// and to end lines a spreadsheet has.
type tableLine struct {
	number  int // as spreadsheets count, from 1
	cells   []string
	written []string
	before  string // empty lines in front of it
	end     string // of the line
}

// isBlank tells a line without anything in it, as spreadsheets leave behind.
func (l *tableLine) isBlank() bool {
	return !slices.ContainsFunc(l.cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// set changes a cell; one cell more is added behind the last.
func (l *tableLine) set(column int, cell string, comma rune) {
	if column == len(l.cells) {
		l.cells, l.written = append(l.cells, ""), append(l.written, "")
	}
	l.cells[column], l.written[column] = cell, cell
	if strings.ContainsAny(cell, "\"\r\n") || strings.ContainsRune(cell, comma) {
		l.written[column] = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
	}
}

// readTableLines reads all lines; rest is what follows the last one.
func readTableLines(data []byte, comma rune) (lines []*tableLine, rest string, err error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = comma
	starts := lineStarts(data)
	from, number := 0, 0
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return lines, string(data[from:]), nil
		}
		if err != nil {
			return nil, "", err
		}
		to := int(r.InputOffset())
		l := &tableLine{cells: cells, end: lineEnd(data[from:to])}
		at := func(column int) int {
			line, byteOf := r.FieldPos(column)
			return starts[line-1] + byteOf - 1
		}
		for column := range cells {
			next := to - len(l.end)
			if column+1 < len(cells) {
				next = at(column+1) - utf8.RuneLen(comma)
			}
			l.written = append(l.written, string(data[at(column):next]))
		}
		l.before = string(data[from:at(0)])
		number += 1 + strings.Count(l.before, "\n")
		l.number = number
		lines, from = append(lines, l), to
	}
}

// lineStarts are where the lines of a text begin.
func lineStarts(data []byte) []int {
	starts := []int{0}
	for i, c := range data {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

// lineEnd is what a line ends with; the last one may end with nothing.
func lineEnd(line []byte) string {
	for _, end := range []string{"\r\n", "\n", "\r"} {
		if bytes.HasSuffix(line, []byte(end)) {
			return end
		}
	}
	return ""
}

// commaOf finds what stands between the cells: spreadsheets write a semicolon
// where the comma is in numbers, and some write tabs.
func commaOf(data []byte) rune {
	for _, comma := range []rune{',', ';', '\t'} {
		r := csv.NewReader(bytes.NewReader(data))
		r.Comma = comma
		header, err := r.Read()
		if err == nil && slices.ContainsFunc(header, func(name string) bool { return strings.TrimSpace(name) == columnTitle }) {
			return comma
		}
	}
	return ','
}

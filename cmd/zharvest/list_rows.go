package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/export"
)

// rowSeq are rows of a list, in step with its fields. A value is a string, an
// int, or nil for none.
type rowSeq = iter.Seq2[[]any, error]

// allOf are rows that are there.
func allOf(rows [][]any) rowSeq {
	return func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// rowFormat is the format in which a list of rows is written, table or lines
// for people, which are distinguished by whether they have a terminal.
func (a *app) rowFormat(asked, output, people string) (string, error) {
	switch {
	case asked != "":
		return asked, checkRowFormat(asked)
	case a.flags.JSON && output == "-":
		return "json", nil
	case output == "-" && a.stdout.IsTerminal():
		return "table", nil
	case output == "-":
		return people, nil
	}
	name, err := export.FormatOf(output)
	if err == nil {
		err = checkRowFormat(name)
	}
	return name, err
}

// checkRowFormat refuses formats that only records have.
func checkRowFormat(name string) error {
	if slices.Contains([]string{"csv", "tsv", "json", "jsonl"}, name) {
		return nil
	}
	return usageError(fmt.Sprintf("unknown format %q", name), "the formats are csv, tsv, json and jsonl")
}

// writeRows writes rows as they come, in one of the formats for programs.
func writeRows(w io.Writer, format string, fields []string, rows rowSeq) error {
	if format == "json" || format == "jsonl" {
		return writeObjects(w, fields, rows, format == "jsonl")
	}
	out := csv.NewWriter(w)
	if format == "tsv" {
		out.Comma = '\t'
	}
	if err := out.Write(fields); err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		cells := textRow(row)
		for i, cell := range cells {
			cells[i] = guarded(cell)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// guarded is a cell that a spreadsheet does not run.
func guarded(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func textRow(row []any) []string {
	cells := make([]string, len(row))
	for i, value := range row {
		switch v := value.(type) {
		case string:
			cells[i] = v
		case int:
			cells[i] = strconv.Itoa(v)
		}
	}
	return cells
}

package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/index"
)

type communitiesCmd struct {
	Format string `short:"f" placeholder:"FORMAT" help:"csv, tsv, json or jsonl. Default: by the ending of the file, else csv, or a table on a terminal."`
	Fields string `placeholder:"A,B" default:"slug,title,type,records,created,updated,url" help:"Fields to print."`
	Output string `short:"o" placeholder:"FILE" default:"-" help:"File to write; - is standard output."`
	Text   string `arg:"" optional:"" help:"Communities with this in their slug, title or description."`
}

// Help is shown below the flags.
func (*communitiesCmd) Help() string {
	return "Fields: slug, title, type, records, created, updated, url. Communities come with the records that name them; " +
		"\"zharvest harvest communities\" fetches their titles."
}

// communityFields are the fields of a community.
var communityFields = map[string]func(*index.CommunityEntry) any{
	"slug":    func(c *index.CommunityEntry) any { return string(c.Slug) },
	"title":   func(c *index.CommunityEntry) any { return orNil(c.Title) },
	"type":    func(c *index.CommunityEntry) any { return orNil(c.Type) },
	"records": func(c *index.CommunityEntry) any { return c.Records },
	"created": func(c *index.CommunityEntry) any { return orNil(string(c.CreatedAt)) },
	"updated": func(c *index.CommunityEntry) any { return orNil(string(c.UpdatedAt)) },
	"url":     func(c *index.CommunityEntry) any { return orNil(c.URL) },
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (c *communitiesCmd) Run(a *app) (err error) {
	fields := strings.Split(c.Fields, ",")
	for i, f := range fields {
		fields[i] = strings.TrimSpace(f)
		if communityFields[fields[i]] == nil {
			return usageError(fmt.Sprintf("unknown field %q", f), "see zharvest communities --help")
		}
	}
	format, err := c.format(a)
	if err != nil {
		return err
	}
	db, err := a.openIndex()
	if err != nil {
		return err
	}
	defer closing(db, &err)
	rows, err := c.rows(a, db, fields)
	if err != nil {
		return err
	}
	if len(rows) == 0 && c.Text != "" {
		if err := c.warnAboutText(a, db); err != nil {
			return err
		}
	}
	write := func(w io.Writer) error { return c.write(a, w, format, fields, rows) }
	if c.Output == "-" {
		return write(a.stdout)
	}
	if err := writeFile(c.Output, write); err != nil {
		return err
	}
	a.note("%s: %d communities", displayPath(c.Output), len(rows))
	return nil
}

// warnAboutText tells that no community has the text, and which slug is near.
func (c *communitiesCmd) warnAboutText(a *app, db *index.DB) error {
	slugs, err := db.CommunitySlugs(a.ctx)
	if err != nil {
		return err
	}
	a.warn("no community of the index has %s in its slug, title or description%s", c.Text, didYouMean(c.Text, slugs))
	return nil
}

// format is the one asked for, or table for people.
func (c *communitiesCmd) format(a *app) (string, error) {
	switch {
	case c.Format != "":
		if !slices.Contains([]string{"csv", "tsv", "json", "jsonl"}, c.Format) {
			return "", usageError(fmt.Sprintf("unknown format %q", c.Format), "communities are written as csv, tsv, json or jsonl")
		}
		return c.Format, nil
	case a.flags.JSON && c.Output == "-":
		return "json", nil
	case c.Output == "-" && a.stdout.terminal:
		return "table", nil
	}
	return export.FormatOf(c.Output)
}

func (c *communitiesCmd) rows(a *app, db *index.DB, fields []string) (rows [][]any, err error) {
	for entry, err := range db.Communities(a.ctx, c.Text) {
		if err != nil {
			return nil, err
		}
		row := make([]any, len(fields))
		for i, f := range fields {
			row[i] = communityFields[f](entry)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (c *communitiesCmd) write(a *app, w io.Writer, format string, fields []string, rows [][]any) error {
	switch format {
	case "json", "jsonl":
		return writeObjects(w, fields, rows, format == "jsonl")
	case "table":
		return a.printTable(fields, textRows(rows))
	}
	out := csv.NewWriter(w)
	if format == "tsv" {
		out.Comma = '\t'
	}
	for _, row := range append([][]string{fields}, textRows(rows)...) {
		for i, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				row[i] = "'" + cell // else a spreadsheet would run it
			}
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func textRows(rows [][]any) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		for _, value := range row {
			switch v := value.(type) {
			case string:
				out[i] = append(out[i], v)
			case int:
				out[i] = append(out[i], strconv.Itoa(v))
			default:
				out[i] = append(out[i], "")
			}
		}
	}
	return out
}

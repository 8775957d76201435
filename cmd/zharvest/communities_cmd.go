package main

import (
	"context"
	"fmt"
	"io"
	"strings"

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
		"\"zharvest harvest communities\" fetches their titles." +
		"\n\nExample: zharvest communities --fields slug,records -o communities.csv"
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

func (c *communitiesCmd) Run(ctx context.Context, a *app) (err error) {
	fields := strings.Split(c.Fields, ",")
	for i, f := range fields {
		fields[i] = strings.TrimSpace(f)
		if communityFields[fields[i]] == nil {
			return usageError(fmt.Sprintf("unknown field %q", f), "see zharvest communities --help")
		}
	}
	format, err := a.rowFormat(c.Format, c.Output, "csv")
	if err != nil {
		return err
	}
	db, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	rows, err := c.rows(ctx, db, fields)
	if err != nil {
		return err
	}
	if len(rows) == 0 && c.Text != "" {
		if err := c.warnAboutText(ctx, a, db); err != nil {
			return err
		}
	}
	write := func(w io.Writer) error { return c.write(a, w, format, fields, rows) }
	if c.Output == "-" {
		return write(a.stdout)
	}
	if err := a.writeFile(c.Output, write); err != nil {
		return err
	}
	a.note("%s: %d communities", displayPath(c.Output), len(rows))
	return nil
}

// warnAboutText warns that no community has the text, and which slug is near.
func (c *communitiesCmd) warnAboutText(ctx context.Context, a *app, db *index.DB) error {
	slugs, err := db.CommunitySlugs(ctx)
	if err != nil {
		return err
	}
	a.warn("no community of the index has %s in its slug, title or description%s", c.Text, didYouMean(c.Text, slugs))
	return nil
}

func (c *communitiesCmd) rows(ctx context.Context, db *index.DB, fields []string) (rows [][]any, err error) {
	for entry, err := range db.Communities(ctx, c.Text) {
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
	if format != "table" {
		return writeRows(w, format, fields, allOf(rows))
	}
	cells := make([][]string, len(rows))
	for i, row := range rows {
		cells[i] = textRow(row)
	}
	return a.stdout.PrintTable(fields, cells)
}

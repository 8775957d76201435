package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
)

type searchCmd struct {
	selectFlags
	Count   bool   `help:"Print only the number of records."`
	Facets  string `placeholder:"A,B" help:"Count the values of the records found: type, subtype, year, access, license, language, community, keyword, creator, filetype."`
	Top     int    `placeholder:"N" default:"10" help:"With --facets: so many values of each, 0 for all."`
	Explain bool   `help:"Show how the query is understood, and search nothing."`
	Online  bool   `help:"Ask the server, with the same text."`
	Format  string `short:"f" placeholder:"FORMAT" help:"Print as csv, tsv, json, jsonl, markdown, html, xlsx, parquet, bibtex, ris, csl or datacite."`
	Fields  string `placeholder:"A,B" help:"Fields to print; see zharvest export --help."`
	Query   string `arg:"" optional:"" help:"In Zenodo's query language. Without it: everything."`
}

// Help is shown below the flags.
func (*searchCmd) Help() string {
	return `Examples:
  zharvest search dissemination
  zharvest search 'title:"open science" AND publication_date:[2020 TO 2023-12-31]' -t dataset
  zharvest search -- -keywords:HPC
  zharvest search --facets type,year -c egi-ace`
}

// terminalLimit is how many hits a terminal shows by default.
const terminalLimit = 25

func (c *searchCmd) Run(ctx context.Context, a *app) error {
	if err := c.check(a); err != nil {
		return err
	}
	switch {
	case c.Explain:
		return c.printExplanation(a)
	case c.Facets != "":
		return c.facets(ctx, a)
	}
	if c.Limit == 0 && a.stdout.IsTerminal() && c.format(a) == "" {
		c.Limit = terminalLimit
	}
	if c.Online {
		records, count, err := c.online(ctx, a)
		if err != nil {
			return err
		}
		return c.print(a, records, count)
	}
	columns, err := c.columns(a)
	if err != nil {
		return err
	}
	return c.selected(ctx, a, c.Query, true, func(db *index.DB, q index.Query) error {
		q.Columns = columns
		return c.print(a, db.Records(ctx, q), func() (int, error) { return db.Count(ctx, q) })
	})
}

// check finds mistakes before anything is opened or asked for.
func (c *searchCmd) check(a *app) error {
	if c.Online && (c.Facets != "" || c.Explain) {
		return usageError("--facets and --explain are of the index alone", "leave them out with --online")
	}
	if c.Top < 0 {
		return usageError("--top is negative", "0 shows all values")
	}
	fields, err := c.fields(a)
	if err != nil {
		return err
	}
	name := c.format(a)
	if name == "" {
		return nil
	}
	format, ok := export.Lookup(name)
	if !ok {
		return unknownFormat(name, export.Formats())
	}
	if format.Binary {
		if err := a.notToTerminal("-"); err != nil {
			return err
		}
	}
	return format.Check(export.Options{Fields: fields})
}

func (c *searchCmd) online(ctx context.Context, a *app) (iter.Seq2[*zenodo.Record, error], func() (int, error), error) {
	if _, err := a.readQuery(c.Query, true); err != nil {
		return nil, nil, err
	}
	opts, err := c.onlineOptions(c.Query)
	if err != nil {
		return nil, nil, err
	}
	client, err := a.newClient()
	if err != nil {
		return nil, nil, err
	}
	a.warnAboutUnknownType(harvest.Selection{Type: opts.Type, Subtype: opts.Subtype})
	for i, named := range opts.Communities { // an unknown one would be no filter at all
		community, err := client.Communities.Get(ctx, string(named))
		if err != nil {
			return nil, nil, fmt.Errorf("community %s: %w", named, err)
		}
		opts.Communities[i] = community.Slug
	}
	count := func() (int, error) {
		one := opts
		one.Size = 1
		page, err := client.Records.Search(ctx, one)
		if err != nil {
			return 0, err
		}
		return page.Total, nil
	}
	if c.Limit > 0 {
		opts.Size = min(c.Limit, client.PageSize())
	}
	return limited(client.Records.All(ctx, opts), c.Limit), count, nil
}

// limited ends after n records; 0 is no limit.
func limited(records iter.Seq2[*zenodo.Record, error], n int) iter.Seq2[*zenodo.Record, error] {
	if n <= 0 {
		return records
	}
	return func(yield func(*zenodo.Record, error) bool) {
		left := n
		for r, err := range records {
			if !yield(r, err) || err != nil {
				return
			}
			if left--; left == 0 {
				return
			}
		}
	}
}

// Fields of the outputs of search.
const (
	jsonFields  = "id,doi,title,publication_date,type,version"
	tableFields = "doi,title,publication_date,type"
	lineFields  = "doi,title,url"
)

// format is the name of that asked for, "" for a table or lines. Fields that
// are piped without a format are CSV, as in export.
func (c *searchCmd) format(a *app) string {
	switch {
	case c.Format != "":
		return c.Format
	case a.flags.JSON:
		return "json"
	case c.Fields != "" && !a.stdout.IsTerminal():
		return "csv"
	}
	return ""
}

// fields are those that the output needs, none for those of a format.
func (c *searchCmd) fields(a *app) ([]export.Field, error) {
	switch {
	case c.Fields != "":
		return export.ParseFields(c.Fields)
	case c.Format != "":
		return nil, nil
	case a.flags.JSON:
		return export.ParseFields(jsonFields)
	case a.stdout.IsTerminal():
		return export.ParseFields(tableFields)
	}
	return export.ParseFields(lineFields)
}

func (c *searchCmd) columns(a *app) ([]string, error) {
	fields, err := c.fields(a)
	if err != nil {
		return nil, err
	}
	options := export.Options{Fields: fields}
	if format, ok := export.Lookup(c.format(a)); ok && format.NeedsWhole(options) {
		return nil, nil
	}
	return briefly(fieldsOf(options), "url"), nil
}

// briefly are the columns to read for fields, and nil for everything.
func briefly(fields []export.Field, more ...string) []string {
	columns := slices.Clone(more)
	for _, f := range fields {
		if !slices.Contains(columns, f.Name) {
			columns = append(columns, f.Name)
		}
	}
	if !index.Brief(columns) {
		return nil
	}
	return columns
}

func (c *searchCmd) print(a *app, records iter.Seq2[*zenodo.Record, error], count func() (int, error)) error {
	if c.Count {
		n, err := count()
		if err != nil {
			return err
		}
		if a.flags.JSON {
			return a.stdout.PrintJSON(map[string]int{"count": n})
		}
		_, err = fmt.Fprintln(a.stdout, n)
		return err
	}
	fields, err := c.fields(a)
	if err != nil {
		return err
	}
	switch format := c.format(a); {
	case format != "":
		f, _ := export.Lookup(format)
		return f.Write(a.stdout, records, export.Options{Fields: fields})
	case a.stdout.IsTerminal():
		return c.printTable(a, records, fields, count)
	}
	return printLines(a.stdout, records)
}

// printTable shows hits on a terminal, and how many more there are.
func (c *searchCmd) printTable(a *app, records iter.Seq2[*zenodo.Record, error], fields []export.Field, count func() (int, error)) error {
	var header []string
	for _, f := range fields {
		header = append(header, f.Name)
	}
	var rows [][]string
	for r, err := range records {
		if err != nil {
			return err
		}
		row := make([]string, len(fields))
		for i, f := range fields {
			row[i] = string(f.AppendText(nil, r))
		}
		rows = append(rows, row)
	}
	if err := a.stdout.PrintTable(header, rows); err != nil {
		return err
	}
	total, err := count()
	if err != nil {
		return err
	}
	a.note("%d of %d records", len(rows), total)
	return nil
}

// printLines writes one line a record: DOI - title.
func printLines(w io.Writer, records iter.Seq2[*zenodo.Record, error]) error {
	out := bufio.NewWriterSize(w, 1<<16)
	for r, err := range records {
		if err != nil {
			return errors.Join(out.Flush(), err)
		}
		name := cmp.Or(string(r.DOI), r.URL)
		if _, err := fmt.Fprintf(out, "%s - %s\n", term.Printable(name), term.Printable(r.Metadata.Title)); err != nil {
			return err
		}
	}
	return out.Flush()
}

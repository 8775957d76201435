package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/report"
)

type reportCmd struct {
	selectFlags
	looseFlag
	Format string `short:"f" placeholder:"FORMAT" help:"html, markdown or json. Default: by the ending of the file, else html."`
	Output string `short:"o" placeholder:"FILE" default:"-" help:"File to write; - is standard output."`
	Title  string `placeholder:"TEXT" help:"Heading of the report. Default: what it is about."`
	Query  string `arg:"" optional:"" help:"In Zenodo's query language. Without it: everything."`
}

// Help is shown below the flags.
func (*reportCmd) Help() string {
	return `The page is one file that needs no network: counts, charts with their numbers, what changed, which records to fix, and the list of records, which can be sorted and filtered.

Example: zharvest report -c egi-ace -o egi-ace.html`
}

func (c *reportCmd) Run(ctx context.Context, a *app) error {
	format, err := c.format(a)
	if err != nil {
		return err
	}
	return c.selected(ctx, a, c.Query, c.Loose, func(db *index.DB, q index.Query) error {
		if q.Now.IsZero() {
			q.Now = time.Now()
		}
		built, err := c.build(ctx, a, db, q)
		if err != nil {
			return err
		}
		return c.print(a, built, format)
	})
}

// print writes the report to the file or to standard output.
func (c *reportCmd) print(a *app, built *report.Report, format report.Format) error {
	write := func(w io.Writer) error { return built.Write(w, format) }
	if c.Output == "-" {
		return write(a.stdout)
	}
	if err := a.writeFile(c.Output, write); err != nil {
		return err
	}
	a.note("%s: a report of %s", displayPath(c.Output), counted(built.Counts.Records, "record"))
	return nil
}

// build gathers what the report says and counts the records.
func (c *reportCmd) build(ctx context.Context, a *app, db *index.DB, q index.Query) (*report.Report, error) {
	o := report.Options{Title: c.Title, Now: q.Now, Selection: reportSelection(q)}
	relevant, err := harvestsOf(ctx, db, q)
	if err != nil {
		return nil, err
	}
	if o.Source, err = reportSource(ctx, db, q, relevant); err != nil {
		return nil, err
	}
	if o.Changes, err = a.reportChanges(ctx, db, q, relevant); err != nil {
		return nil, err
	}
	days, err := db.History(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, d := range days {
		o.History = append(o.History, report.Counted(d))
	}
	return report.Build(db.Records(ctx, q), o)
}

func (c *reportCmd) format(a *app) (report.Format, error) {
	if c.Format == "" && a.flags.JSON && c.Output == "-" {
		return report.JSON, nil
	}
	if c.Format == "" {
		f, err := report.FormatOf(c.Output)
		if err != nil {
			return f, usageError(err.Error(), "name one of them with --format")
		}
		return f, nil
	}
	for _, f := range report.Formats() {
		if c.Format == string(f) {
			return f, nil
		}
	}
	return "", usageError(fmt.Sprintf("unknown format %q", c.Format), "the formats are html, markdown, json")
}

func reportSelection(q index.Query) report.Selection {
	s := report.Selection{
		Query: q.Parsed.Text, Type: q.Type, Subtype: q.Subtype, Harvest: q.Harvest,
		AllVersions: q.AllVersions, IncludeGone: q.IncludeGone, Limit: q.Limit,
	}
	for _, slug := range q.Communities {
		s.Communities = append(s.Communities, string(slug))
	}
	if !q.Since.IsZero() {
		s.Since = q.Since.UTC().Format(time.RFC3339Nano)
	}
	if !q.Until.IsZero() {
		s.Until = q.Until.UTC().Format(time.RFC3339Nano)
	}
	return s
}

// newest is the later of two times in RFC 3339 and UTC; either may be
// empty.
func newest(a string, b *string) string {
	if b == nil || cmp.Compare(*b, a) < 0 {
		return a
	}
	return *b
}

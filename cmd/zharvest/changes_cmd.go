package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/index"
)

type changesCmd struct {
	Since       string `placeholder:"DATE" help:"Found since: 2024, 2024-05, 2024-05-31, a time in RFC 3339, or an age such as 7d. Default: in the last run of each harvest."`
	FromHarvest string `name:"harvest" placeholder:"NAME" help:"Of the records of this saved harvest."`
	Format      string `short:"f" placeholder:"FORMAT" help:"csv, tsv, json or jsonl. Default: by the ending of the file, else lines, or a table on a terminal."`
	Output      string `short:"o" placeholder:"FILE" default:"-" help:"File to write; - is standard output."`
}

// Help is shown below the flags.
func (*changesCmd) Help() string {
	return "Fields: at, harvest, change (added, changed, gone or left), id, doi, title, field, old, new, reason. " +
		"Only public content is compared; views, downloads, links and the arrival of a newer version are no changes. " +
		"Each file that was added, removed or replaced has a line: field is files, old and new are its key, size and MD5." +
		"\n\nExample: zharvest changes --since 7d -o changes.csv"
}

// changeFields are the fields of a change.
var changeFields = []string{"at", "harvest", "change", "id", "doi", "title", "field", "old", "new", "reason"}

func changeRow(c index.Change) []any {
	return []any{
		c.At, c.Harvest, c.Change, string(c.ID), orNil(string(c.DOI)), c.Title,
		orNil(c.Field), orNil(c.Old), orNil(c.New), orNil(c.Reason),
	}
}

func (c *changesCmd) Run(ctx context.Context, a *app) (err error) {
	format, err := a.rowFormat(c.Format, c.Output, "lines")
	if err != nil {
		return err
	}
	q := index.ChangesQuery{Harvest: c.FromHarvest}
	if q.Since, _, err = (&recordFlags{Since: c.Since}).times(); err != nil {
		return err
	}
	db, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	if err := c.check(ctx, db); err != nil {
		return err
	}
	return c.write(ctx, a, db, q, format)
}

func (c *changesCmd) write(ctx context.Context, a *app, db *index.DB, q index.ChangesQuery, format string) error {
	n := 0
	write := func(w io.Writer) error { return writeRows(w, format, changeFields, c.rows(ctx, db, q, &n)) }
	switch {
	case format == "table":
		return c.printTable(ctx, a, db, q)
	case format == "lines":
		return c.printLines(ctx, a, db, q)
	case c.Output == "-":
		return write(a.stdout)
	}
	if err := a.writeFile(c.Output, write); err != nil {
		return err
	}
	a.note("%s: %s", displayPath(c.Output), counted(n, "change"))
	return nil
}

// check finds out that there is no such harvest before anything is printed.
func (c *changesCmd) check(ctx context.Context, db *index.DB) error {
	saved, err := db.Saved(ctx)
	if err != nil || c.FromHarvest == "" {
		return err
	}
	if !slices.ContainsFunc(saved, func(h index.SavedHarvest) bool { return h.Name == c.FromHarvest }) {
		return fmt.Errorf("harvest %q: %w", c.FromHarvest, index.ErrNotFound)
	}
	return nil
}

// rows reads changes as rows and counts them.
func (*changesCmd) rows(ctx context.Context, db *index.DB, q index.ChangesQuery, n *int) rowSeq {
	return func(yield func([]any, error) bool) {
		for change, err := range db.Changes(ctx, q) {
			if err != nil {
				yield(nil, err)
				return
			}
			if *n++; !yield(changeRow(change), nil) {
				return
			}
		}
	}
}

// terminalChanges is how many changes a terminal shows.
const terminalChanges = 500

func (c *changesCmd) printTable(ctx context.Context, a *app, db *index.DB, q index.ChangesQuery) error {
	var rows [][]string
	for change, err := range db.Changes(ctx, q) {
		if err != nil {
			return err
		}
		if len(rows) == terminalChanges {
			a.note("these are the first %d changes; -o FILE writes all", terminalChanges)
			break
		}
		name := cmp.Or(string(change.DOI), string(change.ID))
		rows = append(rows, []string{change.At, change.Harvest, change.Change, name, change.Title, detail(change)})
	}
	return a.stdout.PrintTable([]string{"at", "harvest", "change", "doi", "title", "what"}, rows)
}

func (c *changesCmd) printLines(ctx context.Context, a *app, db *index.DB, q index.ChangesQuery) error {
	out := bufio.NewWriter(a.stdout)
	for change, err := range db.Changes(ctx, q) {
		if err != nil {
			return err
		}
		line := fmt.Sprintf("%s %s %s %s - %s", change.At, change.Harvest, change.Change, cmp.Or(string(change.DOI), string(change.ID)), change.Title)
		if what := detail(change); what != "" {
			line += " (" + what + ")"
		}
		if _, err := fmt.Fprintln(out, term.Printable(line)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// detailWidth is how much of a value is shown to people; fileWidth of a file,
// which is shown whole unless its key is very long.
const (
	detailWidth = 60
	fileWidth   = 200
)

// detail is what has changed, or why a record is gone.
func detail(c index.Change) string {
	if c.Field == "" {
		return c.Reason
	}
	if c.Field == "files" {
		return fmt.Sprintf("%s: %s → %s", c.Field, short(c.Old, 0, fileWidth), short(c.New, 0, fileWidth))
	}
	from := firstDifference(c.Old, c.New)
	return fmt.Sprintf("%s: %s → %s", c.Field, short(c.Old, from, detailWidth), short(c.New, from, detailWidth))
}

// firstDifference is a little before the first byte in which two values differ,
// or their beginning where that shows it already.
func firstDifference(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	if n < detailWidth/2 {
		return 0
	}
	for n -= detailWidth / 4; n > 0 && !utf8.RuneStart(a[n]); n-- {
	}
	return n
}

// short is a value, or as much of it from a place on as fits in a width.
func short(value string, from, width int) string {
	if value == "" {
		return "nothing"
	}
	if from > 0 && text.StringWidth(value) > width {
		value = "…" + value[from:]
	}
	return text.Snip(value, width, "…")
}

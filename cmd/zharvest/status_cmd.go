package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/index"
)

type statusCmd struct{}

// Help is shown below the flags.
func (*statusCmd) Help() string { return "Example: zharvest status --json" }

func (*statusCmd) Run(ctx context.Context, a *app) (err error) {
	db, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	status, err := db.Status(ctx)
	if err != nil {
		return err
	}
	if a.flags.JSON {
		return a.stdout.PrintJSON(status)
	}
	return a.printStatus(status)
}

func (a *app) printStatus(s *index.Status) error {
	_, err := fmt.Fprintf(a.stdout, "%s: %s, schema %d\n%d records (%d latest versions, %d gone), %d communities\n",
		term.Printable(displayPath(s.Path)), byteSize(s.Bytes), s.Schema, s.Records, s.Latest, s.Gone, s.Communities)
	if err != nil {
		return err
	}
	if err := a.printForms(s); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(a.stdout); err != nil || len(s.Harvests) == 0 {
		return err
	}
	if a.stdout.IsTerminal() {
		return errors.Join(a.printHarvests(s.Harvests), a.printUnfinished(s.Harvests))
	}
	header := append(slices.Clone(harvestColumns), "last run", "last full", "selection", "ids compared")
	var rows [][]string
	for _, h := range s.Harvests {
		rows = append(rows, append(harvestRow(h), timeOf(h.LastRunAt, time.RFC3339), timeOf(h.LastFullAt, time.RFC3339), string(h.Selection), timeOf(h.ComparedAt, time.RFC3339)))
	}
	return errors.Join(a.stdout.PrintTable(header, rows), a.printUnfinished(s.Harvests))
}

// printUnfinished names the runs that are to be resumed.
func (a *app) printUnfinished(harvests []index.HarvestStatus) error {
	var b strings.Builder
	for _, h := range harvests {
		if h.Unfinished != nil {
			fmt.Fprintf(&b, "\n%s: the next run resumes an unfinished one, which is %s\n", term.Printable(h.Name), *h.Unfinished)
		}
	}
	_, err := fmt.Fprint(a.stdout, b.String())
	return err
}

// printHarvests shows harvests on a terminal, without their selections, which
// are long and mostly in the name. A name that leaves no room for the rest has
// a line of its own: it is what people go on with, so that it is not cut.
func (a *app) printHarvests(harvests []index.HarvestStatus) error {
	header := append(slices.Clone(harvestColumns), "last run (UTC)", "compared")
	var rows [][]string
	for _, h := range harvests {
		rows = append(rows, append(harvestRow(h), timeOf(h.LastRunAt, "2006-01-02 15:04"), timeOf(h.ComparedAt, time.DateOnly)))
	}
	room := a.stdout.Width() - 2*len(header)
	for _, width := range term.ColumnWidths(header, rows)[1:] {
		room -= width
	}
	long := map[int]string{}
	for i, row := range rows {
		if name := term.Printable(row[0]); text.StringWidth(name) > room {
			long[i], row[0] = name, ""
		}
	}
	var b strings.Builder
	for i, line := range a.stdout.TableLines(header, rows) {
		if name, ok := long[i-1]; ok { // the header comes first
			fmt.Fprintln(&b, term.Printable(name))
		}
		fmt.Fprintln(&b, line)
	}
	_, err := fmt.Fprint(a.stdout.Painted(), b.String())
	return err
}

// harvestColumns are the columns of harvestRow.
var harvestColumns = []string{"harvest", "records", "of", "state"}

func harvestRow(h index.HarvestStatus) []string {
	held, of := h.Held-h.Unlisted, "?"
	if h.Listed != nil {
		held, of = min(held, *h.Listed), fmt.Sprint(*h.Listed)
	}
	if h.Unlisted > 0 {
		of += fmt.Sprintf(", %d no longer listed", h.Unlisted)
	}
	if h.Gone > 0 {
		of += fmt.Sprintf(" (+%d gone)", h.Gone)
	}
	return []string{h.Name, fmt.Sprint(held), of, h.State}
}

// timeOf is the time of a run, as UTC in a layout of package time.
func timeOf(run *string, layout string) string {
	if run == nil {
		return "never"
	}
	at, err := time.Parse(time.RFC3339, *run)
	if err != nil {
		return *run
	}
	return at.UTC().Format(layout)
}

// byteSize writes a size for people.
func byteSize(n int64) string {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	size, unit := float64(n), 0
	for size >= 1000 && unit < len(units)-1 {
		size, unit = size/1000, unit+1
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", size, units[unit])
}

type forgetCmd struct {
	Name string `arg:"" help:"Name of the saved harvest; see zharvest status."`
}

// Help is shown below the flags.
func (*forgetCmd) Help() string { return "Example: zharvest forget egi-ace" }

func (c *forgetCmd) Run(ctx context.Context, a *app) (err error) {
	db, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	harvests, err := savedHarvests(ctx, db)
	if err != nil {
		return err
	}
	if err := checkHarvest(harvests, c.Name); err != nil {
		return err
	}
	dropped, err := db.Forget(ctx, c.Name)
	if err != nil {
		return err
	}
	if a.flags.JSON {
		return a.stdout.PrintJSON(map[string]any{"harvest": c.Name, "dropped": dropped})
	}
	_, err = fmt.Fprintf(a.stdout, "%s: forgotten, with %d records that no other harvest holds\n", term.Printable(c.Name), dropped)
	return err
}

type reindexCmd struct{}

// Help is shown below the flags.
func (*reindexCmd) Help() string { return "Example: zharvest reindex" }

func (*reindexCmd) Run(ctx context.Context, a *app) (err error) {
	db, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	records := 0
	err = db.Reindex(ctx, func(done, total int) {
		records = total
		a.note("reindex: %d of %d", done, total)
	})
	if err != nil {
		return err
	}
	if a.flags.JSON {
		return a.stdout.PrintJSON(map[string]any{"records": records})
	}
	_, err = fmt.Fprintf(a.stdout, "%d records indexed anew\n", records)
	return err
}

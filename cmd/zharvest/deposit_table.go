package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
)

// tablePush pushes the rows of a table, one after the other. All are tried.
type tablePush struct {
	*depositPushCmd
	app    *app
	table  *deposit.Table
	pusher *deposit.Pusher
	base   *deposit.Metadata // what --set gives to all rows
	raw    []json.RawMessage // what --json prints in the end
	plans  []*deposit.Plan
	code   int
}

func (c *depositPushCmd) pushTable(ctx context.Context, a *app) error {
	table, err := deposit.OpenTable(c.From)
	if err == nil {
		err = table.CheckRows()
	}
	if err != nil {
		return metadataError(err)
	}
	misspelt := table.Misspelt()
	for _, column := range slices.Sorted(maps.Keys(misspelt)) {
		a.warn("%s: column %s is not sent: it is no name of the metadata; did you mean %s?", displayPath(c.From), column, misspelt[column])
	}
	base, err := c.read(a)
	if err != nil {
		return err
	}
	journal, err := openJournal(deposit.JournalPath(c.From))
	if err != nil {
		return err
	}
	t := &tablePush{depositPushCmd: c, app: a, table: table, base: base, raw: []json.RawMessage{}, plans: []*deposit.Plan{}}
	manifests, err := t.manifests()
	if err != nil {
		return err
	}
	if t.pusher, err = c.pusher(a, journal); err != nil {
		return err
	}
	for row, m := range manifests {
		t.failed(ctx, row, t.row(ctx, row, m))
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return t.end()
}

// manifests reads all rows, so that nothing is sent before each of them can be.
func (t *tablePush) manifests() ([]*deposit.Manifest, error) {
	var manifests []*deposit.Manifest
	code := exitOK
	for row := range t.table.Len() {
		m, err := t.manifest(row)
		if err != nil {
			code = max(code, t.app.report(t.inLine(row, err)))
			continue
		}
		manifests = append(manifests, m)
	}
	if code != exitOK {
		return nil, &reportedError{code}
	}
	return manifests, nil
}

func (t *tablePush) manifest(row int) (*deposit.Manifest, error) {
	metadata, err := t.table.Metadata(row, t.base)
	if err != nil {
		return nil, metadataError(err)
	}
	if err := t.app.refuseProblems(metadata, t.Publish, t.line(row)+": "); err != nil {
		return nil, err
	}
	files, err := t.files(t.table.Paths(row))
	if err != nil {
		return nil, err
	}
	key := t.app.journalKey() + " " + t.table.Key(row)
	return &deposit.Manifest{Key: key, Metadata: metadata, Files: files, ID: t.table.ID(row), Publish: t.Publish}, nil
}

// inLine says which line of the table an error is about, and keeps what to do
// about it.
func (t *tablePush) inLine(row int, err error) error {
	return fmt.Errorf("%s: %w", t.line(row), err)
}

func (t *tablePush) line(row int) string {
	return fmt.Sprintf("%s, line %d", displayPath(t.From), t.table.Line(row))
}

// row pushes one row, writes its id and DOI into the table, and prints it.
func (t *tablePush) row(ctx context.Context, row int, m *deposit.Manifest) error {
	plan, err := t.pusher.Plan(ctx, m)
	if err != nil {
		return t.pushError(err)
	}
	if t.DryRun {
		return t.showPlan(row, plan)
	}
	result, err := t.app.apply(ctx, t.pusher, m, plan)
	if err != nil {
		return t.pushError(err)
	}
	if err := t.table.Write(row, result.Deposition); err != nil {
		return writeBackError(err)
	}
	return t.show(result.Deposition)
}

// writeBackError says what to do when a deposition is done and its table cannot
// be written.
func writeBackError(err error) error {
	hint := "the deposition is done and noted; make the table writable and run the command again to have its id and DOI in it"
	if e, ok := errors.AsType[*deposit.FormatError](err); ok {
		hint = e.Hint
	}
	return &hintedError{fmt.Errorf("write the id back: %w", err), hint, exitFailure}
}

func (t *tablePush) showPlan(row int, plan *deposit.Plan) error {
	if t.app.flags.JSON {
		t.plans = append(t.plans, plan)
		return nil
	}
	if err := t.app.printNamed("line", fmt.Sprint(t.table.Line(row))); err != nil {
		return err
	}
	return t.app.printDepositPlan(plan)
}

// show prints a deposition on a line, as list does.
func (t *tablePush) show(d *zenodo.Deposition) error {
	if t.app.flags.JSON {
		t.raw = append(t.raw, d.Raw)
		return nil
	}
	_, err := fmt.Fprintf(t.app.stdout, "%s\t%s\t%s\t%s\n", term.Printable(string(d.ID)), term.Printable(string(d.State)), term.Printable(string(depositionDOI(d))), term.Printable(d.Title))
	return err
}

// failed reports what failed, and keeps the first exit code.
func (t *tablePush) failed(ctx context.Context, row int, err error) {
	if err == nil || ctx.Err() != nil {
		return
	}
	if code := t.app.report(t.inLine(row, err)); t.code == exitOK {
		t.code = code
	}
}

// end prints the document of --json.
func (t *tablePush) end() (err error) {
	switch {
	case t.app.flags.JSON && t.DryRun:
		err = t.app.stdout.PrintJSON(t.plans)
	case t.app.flags.JSON:
		err = t.app.stdout.PrintJSON(t.raw)
	}
	if t.code != exitOK {
		err = errors.Join(err, &reportedError{t.code})
	}
	return err
}

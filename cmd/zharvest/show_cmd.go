package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
)

type showCmd struct {
	Raw         bool   `help:"Print what the server sent, byte for byte."`
	Online      bool   `help:"Ask the server."`
	IncludeGone bool   `help:"Print a record that the server no longer has, too."`
	Record      string `arg:"" help:"Id, DOI or address of a record. Of a concept: its latest version."`
}

// Help is shown below the flags.
func (*showCmd) Help() string { return "Example: zharvest show 10.5281/zenodo.7712947" }

func (c *showCmd) Run(ctx context.Context, a *app) error {
	r, err := c.record(ctx, a)
	if err != nil {
		return err
	}
	switch {
	case c.Raw:
		_, err := a.stdout.Write(append(slices.Clone(r.Raw), '\n'))
		return err
	case a.flags.JSON:
		f, _ := export.Lookup("jsonl")
		one := func(yield func(*zenodo.Record, error) bool) { yield(r, nil) }
		return f.Write(a.stdout, one, export.Options{Fields: export.Fields()})
	}
	return printRecord(a, r)
}

func (c *showCmd) record(ctx context.Context, a *app) (r *zenodo.Record, err error) {
	if c.Online {
		client, err := a.newClient()
		if err != nil {
			return nil, err
		}
		return client.Records.Get(ctx, c.Record)
	}
	db, err := a.openIndex(ctx)
	if err != nil {
		return nil, err
	}
	defer closing(db, &err)
	r, err = db.Record(ctx, c.Record)
	if _, gone := errors.AsType[*index.GoneError](err); gone && c.IncludeGone {
		return r, nil
	}
	return r, err
}

// printRecord prints the fields that a record has, a line each.
func printRecord(a *app, r *zenodo.Record) error {
	for _, f := range export.Fields() {
		value := f.AppendText(nil, r)
		if len(value) == 0 {
			continue
		}
		if _, err := fmt.Fprintf(a.stdout.Painted(), "%s %s\n", a.stdout.Paint(term.Bold, fmt.Sprintf("%-17s", f.Name+":")), term.Printable(string(value))); err != nil {
			return err
		}
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/mirror"
	"github.com/zharvest/zharvest/zenodo"
)

// importDump makes the harvest of everything from a file, or from the newest
// dump of the server.
func (a *app) importDump(ctx context.Context, file string, flags harvestFlags) (err error) {
	var options []zenodo.Option
	if file != "" { // a server is not needed much
		options = append(options, zenodo.WithMaxAttempts(3))
	}
	client, err := a.newClient(options...)
	if err != nil {
		return err
	}
	if flags.DryRun {
		return a.printDump(ctx, client, file)
	}
	if file != "" { // a mistake in its name is not to make an index
		if _, err := os.Stat(file); err != nil {
			return err
		}
	}
	db, err := a.makeIndex(ctx)
	if err != nil {
		return err
	}
	defer a.closingMade(ctx, db, &err)
	res, err := a.runMirror(db, harvest.KindRecords, func(m *mirror.Mirror) (*mirror.Result, error) {
		return m.Import(ctx, file, mirror.Options{Name: flags.Name})
	})
	a.warnAboutToken()
	if file == "" && !errors.Is(err, harvest.ErrIncomplete) {
		err = hintNoDump(err)
	}
	if res == nil || err != nil && !worthSummary(err) {
		return err
	}
	return errors.Join(a.printSummary(res), err)
}

// hintNoDump says what to do where a server has no dump.
func hintNoDump(err error) error {
	if !errors.Is(err, zenodo.ErrNotFound) {
		return err
	}
	return &hintedError{err, "harvest without --dump, or name a file: --dump=FILE", exitNotFound}
}

// printDump tells what an import would read.
func (a *app) printDump(ctx context.Context, client *zenodo.Client, file string) error {
	plan := struct {
		Dump    string           `json:"dump"`
		Bytes   int64            `json:"bytes"`
		Created zenodo.Timestamp `json:"created"`
	}{Dump: file}
	if file != "" {
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		plan.Bytes = info.Size()
	} else {
		dump, err := client.Exporter.GetNewestRecords(ctx)
		if err != nil {
			return hintNoDump(err)
		}
		plan.Dump, plan.Bytes, plan.Created = dump.Key, dump.Size, dump.CreatedAt
	}
	if a.flags.JSON {
		return a.stdout.PrintJSON(plan)
	}
	made := ""
	if plan.Created != "" {
		made = ", made at " + string(plan.Created)
	}
	_, err := fmt.Fprintln(a.stdout, term.Printable(fmt.Sprintf("%s: %s%s", plan.Dump, byteSize(plan.Bytes), made)))
	return err
}

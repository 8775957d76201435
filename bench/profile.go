package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
)

// profile does in this process what the program does, and writes where the
// processor's time went, for go tool pprof.
func (b *bench) profile(ctx context.Context, args []string) error {
	if len(args) != 2 {
		return errors.New("profile needs harvest or export, and a file to write")
	}
	var work func() error
	switch args[0] {
	case "harvest":
		return b.emulate(ctx, b.records, func(api string) error {
			return profiled(args[1], func() error { return b.profileHarvest(ctx, api) })
		})
	case "export":
		db, err := b.index(ctx, b.records)
		if err != nil {
			return err
		}
		work = func() error { return b.profileExport(ctx, db) }
	default:
		return fmt.Errorf("%s has no profile", args[0])
	}
	return profiled(args[1], work)
}

func profiled(file string, work func() error) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(out); err != nil {
		return err
	}
	err = work()
	pprof.StopCPUProfile()
	return errors.Join(err, out.Close(), heap(file+".heap"))
}

// heap writes what was allocated.
func heap(file string) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(pprof.Lookup("allocs").WriteTo(out, 0), out.Close())
}

func (b *bench) profileHarvest(ctx context.Context, api string) (err error) {
	file := filepath.Join(b.cache, "harvest.db")
	if err := remove(file); err != nil {
		return err
	}
	client, err := zenodo.NewClient(zenodo.WithBaseURL(api), zenodo.WithAccessToken("bench"))
	if err != nil {
		return err
	}
	db, err := index.Open(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	sel := harvest.Selection{AllVersions: true}
	run, err := db.StartRun(ctx, index.RunSpec{Name: "bench", Selection: sel.JSON()})
	if err != nil {
		return err
	}
	h := harvest.Harvester{Client: client, Sink: run, Selection: sel}
	res, err := h.Run(ctx)
	if err == nil {
		err = run.Finish(ctx, index.Outcome{Total: res.Listed, State: res.State})
	}
	return errors.Join(err, run.Close())
}

func (b *bench) profileExport(ctx context.Context, file string) (err error) {
	db, err := index.OpenExisting(ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	format, _ := export.Lookup("csv")
	for range b.runs {
		records := db.Records(ctx, index.Query{Columns: []string{"doi", "title"}})
		if err := format.Write(io.Discard, records, export.Options{}); err != nil {
			return err
		}
	}
	return nil
}

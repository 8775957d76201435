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
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// profile does in this process what the program does, and writes where the
// processor's time went, for go tool pprof.
func (b *bench) profile(args []string) error {
	if len(args) != 2 {
		return errors.New("profile needs harvest or export, and a file to write")
	}
	var work func() error
	switch args[0] {
	case "harvest":
		return b.emulate(b.records, func(api string) error {
			return profiled(args[1], func() error { return b.profileHarvest(api) })
		})
	case "export":
		db, err := b.index(b.records)
		if err != nil {
			return err
		}
		work = func() error { return b.profileExport(db) }
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

func (b *bench) profileHarvest(api string) (err error) {
	file := filepath.Join(b.cache, "harvest.db")
	if err := remove(file); err != nil {
		return err
	}
	client, err := zenodo.NewClient(zenodo.WithBaseURL(api), zenodo.WithAccessToken("bench"))
	if err != nil {
		return err
	}
	db, err := index.Open(b.ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	sel := harvest.Selection{AllVersions: true}
	run, err := db.StartRun(b.ctx, index.RunSpec{Name: "bench", Selection: sel.JSON()})
	if err != nil {
		return err
	}
	h := harvest.Harvester{Client: client, Sink: sink{run}, Selection: sel}
	res, err := h.Run(b.ctx)
	if err == nil {
		err = run.Finish(b.ctx, index.Outcome{Total: res.Listed, State: res.State})
	}
	return errors.Join(err, run.Close())
}

// sink stores the pages of a harvest in the index.
type sink struct{ *index.Run }

func (s sink) StorePage(ctx context.Context, pages ...store.Page) (store.Stored, error) {
	converted := make([]store.Page, len(pages))
	for i, p := range pages {
		converted[i] = store.Page(p)
	}
	stored, err := s.StorePages(ctx, converted...)
	return store.Stored(stored), err
}

func (b *bench) profileExport(file string) (err error) {
	db, err := index.OpenExisting(b.ctx, file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	format, _ := export.Lookup("csv")
	for range b.runs {
		records := db.Records(b.ctx, index.Query{Columns: []string{"doi", "title"}})
		if err := format.Write(io.Discard, records, export.Options{}); err != nil {
			return err
		}
	}
	return nil
}

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
)

// worthSummary tells the errors of runs that began, which print what they did.
func worthSummary(err error) bool {
	return errors.Is(err, harvest.ErrIncomplete) || errors.Is(err, context.Canceled)
}

// interrupted tells how far a harvest came that was told to stop, and how to
// go on: by the very same command.
func (a *app) interrupted(sel harvest.Selection, res *harvest.Result, err error) error {
	command := []string{"zharvest"}
	for _, arg := range a.args {
		command = append(command, shellQuote(arg))
	}
	again := strings.Join(command, " ")
	if res == nil || res.Total <= res.Missing {
		return &hintedError{&toldError{"interrupted before anything was stored", err}, "to begin again: " + again, exitInterrupted}
	}
	things := cmp.Or(sel.Kind, "records")
	stored := fmt.Sprintf("interrupted; %d of %d %s are stored", res.Total-res.Missing, res.Total, things)
	return &hintedError{&toldError{stored, err}, "the same command goes on from there: " + again, exitInterrupted}
}

// runHarvest takes up the harvest in the index and runs it.
func (a *app) runHarvest(db *index.DB, h *harvest.Harvester, full bool) (*summary, error) {
	if err := a.bindHost(db); err != nil {
		return nil, err
	}
	whole := h.Selection.Incremental() // nil where what changed can be asked for
	run, err := db.StartRun(a.ctx, index.RunSpec{
		Name: h.Name, Selection: h.Selection.JSON(), API: a.client.BaseURL(), Full: full || whole != nil, Differences: differences,
	})
	if err != nil {
		return nil, err
	}
	if harvest.IsImport(run.Checkpoint()) && !full {
		err := fmt.Errorf("the import of a dump into the harvest %q is unfinished", h.Name)
		return nil, errors.Join(&hintedError{err, "zharvest harvest --dump goes on with it; --full fetches everything from the server instead", exitFailure}, run.Close())
	}
	if whole != nil && !full && !run.IsNew() {
		a.note("%s: this run fetches everything: %v", h.Name, whole)
	}
	h.Sink, h.ChangedSince, h.Known = sink{run}, run.ChangedSince(), run.LastTotal()
	progress := a.newProgress(h.Name)
	h.Progress = progress.show
	fetched, err := h.Run(a.ctx)
	progress.end()
	res := &summary{Result: fetched}
	if res.Mode == harvest.ModeIncremental {
		res.LastFullAt = run.LastFullAt()
	}
	if finished := a.finish(db, run, res, err); !errors.Is(err, index.ErrDiskFull) || !errors.Is(finished, index.ErrDiskFull) {
		err = errors.Join(err, finished) // that the disk is full need not be said twice
	}
	if errors.Is(err, context.Canceled) {
		err = a.interrupted(h.Selection, res.Result, err)
	}
	a.noteUnlisted(res)
	return res, err
}

// noteUnlisted tells of records that an incremental run cannot settle.
func (a *app) noteUnlisted(res *summary) {
	switch res.Unlisted {
	case 0:
	case 1:
		a.note("%s: 1 record of the index is no longer listed; --full finds out what became of it", res.Harvest)
	default:
		a.note("%s: %d records of the index are no longer listed; --full finds out what became of them", res.Harvest, res.Unlisted)
	}
}

// differences tells the index what of a record was edited.
func differences(before, after *zenodo.Record) []index.Difference {
	var all []index.Difference
	for _, d := range export.Differences(before, after) {
		all = append(all, index.Difference(d))
	}
	return all
}

// finish notes the end of a run. One that got nothing leaves the harvest as it
// was: what an earlier run knew of it still holds, and a harvest of nothing,
// such as of a community that does not exist or of a query with a slip, is not
// saved.
func (a *app) finish(db *index.DB, run *index.Run, res *summary, failed error) error {
	_, short := errors.AsType[*harvest.MissingError](failed)
	res.NotSaved = failed == nil && run.IsNew() && res.Complete && res.Total == 0
	if res.NotSaved || failed != nil && !short && res.Fetched+res.Gone+res.Left == 0 {
		err := run.Close()
		if run.IsNew() {
			_, forgot := db.Forget(context.WithoutCancel(a.ctx), res.Harvest)
			err = errors.Join(err, forgot)
		}
		return err
	}
	text, err := json.Marshal(res)
	if err != nil {
		return err
	}
	err = run.Finish(a.ctx, index.Outcome{Total: res.Total, Complete: res.Complete, Over: short, Summary: text, Begun: res.Begun})
	return errors.Join(err, run.Close())
}

// bindHost keeps the records of two repositories, whose ids are the same
// numbers, from getting into one index. Addresses of this machine are servers
// for tests, which may follow each other, but not a repository.
func (a *app) bindHost(db *index.DB) error {
	root, err := url.Parse(a.client.BaseURL())
	if err != nil {
		return err
	}
	host := root.Host
	if isLoopback(root.Hostname()) {
		host = "a server on this machine"
	}
	other, err := db.BindHost(a.ctx, host)
	if err != nil || other == "" {
		return err
	}
	return usageError(fmt.Sprintf("%s holds records of %s, not of %s", displayPath(a.flags.DB), other, host), "name another index with --db")
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// warnAboutToken tells that a token does nothing, once, as soon as that is
// known: who waits for an hour would rather mend it now.
func (a *app) warnAboutToken() {
	if a.token.value != "" && !a.client.Authenticated() && !a.tokenTold.Swap(true) {
		a.warn("the access token in %s was not accepted; this runs as a guest", a.token.source)
	}
}

// sink stores the pages of a harvest in the index.
type sink struct{ *index.Run }

func (s sink) StorePage(ctx context.Context, pages ...harvest.Page) (harvest.Stored, error) {
	converted := make([]index.Page, len(pages))
	for i, p := range pages {
		converted[i] = index.Page(p)
	}
	stored, err := s.StorePages(ctx, converted...)
	return harvest.Stored(stored), err
}

func (s sink) Settle(ctx context.Context, settled ...harvest.Settled) error {
	converted := make([]index.Settled, len(settled))
	for i, one := range settled {
		converted[i] = index.Settled(one)
	}
	return s.Run.Settle(ctx, converted...)
}

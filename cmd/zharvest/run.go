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
	"time"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/store"
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
		Name: h.Name, Selection: h.Selection.JSON(), API: a.client.BaseURL(), Full: full || whole != nil, Differences: export.Differences,
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
	h.Sink, h.ChangedSince, h.Known = run, run.ChangedSince(), run.LastTotal()
	if len(run.Checked()) > 0 {
		if err := json.Unmarshal(run.Checked(), &h.Checked); err != nil {
			return nil, errors.Join(fmt.Errorf("harvest %s: read what was compared: %w", h.Name, err), run.Close())
		}
	}
	progress := a.newProgress(h.Name)
	h.Progress = progress.show
	fetched, err := h.Run(a.ctx)
	progress.end()
	res := newSummary(fetched)
	if res.Mode == store.ModeIncremental {
		res.LastFullAt = run.LastFullAt()
	}
	if finished := a.finish(db, run, res, err); !errors.Is(err, index.ErrDiskFull) || !errors.Is(finished, index.ErrDiskFull) {
		err = errors.Join(err, finished) // that the disk is full need not be said twice
	}
	if errors.Is(err, context.Canceled) {
		err = a.interrupted(h.Selection, res.Result, err)
	}
	a.warnAboutServer(res)
	return res, err
}

// wrongClock is a difference between two clocks that is worth a warning.
const wrongClock = 5 * time.Minute

// warnAboutServer warns of a clock that is wrong, once, and of a server that does
// not count.
func (a *app) warnAboutServer(res *summary) {
	if ahead := res.ClockAhead.Round(time.Minute); ahead.Abs() > wrongClock && !a.clockWarned {
		a.clockWarned = true
		direction := "ahead of"
		if ahead < 0 {
			direction = "behind"
		}
		a.warn("the server's clock is %s %s the one of this machine; the next update looks for changes since the earlier of the two", ahead.Abs(), direction)
	}
	if res.Listed == nil && res.Complete {
		a.warn("%s: the server does not say how many there are, so that %d are all that it listed, and perhaps not all that it has", res.Harvest, res.Total)
	}
}

// finish notes the end of a run. One that got nothing leaves the harvest as it
// was: what an earlier run knew of it still holds, and a harvest of nothing,
// such as of a community that does not exist or of a query with a slip, is not
// saved.
func (a *app) finish(db *index.DB, run *index.Run, res *summary, failed error) error {
	res.NotSaved = failed == nil && run.IsNew() && res.Complete && res.Total == 0
	if res.NotSaved || failed != nil && !res.Over && res.Fetched+res.Gone+res.Left == 0 {
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
	checked, err := json.Marshal(res.Checked)
	if err != nil {
		return err
	}
	err = run.Finish(a.ctx, index.Outcome{
		Total: res.Listed, State: res.State, Mode: res.Mode, Over: res.Over, Summary: text,
		Begun: res.Begun, Newest: res.Newest, ComparedAt: harvest.ComparedAt(res.Checked), Checked: checked,
	})
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

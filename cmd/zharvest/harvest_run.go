package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/mirror"
)

// worthSummary reports whether an error is of a run that began, which prints
// what it did.
func worthSummary(err error) bool {
	return errors.Is(err, harvest.ErrIncomplete) || errors.Is(err, context.Canceled)
}

// runMirror runs a function of a mirror of the server in the index, for a kind
// of selection. It shows how that advances, and warns of what is odd about the
// server.
func (a *app) runMirror(db *index.DB, kind string, run func(*mirror.Mirror) (*mirror.Result, error)) (*mirror.Result, error) {
	m, end := a.newMirror(db)
	res, err := run(m)
	end()
	if e, ok := errors.AsType[*mirror.UnfinishedImportError](err); ok {
		return nil, &hintedError{e, "zharvest harvest --dump resumes it; --full fetches everything from the server instead", exitFailure}
	}
	if res == nil {
		return nil, err
	}
	if errors.Is(err, context.Canceled) {
		err = a.interrupted(kind, res, err)
	}
	a.warnAboutServer(res)
	return res, err
}

// newMirror makes a mirror of the server in the index. Its progress is shown
// until end is called.
func (a *app) newMirror(db *index.DB) (m *mirror.Mirror, end func()) {
	var shown *progress
	end = func() {
		if shown != nil {
			shown.end()
		}
		shown = nil
	}
	task := ""
	return &mirror.Mirror{
		Index: db, Client: a.client, Differences: export.Differences,
		Warn: func(err error) { a.warn("%v", err) },
		Progress: func(p mirror.Progress) {
			if shown == nil || p.Task != task {
				end()
				shown, task = a.newProgress(p.Task), p.Task
			}
			shown.show(p.Progress)
		},
	}, end
}

// interrupted says how far a harvest came that was interrupted, and how to
// resume it: by the very same command.
func (a *app) interrupted(kind string, res *mirror.Result, err error) error {
	command := []string{"zharvest"}
	for _, arg := range a.args {
		command = append(command, shellQuote(arg))
	}
	again := strings.Join(command, " ")
	if res.Total <= res.Missing {
		return &hintedError{&restatedError{"interrupted before anything was stored", err}, "to begin again: " + again, exitInterrupted}
	}
	stored := fmt.Sprintf("interrupted; %d of %d %s are stored", res.Total-res.Missing, res.Total, cmp.Or(kind, "records"))
	return &hintedError{&restatedError{stored, err}, "the same command resumes it: " + again, exitInterrupted}
}

// noteWhole says why a run of a saved harvest fetches everything again.
func (a *app) noteWhole(ctx context.Context, db *index.DB, name string, sel harvest.Selection) error {
	whole := sel.Incremental()
	if whole == nil {
		return nil
	}
	saved, err := db.Saved(ctx)
	if slices.ContainsFunc(saved, func(h index.SavedHarvest) bool { return h.Name == name }) {
		a.note("%s: this run fetches everything: %v", name, whole)
	}
	return err
}

// wrongClock is a difference between two clocks that is worth a warning.
const wrongClock = 5 * time.Minute

// warnAboutServer warns of a clock that is wrong, once, and of a server that does
// not count.
func (a *app) warnAboutServer(res *mirror.Result) {
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

// warnAboutToken warns of a token that does nothing, once, as soon as that is
// known: who waits for an hour would rather correct it now.
func (a *app) warnAboutToken() {
	if a.token.value != "" && !a.client.Authenticated() && !a.tokenWarned.Swap(true) {
		a.warn("the access token in %s was not accepted; this runs as a guest", a.token.source)
	}
}

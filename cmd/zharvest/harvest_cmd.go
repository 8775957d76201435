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
	"github.com/zharvest/zharvest/zenodo"
)

type harvestCmd struct {
	Records     harvestRecordsCmd     `cmd:"" default:"withargs" help:"Fetch records that match. Without a selection: everything."`
	Communities harvestCommunitiesCmd `cmd:"" help:"Fetch communities that match."`
}

// harvestFlags are common to what can be harvested.
type harvestFlags struct {
	Name   string `placeholder:"NAME" help:"Name of the saved harvest. Default: made from the selection."`
	DryRun bool   `help:"Print the plan of a full run and fetch nothing."`
	Full   bool   `help:"Fetch everything again and find out what is gone. Default: what changed since the last complete run."`
}

type harvestRecordsCmd struct {
	recordFlags
	harvestFlags
	Via   string   `enum:"rest,oai" default:"rest" help:"rest or oai: through OAI-PMH, where --since and --until are times of change, all versions are listed, and a query or type cannot be given."`
	Limit int      `placeholder:"N" help:"Stop after so many records. A run without it goes on."`
	Dump  dumpFlag `help:"All records from the server's newest monthly dump, or from the file in --dump=FILE."`
	Query string   `arg:"" optional:"" help:"In Zenodo's query language. With --dump: the file."`
}

// Help is shown below the flags.
func (*harvestRecordsCmd) Help() string {
	return "Examples:\n  zharvest harvest -c egi-ace\n  zharvest harvest --dump\n  zharvest harvest --dump=records-xml.tar.gz\n\nA dump holds all versions of all records, but neither their files nor their statistics nor when they were created; zharvest update --fill fetches those.\n\nFor communities see zharvest harvest communities --help."
}

func (c *harvestRecordsCmd) Run(a *app) error {
	if c.Dump.asked {
		file, err := c.source()
		if err != nil {
			return err
		}
		return a.importDump(file, c.harvestFlags)
	}
	sel, err := c.selection(c.Query)
	if err != nil {
		return err
	}
	if c.Limit < 0 {
		return usageError("--limit is negative", "leave it out for no limit")
	}
	sel.Via = c.Via
	if err := sel.Validate(); err != nil {
		return err
	}
	a.warnAboutQuery(c.Query)
	return a.harvest(sel, c.harvestFlags, c.Limit)
}

type harvestCommunitiesCmd struct {
	harvestFlags
	Query string `arg:"" optional:"" help:"Words that the communities have."`
}

func (c *harvestCommunitiesCmd) Run(a *app) error {
	return a.harvest(harvest.Selection{Kind: harvest.KindCommunities, Query: c.Query}, c.harvestFlags, 0)
}

// harvest runs one harvest and prints its summary.
func (a *app) harvest(sel harvest.Selection, flags harvestFlags, limit int) (err error) {
	client, err := a.newClient()
	if err != nil {
		return err
	}
	h := &harvest.Harvester{Client: client, Selection: sel, Name: flags.Name, Limit: limit}
	if flags.Name == "" {
		h.Name = sel.Name()
	}
	a.warnAboutUnknownType(sel)
	if flags.DryRun {
		return a.printPlan(h)
	}
	db, err := a.makeIndex()
	if err != nil {
		return err
	}
	defer closing(db, &err)
	res, err := a.runHarvest(db, h, flags.Full)
	if res == nil || err != nil && !worthSummary(err) {
		return err
	}
	if res.Complete && res.Total == 0 {
		a.noteNothing(sel)
	}
	return errors.Join(a.printSummary(res), err)
}

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
// such as of a community that does not exist, is not saved.
func (a *app) finish(db *index.DB, run *index.Run, res *summary, failed error) error {
	_, short := errors.AsType[*harvest.MissingError](failed)
	if failed != nil && !short && res.Fetched+res.Gone+res.Left == 0 {
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
// for tests, and may follow each other.
func (a *app) bindHost(db *index.DB) error {
	root, err := url.Parse(a.client.BaseURL())
	if err != nil || isLoopback(root.Hostname()) {
		return err
	}
	other, err := db.BindHost(a.ctx, root.Host)
	if err != nil || other == "" {
		return err
	}
	return usageError(fmt.Sprintf("%s holds records of %s, not of %s", displayPath(a.flags.DB), other, root.Host), "name another index with --db")
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

// summary is what is printed at the end of a run.
type summary struct {
	*harvest.Result
	// LastFullAt is when the last full run was complete, for a run that is none.
	LastFullAt string `json:"last_full_at,omitempty"`
}

func (a *app) printSummary(res *summary) error {
	if a.flags.JSON {
		return a.stdout.printJSON(res)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d of %d fetched, %d new, %d updated, %d unchanged", res.Harvest, res.Fetched, res.Total, res.New, res.Updated, res.Unchanged)
	if res.Gone+res.Left > 0 {
		fmt.Fprintf(&b, ", %d gone, %d left", res.Gone, res.Left)
	}
	fmt.Fprintf(&b, " in %s with %d requests", seconds(res.Seconds), res.Requests)
	if res.Retries > 0 {
		fmt.Fprintf(&b, " (%d retries)", res.Retries)
	}
	switch {
	case res.Complete:
		b.WriteString("; complete")
	case res.Missing > 0:
		fmt.Fprintf(&b, "; incomplete: %d missing", res.Missing)
	default:
		b.WriteString("; not complete")
	}
	if res.Mode == harvest.ModeIncremental {
		b.WriteString("; only a full run sees what left, and views and downloads of what did not change")
		if res.LastFullAt != "" {
			b.WriteString(" (the last one was at " + res.LastFullAt + ")")
		}
	}
	_, err := fmt.Fprintln(a.stdout, printable(b.String()))
	return err
}

// counted writes a number of things: 1 span, 2 spans.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func seconds(s float64) string {
	d := time.Duration(s * float64(time.Second))
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", s)
	}
	return d.Round(time.Second).String()
}

// printPlan prints what a harvest would do.
func (a *app) printPlan(h *harvest.Harvester) error {
	plan, err := h.Plan(a.ctx)
	if plan == nil {
		return err
	}
	if a.flags.JSON {
		return errors.Join(a.stdout.printJSON(plan), err)
	}
	rows := [][]string{
		{"a guest", fmt.Sprint(plan.Guest.PageSize), fmt.Sprint(plan.Guest.Requests), planned(plan.Guest)},
		{"with a token", fmt.Sprint(plan.Token.PageSize), fmt.Sprint(plan.Token.Requests), planned(plan.Token)},
	}
	_, printed := fmt.Fprintf(a.stdout, "%s: %d records in %s\n", printable(plan.Harvest), plan.Records, counted(len(plan.Spans), "span"))
	return errors.Join(printed, a.printTable([]string{"as", "page", "requests", "time"}, rows), err)
}

// planned is the time that a plan takes, where a rate is known.
func planned(c harvest.Cost) string {
	if c.Seconds == 0 {
		return "no limit known"
	}
	return seconds(c.Seconds)
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

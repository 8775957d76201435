package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/mirror"
	"github.com/zharvest/zharvest/zenodo"
)

type harvestCmd struct {
	Records     harvestRecordsCmd     `cmd:"" default:"withargs" help:"Fetch records that match. Without a selection: everything."`
	Communities harvestCommunitiesCmd `cmd:"" help:"Fetch communities that match."`
}

// harvestFlags are common to what can be harvested.
type harvestFlags struct {
	Name   string `placeholder:"NAME" help:"Name of the saved harvest. Default: made from the selection."`
	DryRun bool   `help:"Print what a run would fetch, and fetch nothing."`
	Full   bool   `help:"Fetch everything again and find out what is gone. Default: what changed since the last complete run, where that can be asked for."`
}

type harvestRecordsCmd struct {
	recordFlags
	harvestFlags
	looseFlag
	consent
	Via   string   `enum:"rest,oai" default:"rest" help:"rest or oai: through OAI-PMH, where --since and --until are times of change, all versions are listed, and a query or type cannot be given."`
	Limit int      `placeholder:"N" help:"Stop after so many records. A run without it goes on."`
	Dump  dumpFlag `help:"All records from the server's newest monthly dump, or from the file in --dump=FILE."`
	Query string   `arg:"" optional:"" help:"In Zenodo's query language. With --dump: the file."`
}

// Help is shown below the flags.
func (*harvestRecordsCmd) Help() string {
	return "Examples:\n  zharvest harvest -c egi-ace\n  zharvest harvest --dump\n  zharvest harvest --dump=records-json.tar.gz\n\nA dump holds all versions of all records. One in XML (records-xml.tar.gz) lacks their files, their statistics and when they were created; zharvest update --fill fetches those.\n\nFor communities see zharvest harvest communities --help."
}

func (c *harvestRecordsCmd) Run(ctx context.Context, a *app) error {
	if c.Dump.asked {
		file, err := c.source()
		if err != nil {
			return err
		}
		return a.importDump(ctx, file, c.harvestFlags)
	}
	if _, err := a.readQuery(c.Query, c.Loose); err != nil {
		return err
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
	return a.harvest(ctx, sel, c.harvestFlags, c.Limit, c.consent)
}

type harvestCommunitiesCmd struct {
	harvestFlags
	Query string `arg:"" optional:"" help:"Words that the communities have."`
}

// Help is shown below the flags.
func (*harvestCommunitiesCmd) Help() string {
	return "Example: zharvest harvest communities 'open science'"
}

func (c *harvestCommunitiesCmd) Run(ctx context.Context, a *app) error {
	return a.harvest(ctx, harvest.Selection{Kind: harvest.KindCommunities, Query: c.Query}, c.harvestFlags, 0, consent{})
}

// harvest runs one harvest and prints its summary. For one of everything it
// needs consent where it can ask for that.
func (a *app) harvest(ctx context.Context, sel harvest.Selection, flags harvestFlags, limit int, yes consent) (err error) {
	client, err := a.newClient()
	if err != nil {
		return err
	}
	if sel.Communities, err = slugsOf(ctx, client, sel.Communities); err != nil {
		return err
	}
	h := &harvest.Harvester{Client: client, Selection: sel, Name: flags.Name, Limit: limit}
	if flags.Name == "" {
		h.Name = sel.Name()
	}
	a.warnAboutUnknownType(sel)
	if flags.DryRun {
		saved, err := a.savedAs(ctx, h)
		if err != nil {
			return err
		}
		if saved != nil && !flags.Full && sel.Incremental() == nil {
			h.ChangedSince, h.Known = saved.ChangedSince, saved.Total
		}
		return a.printPlan(ctx, h)
	}
	if !yes.Yes && limit == 0 && sel.Covers(harvest.Selection{}) && a.canAsk() {
		if err := a.confirmEverything(ctx, h, flags.Full, yes); err != nil {
			return err
		}
	}
	db, err := a.makeIndex(ctx)
	if err != nil {
		return err
	}
	defer a.closingMade(ctx, db, &err)
	if !flags.Full {
		if err := a.noteWhole(ctx, db, h.Name, sel); err != nil {
			return err
		}
	}
	res, err := a.runMirror(db, sel.Kind, func(m *mirror.Mirror) (*mirror.Result, error) {
		return m.Harvest(ctx, sel, mirror.Options{Name: h.Name, Full: flags.Full, Limit: limit})
	})
	if res == nil || err != nil && !worthSummary(err) {
		return err
	}
	if res.Complete && res.Total == 0 {
		a.noteNothing(sel)
	}
	return errors.Join(a.printSummary(res), err)
}

var uuid = regexp.MustCompile(`^(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// slugsOf asks for the slugs of communities that are named by UUIDs, so that the
// harvest of a community is the same by either. What there is not is left as it
// is, for the harvest to refuse.
func slugsOf(ctx context.Context, client *zenodo.Client, names []zenodo.Slug) ([]zenodo.Slug, error) {
	names = slices.Clone(names)
	for i, name := range names {
		if !uuid.MatchString(string(name)) {
			continue
		}
		community, err := client.Communities.Get(ctx, string(name))
		switch {
		case err == nil && community.Slug != "":
			names[i] = community.Slug
		case err != nil && !errors.Is(err, zenodo.ErrNotFound):
			return nil, fmt.Errorf("community %s: %w", name, err)
		}
	}
	return names, nil
}

// confirmEverything shows what a harvest of everything takes, and asks whether
// to begin it. One that has begun before is not asked about, unless it is to be
// full: it resumes, or fetches what changed.
func (a *app) confirmEverything(ctx context.Context, h *harvest.Harvester, full bool, yes consent) error {
	saved, err := a.savedAs(ctx, h)
	if err != nil || saved != nil && !full {
		return err
	}
	plan, err := h.Plan(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(a.stderr.Painted(), strings.Join(a.planLines(h, plan), "\n"))
	return yes.ask(ctx, a, "Fetch all of this?")
}

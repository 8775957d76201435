package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/mirror"
	"github.com/zharvest/zharvest/zenodo"
)

type updateCmd struct {
	Full  bool     `help:"Fetch everything again and find out what is gone. Default: what changed since the last complete run."`
	Quick bool     `help:"Compare only the totals with what the server counts. Default: all ids where that takes at most 20 requests, else counts of spans of time."`
	Fill  bool     `help:"Fetch only the JSON of records that are known from DataCite's XML, or that are outdated."`
	Names []string `arg:"" optional:"" name:"name" help:"Saved harvests; see zharvest status. Default: all."`
}

// Help is shown below the flags.
func (*updateCmd) Help() string {
	return "Each harvest is updated from where it came, unless --api, --sandbox or $ZENODO_API_URL name another place.\n\nExamples:\n  zharvest update egi-ace\n  zharvest update --fill"
}

func (c *updateCmd) Run(ctx context.Context, a *app) (err error) {
	if c.Fill {
		if c.Full || c.Quick || len(c.Names) > 0 {
			return usageError("--fill with --full, --quick or the name of a harvest", "it is about all records of the index; run it by itself")
		}
		return a.fill(ctx)
	}
	if c.Full && c.Quick {
		return usageError("--full with --quick", "--full compares all ids, --quick the totals alone")
	}
	db, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	saved, err := c.chosen(ctx, db)
	if err != nil {
		return err
	}
	if len(saved) == 0 {
		a.note("%s has no saved harvests; \"zharvest harvest\" begins one", displayPath(db.Path()))
	}
	limitMemory()
	u := updater{app: a, db: db, full: c.Full, quick: c.Quick, clients: map[string]connection{}, summaries: []*mirror.Result{}}
	for _, one := range saved {
		u.update(ctx, one)
		if ctx.Err() != nil {
			break
		}
	}
	if a.flags.JSON {
		err = a.stdout.PrintJSON(u.summaries)
	}
	if err == nil && u.code != exitOK {
		err = &reportedError{u.code}
	}
	return err
}

// chosen are the harvests named, or all.
func (c *updateCmd) chosen(ctx context.Context, db *index.DB) ([]index.SavedHarvest, error) {
	saved, err := db.Saved(ctx)
	if err != nil || len(c.Names) == 0 {
		return saved, err
	}
	for _, name := range c.Names {
		if !slices.ContainsFunc(saved, func(h index.SavedHarvest) bool { return h.Name == name }) {
			return nil, fmt.Errorf("harvest %q: %w", name, index.ErrNotFound)
		}
	}
	return slices.DeleteFunc(saved, func(h index.SavedHarvest) bool { return !slices.Contains(c.Names, h.Name) }), nil
}

// updater runs saved harvests one after the other.
type updater struct {
	*app
	db        *index.DB
	full      bool
	quick     bool
	clients   map[string]connection // by API: one knows what it has sent within the server's limits
	summaries []*mirror.Result
	code      int
}

// connection is a client with the token that it uses.
type connection struct {
	client *zenodo.Client
	token  hostToken
}

// update runs one harvest and prints what became of it.
func (u *updater) update(ctx context.Context, saved index.SavedHarvest) {
	res, err := u.run(ctx, saved)
	if res != nil && (err == nil || worthSummary(err)) {
		u.summaries = append(u.summaries, res)
		if !u.flags.JSON {
			err = errors.Join(u.printSummary(res), err)
		}
	}
	if err == nil {
		return
	}
	if ctx.Err() == nil { // an interrupt is not about this harvest
		err = fmt.Errorf("update %s: %w", saved.Name, err)
	}
	u.keepCode(u.report(err))
}

// keepCode keeps the exit code that says most: an interrupt, then what is
// incomplete, then the first failure.
func (u *updater) keepCode(code int) {
	if u.code == exitOK || code == exitInterrupted || code == exitIncomplete && u.code != exitInterrupted {
		u.code = code
	}
}

func (u *updater) run(ctx context.Context, saved index.SavedHarvest) (*mirror.Result, error) {
	sel, err := harvest.ParseSelection(saved.Selection)
	if err != nil {
		return nil, err
	}
	if err := u.checkSaved(saved.Name, sel); err != nil {
		return nil, err
	}
	if err := u.connect(saved.API); err != nil {
		return nil, err
	}
	if !u.full {
		if err := u.noteWhole(ctx, u.db, saved.Name, sel); err != nil {
			return nil, err
		}
	}
	return u.runMirror(u.db, sel.Kind, func(m *mirror.Mirror) (*mirror.Result, error) {
		return m.Update(ctx, saved.Name, mirror.Options{Full: u.full, Quick: u.quick})
	})
}

// connect makes the client for a harvest, or takes the one that was made for
// the same API.
func (u *updater) connect(saved string) error {
	asked := u.flags.API
	if asked == zenodo.DefaultBaseURL && saved != "" {
		u.flags.API = saved
		u.anonymous = !isZenodo(saved)
	}
	defer func() { u.flags.API, u.anonymous = asked, false }()
	if known, ok := u.clients[u.flags.API]; ok {
		u.client, u.token = known.client, known.token
		return nil
	}
	if u.anonymous && u.hasToken(saved) {
		u.note("the access token goes to %s only if you name it with --api", saved)
	}
	_, err := u.newClient()
	if err == nil {
		u.clients[u.flags.API] = connection{u.client, u.token}
	}
	return err
}

// hasToken reports whether there is a token for an API.
func (u *updater) hasToken(api string) bool {
	root, err := url.Parse(api)
	if err != nil {
		return false
	}
	found, err := findToken(root.Hostname(), u.flags.TokenFile)
	return err == nil && found.value != ""
}

// isZenodo tells the roots that may have a token although nobody has typed
// them: an index may come from a stranger, and name a host of his.
func isZenodo(api string) bool { return api == zenodo.DefaultBaseURL || api == sandboxAPI }

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
)

type depositPushCmd struct {
	metadataFlags
	lossyFlag
	ID           string   `name:"id" xor:"target" placeholder:"ID" help:"Deposition to go on with: its id, or DOI or address of a record. Default: that of the last run, or a new one."`
	NewVersionOf string   `xor:"target" placeholder:"DOI" help:"Make a new version of a record: of any of its versions the id, DOI or address."`
	From         string   `placeholder:"TABLE.csv" help:"Make a deposition of each row of a table, and write ids and DOIs back into it."`
	Publish      bool     `help:"Publish it in the end, for good. This is the order to do so: nothing is asked."`
	DryRun       bool     `help:"Print what would be done, and change nothing."`
	Flatten      bool     `help:"Send files of folders within a folder by their names alone: a record has no folders."`
	Jobs         int      `default:"2" placeholder:"N" help:"New files that are sent at a time; those that replace others are sent one by one."`
	Paths        []string `arg:"" optional:"" name:"path" help:"All files that it shall have; a folder stands for the files in it. Without any, files are left as they are."`
}

// Help is shown below the flags.
func (*depositPushCmd) Help() string {
	return "Makes or finds the draft, sends what differs, removes files that are not named, and compares what the server has in the end. " +
		"Run again after any failure it goes on: what it needs for that is in .NAME.zharvest.json beside the metadata. " +
		"Columns of a table are keys of the metadata, as for --set, and files (paths); several values have ; between. " +
		"Example: zharvest deposit push --metadata m.yaml data/ README.md --publish"
}

func (c *depositPushCmd) Run(ctx context.Context, a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.From != "" {
		return c.pushTable(ctx, a)
	}
	metadata, err := c.read(a)
	if err != nil {
		return err
	}
	if err := a.refuseProblems(metadata, c.Publish, ""); err != nil {
		return err
	}
	files, err := c.files(c.Paths)
	if err != nil {
		return err
	}
	journal, err := openJournal(c.journalPath())
	if err != nil {
		return err
	}
	p, err := c.pusher(a, journal)
	if err != nil {
		return err
	}
	m := &deposit.Manifest{Key: a.journalKey(), Metadata: metadata, Files: files, VersionOf: c.NewVersionOf, Publish: c.Publish}
	if m.ID, err = c.target(ctx, a); err != nil {
		return err
	}
	return c.push(ctx, a, p, m)
}

// journalKey is what the journal knows the server by.
func (a *app) journalKey() string { return strings.TrimRight(a.flags.API, "/") }

// check refuses flags that do not go together.
func (c *depositPushCmd) check() error {
	one := c.Metadata != "" || c.ID != "" || c.NewVersionOf != "" || len(c.Paths) > 0
	switch {
	case c.From != "" && one:
		return usageError("--from takes all from the table, files and ids, too", "leave out --metadata, --id, --new-version-of and paths; --set is for all rows")
	case c.From == "" && c.Metadata == "":
		return usageError("nothing to push", "name the metadata with --metadata, or a table with --from")
	case c.Metadata == "-" && c.ID == "" && c.NewVersionOf == "":
		return usageError("metadata from standard input has no place to note which deposition it is", "write it into a file, or name the deposition with --id")
	}
	return nil
}

func (c *depositPushCmd) journalPath() string {
	if c.Metadata == "-" {
		return ""
	}
	return deposit.JournalPath(c.Metadata)
}

func openJournal(path string) (*deposit.Journal, error) {
	journal, err := deposit.OpenJournal(path)
	if e, ok := errors.AsType[*deposit.FormatError](err); ok {
		return nil, &hintedError{err, e.Hint, exitFailure}
	}
	return journal, err
}

// files finds what paths name; nil where there are none.
func (c *depositPushCmd) files(paths []string) ([]zenodo.Upload, error) {
	if slices.Contains(paths, "-") {
		return nil, usageError("a push reads files more than once, and standard input can be read once", "send it with zharvest deposit upload ID - --name NAME")
	}
	if err := checkJobs(c.Jobs); err != nil && len(paths) > 0 {
		return nil, err
	}
	return deposit.FindFiles(paths, deposit.FindOptions{Flatten: c.Flatten, SkipJournals: true})
}

// listLag is how long Zenodo's list of depositions may be behind: its search
// index is renewed each second.
const listLag = 2 * time.Second

func (c *depositPushCmd) pusher(a *app, journal *deposit.Journal) (*deposit.Pusher, error) {
	service, err := a.depositions()
	if err != nil {
		return nil, err
	}
	return &deposit.Pusher{
		Depositions: service, Records: a.client.Records, Journal: journal, Jobs: c.Jobs, Lossy: c.Lossy, ListLag: listLag, Note: a.note,
	}, nil
}

// target finds the deposition that is named.
func (c *depositPushCmd) target(ctx context.Context, a *app) (zenodo.RecordID, error) {
	if c.ID == "" {
		return "", nil
	}
	_, dep, err := depositID{c.ID}.deposition(ctx, a)
	if err != nil {
		return "", err
	}
	return dep.ID, nil
}

// push plans one deposition, and carries the plan out.
func (c *depositPushCmd) push(ctx context.Context, a *app, p *deposit.Pusher, m *deposit.Manifest) error {
	plan, err := p.Plan(ctx, m)
	if err != nil {
		return c.pushError(err)
	}
	if c.DryRun {
		return a.printDepositPlan(plan)
	}
	result, err := a.apply(ctx, p, m, plan)
	if err != nil {
		return c.pushError(err)
	}
	return a.printDeposition(ctx, p.Depositions, result.Deposition.ID)
}

// apply carries out a plan, with bars for the files.
func (a *app) apply(ctx context.Context, p *deposit.Pusher, m *deposit.Manifest, plan *deposit.Plan) (*deposit.Result, error) {
	if plan.Action == deposit.ActionNone {
		a.note("deposition %s is as it shall be: nothing to send", plan.ID)
	}
	bars := term.NewTransfers(a.stderr, a.showsBars(), a.note)
	p.Progress = bars.File
	result, err := p.Apply(ctx, plan)
	bars.End()
	if err != nil {
		return result, err
	}
	a.warnOf(result.Dropped)
	if result.Deposition.Published() {
		err = a.warnOfCommunities(m.Metadata, result.Deposition)
	}
	return result, err
}

// refuseProblems refuses metadata where the server would refuse or drop
// something, before anything is sent. A draft need not be complete. where is put
// in front of what is only warned of.
func (a *app) refuseProblems(metadata *deposit.Metadata, complete bool, where string) error {
	if !metadata.IsUsable() {
		return &hintedError{errors.New("there is no metadata that Zenodo knows; nothing was sent"), "write at least a title", exitRefused}
	}
	check := deposit.CheckDraft
	if complete {
		check = deposit.Check
	}
	problems := check(metadata, time.Now())
	if !deposit.HasErrors(problems) {
		for _, p := range problems {
			a.warn("%s%s: %s%s", where, p.Path, p.Message, meant(p))
		}
		return nil
	}
	err := errors.New("the metadata would be refused, or not stored as it is; nothing was sent")
	for _, p := range problems {
		err = fmt.Errorf("%w\n%s: %s%s", err, p.Path, p.Message, meant(p))
	}
	return &hintedError{err, "fix the metadata and run the command again", exitRefused}
}

// pushError says what to do when a push fails.
func (c *depositPushCmd) pushError(err error) error {
	if e, ok := errors.AsType[*deposit.PublishedError](err); ok {
		return &hintedError{err, c.publishedHint(e), exitFailure}
	}
	if _, ok := errors.AsType[*deposit.VerifyError](err); ok {
		return &hintedError{err, "run the command again: it sends what differs", exitFailure}
	}
	if refusal := lossRefusal(err); refusal != nil {
		return refusal
	}
	switch {
	case errors.Is(err, deposit.ErrBusy):
		return &hintedError{err, "wait until it has ended, and run the command again: it resumes the same deposition", exitFailure}
	case errors.Is(err, deposit.ErrNoFiles):
		return &hintedError{err, "name files, or a folder with files, behind the metadata", exitRefused}
	case errors.Is(err, zenodo.ErrLost), errors.Is(err, zenodo.ErrServer):
		return &hintedError{err, "run the command again: it resumes where it stopped, and makes and publishes nothing twice", exitFailure}
	}
	return err
}

func (c *depositPushCmd) publishedHint(e *deposit.PublishedError) string {
	id, doi := e.Deposition.ID, depositionDOI(e.Deposition)
	switch {
	case c.From != "" && e.Files:
		return fmt.Sprintf("published files cannot be changed: for a new version push a description of its own with --new-version-of %s", doi)
	case c.From != "":
		return fmt.Sprintf("to change its metadata: zharvest deposit edit %s, then this command again", id)
	case e.Files:
		return fmt.Sprintf("published files cannot be changed: for a new version add --new-version-of %s", doi)
	}
	return fmt.Sprintf("to change its metadata: zharvest deposit edit %s, then this command with --id %s; for a new version add --new-version-of %s", id, id, doi)
}

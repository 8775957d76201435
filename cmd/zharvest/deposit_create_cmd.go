package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
)

type depositCreateCmd struct {
	metadataFlags
	Jobs  int      `default:"2" placeholder:"N" help:"Files that are sent at a time."`
	Files []string `arg:"" optional:"" name:"file" help:"Files to send; a folder stands for the files in it."`
}

// Help is shown below the flags.
func (*depositCreateCmd) Help() string {
	return `Example: zharvest deposit create --metadata m.json --set 'title=My data' data.csv`
}

func (c *depositCreateCmd) Run(ctx context.Context, a *app) error {
	if slices.Contains(c.Files, "-") {
		return usageError("standard input has no name", "make the draft without it, then run: zharvest deposit upload ID - --name NAME")
	}
	metadata, err := c.read(a)
	if err != nil {
		return err
	}
	a.warnOfProblems(metadata)
	if err := checkJobs(c.Jobs); err != nil {
		return err
	}
	files, err := deposit.FindFiles(c.Files, deposit.FindOptions{})
	if err != nil {
		return err
	}
	service, err := a.depositions()
	if err != nil {
		return err
	}
	dep, err := c.create(ctx, a, service, metadata)
	if err != nil {
		return err
	}
	if err := a.upload(ctx, &deposit.Uploader{Depositions: service, Jobs: c.Jobs}, dep, files); err != nil {
		return a.unfinished(dep, err)
	}
	return a.printDeposition(ctx, service, dep.ID)
}

// create makes the draft, which is empty where no metadata was given.
func (c *depositCreateCmd) create(ctx context.Context, a *app, service *zenodo.DepositionsService, metadata *deposit.Metadata) (*zenodo.Deposition, error) {
	var sent json.RawMessage
	if c.given() {
		sent = metadata.JSON()
	}
	dep, err := service.Create(ctx, sent)
	hint := `"zharvest deposit list --status draft --limit 5" shows whether there is a new draft; only if not, run the command again`
	switch {
	case errors.Is(err, context.Canceled):
		return nil, &hintedError{&restatedError{"interrupted: a draft may have been made", err}, hint, exitInterrupted}
	case errors.Is(err, zenodo.ErrLost):
		return nil, &hintedError{err, hint, exitFailure}
	case err != nil:
		return nil, refusedMetadata(fmt.Errorf("create deposition: %w", err))
	}
	if err := a.warnOfDifferences(metadata, dep); err != nil {
		return nil, fmt.Errorf("deposition %s was made: %w", dep.ID, err)
	}
	return dep, nil
}

// unfinished says how to send the files that a draft lacks: the same command
// would make another draft.
func (a *app) unfinished(dep *zenodo.Deposition, err error) error {
	code, _ := a.classify(err)
	text := fmt.Sprintf("deposition %s was made, but not all of its files were sent", dep.ID)
	if code == exitInterrupted {
		text = "interrupted: " + text
	} else {
		text += ": " + err.Error()
	}
	return &hintedError{&restatedError{text, err}, fmt.Sprintf("send the others: zharvest deposit upload %s FILE", dep.ID), code}
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"

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

func (c *depositCreateCmd) Run(a *app) error {
	metadata, err := c.read(a)
	if err != nil {
		return err
	}
	a.warnOfProblems(metadata)
	up := uploads{files: c.Files, jobs: c.Jobs}
	if err := up.collect(a); err != nil {
		return err
	}
	service, err := a.depositions()
	if err != nil {
		return err
	}
	dep, err := c.create(a, service, metadata)
	if err != nil {
		return err
	}
	if err := up.send(a, service, dep); err != nil {
		return fmt.Errorf("deposition %s was made, but not all of its files were sent: %w", dep.ID, err)
	}
	return a.printDeposition(service, dep.ID)
}

// create makes the draft, which is empty where no metadata was given.
func (c *depositCreateCmd) create(a *app, service *zenodo.DepositionsService, metadata *deposit.Metadata) (*zenodo.Deposition, error) {
	var sent json.RawMessage
	if c.given() {
		sent = metadata.JSON()
	}
	dep, err := service.Create(a.ctx, sent)
	if errors.Is(err, zenodo.ErrLost) {
		return nil, &hintedError{err, `"zharvest deposit list --status draft --limit 5" shows whether there is a new draft; only if not, run the command again`, exitFailure}
	}
	if err != nil {
		return nil, fmt.Errorf("create deposition: %w", err)
	}
	return dep, a.warnOfDifferences(metadata, dep)
}

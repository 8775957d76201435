package main

import (
	"fmt"
)

type depositUpdateCmd struct {
	depositID
	metadataFlags
}

// Help is shown below the flags.
func (*depositUpdateCmd) Help() string {
	return "A file replaces the metadata as a whole; --set alone changes what is there. " +
		"Example: zharvest deposit update 1234567 --set 'title=My data' --set 'keywords=[\"a\",\"b\"]'"
}

func (c *depositUpdateCmd) Run(a *app) error {
	if !c.given() {
		return usageError("nothing to update", "name a file with --metadata, or set something with --set key=value")
	}
	if err := c.check(); err != nil {
		return err
	}
	service, dep, err := c.deposition(a)
	if err != nil {
		return err
	}
	if dep.Published() {
		return stateError(dep, "is published and not being edited", "open it first: zharvest deposit edit "+string(dep.ID))
	}
	metadata, err := c.read(a, dep.Metadata)
	if err != nil {
		return err
	}
	stored, err := service.Update(a.ctx, dep.ID, metadata)
	if err != nil {
		return fmt.Errorf("update deposition %s: %w", dep.ID, err)
	}
	a.warnOfDifferences(metadata, stored)
	return a.printDeposition(service, dep.ID)
}

package main

import (
	"context"
	"fmt"

	"github.com/zharvest/zharvest/deposit"
)

type depositUpdateCmd struct {
	depositID
	metadataFlags
	lossyFlag
}

// Help is shown below the flags.
func (*depositUpdateCmd) Help() string {
	return "A file replaces the metadata as a whole; --set alone changes what is there. " +
		"Example: zharvest deposit update 1234567 --set 'title=My data' --set 'keywords=[\"a\",\"b\"]'"
}

func (c *depositUpdateCmd) Run(ctx context.Context, a *app) error {
	if !c.given() {
		return usageError("nothing to update", "name a file with --metadata, or set something with --set key=value")
	}
	metadata, err := c.read(a)
	if err != nil {
		return err
	}
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	if dep.Published() {
		return stateError(dep, "is published and not being edited", "open it first: zharvest deposit edit "+string(dep.ID))
	}
	if c.Metadata == "" { // what is set changes what there is
		if metadata, err = deposit.Stored(dep); err != nil {
			return err
		}
		if err := c.apply(metadata); err != nil {
			return err
		}
	}
	a.warnOfProblems(metadata)
	if err := c.refuseLosses(ctx, service, dep, metadata); err != nil {
		return err
	}
	stored, err := service.Update(ctx, dep.ID, metadata.JSON())
	if err != nil {
		return refusedMetadata(fmt.Errorf("update deposition %s: %w", dep.ID, err))
	}
	if err := a.warnOfDifferences(metadata, stored); err != nil {
		return err
	}
	return a.printDeposition(ctx, service, dep.ID)
}

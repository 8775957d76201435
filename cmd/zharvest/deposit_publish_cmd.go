package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
)

type depositPublishCmd struct {
	depositID
	consent
}

// Help is shown below the flags.
func (*depositPublishCmd) Help() string {
	return "What is published cannot be deleted, and its files cannot be changed. Example: zharvest deposit publish 1234567 --yes"
}

func (c *depositPublishCmd) Run(ctx context.Context, a *app) error {
	if err := c.possible(a); err != nil {
		return err
	}
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	if dep.Published() {
		a.note("deposition %s is published already", dep.ID)
		return a.printDeposition(ctx, service, dep.ID)
	}
	if err := c.ask(ctx, a, fmt.Sprintf("Publish %s, %q with %d files, for good?", dep.ID, dep.Title, len(dep.Files))); err != nil {
		return err
	}
	published, err := service.Publish(ctx, dep.ID)
	if err != nil {
		return publishError(dep, err)
	}
	if wanted, err := deposit.Stored(dep); err == nil {
		if err := a.warnOfCommunities(wanted, published); err != nil {
			return err
		}
	}
	return a.printDeposition(ctx, service, dep.ID)
}

// publishError says what to do when a publication fails.
func publishError(dep *zenodo.Deposition, err error) error {
	err = fmt.Errorf("publish deposition %s: %w", dep.ID, err)
	switch {
	case errors.Is(err, zenodo.ErrBadRequest):
		hint := fmt.Sprintf("fix the metadata and run: zharvest deposit update %s --metadata FILE", dep.ID)
		if len(dep.Files) == 0 {
			hint = fmt.Sprintf("a record needs a file: zharvest deposit upload %s FILE; then %s", dep.ID, hint)
		}
		return &hintedError{err, hint, exitRefused}
	case errors.Is(err, zenodo.ErrServer), errors.Is(err, zenodo.ErrLost):
		return &hintedError{err, "run the command again: what is published is not published a second time", exitFailure}
	}
	return err
}

type depositEditCmd struct {
	depositID
	lossyFlag
}

// Help is shown below the flags.
func (*depositEditCmd) Help() string {
	return "A record that has what the deposit API cannot hold, such as second affiliations, is not opened. Example: zharvest deposit edit 1234567"
}

func (c *depositEditCmd) Run(ctx context.Context, a *app) error {
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	if err := c.refuseLosses(ctx, service, dep, nil); err != nil {
		return err
	}
	if _, err := service.Edit(ctx, dep.ID); err != nil {
		return fmt.Errorf("edit deposition %s: %w", dep.ID, err)
	}
	return a.printDeposition(ctx, service, dep.ID)
}

type depositNewversionCmd struct{ depositID }

// Help is shown below the flags.
func (*depositNewversionCmd) Help() string {
	return "Example: zharvest deposit newversion 10.5281/zenodo.1234567"
}

func (c *depositNewversionCmd) Run(ctx context.Context, a *app) error {
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	if !dep.Submitted {
		return stateError(dep, "was never published", "change the draft itself: a new version is of what is published")
	}
	draft, err := service.NewVersion(ctx, dep.ID)
	if err != nil {
		return fmt.Errorf("make a new version of %s: %w", dep.ID, err)
	}
	return a.printDeposition(ctx, service, draft.ID)
}

type depositRegisterCmd struct{ depositID }

// Help is shown below the flags.
func (*depositRegisterCmd) Help() string { return "Example: zharvest deposit register 1234567" }

func (c *depositRegisterCmd) Run(ctx context.Context, a *app) error {
	err := c.act(ctx, a, "register the concept DOI of", (*zenodo.DepositionsService).RegisterConceptDOI)
	if errors.Is(err, zenodo.ErrUnsupported) {
		return &hintedError{err, "nothing is left to do on Zenodo: it registers the DOI of all versions by itself", exitFailure}
	}
	return err
}

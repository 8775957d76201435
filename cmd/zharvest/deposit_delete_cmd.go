package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/zenodo"
)

type depositDeleteCmd struct {
	depositID
	consent
}

// Help is shown below the flags.
func (*depositDeleteCmd) Help() string { return "Example: zharvest deposit delete 1234567" }

func (c *depositDeleteCmd) Run(ctx context.Context, a *app) error {
	if err := c.possible(a); err != nil {
		return err
	}
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	if dep.Submitted {
		hint := "what is published stays; write to the repository's support to have it withdrawn"
		if !dep.Published() {
			hint = fmt.Sprintf("to drop what was changed run: zharvest deposit discard %s", dep.ID)
		}
		return stateError(dep, "is published and cannot be deleted", hint)
	}
	if err := c.ask(ctx, a, fmt.Sprintf("Delete the draft %s, %q with %d files?", dep.ID, dep.Title, len(dep.Files))); err != nil {
		return err
	}
	if err := service.Delete(ctx, dep.ID); err != nil {
		return fmt.Errorf("delete deposition %s: %w", dep.ID, err)
	}
	return a.printDeletion(dep, true)
}

type depositDiscardCmd struct {
	depositID
	consent
}

// Help is shown below the flags.
func (*depositDiscardCmd) Help() string {
	return "A draft that was never published is deleted by it; that needs consent. Example: zharvest deposit discard 1234567"
}

func (c *depositDiscardCmd) Run(ctx context.Context, a *app) error {
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	if dep.Published() {
		return stateError(dep, "has nothing to discard: it is published and not being edited", "to change it run: zharvest deposit edit "+string(dep.ID))
	}
	if !dep.Submitted {
		if err := c.ask(ctx, a, fmt.Sprintf("The draft %s, %q with %d files, was never published. Delete it?", dep.ID, dep.Title, len(dep.Files))); err != nil {
			return err
		}
	}
	if err := service.Discard(ctx, dep.ID); err != nil {
		return fmt.Errorf("discard deposition %s: %w", dep.ID, err)
	}
	_, err = service.Get(ctx, dep.ID)
	if err != nil && !errors.Is(err, zenodo.ErrNotFound) && !errors.Is(err, zenodo.ErrGone) {
		return fmt.Errorf("read deposition %s: %w", dep.ID, err)
	}
	return a.printDeletion(dep, err != nil)
}

// printDeletion reports whether a deposition is gone.
func (a *app) printDeletion(dep *zenodo.Deposition, deleted bool) error {
	if a.flags.JSON {
		return a.stdout.PrintJSON(struct {
			ID      zenodo.RecordID `json:"id"`
			Deleted bool            `json:"deleted"`
		}{dep.ID, deleted})
	}
	what := "the edit was discarded; what is published is as it was"
	if deleted {
		what = "deleted"
	}
	_, err := fmt.Fprintf(a.stdout, "%s: %s\n", term.Printable(string(dep.ID)), what)
	return err
}

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
)

// lossyFlag is the flag of commands that write metadata by the legacy deposit
// API.
type lossyFlag struct {
	Lossy bool `help:"Go ahead even where the deposit API cannot hold all that is there: what it cannot hold is lost."`
}

// refuseLosses refuses to edit what has values that the legacy API would lose.
// wanted is the metadata that will be sent, or nil.
func (f lossyFlag) refuseLosses(ctx context.Context, service *zenodo.DepositionsService, dep *zenodo.Deposition, wanted *deposit.Metadata) error {
	if f.Lossy {
		return nil
	}
	err := deposit.CheckLosses(ctx, service, dep, wanted)
	if refusal := lossRefusal(err); refusal != nil {
		return refusal
	}
	return err
}

// lossRefusal lists what an edit would lose, a line each, and says how to go
// ahead all the same. It is nil for other errors.
func lossRefusal(err error) error {
	e, ok := errors.AsType[*deposit.LossError](err)
	switch {
	case ok:
		for _, l := range e.Losses {
			err = fmt.Errorf("%w\n%s: %s", err, l.Path, l.Lost)
		}
		return &hintedError{err, "change it on the repository's web page, or let these go with --lossy", exitRefused}
	case errors.Is(err, zenodo.ErrNotNative):
		return &hintedError{err, "change it on the repository's web page, or insist with --lossy", exitRefused}
	}
	return nil
}

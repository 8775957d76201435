package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/zenodo"
)

type depositSortCmd struct {
	depositID
	Names []string `arg:"" name:"name" help:"Names of files in their new order; the others follow in their old one."`
}

// Help is shown below the flags.
func (*depositSortCmd) Help() string {
	return "Example: zharvest deposit sort 1234567 README.md data.csv"
}

func (c *depositSortCmd) Run(ctx context.Context, a *app) error {
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	if err := filesChangeable(dep); err != nil {
		return err
	}
	if _, err := findFiles(ctx, service, dep, c.Names); err != nil {
		return err
	}
	way, err := service.Sort(ctx, dep, c.Names)
	if err != nil {
		err = fmt.Errorf("sort the files of %s: %w", dep.ID, err)
	}
	if errors.Is(err, zenodo.ErrUnsupported) {
		return &hintedError{err, "the files stay in the order that the server gives them", exitFailure}
	}
	if err != nil {
		return err
	}
	a.note("%s: files sorted%s", dep.ID, map[zenodo.API]string{
		zenodo.APILegacy: " by the deposit API (legacy)",
		zenodo.APIRDM:    " by the API of InvenioRDM, as the deposit API cannot (native)",
	}[way])
	return a.printDeposition(ctx, service, dep.ID)
}

type depositRmCmd struct {
	depositID
	Names []string `arg:"" name:"name" help:"Names of files."`
}

// Help is shown below the flags.
func (*depositRmCmd) Help() string { return "Example: zharvest deposit rm 1234567 data.csv" }

func (c *depositRmCmd) Run(ctx context.Context, a *app) error {
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	if err := filesChangeable(dep); err != nil {
		return err
	}
	files, err := findFiles(ctx, service, dep, c.Names)
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range files {
		if err := service.DeleteFile(ctx, dep, &f); err != nil {
			errs = append(errs, fmt.Errorf("delete %s: %w", f.Key, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return filesError(dep, err)
	}
	return a.printDeposition(ctx, service, dep.ID)
}

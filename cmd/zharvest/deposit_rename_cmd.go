package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
)

type depositRenameCmd struct {
	depositID
	File string `placeholder:"FILE" help:"The same file on this machine. Where the server cannot rename, it is sent again, and else fetched for that."`
	Name string `arg:"" help:"Name of a file."`
	New  string `arg:"" help:"Name that it gets."`
}

// Help is shown below the flags.
func (*depositRenameCmd) Help() string { return "Example: zharvest deposit rename 1234567 a.csv b.csv" }

func (c *depositRenameCmd) Run(ctx context.Context, a *app) error {
	local, err := c.local(a)
	if err != nil {
		return err
	}
	service, dep, err := c.deposition(ctx, a)
	if err != nil {
		return err
	}
	if err := filesChangeable(dep); err != nil {
		return err
	}
	f, err := findFile(ctx, service, dep, c.Name)
	if err != nil {
		return err
	}
	_, api, err := service.Rename(ctx, dep, f, c.New, local)
	if errors.Is(err, fs.ErrExist) {
		return &hintedError{fmt.Errorf("deposition %s has a file %q already", dep.ID, c.New), fmt.Sprintf("choose another name, or delete that file first: zharvest deposit rm %s NAME", dep.ID), exitFailure}
	}
	if errors.Is(err, zenodo.ErrChecksum) && local != nil {
		hint := fmt.Sprintf("name with --file what was sent as %s, or leave it out: then that is fetched and sent again", c.Name)
		return &hintedError{fmt.Errorf("rename %s: %w", c.Name, err), hint, exitFailure}
	}
	if err != nil {
		return filesError(dep, fmt.Errorf("rename %s: %w", c.Name, err))
	}
	a.note("%s: renamed to %s%s", c.Name, c.New, map[zenodo.API]string{
		zenodo.APILegacy: " by the deposit API (legacy)",
		zenodo.APIRDM:    ", as the deposit API cannot: sent under the new name, then the old file deleted (native)",
	}[api])
	return a.printDeposition(ctx, service, dep.ID)
}

// local is the file that is named, or nil. The new name is checked.
func (c *depositRenameCmd) local(a *app) (*zenodo.Upload, error) {
	if c.File == "" {
		return nil, deposit.CheckFile(zenodo.Upload{Key: c.New, Size: 1}, false)
	}
	files, err := deposit.FindFiles([]string{c.File}, deposit.FindOptions{Name: c.New, Stdin: a.stdin})
	if err != nil {
		return nil, err
	}
	return &files[0], nil
}

// filesError says what to do where the files of an open edit are changed: they
// stay as they were published.
func filesError(dep *zenodo.Deposition, err error) error {
	if !dep.Submitted || !errors.Is(err, zenodo.ErrForbidden) {
		return err
	}
	hint := "files that are published stay as they are; make a new version: zharvest deposit newversion " + string(dep.ID)
	return &hintedError{err, hint, exitNotAllowed}
}

// filesChangeable returns an error where the files of a deposition cannot be
// changed any more.
func filesChangeable(dep *zenodo.Deposition) error {
	if dep.Published() {
		return stateError(dep, "is published: its files cannot be changed", "make a new version: zharvest deposit newversion "+string(dep.ID))
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/index"
)

type checkCmd struct {
	ReadData bool `help:"Unpack everything, and compare all records with what was received. Takes minutes for a large index."`
}

// Help is shown below the flags.
func (*checkCmd) Help() string {
	return `Looks for damage, without changing anything. Exit code 1 where there is any; each line names what repairs it.

Examples:
  zharvest check
  zharvest check --read-data --json`
}

// errDamaged ends a command that has named the damage itself.
var errDamaged = errors.New("the index is damaged")

func (c *checkCmd) Run(ctx context.Context, a *app) (err error) {
	limitMemory()
	db, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	findings, err := db.Check(ctx, c.ReadData)
	if err != nil {
		return err
	}
	if err := a.printFindings(findings); err != nil || len(findings) == 0 {
		return err
	}
	return &hintedError{errDamaged, "the lines above name what repairs it", exitFailure}
}

func (a *app) printFindings(findings []index.Finding) error {
	if a.flags.JSON {
		if findings == nil {
			findings = []index.Finding{}
		}
		return a.stdout.PrintJSON(struct {
			Sound    bool            `json:"sound"`
			Findings []index.Finding `json:"findings"`
		}{len(findings) == 0, findings})
	}
	if len(findings) == 0 {
		_, err := fmt.Fprintln(a.stdout, "the index is sound")
		return err
	}
	for _, f := range findings {
		if _, err := fmt.Fprintf(a.stdout, "%s: %s; repair: %s\n", f.Where, f.What, f.Repair); err != nil {
			return err
		}
	}
	return nil
}

package main

import (
	"fmt"

	"github.com/zharvest/zharvest/deposit"
)

// planWords are what a plan does, in words.
var planWords = map[deposit.Action]string{
	deposit.ActionCreate:     "make a draft",
	deposit.ActionUpdate:     "bring the draft %s up to date",
	deposit.ActionNewVersion: "make a new version of %s",
	deposit.ActionNone:       "nothing: %s is as it shall be",
}

// printDepositPlan prints what would be done: the draft, a line a file, and a line a
// value of the metadata that changes.
func (a *app) printDepositPlan(plan *deposit.Plan) error {
	if a.flags.JSON {
		return a.stdout.PrintJSON(plan)
	}
	what := planWords[plan.Action]
	if plan.ID != "" {
		what = fmt.Sprintf(what, plan.ID)
	}
	if err := a.printNamed("plan", what); err != nil {
		return err
	}
	for _, f := range plan.Files {
		if err := a.printNamed(string(f.Action), fmt.Sprintf("%s (%d bytes, %s)", f.Name, f.Size, f.Checksum)); err != nil {
			return err
		}
	}
	for _, d := range plan.Metadata {
		if err := a.printNamed("metadata", changed(d)); err != nil {
			return err
		}
	}
	if plan.Publish && plan.Action != deposit.ActionNone {
		return a.printNamed("publish", "yes, for good")
	}
	return nil
}

func changed(d deposit.Difference) string {
	switch {
	case d.From == "":
		return fmt.Sprintf("+ %s: %s", d.Path, d.To)
	case d.To == "":
		return fmt.Sprintf("- %s: %s", d.Path, d.From)
	}
	return fmt.Sprintf("%s: %s → %s", d.Path, d.From, d.To)
}

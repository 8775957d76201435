package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/zharvest/zharvest/index"
)

// warnUnknown warns of how many records a query cannot match, because they are
// known only from DataCite's XML, which lacks a field that it asks about.
func (a *app) warnUnknown(ctx context.Context, db *index.DB, q index.Query) error {
	u, err := db.UnknownForPartial(ctx, q)
	if err != nil || u.Records == 0 {
		return err
	}
	a.warn(`%s of the index cannot be matched by %s, which DataCite's XML does not have; "zharvest update --fill" fetches the rest`,
		counted(u.Records, "record"), strings.Join(u.Fields, ", "))
	return nil
}

// printForms counts records by their form, and those that are not known in full.
func (a *app) printForms(s *index.Status) error {
	var forms []string
	for _, form := range []struct {
		n    int
		name string
	}{{s.Forms.Native, "native"}, {s.Forms.Legacy, "legacy"}, {s.Forms.DataCite, "DataCite"}} {
		if form.n > 0 {
			forms = append(forms, fmt.Sprintf("%d %s", form.n, form.name))
		}
	}
	if len(forms) == 0 {
		return nil
	}
	line := "forms: " + strings.Join(forms, ", ")
	if s.Forms.Legacy > 0 {
		line += `; "zharvest update --full" fetches the legacy ones in the native form, which has more`
	}
	if s.Partial+s.Outdated > 0 {
		line += fmt.Sprintf("\n%s known in part, %d outdated; \"zharvest update --fill\" fetches them", counted(s.Partial, "record"), s.Outdated)
	}
	_, err := fmt.Fprintln(a.stdout, line)
	return err
}

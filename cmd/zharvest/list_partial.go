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

// printPartial counts records that are not known in full.
func (a *app) printPartial(s *index.Status) error {
	if s.Partial+s.Outdated == 0 {
		return nil
	}
	_, err := fmt.Fprintf(a.stdout, "%s known in part, %d outdated; \"zharvest update --fill\" fetches them\n",
		counted(s.Partial, "record"), s.Outdated)
	return err
}

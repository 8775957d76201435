package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
)

// fill fetches the records that the index knows only in part.
func (a *app) fill(ctx context.Context) (err error) {
	db, err := a.openIndex(ctx)
	if err != nil {
		return err
	}
	defer closing(db, &err)
	if err := a.connectBack(ctx, db); err != nil {
		return err
	}
	limitMemory()
	m, end := a.newMirror(db)
	res, err := m.Fill(ctx)
	end()
	a.warnAboutToken()
	if res == nil || err != nil && !worthSummary(err) {
		return err
	}
	return errors.Join(a.printFilled(res), err)
}

// connectBack makes the client for the API from which the index came, unless
// another was named.
func (a *app) connectBack(ctx context.Context, db *index.DB) error {
	saved, err := db.Saved(ctx)
	if err != nil {
		return err
	}
	api := ""
	for _, h := range saved {
		api = cmp.Or(api, h.API)
	}
	u := updater{app: a, clients: map[string]connection{}}
	return u.connect(api)
}

func (a *app) printFilled(res *harvest.FillResult) error {
	if a.flags.JSON {
		return a.stdout.PrintJSON(res)
	}
	_, err := fmt.Fprintf(a.stdout, "%s filled, %d gone, %d remaining in %s with %s\n",
		counted(res.Filled, "record"), res.Gone, res.Remaining, seconds(res.Seconds), counted(int(res.Requests), "request"))
	return err
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/mirror"
	"github.com/zharvest/zharvest/store"
)

// printSummary prints what a run did.
func (a *app) printSummary(res *mirror.Result) error {
	if a.flags.JSON {
		return a.stdout.PrintJSON(res)
	}
	line := fmt.Sprintf("%s: %s, %d new, %d updated, %d unchanged", res.Harvest, held(res), res.New, res.Updated, res.Unchanged)
	if res.Gone+res.Left > 0 {
		line += fmt.Sprintf(", %d gone, %d left", res.Gone, res.Left)
	}
	line += fmt.Sprintf(" in %s with %s", seconds(res.Seconds), counted(int(res.Requests), "request"))
	if res.Retries > 0 {
		line += fmt.Sprintf(" (%d retries)", res.Retries)
	}
	_, err := fmt.Fprintln(a.stdout, term.Printable(line+"; "+state(res)))
	return err
}

// held says how many of how many records are held, never more than there are.
func held(res *mirror.Result) string {
	text := fmt.Sprintf("%d of %d", min(res.Held, res.Total), res.Total)
	if res.Listed == nil {
		text = fmt.Sprintf("%d of an unknown number", res.Held)
	}
	if res.Fetched == res.Held {
		text += " fetched"
	} else {
		text += fmt.Sprintf(", %d in this run", res.Fetched)
	}
	if res.Unlisted > 0 {
		text += fmt.Sprintf(", %d no longer listed", res.Unlisted)
	}
	return text
}

// state says how complete the harvest is.
func state(res *mirror.Result) string {
	switch {
	case res.NotSaved:
		return "nothing matches, so the harvest is not saved"
	case res.Complete && res.Total == 0:
		return "complete: nothing on the server matches now"
	case res.Complete && res.Listed == nil:
		return "listed to the end, not counted by the server"
	case res.State == store.StateCounts:
		compared := "never compared"
		if res.ComparedAt != nil {
			compared = "last compared at " + *res.ComparedAt
		}
		return "counts agree, ids " + compared
	case res.Complete:
		return "complete"
	case res.Missing > 0:
		return fmt.Sprintf("incomplete: %d missing", res.Missing)
	}
	return "incomplete"
}

// counted writes a number of things: 1 span, 2 spans.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func seconds(s float64) string {
	d := time.Duration(s * float64(time.Second))
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", s)
	}
	return d.Round(time.Second).String()
}

// savedAs is the saved harvest that a harvester runs, nil where there is none. No
// index is made to look for it.
func (a *app) savedAs(ctx context.Context, h *harvest.Harvester) (found *index.SavedHarvest, err error) {
	db, err := index.OpenExisting(ctx, a.flags.DB)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer closing(db, &err)
	saved, err := db.Saved(ctx)
	for i, s := range saved {
		if s.Name == h.Name && s.API == a.client.BaseURL() && bytes.Equal(s.Selection, h.Selection.JSON()) {
			found = &saved[i]
		}
	}
	return found, err
}

// printPlan prints what a harvest would do.
func (a *app) printPlan(ctx context.Context, h *harvest.Harvester) error {
	plan, err := h.Plan(ctx)
	if plan == nil {
		return err
	}
	if a.flags.JSON {
		return errors.Join(a.stdout.PrintJSON(plan), err)
	}
	_, printed := fmt.Fprintln(a.stdout.Painted(), strings.Join(a.planLines(h, plan), "\n"))
	return errors.Join(printed, err)
}

// planLines are a plan for people.
func (a *app) planLines(h *harvest.Harvester, plan *harvest.Plan) []string {
	about := ""
	if plan.Estimated {
		about = "about "
	}
	rows := [][]string{
		{"a guest", fmt.Sprint(plan.Guest.PageSize), fmt.Sprint(plan.Guest.Requests), planned(plan.Guest)},
		{"with a token", fmt.Sprint(plan.Token.PageSize), fmt.Sprint(plan.Token.Requests), planned(plan.Token)},
	}
	what := "records"
	if plan.Mode == store.ModeIncremental {
		what = "records that changed since " + h.ChangedSince.Format(time.RFC3339)
	}
	head := fmt.Sprintf("%s: %d %s in %s", term.Printable(plan.Harvest), plan.Records, what, about+counted(plan.SpanCount, "span"))
	return append([]string{head}, a.stdout.TableLines([]string{"as", "page", "requests", "time"}, rows)...)
}

// planned is the time that a plan takes, where a rate is known.
func planned(c harvest.Cost) string {
	if c.Seconds == 0 {
		return "no limit known"
	}
	return seconds(c.Seconds)
}

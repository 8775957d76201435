package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
)

// summary is what is printed at the end of a run.
type summary struct {
	*harvest.Result
	// LastFullAt is when the last full run was complete, for a run that is none.
	LastFullAt string `json:"last_full_at,omitempty"`
	// NotSaved means that nothing on the server matched a new harvest, so that
	// there is none.
	NotSaved bool `json:"not_saved,omitzero"`
}

// add adds what a run did that followed on this one.
func (s *summary) add(next *summary) {
	s.Total, s.Missing, s.Complete = next.Total, next.Missing, next.Complete
	s.Fetched += next.Fetched
	s.New += next.New
	s.Updated += next.Updated
	s.Unchanged += next.Unchanged
	s.Gone += next.Gone
	s.Left += next.Left
	s.MissingIDs = append(s.MissingIDs, next.MissingIDs...)
	s.Requests += next.Requests
	s.Retries += next.Retries
	s.Throttled += next.Throttled
	s.Seconds += next.Seconds
}

func (a *app) printSummary(res *summary) error {
	if a.flags.JSON {
		return a.stdout.printJSON(res)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d of %d fetched, %d new, %d updated, %d unchanged", res.Harvest, res.Fetched, res.Total, res.New, res.Updated, res.Unchanged)
	if res.Gone+res.Left > 0 {
		fmt.Fprintf(&b, ", %d gone, %d left", res.Gone, res.Left)
	}
	fmt.Fprintf(&b, " in %s with %s", seconds(res.Seconds), counted(int(res.Requests), "request"))
	if res.Retries > 0 {
		fmt.Fprintf(&b, " (%d retries)", res.Retries)
	}
	switch {
	case res.NotSaved:
		b.WriteString("; nothing matches, so the harvest is not saved")
	case res.Complete && res.Total == 0:
		b.WriteString("; complete: nothing on the server matches now")
	case res.Complete:
		b.WriteString("; complete")
	case res.Missing > 0:
		fmt.Fprintf(&b, "; incomplete: %d missing", res.Missing)
	default:
		b.WriteString("; not complete")
	}
	if res.Mode == harvest.ModeIncremental {
		b.WriteString("; only a full run sees what left, and views and downloads of what did not change")
		if res.LastFullAt != "" {
			b.WriteString(" (the last one was at " + res.LastFullAt + ")")
		}
	}
	_, err := fmt.Fprintln(a.stdout, printable(b.String()))
	return err
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
func (a *app) savedAs(h *harvest.Harvester) (found *index.SavedHarvest, err error) {
	db, err := index.OpenExisting(a.ctx, a.flags.DB)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer closing(db, &err)
	saved, err := db.Saved(a.ctx)
	for i, s := range saved {
		if s.Name == h.Name && s.API == a.client.BaseURL() && bytes.Equal(s.Selection, h.Selection.JSON()) {
			found = &saved[i]
		}
	}
	return found, err
}

// printPlan prints what a harvest would do.
func (a *app) printPlan(h *harvest.Harvester) error {
	plan, err := h.Plan(a.ctx)
	if plan == nil {
		return err
	}
	if a.flags.JSON {
		return errors.Join(a.stdout.printJSON(plan), err)
	}
	_, printed := fmt.Fprintln(a.stdout.painted(), strings.Join(a.planLines(h, plan), "\n"))
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
	if plan.Mode == harvest.ModeIncremental {
		what = "records that changed since " + h.ChangedSince.Format(time.RFC3339)
	}
	head := fmt.Sprintf("%s: %d %s in %s", printable(plan.Harvest), plan.Records, what, about+counted(plan.SpanCount, "span"))
	return append([]string{head}, a.tableLines([]string{"as", "page", "requests", "time"}, rows)...)
}

// planned is the time that a plan takes, where a rate is known.
func planned(c harvest.Cost) string {
	if c.Seconds == 0 {
		return "no limit known"
	}
	return seconds(c.Seconds)
}

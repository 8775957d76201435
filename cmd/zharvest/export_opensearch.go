package main

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/opensearch"
	"github.com/zharvest/zharvest/zenodo"
)

// exportToOpenSearch sends what is selected to an index of a cluster.
func (c *exportCmd) exportToOpenSearch(ctx context.Context, a *app) (err error) {
	if err := c.checkOpenSearch(); err != nil {
		return err
	}
	client, err := opensearch.NewClient(c.ToOpenSearch, c.Index, term.NewLogger(a.stderr, a.flags.Verbose, a.note))
	if err != nil {
		return err
	}
	defer closing(client, &err)
	return c.selected(ctx, a, c.Query, c.Loose, func(db *index.DB, q index.Query) error {
		q.Sort = index.Oldest
		run, err := c.runOf(ctx, db)
		if err != nil {
			return err
		}
		checkpoint, err := client.Prepare(ctx, run.Selection, opensearch.Options{Replicas: c.Replicas, Force: c.Force})
		if err != nil {
			return err
		}
		if since, ok := resumes(q, checkpoint, run); ok {
			a.note("%s: an earlier run did not end; this resumes with what was created since %s", c.Index, since.Format(time.RFC3339))
			q.Since, run = since, checkpoint
		}
		result, err := client.Send(ctx, run, db.Records(ctx, q), a.noteRecordsSent(c.Index))
		if result.Removed > 0 {
			a.note("%s: %s removed, which are not selected any more", c.Index, counted(result.Removed, "record"))
		}
		if err != nil {
			return err
		}
		a.note("%s: %s sent", c.Index, counted(result.Sent, "record"))
		return nil
	})
}

// checkOpenSearch finds what does not go together with sending.
func (c *exportCmd) checkOpenSearch() error {
	switch {
	case c.Format != "" || c.Template != "" || c.Fields != "" || c.Output != "-" || c.PartitionBy != "" || c.BOM || c.Raw || c.RawCells:
		return usageError("--to-opensearch sends records whole, and writes no file", "leave out -f, -o, and what says how to write")
	case c.Replicas != nil && *c.Replicas < 0:
		return usageError("--replicas is negative", "0 keeps no copies")
	case c.Limit > 0 || c.Sort != string(index.Newest):
		return usageError("--to-opensearch has an order of its own", "leave out --limit and --sort")
	}
	return nil
}

// runOf is a run that begins: what it selects, as it was typed, so that an age
// such as 7d stays the same selection; and the runs of the harvests that its
// records come from.
func (c *exportCmd) runOf(ctx context.Context, db *index.DB) (run opensearch.Checkpoint, err error) {
	selection, err := json.Marshal(struct {
		harvest.Selection
		IncludeGone bool   `json:"include_gone,omitzero"`
		Harvest     string `json:"harvest,omitzero"`
	}{c.asTyped(), c.IncludeGone, c.FromHarvest})
	if err != nil {
		return run, err
	}
	harvests, err := db.Harvests(ctx)
	if err != nil {
		return run, err
	}
	last := map[string]*string{}
	for _, h := range harvests {
		last[h.Name] = h.LastRunAt
	}
	source, err := json.Marshal(last)
	return opensearch.Checkpoint{Selection: string(selection), Source: string(source)}, err
}

// asTyped is what the flags and the query select.
func (c *exportCmd) asTyped() harvest.Selection {
	s := harvest.Selection{Query: c.Query, Type: c.Type, Subtype: c.Subtype, AllVersions: c.AllVersions, Since: c.Since, Until: c.Until}
	for _, slug := range c.Community {
		s.Communities = append(s.Communities, zenodo.Slug(slug))
	}
	return s
}

// resumes is from when on records are to be sent still, where an earlier run of
// the same selection did not end and no harvest was run since.
func resumes(q index.Query, cp, run opensearch.Checkpoint) (since time.Time, ok bool) {
	since, known := cp.CreatedAt.Time()
	return since, known && cp.Run != "" && cp.Selection == run.Selection && cp.Source == run.Source && since.After(q.Since)
}

// noteRecordsSent says now and then how many records were sent.
func (a *app) noteRecordsSent(name string) func(int) {
	last := time.Now()
	return func(sent int) {
		if time.Since(last) >= term.LogEvery {
			last = time.Now()
			a.note("%s: %s sent", name, counted(sent, "record"))
		}
	}
}

// classifyOpenSearch knows the errors of a cluster.
func classifyOpenSearch(err error) (code int, hint string, ok bool) {
	if refused, is := errors.AsType[*opensearch.RefusedError](err); is {
		hint := "an index that zharvest has made takes every record: name another with --index"
		if refused.Taken > 0 {
			hint = counted(refused.Taken, "other record") + " were taken; " + hint
		}
		return exitRefused, hint, true
	}
	switch {
	case errors.Is(err, opensearch.ErrAddress):
		return exitUsage, "write for example --to-opensearch https://localhost:9200 --index zenodo", true
	case errors.Is(err, opensearch.ErrInsecure):
		return exitNotAllowed, "use https, so that nobody reads it on its way", true
	case errors.Is(err, opensearch.ErrAlias):
		return exitUsage, "name one of them with --index", true
	case errors.Is(err, opensearch.ErrOtherIndex):
		return exitFailure, "name another index with --index; --force fills this one, and removes other records that zharvest has sent to it", true
	case errors.Is(err, opensearch.ErrTakesNone):
		return exitFailure, "open the index or lift its block (settings index.blocks), or name another with --index; then run the command again: it resumes where it stopped", true
	case errors.Is(err, opensearch.ErrUnauthorized):
		return exitNotAllowed, "set $OPENSEARCH_USERNAME and $OPENSEARCH_PASSWORD", true
	case errors.Is(err, opensearch.ErrUnreachable):
		return exitFailure, "check the address, that the cluster runs, and that this machine trusts its certificate ($SSL_CERT_FILE)", true
	case errors.Is(err, opensearch.ErrBusy):
		return exitFailure, "check that the cluster is well and run the command again: it resumes where it stopped", true
	}
	return 0, "", false
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/opensearch"
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
		selection, err := selectionText(q)
		if err != nil {
			return err
		}
		checkpoint, err := client.Prepare(ctx)
		if err != nil {
			return err
		}
		if since, ok := goesOn(q, checkpoint, selection); ok {
			a.note("%s: an earlier run did not end; this resumes with what was created since %s", c.Index, since.Format(time.RFC3339))
			q.Since = since
		}
		sent, err := client.Send(ctx, selection, db.Records(ctx, q), a.noteRecordsSent(c.Index))
		if err != nil {
			return err
		}
		a.note("%s: %s sent", c.Index, counted(sent, "record"))
		return nil
	})
}

// checkOpenSearch finds what does not go together with sending.
func (c *exportCmd) checkOpenSearch() error {
	switch {
	case c.Format != "" || c.Template != "" || c.Fields != "" || c.Output != "-" || c.PartitionBy != "" || c.BOM || c.Raw || c.RawCells:
		return usageError("--to-opensearch sends records whole, and writes no file", "leave out -f, -o, and what says how to write")
	case c.Limit > 0 || c.Sort != string(index.Newest):
		return usageError("--to-opensearch has an order of its own", "leave out --limit and --sort")
	}
	return nil
}

// selectionText tells one selection from another. What now means is no part of
// it, else no run would go on with another's.
func selectionText(q index.Query) (string, error) {
	text := q.Parsed.Text
	q.Now, q.Parsed = time.Time{}, nil
	rest, err := json.Marshal(q)
	return text + " " + string(rest), err
}

// goesOn is from when on records are to be sent still, where an earlier run
// sent those of the same selection and did not end.
func goesOn(q index.Query, cp opensearch.Checkpoint, selection string) (since time.Time, ok bool) {
	since, known := cp.CreatedAt.Time()
	return since, known && cp.Selection == selection && since.After(q.Since)
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
	if _, is := errors.AsType[*opensearch.RefusedError](err); is {
		return exitRefused, "all others are there; an index that zharvest has made takes every record: name another with --index", true
	}
	switch {
	case errors.Is(err, opensearch.ErrAddress):
		return exitUsage, "write for example --to-opensearch https://localhost:9200 --index zenodo", true
	case errors.Is(err, opensearch.ErrInsecure):
		return exitNotAllowed, "use https, so that nobody reads it on its way", true
	case errors.Is(err, opensearch.ErrUnauthorized):
		return exitNotAllowed, "set $OPENSEARCH_USERNAME and $OPENSEARCH_PASSWORD", true
	case errors.Is(err, opensearch.ErrUnreachable):
		return exitFailure, "check the address, that the cluster runs, and that this machine trusts its certificate ($SSL_CERT_FILE)", true
	case errors.Is(err, opensearch.ErrBusy):
		return exitFailure, "check that the cluster is well and run the command again: it resumes where it stopped", true
	}
	return 0, "", false
}

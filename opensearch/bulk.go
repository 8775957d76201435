package opensearch

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"log/slog"
	"net/http"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// A bulk request ends with whichever comes first. OpenSearch advises 5 to 15
// MB; it takes 100 MB at most.
const (
	bulkBytes   = 5 << 20
	bulkRecords = 1000
)

// checkpointEvery is after how many bulk requests a checkpoint is kept: each
// is a change of state for the whole cluster.
const checkpointEvery = 10

// RefusedError means that the cluster refused documents for good. All others
// are in the index.
type RefusedError struct {
	Count   int
	Reasons []string // the first ones, each with the record's id
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%d records are refused by the cluster:\n%s", e.Count, strings.Join(e.Reasons, "\n"))
}

// shownReasons is how many refusals are listed.
const shownReasons = 10

// item is a document on its way.
type item struct {
	id    zenodo.RecordID
	lines []byte // the action and the document
}

// sender fills an index.
type sender struct {
	*Client
	selection string
	batch     []item
	bytes     int
	last      *zenodo.Record
	sent      int
	requests  int
	refused   RefusedError
}

// Send sends records, which come in the order of creation, oldest first, and
// keeps a checkpoint with the selection now and then; at the end there is
// none. done, which may be nil, receives how many were sent so far. An error of
// records is returned as it is; documents that were refused for good are a
// [RefusedError] at the end.
func (c *Client) Send(ctx context.Context, selection string, records iter.Seq2[*zenodo.Record, error], done func(sent int)) (sent int, err error) {
	s := &sender{Client: c, selection: selection}
	for r, err := range records {
		if err == nil {
			err = s.add(ctx, r)
		}
		if err != nil {
			return s.sent, err
		}
		if done != nil && len(s.batch) == 0 {
			done(s.sent)
		}
	}
	if err := s.flush(ctx); err != nil {
		return s.sent, err
	}
	if err := c.setCheckpoint(ctx, nil); err != nil {
		return s.sent, err
	}
	if s.refused.Count > 0 {
		return s.sent, &s.refused
	}
	return s.sent, nil
}

func (s *sender) add(ctx context.Context, r *zenodo.Record) error {
	doc, err := document(r)
	if err != nil {
		return fmt.Errorf("record %s: %w", r.ID, err)
	}
	action, err := json.Marshal(object{"index": object{"_id": string(r.ID)}})
	if err != nil {
		return err
	}
	lines := append(append(append(action, '\n'), doc...), '\n')
	s.batch = append(s.batch, item{r.ID, lines})
	s.bytes += len(lines)
	s.last = r
	if s.bytes < bulkBytes && len(s.batch) < bulkRecords {
		return nil
	}
	return s.flush(ctx)
}

// flush sends the batch until each document is taken, or refused for good.
func (s *sender) flush(ctx context.Context) error {
	total := len(s.batch)
	for attempt := 0; len(s.batch) > 0; attempt++ {
		before := len(s.batch)
		a, err := s.post(ctx, attempt)
		if err != nil {
			return err
		}
		if len(s.batch) < before {
			attempt = 0
		}
		if len(s.batch) == 0 {
			break
		}
		if attempt == attempts-1 {
			return gaveUp("send records", a, nil)
		}
		if err := s.wait(ctx, pause(attempt, a.after)); err != nil {
			return err
		}
	}
	s.sent += total
	s.bytes = 0
	if s.requests++; total > 0 && s.requests%checkpointEvery == 0 {
		return s.setCheckpoint(ctx, &Checkpoint{s.selection, s.last.CreatedAt, s.sent})
	}
	return nil
}

// post sends the batch once, and keeps in it what is to be sent again. A
// request that is not answered counts as refused for the moment.
func (s *sender) post(ctx context.Context, attempt int) (answer, error) {
	var body []byte
	for _, it := range s.batch {
		body = append(body, it.lines...)
	}
	a, err := s.send(ctx, attempt, http.MethodPost, "/"+s.index+"/_bulk", "application/x-ndjson", body)
	switch {
	case ctx.Err() != nil:
		return a, context.Cause(ctx)
	case err != nil:
		return answer{status: http.StatusServiceUnavailable, body: reason{"no answer", err.Error()}.body()}, nil
	case passing(a.status):
		return a, nil
	case a.status != http.StatusOK:
		return a, a.failure("send records")
	}
	if a, err = s.confirm(a); err == nil && len(s.batch) > 0 {
		s.logger.LogAttrs(ctx, slog.LevelDebug, "records refused for now",
			slog.Int("records", len(s.batch)), slog.Int("attempt", attempt+1), slog.Int("status", a.status))
	}
	return a, err
}

// confirm reads what was answered, document by document, in their order. Where
// some are to be sent again, the answer is that to the last of them.
func (s *sender) confirm(a answer) (answer, error) {
	var result struct {
		Items []map[string]struct {
			Status int
			Error  reason
		}
	}
	if err := json.Unmarshal(a.body, &result); err != nil || len(result.Items) != len(s.batch) {
		return a, fmt.Errorf("send records: the answer is not that of OpenSearch to %d documents", len(s.batch))
	}
	var again []item
	for i, it := range s.batch {
		got := result.Items[i]["index"]
		switch {
		case passing(got.Status):
			again = append(again, it)
			a.status, a.body = got.Status, got.Error.body()
		case got.Status < 200 || got.Status > 299:
			if s.refused.Count++; len(s.refused.Reasons) < shownReasons {
				s.refused.Reasons = append(s.refused.Reasons, fmt.Sprintf("%s: %s: %.300s", it.id, got.Error.Type, got.Error.Reason))
			}
		}
	}
	s.batch = again
	return a, nil
}

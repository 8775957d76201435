package opensearch

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/zenodo"
)

// A bulk request ends with whichever comes first. OpenSearch advises 5 to 15
// MB; it takes 100 MB at most.
const (
	bulkBytes   = 5 << 20
	bulkRecords = 1000
)

// RefusedError means that the cluster refused documents for good.
type RefusedError struct {
	Count   int
	Reasons []string // the first ones, each with the record's id
	Taken   int      // how many others are in the index
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%d records are refused by the cluster:\n%s", e.Count, strings.Join(e.Reasons, "\n"))
}

// shownReasons is how many refusals are listed.
const shownReasons = 10

// item is a document on its way.
type item struct {
	id    string
	lines []byte // the action, and the document
}

// refusal is a document that was refused for good.
type refusal struct {
	id string
	reason
}

// sender changes an index in bulk: it sends documents, or removes them.
type sender struct {
	*Client
	action  string // index or delete
	batch   []item
	bytes   int
	taken   int
	refused RefusedError
}

// addRecord adds a record to the batch.
func (s *sender) addRecord(r *zenodo.Record, run string) error {
	doc, err := document(r, run)
	if err != nil {
		return fmt.Errorf("record %s: %w", r.ID, err)
	}
	return s.add(string(r.ID), append(doc, '\n'))
}

// add adds an action to the batch, with its document.
func (s *sender) add(id string, doc []byte) error {
	action, err := json.Marshal(object{s.action: object{"_id": id}})
	if err != nil {
		return err
	}
	lines := append(append(action, '\n'), doc...)
	s.batch = append(s.batch, item{id, lines})
	s.bytes += len(lines)
	return nil
}

func (s *sender) isFull() bool { return s.bytes >= bulkBytes || len(s.batch) >= bulkRecords }

// flush sends the batch until each document is taken, or refused for good.
func (s *sender) flush(ctx context.Context) error {
	total := len(s.batch)
	var refused []refusal
	for attempt := 0; len(s.batch) > 0; attempt++ {
		before, known := len(s.batch), len(refused)
		a, err := s.post(ctx, attempt, &refused)
		if err != nil {
			return err
		}
		if done := before - len(s.batch); done > 0 {
			s.taken += done - (len(refused) - known)
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
	s.bytes = 0
	if len(refused) == total && total > 1 && !slices.ContainsFunc(refused, func(r refusal) bool { return r.Type != refused[0].Type }) {
		return fmt.Errorf("%w: each of %d is refused: %s", ErrTakesNone, total, refused[0].reason)
	}
	for _, r := range refused {
		if s.refused.Count++; len(s.refused.Reasons) < shownReasons {
			s.refused.Reasons = append(s.refused.Reasons, r.id+": "+r.String())
		}
	}
	return nil
}

// post sends the batch once, keeps in it what is to be sent again, and adds to
// what was refused for good. A request that is not answered counts as refused for
// the moment.
func (s *sender) post(ctx context.Context, attempt int, refused *[]refusal) (answer, error) {
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
	if a, err = s.confirm(a, refused); err == nil && len(s.batch) > 0 {
		s.logger.LogAttrs(ctx, slog.LevelDebug, "records refused for now",
			slog.Int("records", len(s.batch)), slog.Int("attempt", attempt+1), slog.Int("status", a.status))
	}
	return a, err
}

// confirm reads what was answered, document by document, in their order. Where
// some are to be sent again, the answer is that to the last of them.
func (s *sender) confirm(a answer, refused *[]refusal) (answer, error) {
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
		got := result.Items[i][s.action]
		switch {
		case passing(got.Status):
			again = append(again, it)
			a.status, a.body = got.Status, got.Error.body()
		case got.Status == http.StatusNotFound && got.Error.Type == "" && s.action == "delete":
			// it is not there any more
		case got.Status < 200 || got.Status > 299:
			*refused = append(*refused, refusal{it.id, got.Error})
		}
	}
	s.batch = again
	return a, nil
}

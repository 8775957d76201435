package opensearch

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// checkpointEvery is after how many bulk requests a checkpoint is kept, the
// first one included: each is a change of state for the whole cluster.
const checkpointEvery = 10

// Result is what became of an index.
type Result struct {
	Sent    int // records that the cluster took
	Removed int // records of earlier runs that were not sent any more
}

// Send sends records, which come in the order of creation, oldest first, and
// removes those that an earlier run sent and this one did not. The run is that of
// a checkpoint to resume, or has a selection and a source and no name. How far
// it came is kept in the index now and then. done, which may be nil, receives how
// many were taken so far. An error of records is returned as it is; documents that
// were refused for good are a [RefusedError] at the end. Where all of a request
// are, for one reason, that is [ErrTakesNone] and the end.
func (c *Client) Send(ctx context.Context, run Checkpoint, records iter.Seq2[*zenodo.Record, error], done func(sent int)) (Result, error) {
	s := &sender{Client: c, action: "index"}
	if run.Run == "" {
		run.Run = time.Now().UTC().Format(time.RFC3339Nano)
		if err := c.setCheckpoint(ctx, run); err != nil {
			return Result{}, err
		}
	}
	sent, requests := run.Sent, 0
	for r, err := range records {
		if err == nil {
			err = s.addRecord(r, run.Run)
		}
		if err != nil {
			return Result{Sent: s.taken}, err
		}
		if !s.isFull() {
			continue
		}
		if err := s.flush(ctx); err != nil {
			return Result{Sent: s.taken}, err
		}
		if requests++; requests%checkpointEvery == 1 {
			run.CreatedAt, run.Sent = r.CreatedAt, sent+s.taken
			if err := c.setCheckpoint(ctx, run); err != nil {
				return Result{Sent: s.taken}, err
			}
		}
		if done != nil {
			done(s.taken)
		}
	}
	err := s.flush(ctx)
	if err != nil {
		return Result{Sent: s.taken}, err
	}
	removed, err := c.removeOthers(ctx, run.Run)
	result := Result{Sent: s.taken, Removed: removed}
	if err != nil {
		return result, err
	}
	run.CreatedAt, run.Sent = "", sent+s.taken
	if err := c.setCheckpoint(ctx, run); err != nil {
		return result, err
	}
	if s.refused.Count > 0 {
		s.refused.Taken = s.taken
		return result, &s.refused
	}
	return result, nil
}

// removeOthers removes what earlier runs sent: this one would have sent it again
// if it were selected still. What has other sources is left alone.
func (c *Client) removeOthers(ctx context.Context, run string) (removed int, err error) {
	query, err := json.Marshal(object{
		"size": bulkRecords, "_source": false,
		"query": object{"bool": object{
			"filter":   object{"exists": object{"field": runField}},
			"must_not": object{"term": object{runField: run}},
		}},
	})
	if err != nil {
		return 0, err
	}
	s := &sender{Client: c, action: "delete"}
	for {
		// What was sent and removed is found only now.
		if _, err := c.request(ctx, "refresh the index", http.MethodPost, "/"+c.index+"/_refresh", nil, http.StatusOK); err != nil {
			return s.taken, err
		}
		a, err := c.request(ctx, "look for records of earlier runs", http.MethodPost, "/"+c.index+"/_search", query, http.StatusOK)
		if err != nil {
			return s.taken, err
		}
		var found struct {
			Hits *struct {
				Hits []struct {
					ID string `json:"_id"`
				}
			}
		}
		if err := json.Unmarshal(a.body, &found); err != nil || found.Hits == nil {
			return s.taken, fmt.Errorf("look for records of earlier runs: the answer is not that of OpenSearch: %.100q", a.body)
		}
		if len(found.Hits.Hits) == 0 {
			return s.taken, nil
		}
		for _, hit := range found.Hits.Hits {
			if err := s.add(hit.ID, nil); err != nil {
				return s.taken, err
			}
		}
		if err := s.flush(ctx); err != nil {
			return s.taken, err
		}
		if s.refused.Count > 0 {
			return s.taken, fmt.Errorf("remove records of earlier runs: %w", &s.refused)
		}
	}
}

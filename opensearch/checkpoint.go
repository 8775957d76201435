package opensearch

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/zharvest/zharvest/zenodo"
)

// Checkpoint is how far a run came that did not end. It is kept in the metadata
// of the index.
type Checkpoint struct {
	// Selection tells which records the run sends, in words of the caller's.
	Selection string `json:"selection"`
	// CreatedAt is that of the last record that is known to be in the index.
	CreatedAt zenodo.Timestamp `json:"created_at"`
	// Sent is how many records were sent until then.
	Sent int `json:"sent"`
}

// Prepare makes the index where there is none, and returns the checkpoint that
// it has, empty for none.
func (c *Client) Prepare(ctx context.Context) (Checkpoint, error) {
	body, err := json.Marshal(mapping())
	if err != nil {
		return Checkpoint{}, err
	}
	a, err := c.request(ctx, "look for the index", http.MethodHead, "/"+c.index, nil, http.StatusOK, http.StatusNotFound)
	if err != nil {
		return Checkpoint{}, err
	}
	if a.status == http.StatusNotFound {
		_, err = c.request(ctx, "make the index", http.MethodPut, "/"+c.index, body, http.StatusOK)
		return Checkpoint{}, err
	}
	return c.checkpoint(ctx)
}

// meta is where the checkpoint is in a mapping.
type meta struct {
	Meta struct {
		Zharvest *Checkpoint `json:"zharvest"`
	} `json:"_meta"`
}

func (c *Client) checkpoint(ctx context.Context) (cp Checkpoint, err error) {
	a, err := c.request(ctx, "read the checkpoint", http.MethodGet, "/"+c.index+"/_mapping", nil, http.StatusOK)
	if err != nil {
		return cp, err
	}
	var indices map[string]struct {
		Mappings meta `json:"mappings"`
	}
	if err := json.Unmarshal(a.body, &indices); err != nil {
		return cp, fmt.Errorf("read the checkpoint: the answer is not that of OpenSearch: %w", err)
	}
	for _, index := range indices { // one, whatever its alias was
		if at := index.Mappings.Meta.Zharvest; at != nil {
			cp = *at
		}
	}
	return cp, nil
}

// setCheckpoint keeps the checkpoint; nil is none.
func (c *Client) setCheckpoint(ctx context.Context, cp *Checkpoint) error {
	var m meta
	m.Meta.Zharvest = cp
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = c.request(ctx, "keep the checkpoint", http.MethodPut, "/"+c.index+"/_mapping", body, http.StatusOK)
	return err
}

package opensearch

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"

	"github.com/zharvest/zharvest/internal/searchfields"
	"github.com/zharvest/zharvest/zenodo"
)

// Checkpoint is what an index holds, and how far the run came that fills it. It
// is kept in the metadata of the index.
type Checkpoint struct {
	// Selection tells which records the index holds, in words of the caller's.
	Selection string `json:"selection"`
	// Source is the state of what the records come from, in words of the
	// caller's: a run is resumed from the same state alone.
	Source string `json:"source,omitzero"`
	// Run names the run. Each document has it, so that those of earlier runs are
	// known.
	Run string `json:"run"`
	// CreatedAt is that of the last record that is known to be in the index. It
	// is empty where the run has just begun, and where it has ended.
	CreatedAt zenodo.Timestamp `json:"created_at,omitzero"`
	// Sent is how many records were taken until then.
	Sent int `json:"sent"`
}

// metaKey is where the checkpoint stands in the metadata of an index, which may
// hold more than that.
const metaKey = "zharvest"

// metadata is _meta of a mapping.
type metadata map[string]json.RawMessage

// checkpoint is that of the metadata, empty for none.
func (m metadata) checkpoint() (cp Checkpoint) {
	_ = json.Unmarshal(m[metaKey], &cp) // what cannot be read is none of ours
	return cp
}

// setCheckpoint keeps the checkpoint, and what else the metadata holds.
func (c *Client) setCheckpoint(ctx context.Context, cp Checkpoint) error {
	const what = "keep the checkpoint"
	a, err := c.request(ctx, what, http.MethodGet, "/"+c.index+"/_mapping", nil, http.StatusOK)
	if err != nil {
		return err
	}
	var indices map[string]index
	if err := json.Unmarshal(a.body, &indices); err != nil {
		return fmt.Errorf("%s: the answer is not that of OpenSearch: %w", what, err)
	}
	meta := metadata{}
	for _, in := range indices { // one, whatever its alias was
		maps.Copy(meta, in.Mappings.Meta)
	}
	if meta[metaKey], err = json.Marshal(cp); err != nil {
		return err
	}
	// The field is there already, but where another's index is filled.
	body, err := json.Marshal(object{"_meta": meta, "properties": object{runField: kindMapping(searchfields.Keyword)}})
	if err != nil {
		return err
	}
	_, err = c.request(ctx, what, http.MethodPut, "/"+c.index+"/_mapping", body, http.StatusOK)
	return err
}

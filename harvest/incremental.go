package harvest

import (
	"context"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/querystring"
)

// Incremental returns nil where a run can fetch what changed in the selection
// alone, and otherwise a [*SelectionError] that says why not.
func (s Selection) Incremental() error {
	if s.Kind == KindCommunities {
		return &SelectionError{Problem: "changes of communities cannot be asked for"}
	}
	if _, err := run.Combine(s.Query, querystring.Between("updated", run.FormatTime(time.Unix(0, 0)), "")); err != nil {
		return &SelectionError{
			Problem: "Zenodo takes this query for plain words, and would take the time of a change for words, too",
			Hint:    "each run fetches everything",
		}
	}
	return nil
}

// catchUp fetches what changed since the run began, which is long ago where it
// was interrupted: who runs it again wants to be up to date.
func (r *restRun) catchUp(ctx context.Context) error {
	if r.run.Begun.IsZero() {
		return nil
	}
	r.forgetEarly()
	r.kept = nil
	r.run.Filter.Changed = r.run.Earliest().Add(-run.Overlap)
	r.run.Started = time.Now().UTC()
	parts, err := r.plan(ctx)
	if err != nil {
		return err
	}
	r.cp.Selection, r.cp.Parts = r.run.Filter.Mark(), parts
	err = r.walkParts(ctx)
	r.sum()
	if err != nil {
		return err
	}
	return r.incompleteErr()
}

package harvest

import (
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

package mirror

import (
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/store"
)

// Result is the summary of a run, also of one that failed.
type Result struct {
	*harvest.Result
	// LastFullAt is when the last full run was complete, in RFC 3339, for a run
	// that is none.
	LastFullAt string `json:"last_full_at,omitempty"`
	// ComparedAt is the oldest comparison by ids, in RFC 3339, null if never.
	ComparedAt *string `json:"compared_at"`
	// NotSaved means that nothing on the server matched a new harvest, so that
	// there is none.
	NotSaved bool `json:"not_saved,omitzero"`
}

func newResult(res *harvest.Result) *Result {
	r := &Result{Result: res}
	if at := res.Checked.ComparedAt(); !at.IsZero() {
		r.ComparedAt = new(at.UTC().Format(time.RFC3339))
	}
	return r
}

// add adds what a run did that followed on this one.
func (r *Result) add(next *Result) {
	r.Total, r.Listed, r.Held, r.Missing, r.Unlisted = next.Total, next.Listed, next.Held, next.Missing, next.Unlisted
	r.Complete, r.State, r.ComparedAt, r.ClockAhead = next.Complete, next.State, next.ComparedAt, next.ClockAhead
	r.Fetched += next.Fetched
	r.New += next.New
	r.Updated += next.Updated
	r.Unchanged += next.Unchanged
	r.Gone += next.Gone
	r.Left += next.Left
	r.MissingIDs = append(r.MissingIDs, next.MissingIDs...)
	r.Requests += next.Requests
	r.Retries += next.Retries
	r.Throttled += next.Throttled
	r.Seconds += next.Seconds
}

// fail makes the run an incomplete one.
func (r *Result) fail() { r.Complete, r.State = false, store.StateIncomplete }

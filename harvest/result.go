package harvest

import (
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/zenodo"
)

// Result is the summary of a run, also of one that failed.
type Result struct {
	Harvest string `json:"harvest"` // name of the saved harvest
	// Total is the size of the whole selection on the server, as last counted, or
	// as far as is known where the server does not count.
	Total int `json:"total"`
	// Fetched counts what was received in this run, each time it was.
	Fetched int `json:"fetched"`
	// New, Updated and Unchanged count what the sink made of it. What came
	// again in the same run is unchanged only once.
	New       int `json:"new"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	// Gone counts records found deleted or no longer public, Left those that are
	// no longer part of the selection.
	Gone int `json:"gone"`
	Left int `json:"left"`
	// Missing is how many the server counted and this harvest does not have,
	// zero where a limit ended it; MissingIDs are those that are known.
	Missing    int               `json:"missing"`
	MissingIDs []zenodo.RecordID `json:"missing_ids"`
	// Unserved are the places of those that the server counts and fails to give
	// out. Where they are few, their ids are found out.
	Unserved []Unservable `json:"unserved,omitempty"`
	// Requests counts those sent, Retries those of them that repeat another,
	// Throttled the answers with status 429.
	Requests  int64   `json:"requests"`
	Retries   int64   `json:"retries"`
	Throttled int64   `json:"throttled"`
	Seconds   float64 `json:"seconds"`
	// Complete is set where nothing is known to be missing: the State of the
	// harvest is StateComplete or StateCounts.
	Complete bool   `json:"complete"`
	Mode     string `json:"mode"`
	State    string `json:"state"`
	// Listed is what the server counted, nil where it did not, and Held how many
	// of these the sink holds, as far as the run knows.
	Listed *int `json:"listed"`
	Held   int  `json:"held"`
	// Unlisted is how many records the sink holds that the server does not list
	// although they still belong to the selection, or whose
	// fate is not known.
	Unlisted int `json:"unlisted"`
	// Over makes the next run begin anew although this one ended incomplete:
	// nothing is left to be resumed.
	Over bool `json:"-"`
	// Begun is when the run began, by the server's clock or the one here,
	// whichever is behind, and zero where the server names no time. Newest is the
	// latest change among the records received, zero where there was none. The
	// earlier of Begun and the Newest of all runs is the
	// [Harvester.ChangedSince] of a later run if this one is complete.
	Begun  time.Time `json:"-"`
	Newest time.Time `json:"-"`
	// ClockAhead is how far the server's clock was ahead of the one here.
	ClockAhead time.Duration `json:"-"`
	// Checked is what was compared, for [Harvester.Checked] of the next run.
	Checked Checked `json:"-"`
}

// newResult is the summary of what a run counted.
func newResult(name, mode string, t run.Tally) *Result {
	res := &Result{
		Harvest: name, Mode: mode,
		Total: t.Total, Held: t.Held, Missing: t.Missing, Unlisted: t.Unlisted, Complete: t.Complete,
		Fetched: t.Fetched, New: t.New, Updated: t.Updated, Unchanged: t.Unchanged, Gone: t.Gone, Left: t.Left,
		MissingIDs: append([]zenodo.RecordID{}, t.MissingIDs...), // [] in JSON
	}
	for _, at := range t.Unserved {
		res.Unserved = append(res.Unserved, Unservable{
			Community: at.Community, Since: at.Since, Until: at.Until, Type: at.Type, IDPrefix: at.IDPrefix, Place: at.Place,
		})
	}
	return res
}

// Unservable is a place in a list of records, sorted from the oldest on, at which
// the server fails. The list is of records of one community, or of all, created
// in [Since, Until), of one type and with ids that begin in one way. What is
// zero is not bounded.
type Unservable struct {
	Community zenodo.Slug `json:"community,omitzero"`
	Since     time.Time   `json:"since,omitzero"`
	Until     time.Time   `json:"until,omitzero"`
	Type      string      `json:"type,omitzero"`
	IDPrefix  string      `json:"id_prefix,omitzero"`
	Place     int         `json:"place"` // from 1
}

// Progress says how far a run has come.
type Progress struct {
	Span  int // number of the span that is walked, from 0
	Spans int // how many there are, by estimate before all are made
	Walk  int // 1, or more where a span is walked again
	// Done of Total members are there, including those that an earlier run
	// had stored before this one resumed it.
	Done, Total int
	Fetched     int // received in this run
}

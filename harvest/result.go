package harvest

import (
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// The modes of a run.
const (
	ModeFull        = "full"        // fetches the whole selection
	ModeIncremental = "incremental" // fetches what changed
)

// Result is the summary of a run, also of one that failed.
type Result struct {
	Harvest string `json:"harvest"` // name of the saved harvest
	// Total is the size of the whole selection on the server, as last counted.
	Total int `json:"total"`
	// Fetched counts what was received in this run, each time it was.
	Fetched int `json:"fetched"`
	// New, Updated and Unchanged count what the sink made of it. What came
	// again in the same run is unchanged only once.
	New       int `json:"new"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	// Gone counts records found deleted, Left those that are no longer part
	// of the selection.
	Gone int `json:"gone"`
	Left int `json:"left"`
	// Missing is how many the server counted and this harvest does not have,
	// zero where a limit ended it; MissingIDs are those that are known.
	Missing    int               `json:"missing"`
	MissingIDs []zenodo.RecordID `json:"missing_ids"`
	// Unserved are the places of those that the server counts and fails to give
	// out. Where they are few, their ids are found out.
	Unserved []Hole `json:"unserved,omitempty"`
	// Requests counts those sent, Retries those of them that repeat another,
	// Throttled the answers with status 429.
	Requests  int64   `json:"requests"`
	Retries   int64   `json:"retries"`
	Throttled int64   `json:"throttled"`
	Seconds   float64 `json:"seconds"`
	// Complete is set when everything that the server counted was received.
	Complete bool   `json:"complete"`
	Mode     string `json:"mode"`
	// Unlisted is how many members the sink holds, after an incremental run,
	// beyond those that the server counts: they were deleted or left the
	// selection, and a full run finds out which.
	Unlisted int `json:"unlisted,omitzero"`
	// Begun is when the run began by the server's clock, for the
	// [Harvester.ChangedSince] of a later one if this one is complete. It is
	// zero where the server names no time.
	Begun time.Time `json:"-"`
}

// Hole is a place in a list of records, sorted from the oldest on, at which
// the server fails.
type Hole struct {
	Community zenodo.Slug `json:"community,omitzero"`
	Range
	Place int `json:"place"` // from 1
}

// Progress tells how far a run has come.
type Progress struct {
	Span  int // number of the span that is walked, from 0
	Spans int // how many there are, by estimate before all are made
	Walk  int // 1, or more where a span is walked again
	// Done of Total members are there, including those that an earlier run
	// had stored before this one took it up.
	Done, Total int
	Fetched     int // received in this run
}

package harvest

import (
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/zenodo"
)

// ErrIncomplete is matched by the error of a run that stored something and
// ended short of what the server counted. What is stored is valid, and a new
// run resumes there.
var ErrIncomplete = errors.New("harvest incomplete")

// SelectionError says that a selection, or a date in it, makes no sense, or
// that it is too large for one search and its query cannot be divided.
type SelectionError struct {
	Problem string
	Hint    string // what to write instead; may be empty
}

func (e *SelectionError) Error() string { return e.Problem }

// WindowError says that a selection has more members than the server lists
// for one search, and cannot be divided: it is one of communities, or the
// server ignores conditions. It matches [zenodo.ErrWindow].
type WindowError struct {
	Community zenodo.Slug // whose records are too many; may be empty
	Total     int         // members, as counted by the server
	Window    int         // how many of them it lists
}

func (e *WindowError) Error() string {
	of := ""
	if e.Community != "" {
		of = fmt.Sprintf("community %s: ", e.Community)
	}
	return fmt.Sprintf("%s%d records match, but the server lists only the first %d of a search", of, e.Total, e.Window)
}

// Is makes a WindowError match [zenodo.ErrWindow].
func (e *WindowError) Is(target error) bool { return target == zenodo.ErrWindow }

// MissingError says that an incremental run has received all that changed, and
// yet the server counts other numbers than the sink holds. Only a full run can
// find out why. It matches [ErrIncomplete].
type MissingError struct {
	Missing int // how many more the server counts
	Surplus int // how many more are held
	Total   int // members, as counted by the server
}

func (e *MissingError) Error() string {
	switch {
	case e.Surplus == 0:
		return fmt.Sprintf("%v: the server counts %d, which is %d more than are held and did not change lately", ErrIncomplete, e.Total, e.Missing)
	case e.Missing == 0:
		return fmt.Sprintf("%v: the server counts %d, which is %d fewer than are held", ErrIncomplete, e.Total, e.Surplus)
	default:
		return fmt.Sprintf("%v: of the %d that the server counts %d are missing, and %d are held that it does not count", ErrIncomplete, e.Total, e.Missing, e.Surplus)
	}
}

// Is makes a MissingError match [ErrIncomplete].
func (e *MissingError) Is(target error) bool { return target == ErrIncomplete }

// UnlistedError says that the server lists far fewer records than it has: many
// that it does not list still belong to the selection when they are fetched
// alone, as while its search index is being rebuilt. It matches
// [ErrIncomplete].
type UnlistedError struct {
	Unlisted int // how many were found until the run gave up
	Held     int // records of the harvest
}

func (e *UnlistedError) Error() string {
	return fmt.Sprintf("%v: the server does not list %d of the %d records held, although each of them still belongs to the harvest; its search index may be incomplete", ErrIncomplete, e.Unlisted, e.Held)
}

// Is makes an UnlistedError match [ErrIncomplete].
func (e *UnlistedError) Is(target error) bool { return target == ErrIncomplete }

// shortError tells of a run that ended without a failure and yet short.
func shortError(t tally, cp Checkpoint) error {
	if t.Missing == 0 {
		return fmt.Errorf("%w: the list of %d kept changing while it was read", ErrIncomplete, t.Total)
	}
	err := fmt.Errorf("%w: %d of %d were counted by the server but not listed", ErrIncomplete, t.Missing, t.Total)
	if n := len(t.Unserved); n > 0 {
		err = fmt.Errorf("%w; the server failed over %d of them, the first at place %d of %v", err, n, t.Unserved[0].Place, t.Unserved[0].Range)
	}
	for _, part := range cp.Parts {
		for _, span := range part.Spans {
			if beyond := span.Total - span.places(); beyond > 0 {
				err = fmt.Errorf("%w; %d of them are beyond the first %d of %v, which nothing divides any further", err, beyond, span.Listed, span.Range)
			}
		}
	}
	return err
}

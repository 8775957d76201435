package harvest

import (
	"fmt"

	"github.com/zharvest/zharvest/harvest/internal/run"
)

// ErrIncomplete is matched by the error of a run that stored something and
// ended short of what the server counted. What is stored is valid, and a new
// run resumes there.
var ErrIncomplete = run.ErrIncomplete

// SelectionError says that a selection, or a date in it, makes no sense, or
// that it is too large for one search and its query cannot be divided. Its
// Problem says so, and its Hint, which may be empty, what to write instead.
type SelectionError = run.SelectionError

// WindowError says that a selection has more members than the server lists
// for one search, and cannot be divided: it is one of communities, or the
// server ignores conditions. Of the Total that the server counts it lists
// Window; Community, which may be empty, is the one whose records are too many.
// It matches [zenodo.ErrWindow].
type WindowError = run.WindowError

// UnlistedError says that the server lists far fewer records than it has: many
// that it does not list still belong to the selection when they are fetched
// alone, as while its search index is being rebuilt. Unlisted were found until
// the run gave up, of the Held records of the harvest. It matches
// [ErrIncomplete].
type UnlistedError = run.UnlistedError

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

package harvest

import "github.com/zharvest/zharvest/zenodo"

// tally is what a run has done and found so far. Its fields mean what those of
// [Result] do.
type tally struct {
	Total, Held, Missing, Unlisted int
	Complete                       bool

	Fetched, New, Updated, Unchanged int
	Gone, Left                       int
	MissingIDs                       []zenodo.RecordID
	Unserved                         []unservable
}

// add adds what another run did beside this one.
func (t *tally) add(o tally) {
	t.Fetched += o.Fetched
	t.New += o.New
	t.Updated += o.Updated
	t.Unchanged += o.Unchanged
	t.Gone += o.Gone
	t.Left += o.Left
	t.MissingIDs = append(t.MissingIDs, o.MissingIDs...)
}

// unservable is a place, from 1, in the list of a community's records in a
// range at which the server fails.
type unservable struct {
	Community zenodo.Slug
	Range
	Place int
}

package run

import "github.com/zharvest/zharvest/zenodo"

// Tally is what a run has done and found so far. Its fields mean what those of
// harvest.Result do.
type Tally struct {
	Total, Held, Missing, Unlisted int
	Complete                       bool

	Fetched, New, Updated, Unchanged int
	Gone, Left                       int
	MissingIDs                       []zenodo.RecordID
	Unserved                         []Unservable
}

// Add adds what another run did beside this one.
func (t *Tally) Add(o Tally) {
	t.Fetched += o.Fetched
	t.New += o.New
	t.Updated += o.Updated
	t.Unchanged += o.Unchanged
	t.Gone += o.Gone
	t.Left += o.Left
	t.MissingIDs = append(t.MissingIDs, o.MissingIDs...)
}

// Unservable is a place, from 1, in the list of a community's records in a
// range at which the server fails.
type Unservable struct {
	Community zenodo.Slug
	Range
	Place int
}

// Progress says how far a run has come. Its fields mean what those of
// harvest.Progress do.
type Progress struct{ Span, Spans, Walk, Done, Total, Fetched int }

package rest

import (
	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/zenodo"
)

// maxWalks is how often a span is walked at most in one run.
const maxWalks = 4

// Span is a part of a selection that is small enough for the server's result
// window: the records of one community, or of all, in a range. It is walked
// from its oldest member to its newest, page by page, and again where what was
// listed does not add up.
type Span struct {
	// Number names the span in [store.Page.Span]; no other one of the run has it.
	Number    int         `json:"number"`
	Community zenodo.Slug `json:"community,omitzero"`
	run.Range

	// Total is the number of members, as last counted by the server.
	Total int `json:"total"`
	// Found is the number of distinct members received in all walks.
	Found int `json:"found"`
	// Walk is the number of the present walk, from 1.
	Walk int `json:"walk"`
	// Offset is how many places of the list this walk has passed. Places, not
	// pages, because the size of a page may change between two runs.
	Offset int `json:"offset"`
	// Listed is how many places of its list the server shows, where these are
	// fewer than its members and nothing divides them any further.
	Listed int `json:"listed,omitzero"`
	// Before is what the server counted when it listed the last page that this
	// walk has passed, and Low the least that it counted during this walk.
	Before int `json:"before,omitzero"`
	Low    int `json:"low,omitzero"`
	// Grew says that Total rose during this walk.
	Grew bool `json:"grew,omitzero"`
	// Open says that the first page of this walk was asked for before Until
	// was known.
	Open bool `json:"open,omitzero"`
	// Shifts are to be read over once more at the end of this walk.
	Shifts []Shift `json:"shifts,omitempty"`
	// Unservable are places, from 1, of records that the server could not give out
	// in this walk.
	Unservable []int `json:"unservable,omitempty"`
	// Done is set when no further walk will be made.
	Done bool `json:"done,omitzero"`
}

// Shift is a place between two pages at which the list may have slipped: it
// lost members after the page before that place was listed, so that as many
// may have moved up, past the reader.
type Shift struct {
	Place int `json:"place"` // the last one of the page before
	Total int `json:"total"` // of the list when that was listed
}

// pass notes that the walk has come to a place, by a page with what the server
// counted when it listed that.
func (s *Span) pass(place, total int) {
	if s.Offset > 0 && total < s.Before {
		// What the bound keeps out, and what is gone, look the same.
		s.Grew = s.Grew || s.Open
		s.Shifts = append(s.Shifts, Shift{Place: s.Offset, Total: s.Before})
	}
	s.Before, s.Open = total, false
	s.Offset = max(s.Offset, place)
}

// places is how many places the list has to walk.
func (s *Span) places() int {
	if s.Listed > 0 {
		return min(s.Listed, s.Total)
	}
	return s.Total
}

// walked reports whether the present walk has come to the end of the list.
func (s *Span) walked() bool { return s.Offset > 0 && s.Offset >= s.places() }

// needsReread reports whether shifts are left, and no further walk will make up for them.
func (s *Span) needsReread() bool { return len(s.Shifts) > 0 && (!s.grew() || s.Walk >= maxWalks) }

// grew reports whether members joined during this walk. Where pages that were on
// their way together differ, these may have left as well.
func (s *Span) grew() bool { return s.Grew || s.Total > s.Low }

// isFinal reports whether the walk that has just come to its end is beyond
// doubt. Members that left did no harm, since the shifts were read over; those
// that joined may be anywhere.
func (s *Span) isFinal() bool { return !s.grew() && len(s.Shifts) == 0 && s.missing() == 0 }

// stuck reports whether another walk would find no more than this one.
func (s *Span) stuck() bool {
	return !s.grew() && len(s.Shifts) == 0 && s.missing() <= len(s.Unservable)+s.Total-s.places()
}

// complete reports whether the span has been walked to a good end. In the last
// walk growth is pardoned: newcomers move others back, where they are read
// once more or counted as missing.
func (s *Span) complete() bool {
	return s.Done && len(s.Shifts) == 0 && s.missing() == 0 && !s.shrunk()
}

// shrunk reports whether the server counts fewer members than it has given
// out: some of them left, or its count is wrong.
func (s *Span) shrunk() bool { return s.Found > s.Total }

// endedShort reports whether an earlier run walked the span to an end that is short.
func (s *Span) endedShort() bool {
	over := s.Done || s.walked() && (s.Walk >= maxWalks || s.stuck())
	return over && (len(s.Shifts) > 0 || s.missing() > 0 || s.shrunk())
}

func (s *Span) missing() int { return max(0, s.Total-s.Found) }

// again begins the next walk.
func (s *Span) again() {
	s.Walk++
	s.Offset, s.Before, s.Low, s.Grew, s.Open, s.Shifts, s.Unservable = 0, 0, 0, false, false, nil, nil
}

// restart begins the first walk anew. What was found before is not counted:
// some of it may have been deleted since, and would hide what is missing.
func (s *Span) restart() {
	s.again()
	s.Walk, s.Found, s.Done = 1, 0, false
}

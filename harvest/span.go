package harvest

import (
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// maxWalks is how often a span is walked at most in one run.
const maxWalks = 4

// Span is a part of a selection that is small enough for the server's result
// window: records of one community, or of all, created in [Since, Until). It
// is walked from its oldest member to its newest, page by page, and again
// where what was listed does not add up.
type Span struct {
	Community zenodo.Slug `json:"community,omitzero"`
	Since     time.Time   `json:"since,omitzero"`
	Until     time.Time   `json:"until,omitzero"`

	// Total is the number of members, as last counted by the server.
	Total int `json:"total"`
	// Found is the number of distinct members received in all walks.
	Found int `json:"found"`
	// Walk is the number of the present walk, from 1.
	Walk int `json:"walk"`
	// Offset is how many places of the list this walk has passed. Places, not
	// pages, because the size of a page may change between two runs.
	Offset int `json:"offset"`
	// Grew and Shrank tell how Total moved during this walk. Members that
	// leave make others move up, past the reader.
	Grew   bool `json:"grew,omitzero"`
	Shrank bool `json:"shrank,omitzero"`
	// Done is set when no further walk will be made.
	Done bool `json:"done,omitzero"`
}

// pass notes that the walk has come to a place, and what the server counted
// when it listed what lies before that.
func (s *Span) pass(place, total int) {
	if s.Offset > 0 {
		s.Grew = s.Grew || total > s.Total
		s.Shrank = s.Shrank || total < s.Total
	}
	s.Total = total
	s.Offset = max(s.Offset, place)
}

// walked tells whether the present walk has come to the end of the list.
func (s *Span) walked() bool { return s.Offset > 0 && s.Offset >= s.Total }

// settled tells whether the walk that has just come to its end is beyond
// doubt: the total held still and there are as many members.
func (s *Span) settled() bool { return !s.Grew && !s.Shrank && s.missing() == 0 }

// complete tells whether the span has been walked to a good end. Only growth
// is pardoned in the last walk: newcomers move others back, where they are
// read once more or counted as missing, while the departed hide others.
func (s *Span) complete() bool { return s.Done && !s.Shrank && s.missing() == 0 }

// endedShort tells of a span that an earlier run walked in vain.
func (s *Span) endedShort() bool {
	over := s.Done || s.walked() && s.Walk >= maxWalks
	return over && (s.Shrank || s.missing() > 0)
}

func (s *Span) missing() int { return max(0, s.Total-s.Found) }

// again begins the next walk.
func (s *Span) again() {
	s.Walk++
	s.Offset, s.Grew, s.Shrank = 0, false, false
}

// restart begins the first walk anew. What was found before is not counted:
// some of it may have been deleted since, and would hide what is missing.
func (s *Span) restart() {
	s.again()
	s.Walk, s.Found, s.Done = 1, 0, false
}

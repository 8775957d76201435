package run

import (
	"fmt"
	"time"
)

// Range is what divides a selection: records created in [Since, Until), to
// the millisecond, of one type and with ids that begin in one way. What is
// zero is not bounded.
type Range struct {
	Since    time.Time `json:"since,omitzero"`
	Until    time.Time `json:"until,omitzero"`
	Type     string    `json:"type,omitzero"`
	IDPrefix string    `json:"id_prefix,omitzero"`
}

// Width is the time between the bounds. A range without a lower bound is as
// long as repositories of this kind can have existed.
func (r Range) Width() time.Duration {
	since := r.Since
	if since.IsZero() {
		since = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return r.Until.Sub(since)
}

// Indivisible reports whether time does not divide the range: the engine keeps
// milliseconds.
func (r Range) Indivisible() bool { return r.Width() < 2*time.Millisecond }

// String is the range as it stands in a query.
func (r Range) String() string {
	text := fmt.Sprintf("created:[%s TO %s}", cmpOpen(formatBound(r.Since)), cmpOpen(formatBound(r.Until)))
	if r.Type != "" {
		text += " AND type:" + r.Type
	}
	if r.IDPrefix != "" {
		text += " AND recid:" + r.IDPrefix + "*"
	}
	return text
}

// cmpOpen writes an open bound.
func cmpOpen(bound string) string {
	if bound == "" {
		return "*"
	}
	return bound
}

// Covers reports whether another range is a part of this one.
func (r Range) Covers(other Range) bool {
	return !other.Since.Before(r.Since) && !other.Until.After(r.Until) &&
		(r.Type == "" || r.Type == other.Type) && (r.IDPrefix == "" || r.IDPrefix == other.IDPrefix)
}

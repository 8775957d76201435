package rest

import (
	"slices"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/zenodo"
)

// maxGroups is how many entries are kept, at most, of spans that are done.
const maxGroups = 64

// Part is what a selection has in one community, or the whole of it. It is a
// single span, or divided into as many as the server's result window demands.
type Part struct {
	Community zenodo.Slug `json:"community,omitzero"`
	// Total is the number of members, as last counted by the server.
	Total int `json:"total"`
	// Open is what the server counted before the part was bounded by its clock.
	Open int `json:"open,omitzero"`
	// Spans are under way, or were walked and ended short. In a divided part
	// those that are complete are among Done instead.
	Spans []*Span `json:"spans,omitempty"`

	// Divided says that the part is larger than the window; Whole is the range
	// that is divided.
	Divided bool      `json:"divided,omitzero"`
	Whole   run.Range `json:"whole,omitzero"`
	// Todo is what is still to be made into spans, from the oldest on.
	Todo []Counted `json:"todo,omitempty"`
	// Done are the spans that are complete, in groups of neighbours.
	Done []Counted `json:"done,omitempty"`
	// DoneSpans counts the spans in Done, Found their distinct members.
	DoneSpans int `json:"done_spans,omitzero"`
	Found     int `json:"found,omitzero"`
	// Checked says that Total was counted after the last span was done.
	Checked bool `json:"checked,omitzero"`
	// Checks is how often that has led to further walks.
	Checks int `json:"checks,omitzero"`
	// Last is the last span that was made, by which the next one is measured,
	// and Trend how much faster records came in it than in the one before.
	Last  Counted `json:"last,omitzero"`
	Trend float64 `json:"trend,omitzero"`
}

// Counted is a range and the number of its members.
type Counted struct {
	run.Range
	Count int `json:"count"`
}

// pace is how many members come in a nanosecond.
func (c Counted) pace() float64 { return float64(c.Count) / float64(c.Width()) }

// present is the span that is to be walked next, nil where none is open.
func (p *Part) present() *Span {
	for _, span := range p.Spans {
		if !span.Done {
			return span
		}
	}
	return nil
}

// retire takes a span that is complete out of the list of a divided part.
func (p *Part) retire(span *Span) {
	if !p.Divided || !span.complete() {
		return
	}
	p.Spans = slices.DeleteFunc(p.Spans, func(s *Span) bool { return s == span })
	p.DoneSpans++
	p.Found += span.Found
	p.Done = append(p.Done, Counted{span.Range, span.Total})
	if len(p.Done) > maxGroups {
		p.Done = group(p.Done)
	}
}

// group joins neighbours two by two. What divides a millisecond is left out:
// a group knows no more than its bounds in time.
func group(done []Counted) []Counted {
	slices.SortStableFunc(done, func(a, b Counted) int { return a.Until.Compare(b.Until) })
	var groups []Counted
	var spans int
	for _, next := range done {
		next.Type, next.IDPrefix = "", ""
		last := len(groups) - 1
		inside := last >= 0 && !next.Since.IsZero() && groups[last].Since.Equal(next.Since) && groups[last].Until.Equal(next.Until)
		adjoins := last >= 0 && groups[last].Until.Equal(next.Since)
		switch {
		case inside:
			groups[last].Count += next.Count
		case adjoins && spans%2 == 1:
			groups[last].Count += next.Count
			groups[last].Until = next.Until
			spans++
		default:
			groups = append(groups, next)
			spans++
		}
	}
	return groups
}

// found is the number of distinct members that are there.
func (p *Part) found() int {
	n := p.Found
	for _, span := range p.Spans {
		n += span.Found
	}
	return n
}

// counted is the sum of what the server counted span by span.
func (p *Part) counted() int {
	n := 0
	for _, done := range p.Done {
		n += done.Count
	}
	for _, span := range p.Spans {
		n += span.Total
	}
	return n
}

// total is the size of the part as far as it is known.
func (p *Part) total() int {
	if p.Divided {
		return p.Total
	}
	return p.counted()
}

func (p *Part) missing() int {
	if p.Divided && !p.Checked {
		return max(0, p.Total-p.found())
	}
	n := 0
	for _, span := range p.Spans {
		n += span.missing()
	}
	if p.Divided {
		n += p.unlisted()
	}
	return n
}

// unlisted is how many members the whole has beyond those of its spans.
func (p *Part) unlisted() int { return max(0, p.Total-p.counted()) }

func (p *Part) complete() bool {
	if p.Divided && (len(p.Todo) > 0 || !p.Checked || p.unlisted() > 0) {
		return false
	}
	for _, span := range p.Spans {
		if !span.complete() {
			return false
		}
	}
	return true
}

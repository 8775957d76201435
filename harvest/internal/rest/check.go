package rest

import (
	"context"
	"slices"
	"time"
)

// maxChecks is how often a part whose spans are done is looked over for what
// has joined it since.
const maxChecks = 2

// check counts the whole of a divided part once more, when all its spans are
// done. What joined spans after they were walked is looked for among these,
// and they are walked again.
func (r *Strategy) check(ctx context.Context, p *Part) error {
	total, err := r.count(ctx, p, p.Whole)
	if err != nil {
		return err
	}
	p.Total = total
	if p.unlisted() > 0 && p.Checks < maxChecks {
		p.Checks++
		if err := r.reopen(ctx, p); err != nil {
			return err
		}
	}
	p.Checked = len(p.Todo) == 0
	return nil
}

// reopen puts those groups of spans on the list again that have more members
// now than when they were walked.
func (r *Strategy) reopen(ctx context.Context, p *Part) error {
	for _, done := range slices.Clone(p.Done) {
		total, err := r.count(ctx, p, done.Range)
		if err != nil {
			return err
		}
		before := done.Count
		for _, span := range p.Spans {
			if done.Covers(span.Range) {
				before += span.Total
			}
		}
		if total <= before {
			continue
		}
		p.Done = slices.DeleteFunc(p.Done, func(c Counted) bool { return c.Range == done.Range })
		p.Spans = slices.DeleteFunc(p.Spans, func(s *Span) bool { return done.Covers(s.Range) })
		p.Found = max(0, p.Found-done.Count)
		p.Todo = append(p.Todo, Counted{done.Range, total})
	}
	return nil
}

// oldest is the time of creation of the first record of a page.
func (l *listing) oldest() (time.Time, bool) {
	if len(l.records) == 0 {
		return time.Time{}, false
	}
	return l.records[0].CreatedAt.Time()
}

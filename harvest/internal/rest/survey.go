package rest

import (
	"context"
	"errors"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/zenodo"
)

// How large pages may be, for the estimates of a plan: of records without and
// with an access token, and of communities.
const (
	guestPageSize     = 25
	tokenPageSize     = 100
	communityPageSize = 100
)

// Plan counts what a run that begins anew would fetch, and stores nothing.
func (r *Strategy) Plan(ctx context.Context) (*run.Sizes, error) {
	parts, err := r.planShort(ctx, true)
	if err != nil {
		return nil, err
	}
	found := &run.Sizes{}
	for _, part := range parts {
		size := run.PartSize{Community: part.Community, Since: part.Whole.Since, Until: part.Whole.Until, Total: part.total(), Spans: 1}
		if part.Divided {
			size.Spans, size.Estimated = run.Pages(part.Total, r.target()), true
		} else {
			size.Since, size.Until = part.Spans[0].Since, part.Spans[0].Until
		}
		found.Parts = append(found.Parts, size)
	}
	guest, token := guestPageSize, tokenPageSize
	if r.run.Filter.OfCommunities {
		guest = communityPageSize
	}
	found.Guest, found.Token = r.work(parts, guest), r.work(parts, token)
	return found, nil
}

// work counts the pages, and what is asked before them: whether a community
// exists, and how many members a part after the first has. The last page of a
// span is half empty on average.
func (r *Strategy) work(parts []*Part, size int) run.Work {
	w := run.Work{PageSize: size, Requests: len(parts) - 1}
	for _, part := range parts {
		if part.Community != "" {
			w.Requests++
		}
		w.Requests += max(1, run.Pages(part.total(), size))
		if part.Divided {
			w.Requests += windowProbes + run.Pages(part.Total, r.target())/2 + 1
		}
	}
	return w
}

// windowProbes is how many requests it takes to learn that a part is too large
// and how much of it the server lists.
const windowProbes = 3

// plan makes the parts of the selection and counts their members.
func (r *Strategy) plan(ctx context.Context) ([]*Part, error) {
	parts, err := r.parts(ctx)
	if err != nil {
		return nil, err
	}
	for i, part := range parts {
		err := r.survey(ctx, parts, i)
		tooLarge, ok := errors.AsType[*run.WindowError](err)
		if !ok && err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		span := part.Spans[0]
		part.Spans, r.kept = nil, nil
		if err := r.divide(part, Counted{span.Range, span.Total}, tooLarge); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// parts divides the selection: one for each community, in the order of their
// slugs, or a single one.
func (r *Strategy) parts(ctx context.Context) ([]*Part, error) {
	slugs, err := r.run.FindSlugs(ctx)
	if err != nil {
		return nil, err
	}
	var parts []*Part
	for _, slug := range slugs {
		parts = append(parts, r.newPart(slug, run.Range{Since: r.run.Filter.Since, Until: r.run.Filter.Until}))
	}
	return parts, nil
}

// newPart makes a part of a single span.
func (r *Strategy) newPart(slug zenodo.Slug, bounds run.Range) *Part {
	span := &Span{Number: r.cp.Next, Community: slug, Range: bounds, Walk: 1}
	r.cp.Next++
	return &Part{Community: slug, Spans: []*Span{span}}
}

// survey counts the members of a part, makes sure that all of them can be
// listed, and closes it at the moment at which the first part was asked for, by
// the server's clock, so that what is published from then on does not disturb
// the walk.
func (r *Strategy) survey(ctx context.Context, parts []*Part, i int) error {
	span, size := parts[i].Spans[0], r.size
	if i > 0 {
		size = 1 // to count is enough; the first part's pages are kept
	}
	page, err := r.countFirst(ctx, *span, size)
	if larger := r.largerPages(page); i == 0 && err == nil && larger > 0 {
		page, err = r.countFirst(ctx, *span, larger)
	}
	if err != nil {
		return run.Explain(err, span.Community)
	}
	span.Total, parts[i].Open = page.total, page.total
	if i == 0 {
		r.size, r.run.Begun = page.size, page.date.UTC()
		r.kept = append(r.kept, page)
	}
	// An InvenioRDM that is not Zenodo cuts a page at the window without a word.
	isCut := page.len() > 0 && page.len() < min(page.size, page.total) && len(page.unservable) == 0 && !page.uncounted
	if cut := page.len(); i == 0 && isCut && r.run.Client.KnownDialect() == zenodo.DialectRDM {
		r.size, r.kept = cut, nil
		return &run.WindowError{Community: span.Community, Total: span.Total, Window: cut}
	}
	before := span.Until
	r.close(span, r.run.Begun)
	page.open = !span.Until.Equal(before)
	if err := r.fits(span); err != nil || r.window > 0 || r.run.Limit > 0 && r.wanted(span) <= zenodoWindow {
		return err
	}
	last, err := r.reach(ctx, span, r.size)
	if i == 0 && last != nil {
		r.kept = append(r.kept, last)
	}
	return err
}

// countFirst asks for the first page of a part, and once more where the server
// counts no members at all: an engine with a part that fails for a moment answers
// like that. An incremental run is not believed to be complete by such a count.
func (r *Strategy) countFirst(ctx context.Context, span Span, size int) (*listing, error) {
	page, err := r.page(ctx, span, 1, size)
	if err == nil && page.total == 0 && !page.uncounted && !r.run.Incremental() {
		return r.page(ctx, span, 1, size)
	}
	return page, err
}

// largerPages is the size of pages where the first one has shown that they may be
// larger, and needs some more: an InvenioRDM that is not Zenodo has as many places
// for guests as for users. It is 0 where that makes no difference.
func (r *Strategy) largerPages(first *listing) int {
	if first == nil || first.total <= first.size || r.run.Limit > 0 || r.run.Filter.OfCommunities {
		return 0
	}
	if larger := r.run.Client.PageSize(); larger > first.size && first.size == r.size {
		return larger
	}
	return 0
}

// fits returns a [*run.WindowError] where a span is larger than the window, as far
// as that is known, unless the limit ends the run inside it. Otherwise the
// server is asked: see reach.
func (r *Strategy) fits(span *Span) error {
	if r.window == 0 || span.Listed > 0 || r.wanted(span) <= r.window {
		return nil
	}
	return &run.WindowError{Community: span.Community, Total: span.Total, Window: r.window}
}

// wanted is up to which place of its list a span is to be walked.
func (r *Strategy) wanted(span *Span) int {
	places := span.places()
	if left := r.run.Left(); left < places-span.Offset {
		return span.Offset + left
	}
	return places
}

// close bounds a span by a moment of the server's clock, unless it ends before
// that or the query cannot be combined with a bound. Communities are left
// open: they are few, seldom change, and their search is not known to take a
// bound.
func (r *Strategy) close(span *Span, at time.Time) {
	if at.IsZero() || r.run.Filter.OfCommunities {
		return
	}
	closed := *span
	closed.Until = at.UTC()
	if until := r.run.Filter.Until; !until.IsZero() && until.Before(at) {
		closed.Until = until
	}
	if _, err := r.run.Filter.QueryOf(closed.Community, closed.Range); err == nil && closed.Since.Before(closed.Until) {
		*span = closed
	}
}

// reach asks for the last page of a span, because a server may list less than
// is known, and to learn that in the middle would be late. It returns the page
// if it had to ask.
func (r *Strategy) reach(ctx context.Context, span *Span, size int) (*listing, error) {
	wanted := r.wanted(span)
	last := run.Pages(wanted, size)
	if last <= 1 || wanted <= r.cp.Reached {
		return nil, nil
	}
	page, err := r.ask(ctx, *span, last, size)
	if smaller, ok := errors.AsType[*zenodo.PageSizeError](err); ok && smaller.Max < size {
		r.size = min(r.size, smaller.Max)
		return r.reach(ctx, span, smaller.Max)
	}
	if errors.Is(err, zenodo.ErrWindow) {
		return nil, r.measure(ctx, span, size, last)
	}
	if err != nil {
		return nil, ctx.Err() // a lost page must not keep the others from being stored
	}
	r.cp.Reached = wanted
	return page, nil
}

// measure finds the last page that the server lists, knowing one that it
// refuses, and returns the error that says so.
func (r *Strategy) measure(ctx context.Context, span *Span, size, refused int) error {
	good, listed, likely := 1, size, []int{zenodoWindow / size, zenodoWindow/size + 1}
	for refused-good > 1 {
		middle := (good + refused) / 2
		if len(likely) > 0 {
			middle, likely = likely[0], likely[1:]
		}
		if middle <= good || middle >= refused {
			continue
		}
		page, err := r.ask(ctx, *span, middle, size)
		switch {
		case errors.Is(err, zenodo.ErrWindow):
			refused = middle
		case err != nil && run.MayBeUnservable(err):
			good, listed = middle, size // it is not refused, at least
		case err != nil:
			return run.Explain(err, span.Community)
		default:
			good, listed = middle, page.len()
		}
	}
	return &run.WindowError{Community: span.Community, Total: span.Total, Window: (good-1)*size + listed}
}

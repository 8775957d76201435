package harvest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// How large pages may be, for the estimates of a plan: of records without and
// with an access token, and of communities.
const (
	guestPageSize     = 25
	tokenPageSize     = 100
	communityPageSize = 100
)

// Plan is what a run that begins anew would do.
type Plan struct {
	Harvest string `json:"harvest"`
	Mode    string `json:"mode"` // [ModeFull], or [ModeIncremental] with [Harvester.ChangedSince]
	// Records counts the members of all parts; what is in several of them is
	// counted in each.
	Records int `json:"records"`
	// Spans are the parts of the selection. One that is larger than the window
	// is divided only by the run itself.
	Spans []Span `json:"spans"`
	// SpanCount is how many spans will be walked, by estimate where a part is
	// to be divided.
	SpanCount int  `json:"span_count"`
	Estimated bool `json:"estimated"` // whether SpanCount and the costs are
	Guest     Cost `json:"guest"`     // without an access token
	Token     Cost `json:"token"`     // with one
}

// Cost is what a plan takes at a certain size of page.
type Cost struct {
	PageSize int     `json:"page_size"`
	Requests int     `json:"requests"`
	Seconds  float64 `json:"seconds"` // at the known rate, 0 where none is known
}

// Plan asks the server how large the selection is and stores nothing.
func (h *Harvester) Plan(ctx context.Context) (*Plan, error) {
	if err := h.Selection.Validate(); err != nil {
		return nil, err
	}
	run := h.newRun()
	var p *Plan
	var err error
	if run.filter.ByChange {
		p, err = planOAI(ctx, run, h.spanRecords())
	} else {
		p, err = newREST(run, h.Window).estimate(ctx)
	}
	if err != nil {
		return nil, err
	}
	p.Harvest, p.Mode = h.name(), run.mode()
	return p, nil
}

// estimate is what the run would do if it began anew.
func (r *restRun) estimate(ctx context.Context) (*Plan, error) {
	parts, err := r.planShort(ctx, true)
	if err != nil {
		return nil, err
	}
	p := &Plan{}
	for _, part := range parts {
		p.Records += part.total()
		if !part.Divided {
			p.Spans = append(p.Spans, *part.Spans[0])
			p.SpanCount++
			continue
		}
		p.Spans = append(p.Spans, Span{Community: part.Community, Range: part.Whole, Total: part.Total, Walk: 1})
		p.SpanCount += pages(part.Total, r.target())
		p.Estimated = true
	}
	guest, token := guestPageSize, tokenPageSize
	if r.run.filter.OfCommunities {
		guest = communityPageSize
	}
	perMinute := rate(r.run.client, r.run.filter)
	p.Guest = r.cost(parts, guest, perMinute)
	p.Token = r.cost(parts, token, perMinute)
	return p, nil
}

// cost counts the pages, and what is asked before them: whether a community
// exists, and how many members a part after the first has. The last page of a
// span is half empty on average.
func (r *restRun) cost(parts []*Part, size int, perMinute float64) Cost {
	c := Cost{PageSize: size, Requests: len(parts) - 1}
	for _, part := range parts {
		if part.Community != "" {
			c.Requests++
		}
		c.Requests += max(1, pages(part.total(), size))
		if part.Divided {
			c.Requests += windowProbes + pages(part.Total, r.target())/2 + 1
		}
	}
	if perMinute > 0 {
		c.Seconds = float64(c.Requests) / perMinute * 60
	}
	return c
}

// windowProbes is how many requests it takes to learn that a part is too large
// and how much of it the server lists.
const windowProbes = 3

// plan makes the parts of the selection and counts their members.
func (r *restRun) plan(ctx context.Context) ([]*Part, error) {
	parts, err := r.parts(ctx)
	if err != nil {
		return nil, err
	}
	for i, part := range parts {
		err := r.survey(ctx, parts, i)
		tooLarge, ok := errors.AsType[*WindowError](err)
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
func (r *restRun) parts(ctx context.Context) ([]*Part, error) {
	slugs := []zenodo.Slug{""}
	if len(r.run.filter.Communities) > 0 {
		var err error
		if slugs, err = resolve(ctx, r.run.client, r.run.filter.Communities); err != nil {
			return nil, err
		}
	}
	r.run.slugs = slugs
	var parts []*Part
	for _, slug := range slugs {
		parts = append(parts, r.newPart(slug, Range{Since: r.run.filter.Since, Until: r.run.filter.Until}))
	}
	return parts, nil
}

// newPart makes a part of a single span.
func (r *restRun) newPart(slug zenodo.Slug, bounds Range) *Part {
	span := &Span{Number: r.cp.Next, Community: slug, Range: bounds, Walk: 1}
	r.cp.Next++
	return &Part{Community: slug, Spans: []*Span{span}}
}

// resolve returns the slugs by which the server knows the communities. Zenodo
// drops a filter by an unknown one and answers with everything, so nothing is
// asked for before all of them are known to exist.
func resolve(ctx context.Context, c *zenodo.Client, named []zenodo.Slug) ([]zenodo.Slug, error) {
	var slugs []zenodo.Slug
	for _, name := range named {
		community, err := c.Communities.Get(ctx, string(name))
		if err != nil {
			return nil, fmt.Errorf("community %s: %w", name, err)
		}
		slugs = append(slugs, community.Slug)
	}
	slices.Sort(slugs)
	return slices.Compact(slugs), nil
}

// survey counts the members of a part, makes sure that all of them can be
// listed, and closes it at the moment at which the first part was asked for, by
// the server's clock, so that what is published from then on does not disturb
// the walk.
func (r *restRun) survey(ctx context.Context, parts []*Part, i int) error {
	span, size := parts[i].Spans[0], r.size
	if i > 0 {
		size = 1 // to count is enough; the first part's pages are kept
	}
	page, err := r.page(ctx, *span, 1, size)
	if err != nil {
		return explain(err, span.Community)
	}
	span.Total, parts[i].Open = page.total, page.total
	if i == 0 {
		r.size, r.run.begun = page.size, page.date.UTC()
		r.kept = append(r.kept, page)
	}
	before := span.Until
	r.close(span, r.run.begun)
	page.open = !span.Until.Equal(before)
	if err := r.fits(span); err != nil || r.window > 0 || r.run.limit > 0 && r.wanted(span) <= DefaultWindow {
		return err
	}
	last, err := r.reach(ctx, span, r.size)
	if i == 0 && last != nil {
		r.kept = append(r.kept, last)
	}
	return err
}

// fits returns a [*WindowError] where a span is larger than the window, as far
// as that is known, unless the limit ends the run inside it. Otherwise the
// server is asked: see reach.
func (r *restRun) fits(span *Span) error {
	if r.window == 0 || span.Listed > 0 || r.wanted(span) <= r.window {
		return nil
	}
	return &WindowError{Community: span.Community, Total: span.Total, Window: r.window}
}

// wanted is up to which place of its list a span is to be walked.
func (r *restRun) wanted(span *Span) int {
	places := span.places()
	if left := r.run.left(); left < places-span.Offset {
		return span.Offset + left
	}
	return places
}

// close bounds a span by a moment of the server's clock, unless it ends before
// that or the query cannot be combined with a bound. Communities are left
// open: they are few, seldom change, and their search is not known to take a
// bound.
func (r *restRun) close(span *Span, at time.Time) {
	if at.IsZero() || r.run.filter.OfCommunities {
		return
	}
	closed := *span
	closed.Until = at.UTC()
	if until := r.run.filter.Until; !until.IsZero() && until.Before(at) {
		closed.Until = until
	}
	if _, err := r.run.filter.query(closed.Community, closed.Range); err == nil && closed.Since.Before(closed.Until) {
		*span = closed
	}
}

// reach asks for the last page of a span, because a server may list less than
// is known, and to learn that in the middle would be late. It returns the page
// if it had to ask.
func (r *restRun) reach(ctx context.Context, span *Span, size int) (*listing, error) {
	wanted := r.wanted(span)
	last := pages(wanted, size)
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
func (r *restRun) measure(ctx context.Context, span *Span, size, refused int) error {
	good, listed, likely := 1, size, []int{DefaultWindow / size, DefaultWindow/size + 1}
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
		case err != nil && mayBeUnservable(err):
			good, listed = middle, size // it is not refused, at least
		case err != nil:
			return explain(err, span.Community)
		default:
			good, listed = middle, page.len()
		}
	}
	return &WindowError{Community: span.Community, Total: span.Total, Window: (good-1)*size + listed}
}

// rate is how many requests a minute the server is known to allow, 0 where it
// is not known to have a limit.
func rate(c *zenodo.Client, f filter) float64 {
	name := "search"
	switch {
	case f.ByChange:
		name = "oai"
	case f.OfCommunities:
		name = "other"
	}
	for _, limit := range c.Limits() {
		if limit.Name == name {
			return limit.PerMinute
		}
	}
	return 0
}

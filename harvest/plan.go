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
	// Records counts the members of all spans; what is in several of them is
	// counted in each.
	Records int    `json:"records"`
	Spans   []Span `json:"spans"`
	Guest   Cost   `json:"guest"` // without an access token
	Token   Cost   `json:"token"` // with one
}

// Cost is what a plan takes at a certain size of page.
type Cost struct {
	PageSize int     `json:"page_size"`
	Requests int     `json:"requests"`
	Seconds  float64 `json:"seconds"` // at the known rate, 0 where none is known
}

// Plan asks the server how large the selection is and stores nothing. It
// returns the plan next to a [*WindowError], too.
func (h *Harvester) Plan(ctx context.Context) (*Plan, error) {
	r := h.newRun()
	if err := r.sel.Validate(); err != nil {
		return nil, err
	}
	spans, err := r.plan(ctx)
	if spans == nil {
		return nil, err
	}
	p := &Plan{Harvest: r.res.Harvest, Spans: spans}
	for _, span := range spans {
		p.Records += span.Total
	}
	guest, token := guestPageSize, tokenPageSize
	if r.sel.Kind == KindCommunities {
		guest = communityPageSize
	}
	perMinute := rate(h.Client, r.sel)
	p.Guest = cost(spans, guest, perMinute)
	p.Token = cost(spans, token, perMinute)
	return p, err
}

// cost counts the pages, and what is asked before them: whether a community
// exists, and how many members a span after the first has.
func cost(spans []Span, size int, perMinute float64) Cost {
	c := Cost{PageSize: size, Requests: len(spans) - 1}
	for _, span := range spans {
		if span.Community != "" {
			c.Requests++
		}
		c.Requests += max(1, pages(span.Total, size))
	}
	if perMinute > 0 {
		c.Seconds = float64(c.Requests) / perMinute * 60
	}
	return c
}

// plan makes the spans of the selection and counts their members.
func (r *run) plan(ctx context.Context) ([]Span, error) {
	spans, err := r.spans(ctx)
	if err != nil {
		return nil, err
	}
	var tooLarge error
	for i := range spans {
		err := r.survey(ctx, spans, i)
		if _, ok := errors.AsType[*WindowError](err); ok {
			tooLarge = errors.Join(tooLarge, err)
		} else if err != nil {
			return nil, err
		}
	}
	return spans, tooLarge
}

// spans divides the selection: one span for each community, in the order of
// their slugs, or a single one.
func (r *run) spans(ctx context.Context) ([]Span, error) {
	since, until, err := r.sel.times()
	if err != nil {
		return nil, err
	}
	whole := Span{Since: since, Until: until, Walk: 1}
	if len(r.sel.Communities) == 0 {
		return []Span{whole}, nil
	}
	slugs, err := resolve(ctx, r.Client, r.sel.Communities)
	if err != nil {
		return nil, err
	}
	spans := make([]Span, len(slugs))
	for i, slug := range slugs {
		spans[i] = whole
		spans[i].Community = slug
	}
	return spans, nil
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

// survey counts the members of a span, makes sure that all of them can be
// listed, and closes the span at the moment at which the first one was asked
// for, by the server's clock, so that what is published from then on does not
// disturb the walk.
func (r *run) survey(ctx context.Context, spans []Span, i int) error {
	span, size := &spans[i], r.size
	if i > 0 {
		size = 1 // to count is enough; the first span's pages are kept
	}
	page, err := r.source(ctx, *span, 1, size)
	if err != nil {
		return r.explain(err, span)
	}
	span.Total = page.total
	if i == 0 {
		r.size = page.size
		r.kept = append(r.kept, page)
		for i := range spans {
			r.close(&spans[i], page.date)
		}
	}
	if err := r.fits(span); err != nil || r.Limit > 0 && r.wanted(span) <= DefaultWindow {
		return err
	}
	last, err := r.reach(ctx, span, page.size)
	if i == 0 && last != nil {
		r.kept = append(r.kept, last)
	}
	return err
}

// fits returns a [*WindowError] where a span is larger than the window that
// the caller has set, unless the limit ends the run inside it. Without one the
// server is asked: see reach.
func (r *run) fits(span *Span) error {
	if r.Window == 0 || r.wanted(span) <= r.Window {
		return nil
	}
	return &WindowError{Community: span.Community, Total: span.Total, Window: r.Window}
}

// wanted is up to which place of its list a span is to be walked.
func (r *run) wanted(span *Span) int {
	if left := r.left(); left < span.Total-span.Offset {
		return span.Offset + left
	}
	return span.Total
}

// close bounds a span by a moment of the server's clock, unless it ends before
// that or the query cannot be combined with a bound. Communities are left
// open: they are few, seldom change, and their search is not known to take a
// bound.
func (r *run) close(span *Span, at time.Time) {
	if at.IsZero() || r.sel.Kind == KindCommunities {
		return
	}
	closed := *span
	closed.Until = at.UTC()
	if _, until, err := r.sel.times(); err == nil && !until.IsZero() && until.Before(at) {
		closed.Until = until
	}
	if _, err := r.sel.queryOf(closed); err == nil && closed.Since.Before(closed.Until) {
		*span = closed
	}
}

// reach asks for the last page of a span, because a server may list less than
// is known, and to learn that in the middle would be late. It returns the page
// if it had to ask.
func (r *run) reach(ctx context.Context, span *Span, size int) (*listing, error) {
	wanted := r.wanted(span)
	last := pages(wanted, size)
	if last <= 1 || wanted <= r.reached {
		return nil, nil
	}
	page, err := r.source(ctx, *span, last, size)
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
	r.reached = wanted
	return page, nil
}

// measure finds the last page that the server lists, knowing one that it
// refuses, and returns the error that says so.
func (r *run) measure(ctx context.Context, span *Span, size, refused int) error {
	good, likely := 1, []int{DefaultWindow / size, DefaultWindow/size + 1}
	for refused-good > 1 {
		middle := (good + refused) / 2
		if len(likely) > 0 {
			middle, likely = likely[0], likely[1:]
		}
		if middle <= good || middle >= refused {
			continue
		}
		_, err := r.source(ctx, *span, middle, size)
		switch {
		case errors.Is(err, zenodo.ErrWindow):
			refused = middle
		case err != nil:
			return r.explain(err, span)
		default:
			good = middle
		}
	}
	return &WindowError{Community: span.Community, Total: span.Total, Window: good * size}
}

// explain says in which community something failed.
func (r *run) explain(err error, span *Span) error {
	if _, said := errors.AsType[*WindowError](err); said || span.Community == "" {
		return err
	}
	return fmt.Errorf("community %s: %w", span.Community, err)
}

// pages is how many pages of a size hold n members.
func pages(n, size int) int { return (n + size - 1) / size }

// rate is how many requests a minute the server is known to allow, 0 where it
// is not known to have a limit.
func rate(c *zenodo.Client, sel Selection) float64 {
	name := "search"
	if sel.Kind == KindCommunities {
		name = "other"
	}
	for _, limit := range c.Limits() {
		if limit.Name == name {
			return limit.PerMinute
		}
	}
	return 0
}

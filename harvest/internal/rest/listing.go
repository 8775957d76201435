package rest

import (
	"context"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/zenodo"
)

// byCreation is the sort key of every walk: it does not move while records
// are edited.
const byCreation = "oldest"

// listing is one page as the server gave it: either records or communities.
type listing struct {
	records     []*zenodo.Record
	communities []*zenodo.Community

	total int // members of the whole list
	// uncounted is set where the server did not say how many members there are;
	// total is then the least that there can be.
	uncounted bool
	number    int       // of the page, from 1
	size      int       // places on the page, filled or not
	date      time.Time // the server's clock, zero where it names none

	// sent and got order what was asked in time: a page that was sent after
	// another one was got shows a later state of the list.
	sent, got  int64
	unservable []int // places that the server cannot show
	open       bool  // it was asked for before the bound of its span was known
	pieced     bool  // it was asked for in pieces that do not fit together
}

// ids are those of the members, in the order of the list.
func (l *listing) ids() []string {
	ids := make([]string, 0, l.len())
	for _, r := range l.records {
		ids = append(ids, string(r.ID))
	}
	for _, c := range l.communities {
		ids = append(ids, c.ID)
	}
	return ids
}

func (l *listing) len() int { return len(l.records) + len(l.communities) }

// first returns the listing without what lies beyond the first n members.
func (l *listing) first(n int) *listing {
	short := *l
	short.records = l.records[:min(n, len(l.records))]
	short.communities = l.communities[:min(n, len(l.communities))]
	return &short
}

// ask asks for one page of a span, by number, from 1, and notes when.
func (r *Strategy) ask(ctx context.Context, span Span, number, size int) (*listing, error) {
	return r.askBy(ctx, r.run.Client, span, number, size)
}

func (r *Strategy) askBy(ctx context.Context, c *zenodo.Client, span Span, number, size int) (*listing, error) {
	list := listRecords
	if r.run.Filter.OfCommunities {
		list = listCommunities
	}
	sent := r.clock.Add(1)
	page, err := list(ctx, c, r.run.Filter, span, number, size)
	if page != nil {
		page.sent, page.got = sent, r.clock.Add(1)
		if page.uncounted {
			r.run.Uncounted.Store(true)
		}
	}
	return page, err
}

// listRecords lists records: of a span with a community through that
// community, whose list every InvenioRDM has and whose order is clean, and
// otherwise through the search of all records.
func listRecords(ctx context.Context, c *zenodo.Client, f run.Filter, span Span, number, size int) (*listing, error) {
	query, err := f.QueryOf(span.Community, span.Range)
	if err != nil {
		return nil, err
	}
	opts := zenodo.SearchOptions{
		Query: query, Sort: byCreation, Page: number, Size: size,
		AllVersions: f.AllVersions,
	}
	var page *zenodo.Page[*zenodo.Record]
	if span.Community != "" {
		page, err = c.Communities.Records(ctx, span.Community, opts)
	} else {
		opts.Type, opts.Subtype = f.Type, f.Subtype
		page, err = c.Records.Search(ctx, opts)
	}
	if err != nil {
		return nil, err
	}
	l := listingOf(page)
	l.records = page.Items
	return l, nil
}

func listCommunities(ctx context.Context, c *zenodo.Client, f run.Filter, _ Span, number, size int) (*listing, error) {
	page, err := c.Communities.Search(ctx, zenodo.CommunitySearchOptions{
		Query: f.Query, Sort: byCreation, Page: number, Size: size,
	})
	if err != nil {
		return nil, err
	}
	l := listingOf(page)
	l.communities = page.Items
	return l, nil
}

func listingOf[T any](page *zenodo.Page[T]) *listing {
	return &listing{total: page.Total, uncounted: page.Uncounted, number: page.Number, size: page.Size, date: page.Date}
}

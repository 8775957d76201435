package oai

import (
	"context"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/oaipmh"
)

// Plan counts what a run that begins anew would fetch: it asks for the first
// page of each part, which says how many records it has. OAI-PMH knows no tokens of access: the work is the
// same with one.
func (o *Strategy) Plan(ctx context.Context) (*run.Sizes, error) {
	if o.run.Incremental() && o.run.IsShort(pageSize) {
		o.run.MakeFull()
	}
	parts, err := o.sets(ctx)
	if err != nil {
		return nil, err
	}
	if err := o.findDialect(ctx, parts); err != nil {
		return nil, err
	}
	found, w := &run.Sizes{}, run.Work{PageSize: pageSize}
	for number, part := range parts {
		if part.Total, err = o.countSet(ctx, o.walkOf(number, part, o.next(part))); err != nil {
			return nil, run.Explain(err, part.Community)
		}
		spans := max(1, run.Pages(part.Total, o.wanted))
		found.Parts = append(found.Parts, run.PartSize{
			Community: part.Community, Since: part.From, Until: o.until, Total: part.Total,
			Spans: spans, Estimated: part.Total > mostTimes*o.wanted,
		})
		w.Requests += part.cost(spans)
	}
	found.Guest, found.Token = w, w
	return found, nil
}

// count asks for the first page of a list, which says how many records it has.
func (w *walker) count(ctx context.Context) (int, error) {
	return persist(ctx, func() (int, error) {
		for page, err := range w.oai.client.RecordPages(ctx, w.options()) {
			if err != nil {
				return 0, err
			}
			return max(page.ResumptionToken.CompleteListSize, len(page.Items)), nil
		}
		return 0, nil
	})
}

// persist asks again where the answer was lost on its way.
func persist[T any](ctx context.Context, ask func() (T, error)) (T, error) {
	for try := 1; ; try++ {
		answer, err := ask()
		if err == nil || try == wholeTries || ctx.Err() != nil || !isPassing(err) {
			return answer, err
		}
	}
}

// cost is how many requests a part takes: for the community, for the pages, of
// which the last of each span is half empty, and for what has changed since.
func (p *Part) cost(spans int) int {
	n := max(1, run.Pages(p.Total, pageSize))
	if p.Community != "" {
		n++
	}
	if n > 2 {
		n++
	}
	if spans > mostTimes {
		n += 3 + spans/2
	}
	return n
}

// options is what the span is asked for by.
func (w *walker) options() oaipmh.ListOptions {
	opts := oaipmh.ListOptions{MetadataPrefix: metadataPrefix, From: w.span.From, Until: w.span.Until}
	if w.part.Community != "" {
		opts.Set = w.oai.dialect.CommunitySet(w.part.Community)
	}
	return opts
}

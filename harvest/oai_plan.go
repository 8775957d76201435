package harvest

import (
	"context"

	"github.com/zharvest/zharvest/oaipmh"
)

// planOAI asks for the first page of each part, which tells how many records
// it has. OAI-PMH knows no tokens of access: the costs are the same with one.
func planOAI(ctx context.Context, run *run, spanRecords int) (*Plan, error) {
	o, err := newOAI(run, spanRecords)
	if err != nil {
		return nil, err
	}
	if o.run.incremental() && o.run.isShort(oaiPageSize) {
		o.run.makeFull()
	}
	parts, err := o.sets(ctx)
	if err != nil {
		return nil, err
	}
	p := &Plan{}
	cost := Cost{PageSize: oaiPageSize}
	for number, part := range parts {
		w := o.walkOf(number, part, o.next(part))
		if part.Total, err = o.countSet(ctx, w); err != nil {
			return nil, explain(err, part.Community)
		}
		p.Records += part.Total
		p.Spans = append(p.Spans, Span{Number: number, Community: part.Community, Range: Range{Since: part.From, Until: o.until}, Total: part.Total, Walk: 1})
		spans := max(1, pages(part.Total, o.wanted))
		p.SpanCount += spans
		p.Estimated = p.Estimated || part.Total > oaiMost*o.wanted
		cost.Requests += part.cost(spans)
	}
	if perMinute := rate(o.run.client, o.run.filter); perMinute > 0 {
		cost.Seconds = float64(cost.Requests) / perMinute * 60
	}
	p.Guest, p.Token = cost, cost
	return p, nil
}

// count asks for the first page of a list, which tells how many records it has.
func (w *oaiWalk) count(ctx context.Context) (int, error) {
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
		if err == nil || try == oaiWholeTries || ctx.Err() != nil || !isPassing(err) {
			return answer, err
		}
	}
}

// cost is how many requests a part takes: for the community, for the pages, of
// which the last of each span is half empty, and for what has changed since.
func (p *oaiPart) cost(spans int) int {
	n := max(1, pages(p.Total, oaiPageSize))
	if p.Community != "" {
		n++
	}
	if n > 2 {
		n++
	}
	if spans > oaiMost {
		n += 3 + spans/2
	}
	return n
}

// options is what the span is asked for by.
func (w *oaiWalk) options() oaipmh.ListOptions {
	opts := oaipmh.ListOptions{MetadataPrefix: oaiPrefix, From: w.span.From, Until: w.span.Until}
	if w.part.Community != "" {
		opts.Set = setOf(w.part.Community)
	}
	return opts
}

package rest

import (
	"context"

	"github.com/zharvest/zharvest/harvest/internal/run"
)

// pieceAttempts is how often a piece of a page is asked for that could not be
// served as a whole. Each attempt may take the server half a minute, and the
// next run asks again for what is missing.
const pieceAttempts = 3

// page asks for a page of a span, and in smaller pieces where the server
// cannot serve it. What it cannot serve at all are unservable in the page.
func (r *Strategy) page(ctx context.Context, span Span, number, size int) (*listing, error) {
	page, err := r.ask(ctx, span, number, size)
	if err == nil || !run.MayBeUnservable(err) || ctx.Err() != nil {
		return page, err
	}
	control := 1 // a place elsewhere in the list
	if number == 1 {
		size = min(size, pageSize(r.run.Client, r.run.Filter)) // as the server may have made it
		control = size + 1
	}
	elsewhere, controlErr := r.ask(ctx, span, control, 1)
	if controlErr != nil {
		return nil, err // it is not the page
	}
	b := breaker{rest: r, span: span, whole: listing{total: elsewhere.total, number: number, size: size, date: elsewhere.date, sent: elsewhere.sent, got: elsewhere.got}}
	if err := b.pieces(ctx, number, size); err != nil {
		return nil, err
	}
	return &b.whole, nil
}

// breaker asks for a page in pieces.
type breaker struct {
	rest     *Strategy
	span     Span
	whole    listing
	failures int
}

// pieces asks for the parts of a piece that could not be served.
func (b *breaker) pieces(ctx context.Context, number, size int) error {
	parts := smallestFactor(size)
	for i := range parts {
		if err := b.piece(ctx, (number-1)*parts+i+1, size/parts); err != nil {
			return err
		}
	}
	return nil
}

// piece asks for a piece, and for pieces of it where that fails.
func (b *breaker) piece(ctx context.Context, number, size int) error {
	first := (number-1)*size + 1
	if first > b.whole.total {
		return nil
	}
	page, err := b.askBriefly(ctx, number, size)
	if err == nil {
		b.add(page)
		return nil
	}
	if !run.MayBeUnservable(err) || ctx.Err() != nil {
		return err
	}
	b.failures++
	if size > 1 && b.failures < run.MaxFailures {
		return b.pieces(ctx, number, size)
	}
	for place := first; place < first+size && place <= b.whole.total; place++ {
		b.whole.unservable = append(b.whole.unservable, place)
	}
	return nil
}

// askBriefly asks for a piece in few attempts. A failure that does not lie in
// what the piece holds gets as many as any other.
func (b *breaker) askBriefly(ctx context.Context, number, size int) (*listing, error) {
	page, err := b.rest.askBy(ctx, b.rest.run.Client.LimitAttempts(pieceAttempts), b.span, number, size)
	if err == nil || run.MayBeUnservable(err) || ctx.Err() != nil {
		return page, err
	}
	return b.rest.ask(ctx, b.span, number, size)
}

// add puts a piece into the page. Where the total moved meanwhile the pieces
// do not fit together.
func (b *breaker) add(page *listing) {
	b.whole.pieced = b.whole.pieced || page.total != b.whole.total
	b.whole.total, b.whole.date, b.whole.got = page.total, page.date, page.got
	b.whole.records = append(b.whole.records, page.records...)
	b.whole.communities = append(b.whole.communities, page.communities...)
}

// smallestFactor is the smallest number above 1 that divides n, itself above 1.
func smallestFactor(n int) int {
	for factor := 2; factor*factor <= n; factor++ {
		if n%factor == 0 {
			return factor
		}
	}
	return n
}

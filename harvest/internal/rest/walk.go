package rest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// walker walks one span.
type walker struct {
	run  *run.Run
	rest *Strategy
	part *Part
	span *Span
	ids  run.IDSet // of the members found in all walks
	date time.Time // the server's clock at the last page

	latest int64 // when the answer came that counted span.Total
	lowest int64 // when the one came that counted span.Low
	falls  int   // how often the server, asked again, counted too few once more
}

// walkSpan walks a span until what was found is what the server counted, or
// that has been tried often enough.
func (r *Strategy) walkSpan(ctx context.Context, p *Part, span *Span) error {
	w := &walker{run: r.run, rest: r, part: p, span: span}
	if err := w.recall(ctx); err != nil {
		return err
	}
	for !span.Done {
		if err := w.walk(ctx); err != nil {
			return run.Explain(err, span.Community)
		}
		if w.run.LimitReached() && (!span.walked() || len(span.Shifts) > 0) {
			return nil
		}
		if span.Walk >= maxWalks || !span.shrunk() && (span.isFinal() || span.stuck()) {
			if err := w.identify(ctx); err != nil {
				return err
			}
			span.Done = true
		} else {
			w.again()
		}
	}
	return nil
}

// again begins the next walk. A part that is a single span is walked up to the
// present: the server's clock names whole seconds, so that the bound of the
// first walk excludes what was published earlier in its second, which the
// first answer counted. A bound that reaches into the future from the start
// would not show a new version taking the place of an old one.
func (w *walker) again() {
	if w.span.shrunk() {
		w.rest.cp.renumber(w.span)
		w.ids = run.IDSet{}
	}
	w.span.again()
	w.latest, w.lowest = 0, 0
	if !w.date.IsZero() && !w.part.Divided {
		w.rest.close(w.span, w.date.Add(time.Second))
	}
}

// recall fetches from the sink what this run found before it was resumed.
func (w *walker) recall(ctx context.Context) error {
	if w.span.Found == 0 || w.span.Done {
		return nil
	}
	ids, err := w.run.Sink.SpanIDs(ctx, w.span.Number)
	if err != nil {
		return &run.StoreError{Err: err}
	}
	for _, id := range ids {
		w.ids.Add(id)
	}
	w.span.Found = w.ids.Len()
	return nil
}

// add notes a member and reports whether this run had it already.
func (w *walker) add(id string) (known bool) {
	if w.ids.Add(id) {
		return true
	}
	w.span.Found++
	return w.rest.members != nil && w.rest.members.Add(id)
}

// walk continues to the end of the list, and then over its shifts, in pages of
// the size that the server allows, or until the limit is reached.
func (w *walker) walk(ctx context.Context) error {
	for !w.run.LimitReached() {
		size := w.rest.size
		var err error
		switch {
		case !w.span.walked():
			err = w.stretch(ctx, size)
		case w.span.needsReread():
			err = w.reread(ctx, size)
		default:
			return nil
		}
		if tooLarge, ok := errors.AsType[*zenodo.PageSizeError](err); ok && 0 < tooLarge.Max && tooLarge.Max < size {
			w.rest.size = tooLarge.Max // the offset counts places, so the walk continues in smaller steps
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stretch walks on in pages of one size: asks for several at a time, and
// stores them in order, each with the checkpoint that it leads to.
func (w *walker) stretch(ctx context.Context, size int) error {
	width := w.run.Parallel
	most := max(1, width/2) // to store at a time, so that others are on their way meanwhile
	if len(w.rest.kept) > 1 {
		width = max(1, width-1) // the last page is on its way already
	}
	pages := newAhead(ctx, w.asker(size), w.span.Offset/size+1, width)
	defer pages.stop()
	for size == w.rest.size && !w.span.walked() && !w.run.LimitReached() {
		last := w.lastPage(size)
		pages.fill(last)
		if pages.next > last && len(pages.pending) < width && w.run.Left() > w.span.places()-w.span.Offset {
			w.rest.lookAhead(ctx, w.part)
		}
		arrived, err := pages.take(ctx, most)
		if err := w.store(ctx, arrived); err != nil {
			return err
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// asker returns what fetches a page of the span. It is called by several
// goroutines at a time, so it holds a copy of the span.
func (w *walker) asker(size int) func(context.Context, int) (*listing, error) {
	span := *w.span
	var kept []*listing
	kept, w.rest.kept = w.rest.kept, nil // good for the first walk of this span
	return func(ctx context.Context, number int) (*listing, error) {
		for _, page := range kept {
			if page.number == number && page.size == size {
				return page, nil
			}
		}
		page, err := w.rest.page(ctx, span, number, size)
		if errors.Is(err, zenodo.ErrWindow) {
			return nil, &run.WindowError{Community: span.Community, Total: span.Total, Window: (number - 1) * size}
		}
		if err != nil {
			return nil, fmt.Errorf("page %d: %w", number, err)
		}
		return page, w.prepare(ctx, page)
	}
}

// prepare lets the sink begin with a page before it is its turn.
func (w *walker) prepare(ctx context.Context, page *listing) error {
	if p, ok := w.run.Sink.(store.Preparer); ok {
		if err := p.Prepare(ctx, page.records); err != nil && ctx.Err() == nil {
			return &run.StoreError{Err: err}
		}
	}
	return nil
}

// lastPage is the number of the last page that is worth asking for: one at
// least, because only the server knows that there is nothing.
func (w *walker) lastPage(size int) int {
	return max(w.span.Offset/size+1, run.Pages(w.rest.wanted(w.span), size))
}

// store hands pages to the sink in one transaction.
func (w *walker) store(ctx context.Context, arrived []*listing) error {
	if len(arrived) == 0 {
		return nil
	}
	known := 0
	out := make([]store.Page, 0, len(arrived))
	for _, page := range arrived {
		if page.size != w.rest.size && page.number > 1 {
			w.rest.size = min(w.rest.size, page.size)
			break // its number means another place now
		}
		page, err := w.recount(ctx, page)
		if err != nil {
			return errors.Join(err, w.commit(ctx, out, known))
		}
		end := page.number * page.size
		if left := w.run.Left(); left < page.len() {
			end += left - page.size
			page = page.first(left)
		}
		w.rest.size = min(w.rest.size, page.size)
		w.count(page)
		if page.uncounted {
			page.total = w.span.Total
		}
		w.span.pass(end, page.total)
		w.span.Open = page.open
		if err := w.rest.fits(w.span); err != nil {
			return err
		}
		w.span.Unservable = append(w.span.Unservable, page.unservable...)
		known += w.note(page)
		if page.uncounted && page.len() < page.size { // the last one
			w.span.Total, w.span.Low, w.span.Before = w.span.Found, w.span.Found, w.span.Found
		}
		out = append(out, w.outgoing(page))
	}
	return w.commit(ctx, out, known)
}

// maxFalls is how often a server is asked again that counts too few, and does so
// once more: its list has shrunk.
const maxFalls = 3

// recount asks for a page once more where the server counts fewer members than
// it has given out, or none any more: an engine with a part that fails for a
// moment answers like that.
func (w *walker) recount(ctx context.Context, page *listing) (*listing, error) {
	none := page.total == 0 && w.span.Total > 0
	fell := page.total < w.span.Found && w.falls < maxFalls
	if page.uncounted || !none && !fell || ctx.Err() != nil {
		return page, nil
	}
	again, err := w.rest.page(ctx, *w.span, page.number, page.size)
	if err != nil {
		return nil, fmt.Errorf("page %d: %w", page.number, err)
	}
	if again.total <= page.total {
		w.falls++
	}
	return again, nil
}

// count notes how many members the list had when a page of it was asked for.
// Pages that were on their way at the same time may tell of that in any order.
func (w *walker) count(page *listing) {
	span := w.span
	w.date = page.date
	if page.uncounted {
		span.Total = max(span.Total, page.total)
		span.Low = span.Total
		return
	}
	grew := span.Offset > 0 && page.total > span.Low && page.sent > w.lowest
	span.Grew = span.Grew || grew || page.pieced
	if span.Offset == 0 || page.total < span.Low {
		span.Low, w.lowest = page.total, page.got
	}
	if page.got >= w.latest {
		span.Total, w.latest = page.total, page.got
	}
}

// outgoing is a page as it is to be stored.
func (w *walker) outgoing(page *listing) store.Page {
	w.run.Tally.Fetched += page.len()
	return store.Page{
		Span: w.span.Number, Records: page.records, Communities: page.communities,
		Checkpoint: w.rest.encode(),
	}
}

// commit stores pages, known of whose members this run had stored before.
func (w *walker) commit(ctx context.Context, out []store.Page, known int) error {
	if len(out) == 0 {
		return nil
	}
	stored, err := w.run.Store(ctx, known, out...)
	if err != nil {
		return err
	}
	w.rest.progress(w.span)
	if ctx.Err() != nil {
		return nil
	}
	return w.run.Resolve(ctx, stored.Outvoted...) // an earlier version is the latest now: most likely they were deleted
}

// note notes the members of a page and counts those that were known.
func (w *walker) note(page *listing) (known int) {
	for _, record := range page.records {
		w.run.NoteChange(record)
	}
	for _, id := range page.ids() {
		if w.add(id) {
			known++
		}
	}
	return known
}

package rest

import (
	"context"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/store"
)

// reread reads over the last shift of a walk that has come to its end: the page
// before the shift, and more if the list has lost more than a page since. What
// slipped past the reader is there, since from then on it can only have moved
// up, by as many places as the list lost.
func (w *walker) reread(ctx context.Context, size int) error {
	shift := w.span.Shifts[len(w.span.Shifts)-1]
	ask := w.asker(size)
	for number := run.Pages(shift.Place, size); number > 0; number-- {
		page, err := ask(ctx, number)
		if err != nil {
			return err
		}
		if page.size < size {
			w.rest.size = page.size // its number means another place now
			return nil
		}
		lost := max(0, shift.Total-page.total)
		last := number == 1 || (number-1)*size <= shift.Place-lost
		if err := w.storeAgain(ctx, page, last); err != nil || last || w.run.LimitReached() {
			return err
		}
	}
	return nil
}

// storeAgain stores a page that this walk has passed already, and takes the
// shift off the list with the last of its pages.
func (w *walker) storeAgain(ctx context.Context, page *listing, last bool) error {
	page = page.first(w.run.Left())
	w.count(page)
	if last {
		w.span.Shifts = w.span.Shifts[:len(w.span.Shifts)-1]
	}
	known := w.note(page)
	return w.commit(ctx, []store.Page{w.outgoing(page)}, known)
}

package harvest

import (
	"context"

	"github.com/zharvest/zharvest/store"
)

// mend reads over the last seam of a walk that has come to its end: the page
// before the seam, and more if the list has lost more than a page since. What
// slipped past the reader is there, since from then on it can only have moved
// up, by as many places as the list lost.
func (w *walker) mend(ctx context.Context, size int) error {
	seam := w.span.Seams[len(w.span.Seams)-1]
	ask := w.asker(size)
	for number := pages(seam.Place, size); number > 0; number-- {
		page, err := ask(ctx, number)
		if err != nil {
			return err
		}
		if page.size < size {
			w.size = page.size // its number means another place now
			return nil
		}
		lost := max(0, seam.Total-page.total)
		last := number == 1 || (number-1)*size <= seam.Place-lost
		if err := w.storeAgain(ctx, page, last); err != nil || last || w.limitReached() {
			return err
		}
	}
	return nil
}

// storeAgain stores a page that this walk has passed already, and takes the
// seam off the list with the last of its pages.
func (w *walker) storeAgain(ctx context.Context, page *listing, last bool) error {
	page = page.first(w.left())
	w.count(page)
	if last {
		w.span.Seams = w.span.Seams[:len(w.span.Seams)-1]
	}
	known := w.note(page)
	return w.commit(ctx, []store.Page{w.outgoing(page)}, known)
}

package rest

import (
	"context"
	"sync"
)

// ahead fetches pages by number, several at a time, and hands them back in
// order. It is used by one goroutine, which must call stop at the end.
type ahead struct {
	fetch   func(number int) (*listing, error)
	width   int // pages asked for and not taken, at most
	next    int // number of the page to ask for next
	pending []chan fetched

	cancel context.CancelFunc // of the requests
	wg     sync.WaitGroup
}

type fetched struct {
	page *listing
	err  error
}

func newAhead(ctx context.Context, fetch func(context.Context, int) (*listing, error), first, width int) *ahead {
	ctx, cancel := context.WithCancel(ctx)
	return &ahead{
		fetch: func(number int) (*listing, error) { return fetch(ctx, number) },
		width: width, next: first, cancel: cancel,
	}
}

// fill asks for pages up to the last one, as far as the width allows.
func (a *ahead) fill(last int) {
	for len(a.pending) < a.width && a.next <= last {
		number, answer := a.next, make(chan fetched, 1)
		a.wg.Go(func() {
			page, err := a.fetch(number)
			answer <- fetched{page, err}
		})
		a.pending = append(a.pending, answer)
		a.next++
	}
}

// take waits for the next page and returns it with those after it that have
// arrived as well, at most most pages. After the first error it returns the
// pages before that, too. Once the context is done it does not wait any more.
func (a *ahead) take(ctx context.Context, most int) ([]*listing, error) {
	var pages []*listing
	for len(pages) < most && len(a.pending) > 0 {
		got, ok := a.head(ctx, len(pages) == 0)
		if !ok {
			break
		}
		a.pending = a.pending[1:]
		if got.err != nil {
			return pages, got.err
		}
		pages = append(pages, got.page)
	}
	if len(pages) == 0 {
		return nil, ctx.Err()
	}
	return pages, nil
}

// head returns what became of the first pending page, if that is known or, on
// demand, as soon as it is.
func (a *ahead) head(ctx context.Context, wait bool) (fetched, bool) {
	select {
	case got := <-a.pending[0]:
		return got, true
	default:
	}
	if !wait {
		return fetched{}, false
	}
	select {
	case got := <-a.pending[0]:
		return got, true
	case <-ctx.Done():
		return fetched{}, false
	}
}

// stop cancels what is under way and waits for its end.
func (a *ahead) stop() {
	a.cancel()
	a.wg.Wait()
}

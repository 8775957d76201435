package zenodo

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// listing is a list of the API: where it is, how its hits are read, and which
// limit of the page size it is under.
type listing[T any] struct {
	client *Client
	path   []string
	query  url.Values
	accept string
	sizes  *pageSize
	decode func([]byte) (T, error)
	check  func([]T) error // finds what the server ignored; nil for nothing
}

// page fetches one page. A size that the server refuses is learned; the first
// page is then asked for again in the size that is allowed.
func (l listing[T]) page(ctx context.Context, number, want int) (*Page[T], error) {
	for _, s := range l.path {
		if !isSegment(s) {
			return nil, fmt.Errorf("%q in %q: %w", s, strings.Join(l.path, "/"), ErrNotFound)
		}
	}
	number = max(number, 1)
	size := l.sizes.fit(want)
	if number > 1 && want > size {
		return nil, &PageSizeError{Size: want, Max: size}
	}
	for {
		page, err := l.fetch(ctx, number, size)
		refusal, ok := errors.AsType[*Error](err)
		if !ok {
			return page, err
		}
		refusal.window = beyondWindow(refusal, number)
		allowed, ok := refusedSize(refusal, size)
		if !ok {
			return nil, err
		}
		l.client.learnPageSize(l.sizes, allowed)
		if number > 1 {
			return nil, &PageSizeError{Size: size, Max: allowed, err: err}
		}
		size = allowed
	}
}

func (l listing[T]) fetch(ctx context.Context, number, size int) (*Page[T], error) {
	query := maps.Clone(l.query)
	query.Set("page", strconv.Itoa(number))
	query.Set("size", strconv.Itoa(size))
	u := l.client.endpoint(query, l.path...)
	var found *envelope
	ask := read(u, l.accept)
	ask.doubted = query.Get("q") != "" && !l.client.searched.Load()
	decode := func(body []byte) (err error) {
		found, err = decodeEnvelope(body)
		return err
	}
	header, err := l.client.exchange(ctx, ask, decode)
	if fault, ok := errors.AsType[*Error](err); ok && ask.doubted && fault.Status == http.StatusInternalServerError {
		if l.isAnswered(ctx) {
			fault.query = true
			return nil, fault
		}
		ask.doubted = false
		header, err = l.client.exchange(ctx, ask, decode)
	}
	if err != nil {
		return nil, err
	}
	if query.Get("q") != "" {
		l.client.searched.Store(true)
	}
	items, err := decodeHits(found.hits, l.decode)
	if err != nil {
		return nil, fmt.Errorf("%s page %d: %w", cleanURL(u), number, err)
	}
	if l.check != nil {
		if err := l.check(items); err != nil {
			return nil, err
		}
	}
	if l.client.hasToken {
		l.client.checkToken.Do(func() { l.client.confirmToken(ctx, header, size) })
	}
	page := &Page[T]{Items: items, Total: found.total, Uncounted: !found.counted, Number: number, Size: size}
	if page.Uncounted {
		page.Total = max(page.Total, leastTotal(number, size, len(items)))
	}
	page.Date, _ = http.ParseTime(header.Get("Date"))
	return page, nil
}

// isAnswered reports whether the server answers the list without a query.
func (l listing[T]) isAnswered(ctx context.Context) bool {
	u := l.client.endpoint(url.Values{"size": {"1"}}, l.path...)
	_, err := l.client.LimitAttempts(1).get(ctx, u, l.accept, func(body []byte) error {
		_, err := decodeEnvelope(body)
		return err
	})
	return err == nil
}

// pages walks from page number on. links.next is not followed: it lacks where
// it should not and points beyond the result window, where the server's
// refusal ends the walk with ErrWindow.
func (l listing[T]) pages(ctx context.Context, number, size int) iter.Seq2[*Page[T], error] {
	return func(yield func(*Page[T], error) bool) {
		first, skip := max(number, 1), 0
		number, size := first, size
		for {
			page, err := l.page(ctx, number, size)
			if refusal, ok := errors.AsType[*PageSizeError](err); ok && number > first {
				// The server takes only smaller pages now, as when a token
				// expires: go on there, at the same hit.
				done := (number-1)*size + skip
				number, size, skip = done/refusal.Max+1, refusal.Max, done%refusal.Max
				continue
			}
			if err != nil {
				yield(nil, err)
				return
			}
			last := page.last()
			page.Items, skip = page.Items[min(skip, len(page.Items)):], 0
			if !yield(page, nil) || last {
				return
			}
			number, size = number+1, page.Size
		}
	}
}

// all walks over the items of the pages.
func (l listing[T]) all(ctx context.Context, number, size int) iter.Seq2[T, error] {
	return itemsOf(l.pages(ctx, number, size))
}

func itemsOf[T any](pages iter.Seq2[*Page[T], error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for page, err := range pages {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}

// learnPageSize takes note of a refused page size. A client whose token was
// accepted never learns the size for guests.
func (c *Client) learnPageSize(sizes *pageSize, allowed int) {
	sizes.learn(allowed)
	if allowed == guestPageSize && c.hasToken {
		c.refuse()
	}
}

// confirmToken finds out whether the server has accepted the token, by the
// first page of a list that it gave. A server may name the user of a known
// token, but many a proxy takes that header out again. Zenodo refuses pages
// that are too large for guests. Where neither tells, something is asked for
// that guests may not see; where that is not answered, the token is taken for
// accepted.
func (c *Client) confirmToken(ctx context.Context, header http.Header, size int) {
	isLarge := size > guestPageSize && c.dialect.get() == DialectZenodo
	if isLarge || header.Get("X-User-ID") != "" || c.refused.Load() {
		return
	}
	if err := c.LimitAttempts(2).askAsUser(ctx, "user", "records"); isRefusal(err) {
		c.refuse()
	}
}

// beyondWindow recognises the refusal of a page beyond the result window.
// Today's text says only that the query is wrong, and blames no field; since
// the page's number is all in which a later page differs from the first, that
// is what was wrong with it.
func beyondWindow(e *Error, number int) bool {
	if e.Status != http.StatusBadRequest || len(e.Fields) > 0 {
		return false
	}
	return strings.HasPrefix(e.Message, "Maximum number of ") ||
		number > 1 && strings.HasPrefix(e.Message, "Invalid querystring parameters")
}

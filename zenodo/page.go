package zenodo

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Page is one answer to a search.
type Page[T any] struct {
	Items []T
	// Total counts the hits of all pages. It may change from page to page
	// while others publish.
	Total int
	// Uncounted is set where the server did not say how many hits there are.
	// Total is then the least that there can be.
	Uncounted bool
	// Number is the number of the page, from 1, and Size the number of items
	// that was asked for. Size is smaller than what the caller wanted where
	// the server allows less.
	Number, Size int
	// Date is the server's clock when it answered, or zero if it did not say.
	Date time.Time
}

// last reports whether no further page can hold anything.
func (p *Page[T]) last() bool {
	if p.Uncounted {
		return len(p.Items) < p.Size
	}
	return len(p.Items) == 0 || p.Number*p.Size >= p.Total
}

// leastTotal is how many hits there are at least where a page has n: one more
// than up to its end if the page is full.
func leastTotal(number, size, n int) int {
	if n == 0 {
		return 0
	}
	total := (number-1)*size + n
	if n >= size {
		total++
	}
	return total
}

// envelope is what a search answers with. Each hit stays as it was sent.
type envelope struct {
	hits    [][]byte
	total   int
	counted bool // the server said how many hits there are
}

func decodeEnvelope(body []byte) (*envelope, error) {
	d := newDecoder(body)
	var e *envelope
	for key := range d.fields {
		if string(key) == "hits" && d.peek() == '{' {
			e = d.envelope()
		}
	}
	if err := d.end(); err != nil {
		return nil, err
	}
	if e == nil {
		return nil, errors.New("search answer without hits")
	}
	return e, nil
}

func (d *decoder) envelope() *envelope {
	e := new(envelope)
	for key := range d.fields {
		switch string(key) {
		case "hits":
			if c := d.peek(); c != '[' && c != 'n' {
				d.fail("the hits are no array")
			}
			for range d.items {
				// A copy, so that who keeps one record does not keep the page.
				e.hits = append(e.hits, bytes.Clone(d.raw()))
			}
		case "total":
			e.total, e.counted = d.total()
		}
	}
	return e
}

// total reads a number, as Zenodo sends it, or an object with a value, as do
// servers that count only up to a bound. It is not counted where there is no
// number that can be one of hits, or only a bound.
func (d *decoder) total() (n int, counted bool) {
	switch c := d.peek(); {
	case c == 'n' || c == '0':
		return totalOf(d.raw())
	case c != '{':
		d.fail("the total is no number")
	}
	bound := false
	for key := range d.fields {
		switch string(key) {
		case "value":
			n, counted = totalOf(d.raw())
		case "relation":
			bound = d.text() == "gte"
		}
	}
	return n, counted && !bound
}

func totalOf(raw []byte) (n int, counted bool) {
	n, err := strconv.Atoi(string(raw))
	if err != nil || n < 0 {
		return 0, false
	}
	return n, true
}

// decodeHits makes a page's items of its hits.
func decodeHits[T any](hits [][]byte, decode func([]byte) (T, error)) ([]T, error) {
	items := make([]T, 0, len(hits))
	for i, raw := range hits {
		item, err := decode(raw)
		if err != nil {
			return nil, fmt.Errorf("hit %d of the page: %w", i+1, err)
		}
		items = append(items, item)
	}
	return items, nil
}

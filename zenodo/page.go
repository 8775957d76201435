package zenodo

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

// Page is one answer to a search.
type Page[T any] struct {
	Items []T
	// Total counts the hits of all pages. It may change from page to page
	// while others publish.
	Total int
	// Number is the number of the page, from 1, and Size the number of items
	// that was asked for. Size is smaller than what the caller wanted where
	// the server allows less.
	Number, Size int
	// Date is the server's clock when it answered, or zero if it did not say.
	Date time.Time
}

// last reports whether no further page can hold anything.
func (p *Page[T]) last() bool {
	return len(p.Items) == 0 || p.Number*p.Size >= p.Total
}

// envelope is what a search answers with. Each hit stays as it was sent.
type envelope struct {
	hits  [][]byte
	total int
}

func decodeEnvelope(body []byte) (*envelope, error) {
	d := decoder{data: body}
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
			e.total = d.total()
		}
	}
	return e
}

// total reads a number, as Zenodo sends it, or an object with a value, as do
// servers that count only up to a bound.
func (d *decoder) total() int {
	switch c := d.peek(); {
	case c == 'n' || c >= '0' && c <= '9':
		return int(d.number())
	case c != '{':
		d.fail("the total is no number")
	}
	n := 0
	for key := range d.fields {
		if string(key) == "value" {
			n = int(d.number())
		}
	}
	return n
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

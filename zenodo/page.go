package zenodo

import (
	"bytes"
	"encoding/json"
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
	Hits *struct {
		Hits  []json.RawMessage `json:"hits"`
		Total total             `json:"total"`
	} `json:"hits"`
}

func decodeEnvelope(body []byte) (*envelope, error) {
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, err
	}
	if e.Hits == nil {
		return nil, errors.New("search answer without hits")
	}
	return &e, nil
}

// total is a number on Zenodo and an object with a value on servers that
// count only up to a bound.
type total int

func (t *total) UnmarshalJSON(raw []byte) error {
	if bytes.HasPrefix(raw, []byte("{")) {
		var o struct {
			Value int `json:"value"`
		}
		err := json.Unmarshal(raw, &o)
		*t = total(o.Value)
		return err
	}
	var n int
	err := json.Unmarshal(raw, &n)
	*t = total(n)
	return err
}

// decodeHits makes a page's items of its hits.
func decodeHits[T any](hits []json.RawMessage, decode func([]byte) (T, error)) ([]T, error) {
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

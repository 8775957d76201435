package zenodo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// DepositionsService makes, changes and publishes depositions, by Zenodo's
// deposit API. What others lack or answer wrongly is done by the API of
// InvenioRDM. All of it needs an access token; without one the error matches
// [ErrForbidden] or [ErrUnauthorized].
type DepositionsService struct{ client *Client }

// ListDepositionsOptions select depositions. The zero value selects all, the
// newest first.
type ListDepositionsOptions struct {
	Query string // in the server's query language
	Sort  string // an order that the server knows
	// AllVersions includes versions that are not the latest of their concept.
	AllVersions bool
}

// depositionPage is the largest page that Zenodo gives.
const depositionPage = 100

// All iterates over the depositions that match (GET /deposit/depositions),
// fetching pages as needed. The server tells neither how many there are nor
// where the list goes on, so it is asked until a page is short. Zenodo looks at
// the size of a page before it looks at the token, and so refuses the size to
// whoever has a token that it does not know: the list is asked for again in
// pages of the size allowed. An error is yielded once, with nil, and ends the
// iteration.
func (s *DepositionsService) All(ctx context.Context, opts ListDepositionsOptions) iter.Seq2[*Deposition, error] {
	return func(yield func(*Deposition, error) bool) {
		seen := map[RecordID]bool{} // what was made meanwhile moves the others to later pages
		size := depositionPage
		for number := 1; ; number++ {
			page, err := s.page(ctx, opts, number, size)
			if refusal, ok := errors.AsType[*Error](err); ok {
				if allowed, ok := refusedSize(refusal, size); ok {
					number, size = (number-1)*size/allowed, allowed // the page before the one with the same place
					continue
				}
			}
			if err != nil {
				yield(nil, err)
				return
			}
			before := len(seen)
			for _, dep := range page {
				if seen[dep.ID] {
					continue
				}
				seen[dep.ID] = true
				if !yield(dep, nil) {
					return
				}
			}
			if len(page) < size || len(seen) == before {
				return
			}
		}
	}
}

func (s *DepositionsService) page(ctx context.Context, opts ListDepositionsOptions, number, size int) ([]*Deposition, error) {
	query := url.Values{"page": {strconv.Itoa(number)}, "size": {strconv.Itoa(size)}}
	if opts.Query != "" {
		query.Set("q", opts.Query)
	}
	if opts.Sort != "" {
		query.Set("sort", opts.Sort)
	}
	if opts.AllVersions {
		query.Set("all_versions", "true")
	}
	var page []*Deposition
	_, err := s.client.get(ctx, s.client.endpoint(query, "deposit", "depositions"), acceptJSON, func(body []byte) (err error) {
		page, err = decodeDepositions(body)
		return err
	})
	return page, err
}

// Get fetches one deposition (GET /deposit/depositions/:id): its draft where
// there is one, else the published record in the shape of a deposition. One
// that does not exist is [ErrNotFound].
func (s *DepositionsService) Get(ctx context.Context, id RecordID) (*Deposition, error) {
	return s.ask(ctx, http.MethodGet, isBroken, nil, string(id))
}

// Create makes a draft (POST /deposit/depositions). metadata, an object, may
// be nil for none. Some of what the server finds invalid it drops in silence:
// compare the answer. Where the answer was lost, nothing is sent again and the
// error matches [ErrLost]: a draft may exist, at the top of the list of
// depositions.
func (s *DepositionsService) Create(ctx context.Context, metadata json.RawMessage) (*Deposition, error) {
	body, err := metadataBody(metadata)
	if err != nil {
		return nil, err
	}
	dep, err := s.ask(ctx, http.MethodPost, isUnsent, body)
	if isLost(err) {
		return nil, fmt.Errorf("%w: a draft may have been made, the newest in the list of depositions: %w", ErrLost, err)
	}
	return dep, err
}

// Update replaces the whole metadata of a draft (PUT
// /deposit/depositions/:id). What is published and not being edited is
// [ErrNotFound]. As with Create the server may drop parts in silence.
func (s *DepositionsService) Update(ctx context.Context, id RecordID, metadata json.RawMessage) (*Deposition, error) {
	body, err := metadataBody(metadata)
	if err != nil {
		return nil, err
	}
	return s.ask(ctx, http.MethodPut, isPassing, body, string(id))
}

// Delete deletes a draft that was never published (DELETE
// /deposit/depositions/:id). What is published is [ErrNotFound], as is what
// does not exist.
func (s *DepositionsService) Delete(ctx context.Context, id RecordID) error {
	u, err := s.endpoint(string(id))
	if err != nil {
		return err
	}
	return s.client.remove(ctx, u)
}

// remove deletes what is at u. It is gone if a later attempt does not find it
// after the answer to an earlier one was lost.
func (c *Client) remove(ctx context.Context, u *url.URL) error {
	this := new(call)
	ctx = context.WithValue(ctx, callKey{}, this)
	_, err := c.try(ctx, request{method: http.MethodDelete, url: u, accept: acceptJSON}, nil)
	switch {
	case err != nil && ctx.Err() != nil:
		return cancelled(ctx)
	case this.lost.Load() && (errors.Is(err, ErrNotFound) || errors.Is(err, ErrGone)):
		return nil
	}
	return err
}

// ask sends a request below /deposit/depositions that is answered with a
// deposition.
func (s *DepositionsService) ask(ctx context.Context, method string, again func(error) bool, body []byte, path ...string) (*Deposition, error) {
	u, err := s.endpoint(path...)
	if err != nil {
		return nil, err
	}
	var dep *Deposition
	r := request{method: method, url: u, accept: acceptJSON, body: body, again: again}
	_, err = s.client.exchange(ctx, r, func(answer []byte) (err error) {
		dep, err = DecodeDeposition(answer)
		return err
	})
	return dep, err
}

// endpoint is the URL of something below /deposit/depositions.
func (s *DepositionsService) endpoint(path ...string) (*url.URL, error) {
	for _, segment := range path {
		if !isSegment(segment) {
			return nil, fmt.Errorf("deposition %q: %w", segment, ErrNotFound)
		}
	}
	return s.client.endpoint(nil, append([]string{"deposit", "depositions"}, path...)...), nil
}

// metadataBody is the body of a request that carries metadata, or {} for none,
// since the server does not bear with an empty body.
func metadataBody(metadata json.RawMessage) ([]byte, error) {
	if metadata == nil {
		return []byte("{}"), nil
	}
	d := newDecoder(metadata)
	if d.peek() != '{' || !isJSON(metadata) {
		return nil, errors.New("metadata: must be an object")
	}
	body := append([]byte(`{"metadata":`), metadata...)
	return append(body, '}'), nil
}

// isLost reports whether a request may have been carried out although it failed.
func isLost(err error) bool {
	return err != nil && !isUnsent(err) && (isTransient(err) || isBroken(err) || errors.Is(err, ErrServer))
}

// isPassing reports whether a request may do better the next time.
func isPassing(err error) bool { return isUnsent(err) || isLost(err) }

package zenodo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
)

// maxBody bounds what is held in memory of one answer. The largest record
// known to the authors has 6 MB, a page of 100 records mostly below 1 MB.
const maxBody = 256 << 20

// call is one call of a method of a service. Both depths of retry draw on its
// attempts.
type call struct {
	failed atomic.Int64
	most   int // attempts, where fewer than usual are wanted; else 0
}

type callKey struct{}

type attemptsKey struct{}

// LimitAttempts returns a context whose calls are tried n times at most, where
// that is fewer than the client would try them. It is for what will probably
// fail again and may be asked for another time.
func LimitAttempts(ctx context.Context, n int) context.Context {
	return context.WithValue(ctx, attemptsKey{}, max(1, n))
}

func newCall(ctx context.Context) *call {
	most, _ := ctx.Value(attemptsKey{}).(int)
	return &call{most: most}
}

func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return new(call)
}

// attempt is the number of the attempt that is being made, from 1.
func (c *call) attempt() int { return int(c.failed.Load()) + 1 }

// spent reports whether no attempt is left of those that a client allows.
func (c *call) spent(allowed int) bool {
	if c.most > 0 {
		allowed = min(allowed, c.most)
	}
	return c.attempt() >= allowed
}

// get asks for JSON until it has it: what goes wrong before the answer is
// retried below, by the transport; a body that was cut, is garbled or is
// something else is retried here.
func (c *Client) get(ctx context.Context, u *url.URL, accept string, decode func([]byte) error) (http.Header, error) {
	this := newCall(ctx)
	ctx = context.WithValue(ctx, callKey{}, this)
	for {
		header, err := c.try(ctx, u, accept, decode)
		if ctx.Err() != nil && err != nil {
			return nil, cancelled(ctx)
		}
		if _, broken := errors.AsType[*bodyError](err); !broken {
			return header, err
		}
		delay := c.retry.backoff(this)
		if !c.retry.take(ctx, this) {
			return nil, fmt.Errorf("GET %s: %w (attempts: %d)", cleanURL(u), err, this.attempt())
		}
		if err := sleep(ctx, delay); err != nil {
			return nil, err
		}
	}
}

// try makes one request, which the transport may repeat.
func (c *Client) try(ctx context.Context, u *url.URL, accept string, decode func([]byte) error) (http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", accept)
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, sendError(req, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		err := newError(resp)
		if errors.Is(err, ErrUnauthorized) && c.hasToken {
			c.refuse()
		}
		return nil, err
	}
	raw, err := readJSON(resp.Body)
	if err != nil {
		return nil, err
	}
	if err := decode(raw); err != nil {
		return nil, &bodyError{err}
	}
	return resp.Header, nil
}

// sendError takes the query string out of what http.Client reports.
func sendError(req *http.Request, err error) error {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	return fmt.Errorf("%s %s: %w (attempts: %d)", req.Method, cleanURL(req.URL), err, callOf(req.Context()).attempt())
}

// bodyError says what was wrong with the body of an answer with status 200.
type bodyError struct{ err error }

func (e *bodyError) Error() string   { return ErrInvalidBody.Error() + ": " + e.err.Error() }
func (e *bodyError) Unwrap() []error { return []error{ErrInvalidBody, e.err} }

// readJSON reads a body that must be JSON, and says in few words what it is
// where it is not.
func readJSON(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if err != nil {
		return nil, &bodyError{err}
	}
	text := bytes.TrimSpace(raw)
	switch {
	case len(raw) > maxBody:
		return nil, fmt.Errorf("%w: larger than %d MiB", ErrInvalidBody, maxBody>>20)
	case len(text) == 0:
		return nil, &bodyError{errors.New("empty")}
	case text[0] == '<':
		return nil, &bodyError{errors.New("HTML; is this the root of an API?")}
	case !isJSON(raw):
		return nil, &bodyError{errors.New("garbled")}
	}
	return raw, nil
}

// cancelled is why ctx ended: its error, and the cause where one was given.
func cancelled(ctx context.Context) error {
	err, cause := ctx.Err(), context.Cause(ctx)
	if errors.Is(cause, err) {
		return cause
	}
	return fmt.Errorf("%w: %w", err, cause)
}

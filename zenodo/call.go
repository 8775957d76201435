package zenodo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

// maxBody bounds what is held in memory of one answer. The largest record
// known to the authors has 6 MB, a page of 100 records mostly below 1 MB.
const maxBody = 256 << 20

// call is one call of a method of a service. Both depths of retry draw on its
// attempts.
type call struct {
	failed atomic.Int64
	lost   atomic.Bool  // an answer did not come, or came from no application
	idle   atomic.Int64 // nanoseconds that attempts in a row waited for nothing
	most   int          // attempts, where fewer than usual are wanted; else 0

	// once means that what was sent may have had an effect, and is not to be sent
	// again.
	once bool
	// doubted means that the server may fail because of what is asked: then a
	// second status 500 is the answer.
	doubted bool
	faults  atomic.Int64 // answers with status 500
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return new(call)
}

// attempt is the number of the attempt that is being made, from 1.
func (c *call) attempt() int { return int(c.failed.Load()) + 1 }

// maxIdle is how long a server may make no progress until a call is given up.
const maxIdle = 2 * time.Minute

// isIdle reports whether attempts in a row have waited so long for nothing that
// the call is given up.
func (c *call) isIdle(err error) bool {
	if !isTimeout(err) {
		c.idle.Store(0)
	}
	return time.Duration(c.idle.Load()) >= maxIdle
}

// isFault counts an answer with status 500, and reports whether what was asked
// for is probably its cause.
func (c *call) isFault() bool { return c.faults.Add(1) > 1 && c.doubted }

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}

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
	return c.exchange(ctx, read(u, accept), decode)
}

// read is the request for what is at u.
func read(u *url.URL, accept string) request {
	return request{method: http.MethodGet, url: u, accept: accept, again: isBroken}
}

// request is one that is answered with JSON, or with nothing where decode is
// nil.
type request struct {
	method  string
	url     *url.URL
	accept  string
	body    []byte           // JSON, or nil
	again   func(error) bool // whether it may be sent again after that
	doubted bool             // what it asks for may make the server fail
}

// exchange sends a request until it has its answer or may not send it again.
func (c *Client) exchange(ctx context.Context, r request, decode func([]byte) error) (http.Header, error) {
	this := &call{most: c.most, doubted: r.doubted}
	ctx = context.WithValue(ctx, callKey{}, this)
	for {
		header, err := c.try(ctx, r, decode)
		if ctx.Err() != nil && err != nil {
			return nil, cancelled(ctx)
		}
		if err == nil || !r.again(err) {
			return header, err
		}
		c.logBroken(ctx, r.method, r.url, err)
		delay := c.retry.delayAfterError(this, err)
		if !c.retry.take(ctx, this, err) {
			return nil, c.exhausted(r, err, this)
		}
		if err := sleep(ctx, delay); err != nil {
			return nil, err
		}
	}
}

// exhausted is the last error of a request whose attempts all failed. What
// is no answer says itself how many they were.
func (c *Client) exhausted(r request, err error, this *call) error {
	if !isBroken(err) {
		return err
	}
	return fmt.Errorf("%s %s: %w (attempts: %d)", r.method, cleanURL(r.url), err, this.attempt())
}

// isBroken reports whether an answer came, with a body that is not what was due.
func isBroken(err error) bool {
	_, broken := errors.AsType[*bodyError](err)
	return broken
}

// logBroken notes that the body of an answer was not what was due: its request
// was noted as one that went well.
func (c *Client) logBroken(ctx context.Context, method string, u *url.URL, err error) {
	if !isBroken(err) {
		return
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "answer", slog.String("method", method), slog.String("url", cleanURL(u)),
		slog.Int("attempt", callOf(ctx).attempt()), slog.String("error", err.Error()))
}

// try makes one request, which the transport may repeat if it has no body.
func (c *Client) try(ctx context.Context, r request, decode func([]byte) error) (http.Header, error) {
	req, err := r.new(ctx)
	if err != nil {
		return nil, err
	}
	resp, err := c.sends(r.method).Do(req)
	if err != nil {
		return nil, sendError(req, err)
	}
	defer resp.Body.Close()
	if err := c.check(req, resp); err != nil {
		return nil, err
	}
	if decode == nil {
		return resp.Header, nil
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

func (r request) new(ctx context.Context) (*http.Request, error) {
	var body io.Reader
	if r.body != nil {
		body = bytes.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", r.accept)
	if r.body != nil {
		req.Header.Set("Content-Type", acceptJSON)
	}
	return req, nil
}

// sends is what sends requests of a method: those that change something go
// nowhere but where they were sent.
func (c *Client) sends(method string) *http.Client {
	if method == http.MethodGet {
		return c.http
	}
	return c.writer
}

// check reads an answer that says no. A read is answered with 200, a write
// with any status of success: they differ from what is documented.
func (c *Client) check(req *http.Request, resp *http.Response) error {
	success := resp.StatusCode == http.StatusOK
	if req.Method != http.MethodGet {
		success = resp.StatusCode >= 200 && resp.StatusCode < 300
	}
	if success {
		return nil
	}
	err := newError(resp)
	if errors.Is(err, ErrUnauthorized) && c.hasToken {
		c.refuse()
	}
	return err
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

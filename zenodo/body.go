package zenodo

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
)

// maxErrorBody is as much as is read of an answer that says no.
const maxErrorBody = 64 << 10

// errIdle ends the reading of a body that stopped coming.
var errIdle error = idleError{}

type idleError struct{}

func (idleError) Error() string   { return "next to no data for " + idleTimeout.String() }
func (idleError) Timeout() bool   { return true }
func (idleError) Temporary() bool { return true } // net.Error asks for it

// body is the body of an answer. Reads that bring less than idleBytes in
// idleTimeout cancel the request, and with it the read. The time between reads
// does not count.
type body struct {
	io.Reader
	closer io.Closer
	cancel context.CancelCauseFunc
	idle   *time.Timer
	left   time.Duration // in which the rest of idleBytes is to come
	came   int           // of idleBytes
	cause  func() error  // why the request has ended
	call   *call         // that it is part of
}

func newBody(ctx context.Context, resp *http.Response, cancel context.CancelCauseFunc) *body {
	b := &body{Reader: resp.Body, closer: resp.Body, cancel: cancel, left: idleTimeout, call: callOf(ctx)}
	b.cause = func() error { return context.Cause(ctx) }
	if resp.StatusCode >= http.StatusBadRequest { // whoever discards it is not to read forever
		b.Reader = io.LimitReader(resp.Body, maxErrorBody)
	}
	b.idle = time.AfterFunc(idleTimeout, func() { cancel(errIdle) })
	b.idle.Stop()
	return b
}

// Read reads as the answer's body does.
func (b *body) Read(p []byte) (int, error) {
	start := time.Now()
	b.idle.Reset(b.left)
	n, err := b.Reader.Read(p)
	b.idle.Stop()
	b.left = max(0, b.left-time.Since(start))
	if b.came += n; b.came >= idleBytes {
		b.left, b.came = idleTimeout, 0
	}
	if err != nil && !errors.Is(err, io.EOF) && errors.Is(b.cause(), errIdle) {
		err = errIdle
		b.call.idle.Add(int64(idleTimeout))
	}
	return n, err
}

// Close ends the request.
func (b *body) Close() error {
	err := b.closer.Close()
	b.cancel(context.Canceled)
	return err
}

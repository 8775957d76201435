package zenodotest

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"syscall"
)

// Transport returns a round tripper that hands requests for any host to the
// emulator in the same process, without a network: for testing/synctest, where
// a goroutine that waits for a socket would keep the clock from moving.
func (e *Emulator) Transport() http.RoundTripper { return transport{e} }

type transport struct{ e *Emulator }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	in.RemoteAddr = "192.0.2.1:1234"
	in.RequestURI = r.URL.RequestURI()
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close()
	w := &recorder{header: http.Header{}}
	w.serve(t.e, in)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if w.wasReset {
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	return w.response(r), nil
}

// recorder takes the response of a handler in memory.
type recorder struct {
	header   http.Header
	status   int
	body     bytes.Buffer
	wasReset bool
	wasCut   bool
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(status int)      { w.status = status }
func (w *recorder) Write(p []byte) (int, error) { return w.body.Write(p) }

func (w *recorder) resetConnection() {
	w.wasReset = true
	panic(http.ErrAbortHandler)
}

// serve runs the handler; its way to end a connection is a panic.
func (w *recorder) serve(h http.Handler, r *http.Request) {
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			w.wasCut = true
		} else if p != nil {
			panic(p)
		}
	}()
	h.ServeHTTP(w, r)
}

func (w *recorder) response(r *http.Request) *http.Response {
	var body io.Reader = &w.body
	length := int64(w.body.Len())
	if w.wasCut {
		body = io.MultiReader(body, brokenReader{})
		length *= 2
	}
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(body), ContentLength: length, Request: r,
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

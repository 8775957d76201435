package wire

import (
	"io"
	"net/http"
	"strconv"
)

// Content is a file that is sent without being held in memory.
type Content struct {
	io.ReadCloser
	Length int64 // of what is sent
}

// send writes the headers and the file, or half of it where it is to be cut.
func (c *Content) send(w http.ResponseWriter, r *http.Request, status int, cut bool) {
	w.Header().Set("Content-Length", strconv.FormatInt(c.Length, 10))
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	if cut {
		io.CopyN(w, c.ReadCloser, c.Length/2)
		panic(http.ErrAbortHandler) // how a handler ends a connection in the middle of a body
	}
	io.Copy(w, c.ReadCloser) // an error here means that the client has gone
}

package wire

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Content is a file that is sent without being held in memory.
type Content struct {
	io.ReadCloser
	Length int64 // of what is sent; -1 where nobody knows, so that it comes in chunks
}

// send writes the headers and the file, or half of it where it is to be cut.
func (c *Content) send(w http.ResponseWriter, r *http.Request, status int, cut bool) {
	if c.Length >= 0 {
		w.Header().Set("Content-Length", strconv.FormatInt(c.Length, 10))
	}
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	if cut {
		io.CopyN(w, c.ReadCloser, max(c.Length/2, 1))
		panic(http.ErrAbortHandler) // how a handler ends a connection in the middle of a body
	}
	if _, err := io.Copy(w, c.ReadCloser); err != nil && c.Length < 0 { // else an error means that the client has gone
		panic(http.ErrAbortHandler)
	}
}

// Blob is the bytes of a file.
type Blob interface {
	io.ReaderAt
	io.Closer
}

// Bytes answers with a blob of that size, which it closes, or with the part that
// the client asks for where ranges are served.
func Bytes(r *http.Request, b Blob, size int64, ranges bool) *Answer {
	a := &Answer{Status: http.StatusOK, ContentType: "application/octet-stream"}
	from, to := int64(0), size
	if ranges {
		a.Set("Accept-Ranges", "bytes")
		var isPart bool
		if from, to, isPart = part(r, size); isPart {
			a.Status = http.StatusPartialContent
			a.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to-1, size))
		}
	}
	if from >= to && a.Status == http.StatusPartialContent {
		b.Close() // nothing was written
		return (&Answer{Status: http.StatusRequestedRangeNotSatisfiable, ContentType: TypeHTML}).
			Set("Content-Range", fmt.Sprintf("bytes */%d", size))
	}
	a.Content = &Content{ReadCloser: section{io.NewSectionReader(b, from, to-from), b}, Length: to - from}
	return a
}

type section struct {
	io.Reader
	io.Closer
}

// part reads the header Range: from which byte to before which one; nothing where
// no byte of the file is in it. Several parts are not served, and a part of a
// known state of the file only where there is a way to know it, which there is
// not.
func part(r *http.Request, size int64) (from, to int64, ok bool) {
	text, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes=")
	if !ok || r.Header.Get("If-Range") != "" {
		return 0, size, false
	}
	first, last, ok := strings.Cut(text, "-")
	a, errA := strconv.ParseUint(first, 10, 63)
	b, errB := strconv.ParseUint(last, 10, 63)
	switch {
	case ok && first == "" && errB == nil:
		return max(0, size-int64(b)), size, true
	case ok && errA == nil && last == "":
		return int64(a), size, true
	case ok && errA == nil && errB == nil && a <= b:
		return int64(a), min(int64(b)+1, size), true
	}
	return 0, size, false
}

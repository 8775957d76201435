package zenodotest

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// content is a file that is sent without being held in memory.
type content struct {
	file    *os.File
	length  int64 // of what is sent
	garbled int   // the number of a request whose answer is to be spoilt, or 0
}

func (c *content) close() { c.file.Close() } // it was only read

// serveBlob answers with the bytes of a file from where the client asks for
// them.
func (e *Emulator) serveBlob(r *http.Request, f *file) *answer {
	opened, err := os.Open(f.blob.path)
	if err != nil {
		return appError(http.StatusInternalServerError, err.Error())
	}
	a := &answer{status: http.StatusOK, contentType: "application/octet-stream", content: &content{file: opened, length: f.blob.size}}
	a.set("Content-Disposition", disposition(f.key))
	if e.cfg.NoRanges {
		return a
	}
	a.set("Accept-Ranges", "bytes")
	text, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes=")
	from, err := strconv.ParseInt(strings.TrimSuffix(text, "-"), 10, 64)
	if !ok || err != nil || from < 0 {
		return a
	}
	if from >= f.blob.size {
		a.free()
		return (&answer{status: http.StatusRequestedRangeNotSatisfiable, contentType: typeHTML}).
			set("Content-Range", fmt.Sprintf("bytes */%d", f.blob.size))
	}
	if _, err := opened.Seek(from, io.SeekStart); err != nil {
		a.free()
		return appError(http.StatusInternalServerError, err.Error())
	}
	a.status, a.content.length = http.StatusPartialContent, f.blob.size-from
	return a.set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, f.blob.size-1, f.blob.size))
}

// disposition makes a browser save the file under its name.
func disposition(key string) string { return "attachment; filename*=UTF-8''" + quoteKey(key) }

// send writes the headers and the file, or half of it where the fault says so.
func (c *content) send(w http.ResponseWriter, r *http.Request, status int, f Fault) {
	w.Header().Set("Content-Length", strconv.FormatInt(c.length, 10))
	w.WriteHeader(status)
	if r.Method == http.MethodHead {
		return
	}
	if f.Kind == FaultCut {
		io.CopyN(w, c.file, c.length/2)
		panic(http.ErrAbortHandler) // how a handler ends a connection in the middle of a body
	}
	if c.garbled != 0 {
		io.Copy(w, &garbledReader{c.file, c.garbled})
		return
	}
	io.Copy(w, c.file) // an error here means that the client has gone
}

// garbledReader spoils some bytes of each piece.
type garbledReader struct {
	from io.Reader
	n    int
}

func (g *garbledReader) Read(p []byte) (int, error) {
	n, err := g.from.Read(p)
	garble(p[:n], g.n)
	return n, err
}

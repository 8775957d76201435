package deposits

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// parts are those of a file that comes in several. Zenodo lets such a file be
// announced, and then refuses its parts.
type parts struct {
	size, each int64
	expires    time.Time
	blobs      []*blob // nil where one has not come
	isDone     bool
}

// partsLast is how long parts may be sent.
const partsLast = 14 * 24 * time.Hour

func (a announcement) parts(now time.Time) *parts {
	if a.Transfer.Type != "M" {
		return nil
	}
	return &parts{size: a.Size, each: a.Transfer.PartSize, expires: now.Add(partsLast), blobs: make([]*blob, min(a.Transfer.Parts, 10_000))}
}

func (p *parts) release() {
	for _, b := range p.blobs {
		if b != nil {
			b.release()
		}
	}
}

// describe adds to a file's entry what it has until it is complete; then it has
// no checksum.
func (p *parts) describe(out *entryJSON, self string) {
	out.Size, out.Checksum = &p.size, json.RawMessage("null")
	if p.isDone {
		return
	}
	out.Transfer = object{"type": "M", "parts": len(p.blobs), "part_size": p.each}
	var addresses []any
	for i := range p.blobs {
		addresses = append(addresses, object{"part": i + 1, "url": fmt.Sprintf("%s/content/%d", self, i+1), "expiration": stamp(p.expires)})
	}
	out.Links = object{"self": self, "commit": self + "/commit", "parts": addresses}
}

// cutPart takes the number of a part off the end of a path.
func cutPart(path string) (key string, number int, ok bool) {
	at := strings.LastIndex(path, "/content/")
	if at < 0 {
		return path, 0, false
	}
	number, err := strconv.Atoi(path[at+len("/content/"):])
	return path[:at], number, err == nil
}

func (s *Server) storePart(r *http.Request, d *deposition, f *file, number int, b *blob) *wire.Answer {
	if number < 1 || number > len(f.parts.blobs) || f.done {
		return wire.InternalError()
	}
	if old := f.parts.blobs[number-1]; old != nil {
		old.release()
	}
	b.acquire()
	f.parts.blobs[number-1] = b
	return s.entryAnswer(r, d, f)
}

// commitParts puts the parts of a file together.
func (s *Server) commitParts(r *http.Request, d *deposition, f *file) *wire.Answer {
	var readers []io.Reader
	for _, b := range f.parts.blobs {
		if b == nil {
			return wire.InternalError()
		}
		opened, err := b.open()
		if err != nil {
			return wire.AppError(http.StatusInternalServerError, err.Error())
		}
		defer opened.Close()
		readers = append(readers, io.NewSectionReader(opened, 0, b.size))
	}
	whole, err := s.shelf.take(io.MultiReader(readers...))
	if err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	f.parts.release()
	f.parts.blobs, f.parts.isDone, f.parts.size = nil, true, whole.size
	whole.acquire()
	f.blob, f.done = whole, true
	d.draft.changed(s.cfg.Now())
	return s.entryAnswer(r, d, f)
}

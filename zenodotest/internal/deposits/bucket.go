package deposits

import (
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/filenames"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

func (s *Server) bucketRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/files/:bucket", Get: s.listBucket},
		{Path: "/api/files/:bucket/:key", Get: s.getObject, Put: s.putObject, Delete: s.deleteObject},
	}
}

// The limits of a record's files.
const (
	maxFiles    = 100
	maxFileSize = 50e9
)

const (
	msgTooMany      = "Uploading selected files will result in exceeding the max amount per record."
	msgInvalidValue = "Not a valid value."
	msgNoContent    = "Empty files are not accepted."
)

// objectJSON is a file as the bucket API gives it out.
type objectJSON struct {
	Created      string      `json:"created"`
	Updated      string      `json:"updated"`
	VersionID    string      `json:"version_id"`
	Key          string      `json:"key"`
	Size         int64       `json:"size"`
	MediaType    string      `json:"mimetype"`
	Checksum     string      `json:"checksum"`
	IsHead       bool        `json:"is_head"`
	DeleteMarker bool        `json:"delete_marker"`
	Links        objectLinks `json:"links"`
}

type objectLinks struct {
	Self    string `json:"self"`
	Version string `json:"version"`
	Uploads string `json:"uploads"`
}

// inBucket runs an operation on the deposition and the edition that a bucket
// belongs to, with the server locked.
func (s *Server) inBucket(bucket string, operate func(d *deposition, holder *edition) *wire.Answer) *wire.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.all {
		for _, holder := range []*edition{d.draft, d.released} {
			if holder != nil && holder.bucket == bucket {
				return operate(d, holder)
			}
		}
	}
	return notFound()
}

// listBucket fails, as it does on Zenodo: what it finds is not what its
// serialiser expects. So does HEAD, otherwise.
func (s *Server) listBucket(r *http.Request, args []string) *wire.Answer {
	return s.inBucket(args[0], func(*deposition, *edition) *wire.Answer {
		if r.Method == http.MethodHead {
			return denied()
		}
		return wire.InternalError()
	})
}

func (s *Server) getObject(r *http.Request, args []string) *wire.Answer {
	return s.withObject(args, func(d *deposition, holder *edition, f *file) *wire.Answer {
		isPublic := holder == d.released && holder.status() == "open"
		if !isPublic && !s.may(r, d, toPreview) {
			return denied()
		}
		return s.serveBlob(r, f)
	})
}

// deleteObject fails although it does what it is asked for: its serialiser
// expects an answer.
func (s *Server) deleteObject(r *http.Request, args []string) *wire.Answer {
	return s.withObject(args, func(d *deposition, holder *edition, f *file) *wire.Answer {
		switch {
		case !s.may(r, d, toEdit) || holder == d.released:
			return denied()
		case holder.locked:
			return bucketLocked()
		}
		holder.remove(f, s.cfg.Now())
		return wire.InternalError()
	})
}

// withObject runs an operation on a file of a bucket. The name of one with a
// slash is no segment of a path.
func (s *Server) withObject(args []string, operate func(d *deposition, holder *edition, f *file) *wire.Answer) *wire.Answer {
	key := args[1]
	if strings.Contains(key, "/") {
		return wire.NoRoute()
	}
	return s.inBucket(args[0], func(d *deposition, holder *edition) *wire.Answer {
		f := holder.named(key)
		if f == nil || !f.done {
			return s.noFile(d, key)
		}
		return operate(d, holder, f)
	})
}

// putObject stores a file, in the place of one with the same name. Of several at
// once that replace files of a bucket one succeeds, and of several that bring the
// same new one.
func (s *Server) putObject(r *http.Request, args []string) *wire.Answer {
	key := args[1]
	if strings.Contains(key, "/") {
		return wire.NoRoute()
	}
	if kind := r.Header.Get("Content-Type"); kind != "" && kind != "application/octet-stream" {
		return wire.UnsupportedType("application/octet-stream")
	}
	isNew := false
	check := func(d *deposition, holder *edition) *wire.Answer {
		replaces := func(r *http.Request) bool { return holder.named(path.Base(r.URL.Path)) != nil }
		switch {
		case isNew:
		case replaces(r) && s.flights.isLate(r, func(earlier, r *http.Request) bool { return sameFolder(earlier, r) && replaces(earlier) }):
			return wire.ResourceError(http.StatusBadRequest, msgInvalidValue)
		case !replaces(r) && s.flights.isLate(r, samePath):
			return wire.InternalError()
		}
		return s.uploadRefusal(r, d, holder, key)
	}
	if refusal := s.inBucket(args[0], check); refusal != nil {
		return refusal
	}
	b, refusal := s.receive(r.Body, r.ContentLength)
	if refusal != nil {
		return refusal
	}
	if b.size == 0 {
		b.release()
		return wire.ResourceError(http.StatusBadRequest, msgNoContent)
	}
	isNew = true // or replaces what nobody else does
	return s.inBucket(args[0], func(d *deposition, holder *edition) *wire.Answer {
		if refusal := check(d, holder); refusal != nil { // it may have been published meanwhile
			b.release()
			return refusal
		}
		f := holder.put(key, b, s.cfg.Now())
		return wire.JSON(http.StatusCreated, f.object(wire.Root(r), holder.bucket))
	})
}

// uploadRefusal is why a file cannot be stored, or nil.
func (s *Server) uploadRefusal(r *http.Request, d *deposition, holder *edition, key string) *wire.Answer {
	exists := holder.named(key) != nil
	switch {
	case !s.may(r, d, toEdit):
		return denied()
	case holder == d.released:
		return notFound()
	case holder.locked:
		return bucketLocked()
	case !exists && len(holder.files) >= maxFiles:
		return wire.ResourceError(http.StatusBadRequest, msgTooMany)
	}
	return nil
}

// receive takes the bytes of a file in, without holding them in memory. A
// length of -1 is unknown.
func (s *Server) receive(body io.Reader, length int64) (*blob, *wire.Answer) {
	if length > maxFileSize {
		return nil, wire.ResourceError(http.StatusBadRequest, "File size limit exceeded.")
	}
	b, err := s.shelf.take(body)
	if err != nil {
		return nil, wire.AppError(http.StatusBadRequest, "The file could not be read: "+err.Error())
	}
	return b, nil
}

func (f *file) object(root, bucket string) objectJSON {
	self := root + "/api/files/" + bucket + "/" + url.PathEscape(f.key)
	at := stamp(f.created)
	return objectJSON{
		Created: at, Updated: at, VersionID: f.version, Key: f.key, Size: f.blob.size, MediaType: filenames.MediaType(f.key),
		Checksum: "md5:" + f.blob.checksum, IsHead: true,
		Links: objectLinks{self, self + "?version_id=" + f.version, self + "?uploads=1"},
	}
}

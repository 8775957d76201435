package files

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// Record is a record with files that whoever asks may see.
type Record struct {
	ID      string
	Bucket  string
	Files   []File
	Preview string   // name of the file that is shown first; may be empty
	Order   []string // names in the order that was asked for, if any
}

// File is a file of a record.
type File struct {
	ID, Version, Key string
	Size             int64
	Checksum         string // MD5, in hexadecimal
	Created          time.Time
	Open             func() (wire.Blob, error)
}

// Server answers requests. It is safe for concurrent use.
type Server struct {
	// Find is the record with an id, or the answer where there is none for
	// whoever asks.
	Find func(r *http.Request, id string) (*Record, *wire.Answer)
	// Ranges is set where downloads may begin anywhere.
	Ranges bool
	// Native is set for an InvenioRDM that is not Zenodo.
	Native bool
}

// onlyJSON is what can be accepted, also for what is no JSON.
var onlyJSON = []string{wire.TypeJSON}

// Routes are those of the API.
func (s *Server) Routes() wire.Routes {
	return wire.Routes{
		{Path: "/api/records/:id/files", Get: s.list, Accept: onlyJSON},
		{Path: "/api/records/:id/files/*", Get: s.file, Accept: onlyJSON},
		{Path: "/api/records/:id/files-archive", Get: s.archive, Accept: onlyJSON},
		{Path: "/api/records/:id/media-files", Get: s.mediaFiles, Accept: onlyJSON},
	}
}

// PageRoutes are those beside the pages of records.
func (s *Server) PageRoutes() wire.Routes {
	return wire.Routes{{Path: "/records/:id/files/*", Get: s.page}}
}

func (s *Server) list(r *http.Request, args []string) *wire.Answer {
	record, refusal := s.Find(r, args[0])
	if refusal != nil {
		return refusal
	}
	return wire.JSON(http.StatusOK, record.list(wire.Root(r)))
}

// mediaFiles are what the server itself made of files, which is nothing.
func (s *Server) mediaFiles(r *http.Request, args []string) *wire.Answer {
	record, refusal := s.Find(r, args[0])
	if refusal != nil {
		return refusal
	}
	self := wire.Root(r) + "/api/records/" + record.ID + "/media-files"
	return wire.JSON(http.StatusOK, noFiles{false, listLinks{self, self + "-archive"}})
}

// file answers with what is known of a file or, behind /content, with its bytes,
// or behind /container with what is inside of it. Names may hold slashes.
func (s *Server) file(r *http.Request, args []string) *wire.Answer {
	path := args[1]
	key, name, isMember := strings.Cut(path, "/container/")
	key, isContainer := strings.CutSuffix(key, "/container")
	wantsBytes := false
	if !isMember && !isContainer {
		key, wantsBytes = strings.CutSuffix(key, "/content")
	}
	record, f, refusal := s.find(r, args[0], key)
	switch {
	case refusal != nil:
		return refusal
	case wantsBytes:
		return s.bytes(r, f, false)
	case isMember:
		return f.member(args[0], name)
	case isContainer:
		return f.listContainer()
	}
	return wire.JSON(http.StatusOK, f.entry(record, wire.Root(r)))
}

// page answers where people download files.
func (s *Server) page(r *http.Request, args []string) *wire.Answer {
	key, name, isMember := strings.Cut(args[1], "/container/")
	_, f, refusal := s.find(r, args[0], key)
	switch {
	case refusal != nil:
		return wire.Page(refusal.Status, http.StatusText(refusal.Status))
	case isMember:
		return f.member(args[0], name)
	}
	return s.bytes(r, f, r.URL.Query().Get("download") != "")
}

// find finds a file of a record, or says why not.
func (s *Server) find(r *http.Request, id, key string) (*Record, *File, *wire.Answer) {
	record, refusal := s.Find(r, id)
	if refusal != nil {
		return nil, nil, refusal
	}
	for i := range record.Files {
		if f := &record.Files[i]; f.Key == key {
			return record, f, nil
		}
	}
	return nil, nil, missing(id, key)
}

func missing(id, key string) *wire.Answer {
	return wire.ResourceError(http.StatusNotFound, "Record '"+id+"' has no file '"+key+"'.")
}

// bytes answers with those of a file. Zenodo, whose files come from a server of
// their own, says nothing of their state; others do.
func (s *Server) bytes(r *http.Request, f *File, save bool) *wire.Answer {
	tag := fmt.Sprintf(`"md5:%s"`, f.Checksum)
	if s.Native && r.Header.Get("If-None-Match") == tag {
		return (&wire.Answer{Status: http.StatusNotModified, ContentType: wire.TypeHTML}).Set("ETag", tag)
	}
	blob, err := f.Open()
	if err != nil {
		return wire.AppError(http.StatusInternalServerError, err.Error())
	}
	a := wire.Bytes(r, blob, f.Size, s.Ranges)
	if a.Content == nil {
		return a
	}
	if s.Native {
		a.Set("ETag", tag).Set("Content-MD5", f.Checksum).Set("Cache-Control", "no-cache")
		a.Set("Last-Modified", f.Created.UTC().Format(http.TimeFormat))
	}
	a.Set("Content-Security-Policy", "default-src 'none';")
	return a.Named(f.Key, save)
}

package deposits

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// recordFileRoutes are the files of records that were deposited here. Of the
// others nothing but their names is known.
func (s *Server) recordFileRoutes() []wire.Route {
	return []wire.Route{
		{Path: "/api/records/:id/files", Get: s.listRecordFiles},
		{Path: "/api/records/:id/files/*", Get: s.getRecordFile},
		{Path: "/api/records/:id/files-archive", Get: s.getArchive},
	}
}

// withRelease runs an operation on a deposited record whose files the user may
// see, with the server locked.
func (s *Server) withRelease(r *http.Request, id string, operate func(d *deposition) *wire.Answer) *wire.Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.cfg.Catalog.Find(id)
	if found.State != catalog.IsRecord {
		return wire.RefusalOf(found)
	}
	d, refusal := s.lookUp(id)
	if refusal != nil || d == nil {
		return wire.NoRoute()
	}
	if !d.released.metadata.isOpen() && d.owner != s.cfg.Access.User(r) {
		return wire.ResourceError(http.StatusForbidden, wire.MsgDenied)
	}
	return operate(d)
}

func (s *Server) listRecordFiles(r *http.Request, args []string) *wire.Answer {
	return s.withRelease(r, args[0], func(d *deposition) *wire.Answer {
		return wire.JSON(http.StatusOK, d.fileList(d.released, wire.Root(r), ""))
	})
}

// getRecordFile answers with what is known of a file or, behind /content, with
// its bytes. Names may hold slashes.
func (s *Server) getRecordFile(r *http.Request, args []string) *wire.Answer {
	return s.withRelease(r, args[0], func(d *deposition) *wire.Answer {
		key, wantsBytes := strings.CutSuffix(args[1], "/content")
		f := d.released.named(key)
		switch {
		case f == nil:
			return noFile(d, key)
		case wantsBytes:
			return s.serveBlob(r, f)
		}
		base := fmt.Sprintf("%s/api/records/%d/files", wire.Root(r), d.id)
		return wire.JSON(http.StatusOK, f.entry(base, d.released.bucket))
	})
}

// maxArchive is the size of all files up to which they come as one.
const maxArchive = 300_000_000

// getArchive answers with all files in one, which is not compressed.
func (s *Server) getArchive(r *http.Request, args []string) *wire.Answer {
	return s.withRelease(r, args[0], func(d *deposition) *wire.Answer {
		var size int64
		for _, f := range d.released.files {
			size += f.blob.size
		}
		if size > maxArchive {
			return wire.ResourceError(http.StatusBadRequest,
				fmt.Sprintf("Archive download is only available for records with total file size up to %d bytes.", maxArchive))
		}
		packed, size, err := s.shelf.pack(d.released)
		if err != nil {
			return wire.AppError(http.StatusInternalServerError, err.Error())
		}
		a := &wire.Answer{Status: http.StatusOK, ContentType: "application/zip", Content: &wire.Content{ReadCloser: packed, Length: size}}
		return a.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%d.zip", d.id))
	})
}

// pack puts the files of an edition into one that lasts until it is closed.
func (s *shelf) pack(d *edition) (packed *os.File, size int64, err error) {
	packed, err = s.create()
	if err != nil {
		return nil, 0, err
	}
	err = errors.Join(d.archive(packed), os.Remove(packed.Name()))
	if err == nil {
		size, err = packed.Seek(0, io.SeekCurrent)
	}
	if err == nil {
		_, err = packed.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, 0, errors.Join(err, packed.Close())
	}
	return packed, size, nil
}

func (d *edition) archive(w io.Writer) error {
	all := zip.NewWriter(w)
	for _, f := range d.files {
		in, err := os.Open(f.blob.path)
		if err != nil {
			return err
		}
		out, err := all.CreateHeader(&zip.FileHeader{Name: f.key, Method: zip.Store})
		if err == nil {
			_, err = io.Copy(out, in)
		}
		in.Close()
		if err != nil {
			return err
		}
	}
	return all.Close()
}

package deposits

import (
	"net/http"
	"strconv"

	"github.com/zharvest/zharvest/zenodotest/internal/catalog"
	"github.com/zharvest/zharvest/zenodotest/internal/files"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// Release is a record that was deposited here with its files, which only those
// see who have a right to where it is not open. Both are nil for any other
// record.
func (s *Server) Release(r *http.Request, id string) (*files.Record, *wire.Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cfg.Catalog.Find(id).State != catalog.IsRecord {
		return nil, nil
	}
	d, refusal := s.lookUp(id)
	if refusal != nil || d == nil {
		return nil, nil
	}
	status := d.released.status()
	if (status == "restricted" || status == "embargoed") && !s.may(r, d, toView) {
		return nil, denied()
	}
	record := &files.Record{ID: s.text(d.id), Bucket: d.released.bucket, Preview: d.released.preview}
	for _, f := range d.released.files {
		record.Files = append(record.Files, files.File{
			ID: f.id, Version: f.version, Key: f.key, Size: f.blob.size, Checksum: f.blob.checksum, Created: f.created,
			Open: f.blob.open,
		})
	}
	return record, nil
}

// Holds reports whether a record was deposited here.
func (s *Server) Holds(id string) bool {
	number, err := strconv.ParseInt(id, 10, 64)
	s.mu.Lock()
	defer s.mu.Unlock()
	return err == nil && s.byID[number] != nil
}

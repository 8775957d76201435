package zenodo

import (
	"context"
	"fmt"
)

// Files lists the files of a published record (GET /records/:id/files). One
// whose files are not public is [ErrForbidden], a record that does not exist
// [ErrNotFound]. The list is empty where a record has metadata alone.
func (s *RecordsService) Files(ctx context.Context, id RecordID) ([]File, error) {
	if !isSegment(string(id)) {
		return nil, fmt.Errorf("record %q: %w", id, ErrNotFound)
	}
	var files []File
	_, err := s.client.get(ctx, s.client.endpoint(nil, "records", string(id), "files"), acceptJSON, func(body []byte) error {
		d := newDecoder(body)
		files = d.files()
		return d.end()
	})
	return files, err
}

// Download fetches a file of a published record to path, as
// [DepositionsService.Download] does.
func (s *RecordsService) Download(ctx context.Context, id RecordID, f File, path string, progress func(done int64)) error {
	if !isSegment(string(id)) || !isSegment(f.Key) {
		return fmt.Errorf("file %q of record %q: %w", f.Key, id, ErrNotFound)
	}
	t := &download{
		client: s.client, url: s.client.endpoint(nil, "records", string(id), "files", f.Key, "content"),
		size: f.Size, checksum: f.Checksum, progress: progress,
	}
	return t.into(ctx, path)
}

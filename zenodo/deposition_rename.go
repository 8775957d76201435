package zenodo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
)

// Rename gives a file of a draft another name, and says which way: by the
// deposit API (PUT …/files/:id), or, as Zenodo knows that no more, by sending
// the content under the new name and deleting the old file when it has
// arrived. The content is local, where that is not nil, else it is fetched
// while it is sent. The error matches [fs.ErrExist] where there is a file of
// that name, [ErrChecksum] where local has other content.
func (s *DepositionsService) Rename(ctx context.Context, d *Deposition, f *DepositionFile, name string, local *Upload) (*DepositionFile, API, error) {
	files, err := s.Files(ctx, d.ID)
	if err != nil {
		return nil, "", err
	}
	if fileByKey(files, name) != nil {
		return nil, "", fmt.Errorf("%s: %w", name, fs.ErrExist)
	}
	renamed, err := s.renameLegacy(ctx, d, f, name)
	if err == nil || !errors.Is(err, ErrUnsupported) {
		return renamed, APILegacy, err
	}
	if err := s.resend(ctx, d, f, name, local); err != nil {
		return nil, APIRDM, err
	}
	if files, err = s.Files(ctx, d.ID); err != nil {
		return nil, APIRDM, err
	}
	if renamed = fileByKey(files, name); renamed == nil {
		return nil, APIRDM, fmt.Errorf("%s: %w, though it was sent", name, ErrNotFound)
	}
	return renamed, APIRDM, nil
}

func (s *DepositionsService) renameLegacy(ctx context.Context, d *Deposition, f *DepositionFile, name string) (*DepositionFile, error) {
	if f.ID == "" {
		return nil, ErrUnsupported
	}
	u, err := s.endpoint(string(d.ID), "files", f.ID)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(map[string]string{"filename": name})
	if err != nil {
		return nil, err
	}
	var renamed *DepositionFile
	r := request{method: http.MethodPut, url: u, accept: acceptJSON, body: body, again: isPassing}
	_, err = s.client.exchange(ctx, r, func(answer []byte) (err error) {
		renamed, err = decodeDepositionFile(answer)
		return err
	})
	return renamed, err
}

// resend sends a file under another name and deletes the old one. Nothing is
// deleted before the new one is known to be the same.
func (s *DepositionsService) resend(ctx context.Context, d *Deposition, f *DepositionFile, name string, local *Upload) error {
	up := Upload{Size: f.Size, Open: func() (io.ReadCloser, error) { return s.open(ctx, d, f) }}
	if local != nil {
		up = *local
	}
	up.Key = name
	if up.Size >= 0 && up.Size != f.Size {
		return fmt.Errorf("%w: the local file has %d bytes, not %d", ErrChecksum, up.Size, f.Size)
	}
	sent, err := s.Upload(ctx, d, up)
	if err != nil {
		return err
	}
	if sent.Checksum != f.Checksum {
		err := fmt.Errorf("%w: its content is %s, not %s", ErrChecksum, sent.Checksum, f.Checksum)
		return errors.Join(err, s.deleteFromBucket(ctx, d, name))
	}
	return s.DeleteFile(ctx, d, f)
}

func fileByKey(files []DepositionFile, key string) *DepositionFile {
	i := slices.IndexFunc(files, func(f DepositionFile) bool { return f.Key == key })
	if i < 0 {
		return nil
	}
	return &files[i]
}

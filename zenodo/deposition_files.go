package zenodo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// ErrNoBucket is why nothing is sent to the bucket of a deposition, or fetched
// from it.
var ErrNoBucket = errors.New("it has no bucket that can be used")

// Files lists the files of a deposition (GET …/files).
func (s *DepositionsService) Files(ctx context.Context, id RecordID) ([]DepositionFile, error) {
	u, err := s.endpoint(string(id), "files")
	if err != nil {
		return nil, err
	}
	var files []DepositionFile
	_, err = s.client.get(ctx, u, acceptJSON, func(body []byte) (err error) {
		files, err = decodeDepositionFiles(body)
		return err
	})
	return files, err
}

// GetFile fetches what the server knows of one file (GET …/files/:id), by the id
// that Files gives it.
func (s *DepositionsService) GetFile(ctx context.Context, id RecordID, fileID string) (*DepositionFile, error) {
	u, err := s.endpoint(string(id), "files", fileID)
	if err != nil {
		return nil, err
	}
	var f *DepositionFile
	_, err = s.client.get(ctx, u, acceptJSON, func(body []byte) (err error) {
		f, err = decodeDepositionFile(body)
		return err
	})
	return f, err
}

// DeleteFile deletes a file of a draft (DELETE …/files/:id, or of the bucket
// where its id is not known). Of what is published it is [ErrForbidden].
func (s *DepositionsService) DeleteFile(ctx context.Context, d *Deposition, f *DepositionFile) error {
	if f.ID == "" {
		return s.deleteFromBucket(ctx, d, f.Key)
	}
	u, err := s.endpoint(string(d.ID), "files", f.ID)
	if err != nil {
		return err
	}
	return s.client.remove(ctx, u)
}

func (s *DepositionsService) deleteFromBucket(ctx context.Context, d *Deposition, key string) error {
	u, err := s.bucketFile(ctx, d, key)
	if err != nil {
		return err
	}
	return s.client.remove(ctx, u)
}

// Download fetches a file of a deposition, published or not, to path. There it
// is whole or not at all: it grows beside it, with the ending .part, until its
// size and checksum were compared; what an interrupted call has left there is
// resumed where the server gives an MD5. progress, which may be nil, receives
// how many bytes are there. The error matches [ErrChecksum] where the file
// differs each time, and [ErrForeignPart] where the part is somebody else's.
func (s *DepositionsService) Download(ctx context.Context, d *Deposition, f *DepositionFile, path string, progress func(done int64)) error {
	u, err := s.content(ctx, d, f)
	if err != nil {
		return err
	}
	t := &download{client: s.client, url: u, size: f.Size, checksum: f.Checksum, progress: progress}
	return t.into(ctx, path)
}

// content is where the bytes of a file are. The link that the server gives is
// the last choice: for what is published it leads to a draft that is no more.
func (s *DepositionsService) content(ctx context.Context, d *Deposition, f *DepositionFile) (*url.URL, error) {
	bucket, err := s.bucketFile(ctx, d, f.Key)
	if err == nil || !isSegment(f.Key) {
		return bucket, err
	}
	if d.Published() {
		return s.client.endpoint(nil, "records", string(d.ID), "files", f.Key, "content"), nil
	}
	u, parseErr := url.Parse(f.download)
	if parseErr != nil || !sameOrigin(u, s.client.base) || u.User != nil {
		return nil, err
	}
	return u, nil
}

// open reads the content of a file as it comes.
func (s *DepositionsService) open(ctx context.Context, d *Deposition, f *DepositionFile) (io.ReadCloser, error) {
	u, err := s.content(ctx, d, f)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(context.WithValue(ctx, callKey{}, new(call)), http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Encoding", "identity")
	resp, err := s.client.http.Do(req)
	if err != nil {
		return nil, sendError(req, err)
	}
	if err := s.client.check(req, resp); err != nil {
		resp.Body.Close()
		return nil, err
	}
	return resp.Body, nil
}

// bucketFile is the URL of a file in the bucket of a deposition, which is
// asked for where it is not known. It is named by a server: one elsewhere
// would get the content, and no token.
func (s *DepositionsService) bucketFile(ctx context.Context, d *Deposition, key string) (*url.URL, error) {
	if !isSegment(key) || strings.ContainsAny(key, "/\x00") {
		return nil, fmt.Errorf("%q: %w: no file can have that name", key, ErrUnacceptable)
	}
	bucket := d.BucketURL
	if bucket == "" {
		found, err := s.Get(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		bucket = cmp.Or(found.BucketURL, bucket)
	}
	u, err := url.Parse(strings.TrimRight(bucket, "/"))
	switch {
	case bucket == "":
		return nil, fmt.Errorf("deposition %s: %w: the server names none", d.ID, ErrNoBucket)
	case err != nil || u.Host == "" || u.User != nil:
		return nil, fmt.Errorf("deposition %s: %w: the server names one that is no URL", d.ID, ErrNoBucket)
	case !sameOrigin(u, s.client.base):
		return nil, fmt.Errorf("deposition %s: %w: it is at %s, and files go only to %s", d.ID, ErrNoBucket, u.Host, s.client.base.Host)
	}
	file := url.URL{Scheme: u.Scheme, Host: u.Host}
	file.Path, file.RawPath = u.Path+"/"+key, u.EscapedPath()+"/"+url.PathEscape(key)
	return &file, nil
}

package zenodo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// What Zenodo takes.
const (
	MaxFiles    = 100       // of one record
	MaxFileSize = 50e9      // bytes, and of all files of a record together
	MaxFormSize = 100 << 20 // bytes, of a file that is sent as a form
)

// ErrUnacceptable is why a file is not sent: the server would refuse it.
var ErrUnacceptable = errors.New("the server takes no such file")

// ErrChanged is why a file is not sent to its end: it has another size or
// checksum than [Upload] says.
var ErrChanged = errors.New("it changed since it was first read")

// expectAbove is from which size on the server is asked, by Expect, whether it
// will take a file before it is sent.
const expectAbove = 1 << 20

// Upload sends a file into the bucket of a draft (PUT bucket/key); one of the
// same name is replaced. The content is streamed. Its MD5 is compared with the
// server's: where it differs, and where the transfer breaks, all is sent again
// from a reopened file, as often as calls are tried; in the end the error
// matches [ErrChecksum] or is that of the transfer. What the server would not
// take is [ErrUnacceptable] and not sent. A deposition that is not being edited
// is [ErrNotFound] or [ErrForbidden].
func (s *DepositionsService) Upload(ctx context.Context, d *Deposition, u Upload) (*DepositionFile, error) {
	if err := u.Check(MaxFileSize); err != nil {
		return nil, err
	}
	if isNew := !slices.ContainsFunc(d.Files, func(f DepositionFile) bool { return f.Key == u.Key }); isNew && len(d.Files) >= MaxFiles {
		return nil, fmt.Errorf("%s: %w: a record has %d files at most; pack some into an archive", u.Key, ErrUnacceptable, MaxFiles)
	}
	to, err := s.bucketFile(ctx, d, u.Key)
	if err != nil {
		return nil, err
	}
	return s.client.upload(ctx, u, requestBody{method: http.MethodPut, url: to, contentType: "application/octet-stream"}, nil)
}

// UploadForm sends a file as a form (POST …/files), which the server takes in
// to 100 MB; it may change the name. After a lost answer the list of files
// shows whether to send it again.
func (s *DepositionsService) UploadForm(ctx context.Context, id RecordID, u Upload) (*DepositionFile, error) {
	if err := u.Check(MaxFormSize); err != nil {
		return nil, err
	}
	if u.Size < 0 {
		return nil, fmt.Errorf("%s: %w: the size of a form must be known", u.Key, ErrUnacceptable)
	}
	to, err := s.endpoint(string(id), "files")
	if err != nil {
		return nil, err
	}
	form, err := newForm(to, u.Key)
	if err != nil {
		return nil, err
	}
	return s.client.upload(ctx, u, form, func(md5 string) *DepositionFile {
		files, _ := s.Files(ctx, id) // where it fails, so will what follows
		i := slices.IndexFunc(files, func(f DepositionFile) bool { return f.Size == u.Size && f.Checksum == md5 })
		if i < 0 {
			return nil
		}
		return &files[i]
	})
}

// Check returns [ErrUnacceptable] for an upload that no server would take. largest is [MaxFileSize] or [MaxFormSize].
func (u Upload) Check(largest int64) error {
	var problem string
	switch {
	case !isSegment(u.Key) || strings.ContainsAny(u.Key, "/\x00"):
		problem = "a name is not empty and has no slash"
	case u.Size == 0:
		problem = "it is empty"
	case u.Size < 0 && !u.Once:
		problem = "its size is not known"
	case u.Size > largest:
		problem = fmt.Sprintf("it has %d bytes, of %d that are allowed", u.Size, largest)
	default:
		return nil
	}
	return fmt.Errorf("%q: %w: %s", u.Key, ErrUnacceptable, problem)
}

// requestBody is the body of an upload: a file and what stands around it.
type requestBody struct {
	method      string
	url         *url.URL
	contentType string
	head, tail  []byte // around the content
}

// newForm wraps a file as the fields name and file of a form.
func newForm(to *url.URL, name string) (requestBody, error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	if err := w.WriteField("name", name); err != nil {
		return requestBody{}, err
	}
	if _, err := w.CreateFormFile("file", name); err != nil {
		return requestBody{}, err
	}
	head := slices.Clone(form.Bytes())
	if err := w.Close(); err != nil {
		return requestBody{}, err
	}
	tail := form.Bytes()[len(head):]
	return requestBody{method: http.MethodPost, url: to, contentType: w.FormDataContentType(), head: head, tail: tail}, nil
}

// upload sends a file until it has arrived as it is, or may not be sent again.
// arrived, where it is given, is asked after a lost answer.
func (c *Client) upload(ctx context.Context, u Upload, body requestBody, arrived func(md5 string) *DepositionFile) (*DepositionFile, error) {
	this := new(call)
	if u.Once {
		this.most = 1
	}
	for {
		f, md5, err := c.tryUpload(context.WithValue(ctx, callKey{}, this), u, body)
		if err == nil || ctx.Err() != nil {
			return f, or(ctx, err)
		}
		if arrived != nil && isLost(err) && md5 != "" {
			if f := arrived(md5); f != nil {
				return f, nil
			}
		}
		again := isPassing(err) || errors.Is(err, ErrChecksum)
		delay := c.retry.delayAfterError(this, err)
		if again && u.Once {
			return nil, fmt.Errorf("%s: %w; it cannot be read a second time to be sent again: send it from a file", u.Key, err)
		}
		if !again || !c.retry.take(ctx, this, err) {
			return nil, fmt.Errorf("%s: %w", u.Key, err)
		}
		if err := sleep(ctx, delay); err != nil {
			return nil, err
		}
	}
}

// tryUpload sends a file once. md5 is that of the content, with its algorithm,
// or empty if it was not sent whole.
func (c *Client) tryUpload(ctx context.Context, u Upload, body requestBody) (f *DepositionFile, md5 string, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	content, err := u.Open()
	if err != nil {
		return nil, "", err
	}
	sent := newUploadReader(content, u, func() { cancel(errIdle) })
	defer sent.Close()
	req, err := body.request(ctx, u, sent)
	if err != nil {
		return nil, "", err
	}
	resp, err := c.uploader.Do(req)
	if reading := sent.failure(); errors.Is(reading, ErrChanged) {
		err = reading
	} else if reading != nil {
		err = fmt.Errorf("read it: %w", reading)
	} else if err != nil && errors.Is(context.Cause(ctx), errIdle) {
		err = errIdle
	} else if err != nil {
		err = sendError(req, err)
	}
	if resp != nil {
		defer resp.Body.Close()
	}
	if err == nil {
		err = c.check(req, resp)
	}
	if err == nil {
		f, err = readUploaded(resp.Body)
	}
	size, md5 := sent.whole()
	if err == nil {
		err = f.compare(size, md5)
	}
	return f, md5, err
}

func (b requestBody) request(ctx context.Context, u Upload, content io.ReadCloser) (*http.Request, error) {
	whole := struct {
		io.Reader
		io.Closer
	}{content, content}
	if b.head != nil {
		whole.Reader = io.MultiReader(bytes.NewReader(b.head), content, bytes.NewReader(b.tail))
	}
	req, err := http.NewRequestWithContext(ctx, b.method, b.url.String(), whole)
	if err != nil {
		return nil, err
	}
	req.ContentLength = u.Size
	if u.Size > 0 {
		req.ContentLength += int64(len(b.head) + len(b.tail))
	}
	req.Header.Set("Content-Type", b.contentType)
	req.Header.Set("Accept", acceptJSON)
	if u.Size < 0 || u.Size > expectAbove {
		req.Header.Set("Expect", "100-continue")
	}
	return req, nil
}

func readUploaded(body io.Reader) (*DepositionFile, error) {
	raw, err := readJSON(body)
	if err != nil {
		return nil, err
	}
	f, err := decodeDepositionFile(raw)
	if err != nil {
		return nil, &bodyError{err}
	}
	return f, nil
}

// compare compares what the server has with what was sent. A checksum of
// another algorithm than MD5 is not compared.
func (f *DepositionFile) compare(size int64, md5 string) error {
	switch {
	case f.Size != size:
		return fmt.Errorf("%w: the server has %d bytes of %d", ErrChecksum, f.Size, size)
	case strings.HasPrefix(f.Checksum, "md5:") && !strings.EqualFold(f.Checksum, md5):
		return fmt.Errorf("%w: the server has %s, sent was %s", ErrChecksum, f.Checksum, md5)
	}
	return nil
}

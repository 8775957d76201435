package zenodo

import (
	"context"
	"crypto/md5" //nolint:gosec // it is what the server gives
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/zharvest/zharvest/internal/atomicfile"
)

// ErrChecksum means that what was downloaded is not what the server has.
var ErrChecksum = errors.New("checksum differs")

// ErrForeignPart means that where a download would grow there is a link,
// another user's file, or no file at all, which is left as it is.
var ErrForeignPart = atomicfile.ErrForeignPart

// Download fetches a dump into a file, unless that is there and whole. There is
// nothing of it before it is whole and its checksum was compared. Until then it
// grows beside it, with the ending .part: what an earlier call has left there is
// resumed where the server gives out parts and an MD5 of the whole. progress,
// which may be nil, receives how many bytes are there. It is never resumed with
// that of another version, so the path should name that.
//
// The error matches [ErrChecksum] where the file differs each time; then the
// part is removed. It matches [ErrForeignPart] where the part is somebody
// else's.
func (s *ExporterService) Download(ctx context.Context, d *Dump, path string, progress func(done int64)) error {
	segments, err := d.path()
	if err != nil {
		return err
	}
	if whole, err := IsWhole(ctx, path, d.Size, d.Checksum); err != nil || whole {
		return err
	}
	t := &download{
		client: s.client, url: s.client.endpoint(nil, segments...),
		size: d.Size, checksum: d.Checksum, progress: progress,
	}
	return t.into(ctx, path)
}

// into transfers to a file beside path and puts it there when it is whole.
func (t *download) into(ctx context.Context, path string) (err error) {
	part, err := atomicfile.OpenPart(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, part.Close()) }()
	t.file = part.File
	if err := t.run(ctx); err != nil {
		return err
	}
	return part.Commit()
}

// download is a transfer under way.
type download struct {
	client   *Client
	url      *url.URL
	size     int64 // 0 where it is not known
	checksum string
	file     *os.File
	progress func(int64)

	sum  hash.Hash // of what the file holds
	done int64     // bytes that it holds
}

// mostTransfers is how often a file is fetched from the beginning that turns
// out wrong when it is whole.
const mostTransfers = 3

// run transfers until the file is whole and as it should be. What was gone on
// with may have been damaged where it lay, and what came may have been damaged
// on its way, so that a wrong file is fetched anew some times.
func (t *download) run(ctx context.Context) error {
	if err := t.resume(); err != nil {
		return err
	}
	begun := 1
	if t.done > 0 {
		begun = 0
	}
	for ; ; begun++ {
		if err := t.transfer(ctx); err != nil {
			return err
		}
		err := t.verify()
		if err == nil {
			return nil
		}
		if begun >= mostTransfers {
			return errors.Join(err, os.Remove(t.file.Name()))
		}
		if err := t.restart(); err != nil {
			return err
		}
	}
}

// resume reads what an earlier call has left, for its checksum. Where there is
// none to compare with at the end, nobody would notice that it is of something
// else, or damaged: it is fetched anew.
func (t *download) resume() (err error) {
	t.sum = md5.New() //nolint:gosec // it is what the server gives
	if _, known := t.md5(); !known {
		return t.restart()
	}
	t.done, err = io.Copy(t.sum, t.file)
	if err == nil && t.size > 0 && t.done > t.size {
		err = t.restart()
	}
	return err
}

// restart empties the file.
func (t *download) restart() error {
	t.sum.Reset()
	t.done = 0
	if err := t.file.Truncate(0); err != nil {
		return err
	}
	_, err := t.file.Seek(0, io.SeekStart)
	return err
}

// transfer asks for what is missing until it is there. It may fail as often as
// any other call without getting any further than ever before.
func (t *download) transfer(ctx context.Context) error {
	this, furthest := new(call), t.done
	for !t.whole() {
		ctx := context.WithValue(ctx, callKey{}, this)
		err := t.try(ctx)
		if err == nil && (t.whole() || t.size <= 0) {
			return nil
		}
		if ctx.Err() != nil {
			return cancelled(ctx)
		}
		if _, broken := errors.AsType[*bodyError](err); err != nil && !broken {
			return err
		}
		if t.done > furthest {
			this, furthest = new(call), t.done
		}
		t.client.logBroken(ctx, http.MethodGet, t.url, err)
		delay := t.client.retry.backoff(this)
		if !t.client.retry.take(ctx, this, err) {
			return fmt.Errorf("GET %s: %w (attempts: %d)", cleanURL(t.url), err, this.attempt())
		}
		if err := sleep(ctx, delay); err != nil {
			return err
		}
	}
	return nil
}

func (t *download) whole() bool { return t.size > 0 && t.done == t.size }

// try makes one request for the rest of the file.
func (t *download) try(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url.String(), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept-Encoding", "identity") // bytes are counted as the server counts them
	if t.done > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", t.done))
	}
	resp, err := t.client.http.Do(req)
	if err != nil {
		return sendError(req, err)
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK: // from the beginning, whatever was asked for
		if err := t.restart(); err != nil {
			return err
		}
	case http.StatusPartialContent:
		if !strings.HasPrefix(resp.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", t.done)) {
			return errors.Join(&bodyError{errors.New("another part than was asked for")}, t.restart())
		}
	case http.StatusRequestedRangeNotSatisfiable:
		return errors.Join(&bodyError{errors.New("the server has no such part")}, t.restart())
	default:
		return newError(resp)
	}
	return t.read(resp.Body)
}

// read appends a body to the file, but never more than the file is large.
func (t *download) read(body io.Reader) error {
	if t.size > 0 {
		body = io.LimitReader(body, t.size-t.done)
	}
	sum := startHashing(t.sum)
	defer sum.end()
	for {
		buffer := <-sum.free
		n, err := body.Read(buffer)
		sum.add(buffer[:n])
		if _, err := t.file.Write(buffer[:n]); err != nil {
			return err
		}
		if t.done += int64(n); t.progress != nil && n > 0 {
			t.progress(t.done)
		}
		switch {
		case err == io.EOF && (t.size <= 0 || t.whole()):
			return nil
		case err == io.EOF:
			return &bodyError{io.ErrUnexpectedEOF}
		case err != nil:
			return &bodyError{err}
		}
	}
}

// verify compares the checksum, where the server gives one that is known.
func (t *download) verify() error {
	want, ok := t.md5()
	if got := hex.EncodeToString(t.sum.Sum(nil)); ok && got != want {
		return fmt.Errorf("%w: %s, not %s", ErrChecksum, got, want)
	}
	return nil
}

// md5 is the checksum that the server gives, where it is an MD5.
func (t *download) md5() (sum string, ok bool) {
	return strings.CutPrefix(strings.ToLower(t.checksum), "md5:")
}

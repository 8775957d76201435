package zenodo

import (
	"crypto/md5" //nolint:gosec // it is what the server gives
	"encoding/hex"
	"hash"
	"io"
	"sync"
	"time"
)

// stallTimeout is how long nothing of a file may be taken from us before the
// transfer is believed to be dead.
const stallTimeout = 2 * time.Minute

// uploadReader is the content of an upload on its way. The transport reads it
// and may still do so when its answer has come.
type uploadReader struct {
	content  io.ReadCloser
	size     int64  // -1 where it is not known
	want     string // the checksum that the content must have, or empty
	progress func(int64)
	stalled  *time.Timer

	mu      sync.Mutex
	sum     hash.Hash
	hashing *hashing
	done    int64
	end     bool // all was read
	ended   bool // nothing more is read
	closed  bool
	err     error
}

func newUploadReader(content io.ReadCloser, u Upload, stalled func()) *uploadReader {
	s := &uploadReader{content: content, size: u.Size, want: u.Checksum, progress: u.Progress, sum: md5.New()} //nolint:gosec // it is what the server gives
	s.hashing = startHashing(s.sum)
	s.stalled = time.AfterFunc(stallTimeout, stalled)
	s.stalled.Stop()
	return s
}

// Read reads the content, and fails where its size or checksum is not what it
// was said to be. The last bytes are then held back, so that the server never
// has the whole of it.
func (s *uploadReader) Read(p []byte) (int, error) {
	s.stalled.Stop() // reading standard input may take its time
	n, err := s.content.Read(p)
	if err == nil && s.done+int64(n) == s.size {
		err = s.beyond()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.ended && s.end && s.err == nil:
		return 0, io.EOF
	case s.ended:
		return 0, io.ErrClosedPipe
	}
	s.hash(p[:n])
	s.done += int64(n)
	if err = s.check(err); err == ErrChanged {
		return 0, err
	}
	if n > 0 && s.progress != nil {
		s.progress(s.done)
	}
	if err == nil {
		s.stalled.Reset(stallTimeout)
	}
	return n, err
}

// beyond looks for more than there should be. It must be known before the last
// bytes go out: the server answers when it has them.
func (s *uploadReader) beyond() error {
	n, err := io.ReadFull(s.content, make([]byte, 1))
	if n > 0 {
		return ErrChanged
	}
	return err
}

// hash adds a copy of the bytes to the checksum: the transport may change its
// own.
func (s *uploadReader) hash(p []byte) {
	for len(p) > 0 {
		buffer := <-s.hashing.free
		n := copy(buffer, p)
		s.hashing.add(buffer[:n])
		p = p[n:]
	}
}

// finish lets nothing more be read, and waits for the checksum.
func (s *uploadReader) finish() {
	if !s.ended {
		s.ended = true
		s.hashing.end()
	}
}

// check notes how the reading ended, if it did.
func (s *uploadReader) check(err error) error {
	switch {
	case err == ErrChanged:
	case s.size >= 0 && (s.done > s.size || err == io.EOF && s.done < s.size):
		err = ErrChanged
	case err == io.EOF:
		s.end = true
		if s.want != "" && s.checksum() != s.want {
			err = ErrChanged
		}
	}
	if err != nil && err != io.EOF && s.err == nil {
		s.err = err
	}
	return err
}

// Close closes the content. It may be called more than once.
func (s *uploadReader) Close() error {
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.finish()
	s.stalled.Stop()
	s.mu.Unlock()
	if closed {
		return nil
	}
	return s.content.Close()
}

// failure is why the content could not be read.
func (s *uploadReader) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// whole is the size and the checksum of the content, which is empty if it was
// not read to its end.
func (s *uploadReader) whole() (size int64, checksum string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.end && s.done != s.size {
		s.finish()
		return s.done, ""
	}
	return s.done, s.checksum()
}

// checksum ends the reading and returns the checksum of what was read.
func (s *uploadReader) checksum() string {
	s.finish()
	return "md5:" + hex.EncodeToString(s.sum.Sum(nil))
}

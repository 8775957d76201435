package deposits

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"

	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// shelf keeps the bytes of uploaded files in a temporary directory, which is
// made when the first of them comes.
type shelf struct {
	mu     sync.Mutex
	dir    string
	closed bool
}

// blob is the bytes of a file. Versions of a record share it.
type blob struct {
	open     func() (wire.Blob, error)
	path     string // empty where nobody sent them here
	size     int64
	checksum string // MD5, in hexadecimal

	// users is how many files of depositions have these bytes; it is guarded by
	// the server's lock.
	users int
}

// copied is how much of an upload is held in memory.
const copied = 256 << 10

// take stores what the reader gives, however much that is.
func (s *shelf) take(r io.Reader) (*blob, error) {
	out, err := s.create()
	if err != nil {
		return nil, err
	}
	sum := md5.New()
	size, err := io.CopyBuffer(struct{ io.Writer }{io.MultiWriter(out, sum)}, r, make([]byte, copied))
	if err := errors.Join(err, out.Close()); err != nil {
		return nil, errors.Join(err, os.Remove(out.Name()))
	}
	open := func() (wire.Blob, error) { return os.Open(out.Name()) }
	return &blob{open: open, path: out.Name(), size: size, checksum: hex.EncodeToString(sum.Sum(nil))}, nil
}

func (s *shelf) create() (*os.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, fs.ErrClosed
	}
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "zenodotest")
		if err != nil {
			return nil, err
		}
		s.dir = dir
	}
	return os.CreateTemp(s.dir, "")
}

// close removes everything. What is still being uploaded is lost with it.
func (s *shelf) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	if s.dir == "" {
		return nil
	}
	return os.RemoveAll(s.dir)
}

func (b *blob) acquire() { b.users++ }

// release removes the bytes when nothing has them any more. Who reads them at
// that moment has the file open, and reads on.
func (b *blob) release() {
	if b.users--; b.users <= 0 && b.path != "" {
		os.Remove(b.path) // where that fails, closing the shelf removes it
	}
}

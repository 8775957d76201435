package atomicfile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ErrForeignPart means that where a [Part] would be there is a link, another
// user's file, or no file at all, which is left as it is.
var ErrForeignPart = errors.New("a link, another user's file, or no file: it is not written to")

const (
	// partEnding is that of a file that is not whole yet.
	partEnding = ".part"
	// longestName is the longest name of a file in bytes on most systems.
	longestName = 255
)

// Part is a file that grows beside its target over several processes, and takes
// its place when it is complete. It is open for reading and writing.
type Part struct {
	*os.File
	target string
}

// OpenPart opens what an earlier process has left of a file, and makes it where
// there is none. It follows no link, so that what others put there leads
// nowhere: the error is [ErrForeignPart] then.
func OpenPart(target string) (*Part, error) {
	file, err := openOwn(partPath(target))
	if err != nil {
		return nil, err
	}
	return &Part{file, target}, nil
}

// Commit stores the part, gives it the name of its target and closes it.
func (p *Part) Commit() error { return place(p.File, p.target, os.Rename) }

// Close closes the part, which stays for the next process. After Commit it does
// nothing.
func (p *Part) Close() error {
	if err := p.File.Close(); !errors.Is(err, fs.ErrClosed) {
		return err
	}
	return nil
}

// partPath is where a file grows until it is whole: beside it, with its name
// and an ending. A name that has no room for that is cut, and distinguished
// by a hash.
func partPath(path string) string {
	dir, name := filepath.Split(path)
	if len(name)+len(partEnding) <= longestName {
		return path + partEnding
	}
	sum := sha256.Sum256([]byte(name))
	ending := "-" + hex.EncodeToString(sum[:8]) + partEnding
	return dir + strings.ToValidUTF8(name[:longestName-len(ending)], "") + ending
}

// openOwn opens a file of this user's, or a new one.
func openOwn(path string) (*os.File, error) {
	before, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	}
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() || !isOwn(before) {
		return nil, fmt.Errorf("%s: %w", path, ErrForeignPart)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	// Meanwhile it may have become a link.
	if now, err := file.Stat(); err != nil || !os.SameFile(before, now) {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, ErrForeignPart), err, file.Close())
	}
	return file, nil
}

package zenodo

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

// ErrForeignPart means that where a download would grow there is a link,
// another user's file, or no file at all, which is left as it is.
var ErrForeignPart = errors.New("a link, another user's file, or no file: it is not written to")

const (
	// partEnding is that of a file that is not whole yet.
	partEnding = ".part"
	// longestName is the longest name of a file in bytes on most systems.
	longestName = 255
)

// partPath is where a file grows until it is whole: beside it, with its name
// and an ending. A name that has no room for that is cut, and told from others
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

// openPart opens a part to go on with, and makes it where there is none. It
// follows no link, so that what others put there leads nowhere.
func openPart(path string) (*os.File, error) {
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
	part, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	// Meanwhile it may have become a link.
	if now, err := part.Stat(); err != nil || !os.SameFile(before, now) {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, ErrForeignPart), err, part.Close())
	}
	return part, nil
}

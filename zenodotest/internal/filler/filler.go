// Package filler makes up the bytes of files that exist by name alone: the same
// bytes each time, as many as the file has, and the MD5 of them. Nothing is held
// in memory that grows with a file.
package filler

import (
	"encoding/binary"
	"hash/fnv"
	"io"
	"path"
	"strings"

	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

// unit is where the part that all files have in common may end: at a multiple
// of it. The rest of a file, up to two units, is its own.
const unit = 64 << 10

// File is a file with made-up bytes.
type File struct {
	size  int64
	seed  uint64
	ahead int64  // length of the common part
	zip   []byte // the own part of a ZIP; nil for other files
}

// New makes a file of that size. Files of one identity, such as a checksum, have
// the same bytes. One whose name ends in .zip is a ZIP where it has room for
// that.
func New(name, identity string, size int64) *File {
	h := fnv.New64a()
	h.Write([]byte(identity))
	size = max(size, 0)
	f := &File{size: size, seed: synth.Mix(h.Sum64() ^ uint64(size)), ahead: max(0, size/unit-1) * unit}
	if strings.EqualFold(path.Ext(name), ".zip") {
		f.zip = makeZIP(f.ahead, int(size-f.ahead), f.seed)
	}
	return f
}

// Size is the number of bytes.
func (f *File) Size() int64 { return f.size }

// ReadAt reads as io.ReaderAt has it.
func (f *File) ReadAt(p []byte, at int64) (int, error) {
	if at >= f.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), f.size-at))
	own := int(min(max(f.ahead-at, 0), int64(n))) // where the own part begins in p
	fill(p[:own], at, 0)
	if f.zip == nil {
		fill(p[own:n], at+int64(own), f.seed)
	} else if own < n {
		copy(p[own:n], f.zip[at+int64(own)-f.ahead:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// fill writes the bytes that a seed has at an offset.
func fill(p []byte, at int64, seed uint64) {
	for len(p) > 0 {
		word := synth.Mix(seed + uint64(at/8) + 1)
		n := 8
		if at%8 == 0 && len(p) >= 8 {
			binary.LittleEndian.PutUint64(p, word)
		} else {
			var whole [8]byte
			binary.LittleEndian.PutUint64(whole[:], word)
			n = copy(p, whole[at%8:])
		}
		p, at = p[n:], at+int64(n)
	}
}

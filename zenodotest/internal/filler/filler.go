// Package filler makes up the bytes of files that exist by name alone: the same
// bytes each time, as many as the file has, and the MD5 of them. Nothing is held
// in memory that grows with a file.
package filler

import (
	"crypto/md5" //nolint:gosec // it is what Zenodo gives
	"encoding"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"hash/fnv"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/zharvest/zharvest/zenodotest/internal/synth"
)

// unit is where the part that all files have in common may end: at a multiple
// of it. The rest of a file, up to two units, is its own. So the MD5 of any file
// takes two units, once the MD5 of the common part is known as far as that.
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

// Sums knows the MD5 of files, each of which is computed when it is first asked
// for. It is safe for concurrent use.
type Sums struct {
	mu     sync.Mutex
	states [][]byte // of the MD5 after 0, 1, 2, … units of the common part
	known  map[key]string
}

// key stands for all files with the same bytes.
type key struct {
	size  int64
	seed  uint64
	isZIP bool
}

// Of is the MD5 of a file in hexadecimal.
func (s *Sums) Of(f *File) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := key{f.size, f.seed, f.zip != nil}
	if sum, ok := s.known[k]; ok {
		return sum
	}
	sum := s.common(int(f.ahead / unit))
	io.Copy(sum, io.NewSectionReader(f, f.ahead, f.size-f.ahead)) // neither side can fail
	if s.known == nil {
		s.known = map[key]string{}
	}
	s.known[k] = hex.EncodeToString(sum.Sum(nil))
	return s.known[k]
}

// common is the MD5 after so many units of the common part.
func (s *Sums) common(units int) hash.Hash {
	sum := md5.New() //nolint:gosec // it is what Zenodo gives
	if s.states == nil {
		s.states = [][]byte{state(sum)}
	}
	last := min(units, len(s.states)-1)
	if err := sum.(encoding.BinaryUnmarshaler).UnmarshalBinary(s.states[last]); err != nil {
		panic(err) // it was written by state
	}
	var bytes [unit]byte
	for ; last < units; last++ {
		fill(bytes[:], int64(last)*unit, 0)
		sum.Write(bytes[:])
		s.states = append(s.states, state(sum))
	}
	return sum
}

func state(sum hash.Hash) []byte {
	saved, err := sum.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		panic(err) // which MD5 has no case of
	}
	return saved
}

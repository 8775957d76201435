package filler

import (
	"crypto/md5" //nolint:gosec // it is what Zenodo gives
	_ "embed"
	"encoding"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
	"sync"
)

// Sums knows the MD5 of files, each of which is computed when it is first asked
// for. It is safe for concurrent use.
//
// The MD5 of the part that files have in common is known at each stride. So that
// of any file takes less than a stride, and the next one of a like size no more
// than what it has of its own.
type Sums struct {
	mu      sync.Mutex
	strides map[int][][]byte // states of the MD5 after 0, 1, 2, … units of a stride
	known   map[key]string
}

// key stands for all files with the same bytes.
type key struct {
	size  int64
	seed  uint64
	isZIP bool
}

// stride is the number of units between the states that are kept in a file.
const stride = 512

// states are those of the MD5 of the common part after 1, 2, 3, … strides, 64 GB
// of them, by TestStates -update.
//
//go:embed states.bin
var states []byte

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
	if s.strides == nil {
		s.strides = map[int][][]byte{}
	}
	at := min(units/stride, len(states)/md5.Size)
	kept := s.strides[at]
	if kept == nil {
		kept = [][]byte{stateAfter(at)}
	}
	wanted := units - at*stride
	from := min(wanted, len(kept)-1)
	sum := restored(kept[from])
	var bytes [unit]byte
	for ; from < wanted; from++ {
		fill(bytes[:], int64(at*stride+from)*unit, 0)
		sum.Write(bytes[:])
		kept = append(kept, saved(sum))
	}
	s.strides[at] = kept
	return sum
}

// stateAfter is the state after so many strides as package md5 writes it: a word
// of its own, the sums, the bytes that fill no block yet, and the length.
func stateAfter(strides int) []byte {
	state := saved(md5.New()) //nolint:gosec // it is what Zenodo gives
	if strides > 0 {
		copy(state[stateSum:], states[(strides-1)*md5.Size:][:md5.Size])
		binary.BigEndian.PutUint64(state[len(state)-8:], uint64(strides)*stride*unit)
	}
	return state
}

// stateSum is where the sums stand in a state.
const stateSum = 4

func saved(sum hash.Hash) []byte {
	state, err := sum.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		panic(err) // which MD5 has no case of
	}
	return state
}

func restored(state []byte) hash.Hash {
	sum := md5.New() //nolint:gosec // it is what Zenodo gives
	if err := sum.(encoding.BinaryUnmarshaler).UnmarshalBinary(state); err != nil {
		panic(err) // it was written by saved
	}
	return sum
}

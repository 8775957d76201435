package index

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

func encodeBitset(b segment.Bitset) []byte {
	out := make([]byte, 0, len(b)*8)
	for _, word := range b {
		out = binary.LittleEndian.AppendUint64(out, word)
	}
	return out
}

func decodeBitset(data []byte) segment.Bitset {
	b := make(segment.Bitset, len(data)/8)
	for i := range b {
		b[i] = binary.LittleEndian.Uint64(data[i*8:])
	}
	return b
}

// encodeInts writes numbers as their distances from the one before.
func encodeInts(ns []int64) []byte {
	out := make([]byte, 0, len(ns)*3)
	last := int64(0)
	for _, n := range ns {
		out = binary.AppendVarint(out, n-last)
		last = n
	}
	return out
}

// decodeInts reads so many numbers.
func decodeInts(data []byte, want int) ([]int64, error) {
	ns := make([]int64, 0, want)
	last := int64(0)
	for len(data) > 0 && len(ns) < want {
		delta, size := binary.Varint(data)
		if size <= 0 {
			break
		}
		last += delta
		ns, data = append(ns, last), data[size:]
	}
	if len(ns) != want || len(data) > 0 {
		return nil, fmt.Errorf("%w: a column of numbers", segment.ErrDamaged)
	}
	return ns, nil
}

func encodeStrings(ss []string) []byte {
	var out []byte
	for _, s := range ss {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	return out
}

// decodeStrings reads so many texts.
func decodeStrings(data []byte, want int) ([]string, error) {
	ss := make([]string, 0, want)
	for len(data) > 0 && len(ss) < want {
		n, size := binary.Uvarint(data)
		if size <= 0 || n > uint64(len(data)-size) {
			break
		}
		ss = append(ss, string(data[size:size+int(n)]))
		data = data[size+int(n):]
	}
	if len(ss) != want || len(data) > 0 {
		return nil, fmt.Errorf("%w: a column of texts", segment.ErrDamaged)
	}
	return slices.Clip(ss), nil
}

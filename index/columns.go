package index

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/index/internal/segment"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encodeBitset writes the words of a set and a checksum: it is not compressed,
// so that nothing else would notice damage.
func encodeBitset(b segment.Bitset) []byte {
	out := make([]byte, 0, len(b)*8+crc32.Size)
	for _, word := range b {
		out = binary.LittleEndian.AppendUint64(out, word)
	}
	return binary.LittleEndian.AppendUint32(out, crc32.Checksum(out, castagnoli))
}

// decodeBitset reads a set of so many documents.
func decodeBitset(data []byte, docs int) (segment.Bitset, error) {
	end := len(data) - crc32.Size
	if docs < 0 || end < 0 || end != (docs+63)/64*8 || binary.LittleEndian.Uint32(data[end:]) != crc32.Checksum(data[:end], castagnoli) {
		return nil, fmt.Errorf("%w: a set of documents", segment.ErrDamaged)
	}
	b := segment.NewBitset(docs)
	for i := range b {
		b[i] = binary.LittleEndian.Uint64(data[i*8:])
	}
	return b, nil
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

// textEncoder writes a chunk of texts: their lengths, and then the texts.
type textEncoder struct{ lengths, all []byte }

func (e *textEncoder) add(s string) {
	e.lengths = binary.AppendUvarint(e.lengths, uint64(len(s)))
	e.all = append(e.all, s...)
}

// take returns the chunk and begins the next. It is valid until that grows.
func (e *textEncoder) take() []byte {
	chunk := append(e.lengths, e.all...)
	e.lengths, e.all = chunk[:0], e.all[:0]
	return chunk
}

func encodeTexts(values []string) []byte {
	var e textEncoder
	for _, s := range values {
		e.add(s)
	}
	return e.take()
}

// decodeTexts reads so many texts.
func decodeTexts(data []byte, want int) (engine.Texts, error) {
	ends := make([]uint32, 0, want)
	end := uint64(0)
	for len(ends) < want {
		n, size := binary.Uvarint(data)
		if size <= 0 || n > uint64(len(data)) {
			break
		}
		end += n
		ends, data = append(ends, uint32(end)), data[size:]
	}
	if len(ends) != want || end != uint64(len(data)) {
		return engine.Texts{}, fmt.Errorf("%w: a column of texts", segment.ErrDamaged)
	}
	return engine.Texts{All: string(data), Ends: ends}, nil
}

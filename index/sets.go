package index

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

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

package index

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// firstBlock is what the first block of a segment is stored under: no key comes
// before it, so that each key has its block.
var firstBlock = []byte{0}

// extent is the keys that a block covers, whether it has them or not: from one
// (included) to the one that the next block is stored under (not included, empty
// for the end). It stands before the keys of a stored block, under their
// checksum, so that a block that was found by a damaged key is noticed.
type extent struct{ from, until []byte }

func (e extent) has(key []byte) bool {
	return bytes.Compare(e.from, key) <= 0 && (len(e.until) == 0 || bytes.Compare(key, e.until) < 0)
}

// appendKeys appends the keys of a block as they are stored.
func (e extent) appendKeys(out, keys []byte) []byte {
	for _, end := range [][]byte{e.from, e.until} {
		out = append(binary.AppendUvarint(out, uint64(len(end))), end...)
	}
	return append(out, keys...)
}

// splitKeys divides what appendKeys has made, and shares its memory.
func splitKeys(stored []byte) (e extent, keys []byte, err error) {
	for _, end := range []*[]byte{&e.from, &e.until} {
		n, size := binary.Uvarint(stored)
		if size <= 0 || n > uint64(len(stored)-size) {
			return extent{}, nil, fmt.Errorf("%w: the extent of a block", segment.ErrDamaged)
		}
		*end, stored = stored[size:size+int(n)], stored[size+int(n):]
	}
	return e, stored, nil
}

// chain checks that blocks follow each other without a gap.
type chain struct {
	begun bool
	next  []byte // where the next block begins, empty behind the last
}

// follow takes the next block of the chain, whose first has to cover a key.
func (c *chain) follow(e extent, key []byte) error {
	if c.begun && !bytes.Equal(e.from, c.next) || !c.begun && !e.has(key) {
		return errGap
	}
	c.begun, c.next = true, append(c.next[:0], e.until...)
	return nil
}

// end checks that the chain goes up to a key, nil for the end.
func (c *chain) end(until []byte) error {
	if !c.begun || len(c.next) > 0 && (until == nil || bytes.Compare(c.next, until) < 0) {
		return errGap
	}
	return nil
}

var errGap = fmt.Errorf("%w: a block is missing", segment.ErrDamaged)

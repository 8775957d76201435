package segment

import (
	"bytes"
	"encoding/binary"
	"iter"
)

// Block is a run of terms with their postings. Keys holds for each term the
// length that it shares with the one before, the rest with its length, the
// number of documents and the length of the postings; Postings holds these
// one after the other. They are apart so that terms can be listed without
// reading what they point to.
type Block struct {
	First    []byte // the first key: field and term
	Keys     []byte
	Postings []byte
}

// blockSize is where a block ends. A single term may make a larger one.
const blockSize = 16 << 10

type blockWriter struct {
	emit  func(Block) error
	block Block
	last  []byte
}

func (w *blockWriter) add(key []byte, count int, postings []byte) error {
	if len(w.block.Keys)+len(w.block.Postings) > blockSize {
		if err := w.flush(); err != nil {
			return err
		}
	}
	shared := 0
	if w.block.First == nil {
		w.block = Block{First: bytes.Clone(key), Keys: make([]byte, 0, blockSize/2), Postings: make([]byte, 0, blockSize)}
	} else {
		shared = commonPrefix(w.last, key)
	}
	k := w.block.Keys
	k = binary.AppendUvarint(k, uint64(shared))
	k = binary.AppendUvarint(k, uint64(len(key)-shared))
	k = append(k, key[shared:]...)
	k = binary.AppendUvarint(k, uint64(count))
	w.block.Keys = binary.AppendUvarint(k, uint64(len(postings)))
	w.block.Postings = append(w.block.Postings, postings...)
	w.last = append(w.last[:0], key...)
	return nil
}

func (w *blockWriter) flush() error {
	if w.block.First == nil {
		return nil
	}
	err := w.emit(w.block)
	w.block = Block{}
	return err
}

func commonPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// Entry is a key of a block with its postings. The key is good until the
// next one is asked for.
type Entry struct {
	Key      []byte
	Postings Postings
}

// Entries iterates over a block. Of a block that was read without its
// postings, only the keys and counts are good.
func (b Block) Entries() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		key, postings := make([]byte, 0, 64), 0
		for at := 0; at < len(b.Keys); {
			h, next, ok := readHead(b.Keys, at, len(key))
			if !ok || b.Postings != nil && postings+h.size > len(b.Postings) {
				yield(Entry{}, ErrDamaged)
				return
			}
			key = append(key[:h.shared], b.Keys[h.from:h.until]...)
			e := Entry{Key: key, Postings: Postings{count: h.count}}
			if b.Postings != nil {
				e.Postings.raw = b.Postings[postings : postings+h.size]
			}
			postings += h.size
			at = next
			if !yield(e, nil) {
				return
			}
		}
	}
}

// EachKey calls use with the keys of a block, which are good until use returns,
// and their places in it.
func (b Block) EachKey(use func(place int, key []byte)) error {
	key := make([]byte, 0, 64)
	for place, at := 0, 0; at < len(b.Keys); place++ {
		h, next, ok := readHead(b.Keys, at, len(key))
		if !ok {
			return ErrDamaged
		}
		key = append(key[:h.shared], b.Keys[h.from:h.until]...)
		at = next
		use(place, key)
	}
	return nil
}

// head is what stands before the postings of a key: how much of the key it
// shares with the one before, where the rest of it is, and the number of
// documents and bytes of its postings.
type head struct{ shared, from, until, count, size int }

// readHead reads the head at a place of keys; the key before has so many bytes.
func readHead(keys []byte, at, before int) (h head, next int, ok bool) {
	var rest int
	if h.shared, at, ok = readInt(keys, at); !ok || h.shared > before {
		return h, 0, false
	}
	if rest, at, ok = readInt(keys, at); !ok || rest > len(keys)-at {
		return h, 0, false
	}
	h.from, h.until = at, at+rest
	if h.count, at, ok = readInt(keys, h.until); !ok {
		return h, 0, false
	}
	h.size, at, ok = readInt(keys, at)
	return h, at, ok
}

// readInt reads a varint that an int holds everywhere.
func readInt(from []byte, at int) (v, next int, ok bool) {
	if at < len(from) && from[at] < 0x80 {
		return int(from[at]), at + 1, true
	}
	if at > len(from) {
		return 0, 0, false
	}
	u, n := binary.Uvarint(from[at:])
	return int(u), at + n, n > 0 && u <= 1<<31-1
}

// Find looks a key up in the block where it would be.
func (b Block) Find(key []byte) (Postings, bool, error) {
	for e, err := range b.Entries() {
		if err != nil {
			return Postings{}, false, err
		}
		switch bytes.Compare(e.Key, key) {
		case 0:
			return e.Postings, true, nil
		case 1:
			return Postings{}, false, nil
		}
	}
	return Postings{}, false, nil
}

// Key is the key of a term in a field.
func Key(f Field, term string) []byte { return append([]byte{byte(f)}, term...) }

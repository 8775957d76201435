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
		keys, at := b.Keys, 0
		var e Entry
		for len(keys) > 0 {
			size, ok := e.next(&keys)
			if !ok || b.Postings != nil && at+size > len(b.Postings) {
				yield(Entry{}, ErrDamaged)
				return
			}
			if b.Postings != nil {
				e.Postings.raw = b.Postings[at : at+size]
			}
			at += size
			if !yield(e, nil) {
				return
			}
		}
	}
}

// next reads the next key and returns the length of its postings.
func (e *Entry) next(keys *[]byte) (size int, ok bool) {
	var head [2]uint64
	if !readUvarints(keys, head[:]) || int(head[0]) > len(e.Key) || int(head[1]) > len(*keys) {
		return 0, false
	}
	e.Key = append(e.Key[:head[0]], (*keys)[:head[1]]...)
	*keys = (*keys)[head[1]:]
	if !readUvarints(keys, head[:]) {
		return 0, false
	}
	e.Postings.count = int(head[0])
	return int(head[1]), true
}

func readUvarints(from *[]byte, into []uint64) bool {
	for i := range into {
		v, n := binary.Uvarint(*from)
		if n <= 0 || v > 1<<31 {
			return false
		}
		into[i], *from = v, (*from)[n:]
	}
	return true
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

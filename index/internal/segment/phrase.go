package segment

import "encoding/binary"

// positions reads where the documents of a list hold the term, moving on
// with the documents asked for.
type positions struct {
	docs   []uint32
	chunks []int  // offsets of the chunks in raw
	raw    []byte // all positions
	at     int    // the document that next is at
	next   int    // offset of that document's positions
	buf    []uint32
}

func newPositions(p Postings) (*positions, error) {
	r := &positions{}
	return r, r.open(p)
}

// open begins with the list of another term.
func (r *positions) open(p Postings) error {
	docs, rest, err := p.split(r.docs[:0])
	if err != nil {
		return err
	}
	*r = positions{docs: docs, chunks: r.chunks[:0], buf: r.buf}
	if len(rest) == 0 {
		return nil
	}
	offset := 0
	for range (len(docs) + chunkDocs - 1) / chunkDocs {
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)) {
			return ErrDamaged
		}
		rest = rest[n:]
		r.chunks = append(r.chunks, offset)
		offset += int(size)
	}
	if offset > len(rest) {
		return ErrDamaged
	}
	r.raw = rest[:offset]
	return nil
}

// in returns the positions in a document, none where it is not in the list. The
// cursor is a place in the list, and moves on to the document.
func (r *positions) in(doc uint32, cursor *int) ([]uint32, error) {
	for *cursor < len(r.docs) && r.docs[*cursor] < doc {
		*cursor++
	}
	if *cursor == len(r.docs) || r.docs[*cursor] != doc {
		return nil, nil
	}
	return r.of(*cursor)
}

// has tells whether there are positions: in keyword fields there are none.
func (r *positions) has() bool { return len(r.chunks) > 0 }

// of returns the positions in the i-th document of the list. Asking in
// ascending order is cheap.
func (r *positions) of(i int) ([]uint32, error) {
	if !r.has() {
		return nil, ErrDamaged
	}
	if i < r.at || i/chunkDocs != r.at/chunkDocs {
		r.at, r.next = i-i%chunkDocs, r.chunks[i/chunkDocs]
	}
	for {
		pos, err := r.read()
		if err != nil {
			return nil, err
		}
		r.at++
		if r.at > i {
			return pos, nil
		}
	}
}

func (r *positions) read() ([]uint32, error) {
	freq, n := binary.Uvarint(r.raw[r.next:])
	if n <= 0 || freq > uint64(len(r.raw)) {
		return nil, ErrDamaged
	}
	r.next += n
	r.buf = r.buf[:0]
	pos := uint32(0)
	for range freq {
		delta, n := binary.Uvarint(r.raw[r.next:])
		if n <= 0 {
			return nil, ErrDamaged
		}
		r.next += n
		pos += uint32(delta)
		r.buf = append(r.buf, pos)
	}
	return r.buf, nil
}

// Phrase returns the documents, among those in within, that hold the terms
// one right after the other.
func Phrase(terms []Postings, within Bitset) (Bitset, error) {
	readers := make([]*positions, len(terms))
	for i, p := range terms {
		r, err := newPositions(p)
		if err != nil {
			return nil, err
		}
		readers[i] = r
	}
	found := NewBitset(len(within) * 64)
	cursors := make([]int, len(terms))
	for _, doc := range readers[0].docs {
		if !within.Has(doc) {
			continue
		}
		ok, err := phraseIn(readers, cursors, doc)
		if err != nil {
			return nil, err
		}
		if ok {
			found.Add(doc)
		}
	}
	return found, nil
}

// phraseIn keeps the starts at which each word so far stood in its place.
func phraseIn(readers []*positions, cursors []int, doc uint32) (bool, error) {
	var starts []uint32
	for k, r := range readers {
		pos, err := r.in(doc, &cursors[k])
		if err != nil || len(pos) == 0 {
			return false, err
		}
		if k == 0 {
			starts = append(starts, pos...)
			continue
		}
		if starts = keepFollowed(starts, pos, uint32(k)); len(starts) == 0 {
			return false, nil
		}
	}
	return true, nil
}

// keepFollowed keeps those starts that have a position at the distance.
func keepFollowed(starts, pos []uint32, distance uint32) []uint32 {
	kept, i := starts[:0], 0
	for _, s := range starts {
		for i < len(pos) && pos[i] < s+distance {
			i++
		}
		if i < len(pos) && pos[i] == s+distance {
			kept = append(kept, s)
		}
	}
	return kept
}

// Frequencies calls emit for each document of a text field's postings with
// how often it holds the term.
func (p Postings) Frequencies(emit func(doc uint32, freq int)) error {
	r, err := newPositions(p)
	if err != nil {
		return err
	}
	for i, doc := range r.docs {
		pos, err := r.of(i)
		if err != nil {
			return err
		}
		emit(doc, len(pos))
	}
	return nil
}

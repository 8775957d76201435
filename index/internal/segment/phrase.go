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

// has reports whether there are positions: in keyword fields there are none.
func (r *positions) has() bool { return len(r.chunks) > 0 }

// of returns the positions in the i-th document of the list.
func (r *positions) of(i int) ([]uint32, error) {
	if err := r.seek(i); err != nil {
		return nil, err
	}
	r.at++
	return r.read()
}

func (r *positions) read() ([]uint32, error) {
	freq, at, ok := readInt(r.raw, r.next)
	if !ok || freq > len(r.raw)-at {
		return nil, ErrDamaged
	}
	r.buf = r.buf[:0]
	pos, delta := uint32(0), 0
	for range freq {
		if delta, at, ok = readInt(r.raw, at); !ok {
			return nil, ErrDamaged
		}
		pos += uint32(delta)
		r.buf = append(r.buf, pos)
	}
	r.next = at
	return r.buf, nil
}

// Phrase returns the documents, among those in within, that hold the terms
// one right after the other.
func Phrase(terms []Postings, within Bitset) (Bitset, error) {
	found := NewBitset(len(within) * 64)
	err := PhraseFrequencies(terms, within, func(doc uint32, _ int) { found.Add(doc) })
	return found, err
}

// PhraseFrequencies calls emit for each document, among those in within, that
// holds the terms one right after the other, with how often it does.
func PhraseFrequencies(terms []Postings, within Bitset, emit func(doc uint32, freq int)) error {
	readers := make([]*positions, len(terms))
	for i, p := range terms {
		r, err := newPositions(p)
		if err != nil {
			return err
		}
		readers[i] = r
	}
	cursors, starts := make([]int, len(terms)), []uint32(nil)
	for _, doc := range readers[0].docs {
		if !within.has(doc) {
			continue
		}
		var err error
		if starts, err = phraseIn(readers, cursors, doc, starts[:0]); err != nil {
			return err
		}
		if len(starts) > 0 {
			emit(doc, len(starts))
		}
	}
	return nil
}

// phraseIn appends to starts where the phrase begins in a document: the starts
// at which each word so far stood in its place.
func phraseIn(readers []*positions, cursors []int, doc uint32, starts []uint32) ([]uint32, error) {
	for k, r := range readers {
		pos, err := r.in(doc, &cursors[k])
		if err != nil || len(pos) == 0 {
			return starts[:0], err
		}
		if k == 0 {
			starts = append(starts, pos...)
			continue
		}
		if starts = keepFollowed(starts, pos, uint32(k)); len(starts) == 0 {
			return starts, nil
		}
	}
	return starts, nil
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

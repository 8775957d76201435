package segment

import (
	"encoding/binary"
	"errors"
	"slices"
)

// Postings lists the documents that hold a term and, in text fields, how
// often and where:
//
//	number of documents
//	each document, as its distance from the one before
//	for each chunk of 128 documents: the length of its positions in bytes
//	for each document: how often, then each position as its distance from
//	the one before
//
// All numbers are varints. Keyword fields end after the documents.
type Postings struct {
	count int
	raw   []byte
}

const chunkDocs = 128

// ErrDamaged means that a part of a segment is not what a builder wrote.
var ErrDamaged = errors.New("damaged full-text index")

// Count is the number of documents, dead ones included.
func (p Postings) Count() int { return p.count }

// AddTo puts the documents into a set.
func (p Postings) AddTo(set Bitset) error {
	raw, doc := p.raw, uint64(0)
	for range p.count {
		delta, n := uint64(0), 1
		if len(raw) > 0 && raw[0] < 0x80 {
			delta = uint64(raw[0])
		} else if delta, n = binary.Uvarint(raw); n <= 0 {
			return ErrDamaged
		}
		raw = raw[n:]
		doc += delta
		if doc/64 >= uint64(len(set)) {
			return ErrDamaged
		}
		set[doc/64] |= 1 << (doc % 64)
	}
	return nil
}

// CountIn is how many of the documents are in a set.
func (p Postings) CountIn(set Bitset) (n int, err error) {
	raw, doc := p.raw, uint64(0)
	for range p.count {
		delta, size := binary.Uvarint(raw)
		if size <= 0 {
			return 0, ErrDamaged
		}
		raw = raw[size:]
		doc += delta
		if doc/64 >= uint64(len(set)) {
			return 0, ErrDamaged
		}
		n += int(set[doc/64] >> (doc % 64) & 1)
	}
	return n, nil
}

// Docs returns the documents in order.
func (p Postings) Docs() ([]uint32, error) {
	docs, _, err := p.split(nil)
	return docs, err
}

// split appends the documents to docs, and returns these and what follows.
func (p Postings) split(docs []uint32) (all []uint32, rest []byte, err error) {
	if p.count > len(p.raw) {
		return nil, nil, ErrDamaged
	}
	raw, doc := p.raw, uint64(0)
	docs = slices.Grow(docs, p.count)
	for range p.count {
		delta, n := binary.Uvarint(raw)
		if n <= 0 {
			return nil, nil, ErrDamaged
		}
		raw = raw[n:]
		doc += delta
		docs = append(docs, uint32(doc))
	}
	return docs, raw, nil
}

// encoder writes postings from occurrences in order.
type encoder struct {
	count     int
	last, pos uint32
	freq      int
	docs      []byte
	chunks    []byte // lengths of the finished chunks
	positions []byte // finished chunks, then the one under way
	start     int    // of the chunk under way
	current   []byte // positions of the document under way
	out       []byte
	text      bool
}

func (e *encoder) reset() {
	*e = encoder{docs: e.docs[:0], chunks: e.chunks[:0], positions: e.positions[:0], current: e.current[:0], out: e.out[:0]}
}

// add adds one occurrence; a document that comes twice in a keyword field
// counts once.
func (e *encoder) add(doc, pos uint32) {
	if e.count == 0 || doc != e.last {
		e.begin(doc)
	}
	if pos == noPosition {
		return
	}
	e.text = true
	e.current = binary.AppendUvarint(e.current, uint64(pos-e.pos))
	e.pos = pos
	e.freq++
}

// begin ends the document under way and begins another.
func (e *encoder) begin(doc uint32) {
	if e.count > 0 {
		e.endDoc()
	}
	e.docs = binary.AppendUvarint(e.docs, uint64(doc-e.last))
	e.last, e.pos, e.freq = doc, 0, 0
	e.count++
}

func (e *encoder) endDoc() {
	if e.text {
		e.positions = binary.AppendUvarint(e.positions, uint64(e.freq))
		e.positions = append(e.positions, e.current...)
		e.current = e.current[:0]
	}
	if e.count%chunkDocs == 0 {
		e.endChunk()
	}
}

func (e *encoder) endChunk() {
	e.chunks = binary.AppendUvarint(e.chunks, uint64(len(e.positions)-e.start))
	e.start = len(e.positions)
}

// bytes ends the list and returns it; it is good until reset.
func (e *encoder) bytes() []byte {
	if e.count > 0 {
		e.endDoc()
	}
	e.out = append(e.out, e.docs...)
	if e.text {
		if e.count%chunkDocs != 0 {
			e.endChunk()
		}
		e.out = append(e.out, e.chunks...)
		e.out = append(e.out, e.positions...)
	}
	return e.out
}

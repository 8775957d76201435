package segment

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// part inverts some of the terms of documents: from which terms each document
// has to which documents have each term.
type part struct {
	from, until int // the buckets that it takes
	tokens      int // about how many there are

	terms termTable
	occur []occurrence

	entries         []entry
	docs, positions []byte // of all entries
}

// bucket divides terms in the order of their keys: words by their first byte,
// then other values by field.
func bucket(v value, token []byte) int {
	switch {
	case !v.text:
		return 256 + int(v.field)
	case len(token) == 0:
		return 0
	}
	return int(token[0])
}

// divide shares the terms out among parts with about as many tokens each. The
// terms of a part come before those of the next.
func divide(docs []*Document, most int) []*part {
	var sizes [512]int
	total := 0
	for _, d := range docs {
		d.eachValue(func(v value, tokens []byte) {
			eachToken(tokens, func(token []byte) { sizes[bucket(v, token)]++ })
			total += int(v.count)
		})
	}
	var parts []*part
	p := &part{}
	for b, size := range sizes {
		p.tokens += size
		if p.until = b + 1; p.tokens > total/most && len(parts) < most-1 {
			parts = append(parts, p)
			p = &part{from: b + 1}
		}
	}
	return append(parts, p)
}

func eachToken(tokens []byte, use func([]byte)) {
	for len(tokens) > 0 {
		n, size := binary.Uvarint(tokens)
		use(tokens[size : size+int(n)])
		tokens = tokens[size+int(n):]
	}
}

// occurrence is one token: the number of its term, the document, and the
// position in the field, or noPosition in a keyword field.
type occurrence struct{ term, doc, pos uint32 }

const noPosition = ^uint32(0)

// entry is a term of a field with the ends of its lists.
type entry struct {
	id              uint32
	count           int
	docs, positions int
}

// invert makes the entries of the part.
func (p *part) invert(docs []*Document, lengths *fieldLengths) {
	p.occur = make([]occurrence, 0, p.tokens)
	for i, d := range docs {
		p.scan(uint32(i), d)
	}
	p.encode(lengths)
	p.occur = nil
}

// scan reads the tokens of a document into occurrences.
func (p *part) scan(doc uint32, d *Document) {
	var next [256]uint32 // the next position in each field
	d.eachValue(func(v value, tokens []byte) {
		pos := next[v.field]
		for len(tokens) > 0 {
			n, size := binary.Uvarint(tokens)
			token := tokens[size : size+int(n)]
			tokens = tokens[size+int(n):]
			if b := bucket(v, token); b >= p.from && b < p.until {
				at := noPosition
				if v.text {
					at = pos
				}
				p.occur = append(p.occur, occurrence{p.terms.id(v.field, v.text, token), doc, at})
			}
			pos++
		}
		if v.text && v.count > 0 {
			next[v.field] = pos + Gap
		}
	})
}

// encode sorts the occurrences by term, which keeps those of a term in the order
// of documents and positions, and encodes them term by term.
func (p *part) encode(lengths *fieldLengths) {
	starts := make([]uint32, len(p.terms.all)+1)
	for _, o := range p.occur {
		starts[o.term+1]++
	}
	for i := range p.terms.all {
		starts[i+1] += starts[i]
	}
	sorted := make([]place, len(p.occur))
	fill := slices.Clone(starts)
	for _, o := range p.occur {
		sorted[fill[o.term]] = place{o.doc, o.pos}
		fill[o.term]++
	}
	p.entries = make([]entry, 0, len(p.terms.all))
	p.docs, p.positions = make([]byte, 0, 2*len(p.occur)), make([]byte, 0, 2*len(p.occur))
	var enc listEncoder
	for _, id := range p.terms.inOrder() {
		t := &p.terms.all[id]
		enc.reset(t.text)
		enc.addPlaces(t.field, sorted[starts[id]:starts[id+1]], lengths)
		docs, positions := enc.encoded()
		p.docs, p.positions = append(p.docs, docs...), append(p.positions, positions...)
		p.entries = append(p.entries, entry{id, enc.count, len(p.docs), len(p.positions)})
	}
}

// place is where a term stands.
type place struct{ doc, pos uint32 }

// addPlaces adds documents with their positions. One that comes twice in a
// keyword field counts once.
func (e *listEncoder) addPlaces(f Field, places []place, lengths *fieldLengths) {
	for len(places) > 0 {
		doc, n := places[0].doc, 1
		for n < len(places) && places[n].doc == doc {
			n++
		}
		b := e.block(1)
		e.add(b, doc, n, lengths.in(f, doc))
		if e.text {
			before, last := len(e.positions), uint32(0)
			for _, at := range places[:n] {
				e.positions = binary.AppendUvarint(e.positions, uint64(at.pos-last))
				last = at.pos
			}
			b.positions += len(e.positions) - before
		}
		places = places[n:]
	}
}

// write writes the entries, where those of the same word in several fields have
// one key.
func (p *part) write(w *termWriter) error {
	var key, last []byte
	docs, positions := 0, 0
	for _, e := range p.entries {
		t := &p.terms.all[e.id]
		if key = key[:0]; t.text {
			key = append(key, textKeys)
		} else {
			key = append(key, byte(t.field))
		}
		key = append(key, p.terms.bytes(t)...)
		if last == nil || !bytes.Equal(key, last) {
			if last != nil {
				w.end()
			}
			if err := w.begin(key); err != nil {
				return err
			}
			last = append(last[:0], key...)
		}
		if err := w.list(t.field, e.count, p.docs[docs:e.docs], p.positions[positions:e.positions]); err != nil {
			return err
		}
		docs, positions = e.docs, e.positions
	}
	if last != nil {
		w.end()
	}
	return nil
}

package segment

import (
	"encoding/binary"
	"slices"
	"strings"
)

// part inverts some of the fields of documents: from which terms each document
// has to which documents have each term.
type part struct {
	first, last Field
	size        int // of the tokens, in bytes

	ids   map[string]uint32 // key, that is field and term, to its number
	keys  []string
	occur []occurrence

	blocks []Block
	norms  map[Field][]byte
	tokens map[Field]int
}

// occurrence is one token: the number of its key, the document, and the
// position in the field, or noPosition in a keyword field.
type occurrence struct{ key, doc, pos uint32 }

const noPosition = ^uint32(0)

// meanToken is about how many bytes a token takes, its length included.
const meanToken = 7

// invert makes the blocks and norms of the part.
func (p *part) invert(docs []*Document) {
	p.ids = make(map[string]uint32, 32*len(docs))
	p.occur = make([]occurrence, 0, p.size/meanToken)
	p.norms, p.tokens = map[Field][]byte{}, map[Field]int{}
	for i, d := range docs {
		p.scan(uint32(i), d, len(docs))
	}
	p.writePostings()
	p.ids, p.keys, p.occur = nil, nil, nil
}

// scan reads the tokens of a document into occurrences.
func (p *part) scan(doc uint32, d *Document, docs int) {
	var next [256]uint32 // the next position in each field
	var lengths [256]int
	var key []byte
	start := uint32(0)
	for _, v := range d.values {
		tokens := d.tokens[start:v.end]
		start = v.end
		if v.field < p.first || v.field > p.last {
			continue
		}
		count := uint32(0)
		for len(tokens) > 0 {
			n, size := binary.Uvarint(tokens)
			tokens = tokens[size:]
			key = append(append(key[:0], byte(v.field)), tokens[:n]...)
			tokens = tokens[n:]
			pos := noPosition
			if v.text {
				pos = next[v.field] + count
			}
			p.occur = append(p.occur, occurrence{p.id(key), doc, pos})
			count++
		}
		if v.text && count > 0 {
			next[v.field] += count + Gap
			lengths[v.field] += int(count)
			p.tokens[v.field] += int(count)
			p.setNorm(v.field, doc, lengths[v.field], docs)
		}
	}
}

// setNorm notes the length of a field so far.
func (p *part) setNorm(f Field, doc uint32, length, docs int) {
	if p.norms[f] == nil {
		p.norms[f] = make([]byte, docs)
	}
	p.norms[f][doc] = EncodeLength(length)
}

func (p *part) id(key []byte) uint32 {
	if id, ok := p.ids[string(key)]; ok {
		return id
	}
	id := uint32(len(p.keys))
	s := string(key)
	p.ids[s] = id
	p.keys = append(p.keys, s)
	return id
}

// writePostings sorts the occurrences by key, which keeps those of a key in
// the order of documents and positions, and writes them key by key.
func (p *part) writePostings() {
	starts := make([]uint32, len(p.keys)+1)
	for _, o := range p.occur {
		starts[o.key+1]++
	}
	for i := range p.keys {
		starts[i+1] += starts[i]
	}
	sorted := make([]place, len(p.occur))
	fill := slices.Clone(starts)
	for _, o := range p.occur {
		sorted[fill[o.key]] = place{o.doc, o.pos}
		fill[o.key]++
	}
	order := make([]uint32, len(p.keys))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int { return strings.Compare(p.keys[x], p.keys[y]) })
	w := blockWriter{emit: func(b Block) error {
		p.blocks = append(p.blocks, b)
		return nil
	}}
	var enc encoder
	for _, id := range order {
		enc.reset()
		for _, at := range sorted[starts[id]:starts[id+1]] {
			enc.add(at.doc, at.pos)
		}
		_ = w.add([]byte(p.keys[id]), enc.count, enc.bytes()) // emit does not fail
	}
	_ = w.flush()
}

// place is where a term stands.
type place struct{ doc, pos uint32 }

package segment

import (
	"encoding/binary"
	"slices"
)

// Builder collects documents and makes a segment of them. The zero value is
// ready to use, and used again it spares the making of its large lists.
type Builder struct {
	docs   []*Document
	ids    map[string]uint32 // key, that is field and term, to its number
	keys   []string
	occur  []occurrence
	sorted []place
	sizes  map[Field][]int // tokens in each document, by text field
}

// occurrence is one token: the number of its key, the document, and the
// position in the field, or noPosition in a keyword field.
type occurrence struct{ key, doc, pos uint32 }

// place is where a token stands.
type place struct{ doc, pos uint32 }

const noPosition = ^uint32(0)

// Add puts a document in, which must not change until Build has returned.
func (b *Builder) Add(d *Document) { b.docs = append(b.docs, d) }

// Build hands the blocks of terms to emit in their order and returns the
// columns. The builder is empty afterwards.
func (b *Builder) Build(emit func(Block) error) (*Columns, error) {
	defer b.reset()
	slices.SortStableFunc(b.docs, (*Document).compare)
	if b.ids == nil {
		b.ids = make(map[string]uint32, 64*len(b.docs))
	}
	b.sizes = map[Field][]int{}
	for i, d := range b.docs {
		b.scan(uint32(i), d.tokens)
	}
	w := blockWriter{emit: emit}
	if err := b.writePostings(&w); err != nil {
		return nil, err
	}
	return b.columns(), nil
}

func (b *Builder) reset() {
	clear(b.docs) // they are large
	clear(b.ids)
	clear(b.keys)
	b.docs, b.keys, b.occur, b.sizes = b.docs[:0], b.keys[:0], b.occur[:0], nil
}

// scan reads the tokens of a document into occurrences.
func (b *Builder) scan(doc uint32, tokens []byte) {
	var next [256]uint32 // the next position in each field
	var key []byte
	for len(tokens) > 0 {
		f, kind := Field(tokens[0]), tokens[1]
		tokens = tokens[2:]
		if kind == kindKeyword {
			n, size := binary.Uvarint(tokens)
			key = append(append(key[:0], byte(f)), tokens[size:size+int(n)]...)
			b.occur = append(b.occur, occurrence{b.id(key), doc, noPosition})
			tokens = tokens[size+int(n):]
			continue
		}
		tokens = b.scanText(f, doc, &next[f], tokens)
	}
}

func (b *Builder) scanText(f Field, doc uint32, next *uint32, tokens []byte) []byte {
	var key []byte
	count := 0
	for {
		n, size := binary.Uvarint(tokens)
		term := tokens[size : size+int(n)]
		tokens = tokens[size+int(n):]
		if n == 0 {
			break
		}
		key = append(append(key[:0], byte(f)), term...)
		b.occur = append(b.occur, occurrence{b.id(key), doc, *next})
		*next++
		count++
	}
	if count > 0 {
		*next += Gap
		b.addSize(f, doc, count)
	}
	return tokens
}

func (b *Builder) addSize(f Field, doc uint32, count int) {
	if b.sizes[f] == nil {
		b.sizes[f] = make([]int, len(b.docs))
	}
	b.sizes[f][doc] += count
}

func (b *Builder) id(key []byte) uint32 {
	if id, ok := b.ids[string(key)]; ok {
		return id
	}
	id := uint32(len(b.keys))
	s := string(key)
	b.ids[s] = id
	b.keys = append(b.keys, s)
	return id
}

// writePostings sorts the occurrences by key, which keeps those of a key in
// the order of documents and positions, and writes them key by key.
func (b *Builder) writePostings(w *blockWriter) error {
	starts := make([]uint32, len(b.keys)+1)
	for _, o := range b.occur {
		starts[o.key+1]++
	}
	for i := range b.keys {
		starts[i+1] += starts[i]
	}
	b.sorted = slices.Grow(b.sorted[:0], len(b.occur))[:len(b.occur)]
	fill := slices.Clone(starts)
	for _, o := range b.occur {
		b.sorted[fill[o.key]] = place{o.doc, o.pos}
		fill[o.key]++
	}
	order := make([]uint32, len(b.keys))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int {
		if b.keys[x] < b.keys[y] {
			return -1
		}
		return 1
	})
	var enc encoder
	for _, id := range order {
		enc.reset()
		for _, p := range b.sorted[starts[id]:starts[id+1]] {
			enc.add(p.doc, p.pos)
		}
		if err := w.add([]byte(b.keys[id]), enc.count, enc.bytes()); err != nil {
			return err
		}
	}
	return w.flush()
}

func (b *Builder) columns() *Columns {
	c := newColumns(len(b.docs))
	c.Norms = make(map[Field][]byte, len(b.sizes))
	for f, sizes := range b.sizes {
		c.Norms[f] = make([]byte, len(sizes))
		for i, n := range sizes {
			c.Norms[f][i] = EncodeLength(n)
		}
	}
	for i, d := range b.docs {
		c.set(i, d.Record, d.Created, d.ID, d.Latest, d.Gone, d.Numbers)
	}
	return c
}

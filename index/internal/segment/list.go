package segment

import (
	"context"
	"encoding/binary"
	"sort"
)

// List is the documents that have a key in a field.
//
// A document is written as its distance from the one before; in text fields
// doubled, with 1 added where it has the word once, else followed by how often
// it has it, less 2. The positions of a document are distances, too. Lists of
// more than 128 documents are divided into blocks of up to so many, which stand
// behind a table: its length in bytes, and for each block the number of
// documents, the distance of its last document from that of the block before,
// its bytes, and in text fields the bytes of its positions, how often a document
// has the word at most, and the least length of the field. All numbers are
// varints.
type List struct {
	Field Field

	reader          *Reader
	count           int
	docs, positions span
	blocks          []block // nil until they are read
}

// blockDocs is how many documents a block has at most.
const blockDocs = 128

// block is a part of a list.
type block struct {
	count           int
	before, last    uint32 // the last document before it; its last, or any after that
	docs, positions span
	best            impact
}

// impact bounds what a document counts for: how often it has a word at most,
// and how long its field is at least.
type impact struct {
	freq   int
	length byte // encoded
}

// Count is the number of documents, dead ones included.
func (l *List) Count() int { return l.count }

// isText reports whether documents have frequencies and positions.
func (l *List) isText() bool { return l.positions.size() > 0 }

// open reads where the blocks are.
func (l *List) open(ctx context.Context) error {
	if l.blocks != nil {
		return nil
	}
	if l.count <= blockDocs {
		l.blocks = []block{{
			count: l.count, last: uint32(l.reader.Docs), docs: l.docs, positions: l.positions,
			best: impact{freq: 1 << 30},
		}}
		return nil
	}
	head, err := read(ctx, l.reader.Pages, Docs, span{l.docs.from, min(l.docs.from+binary.MaxVarintLen32, l.docs.until)})
	if err != nil {
		return err
	}
	size, n, ok := readInt(head, 0)
	at := span{l.docs.from + n, l.docs.from + n + size}
	if !ok || at.until > l.docs.until {
		return ErrDamaged
	}
	table, err := read(ctx, l.reader.Pages, Docs, at)
	if err != nil {
		return err
	}
	return l.readTable(table, at.until)
}

// readTable reads the table of blocks; the first of them begins at docs.
func (l *List) readTable(table []byte, docs int) error {
	blocks := make([]block, 0, l.count/blockDocs+2)
	last, positions, count := 0, l.positions.from, 0
	for at := 0; at < len(table); {
		b := block{before: uint32(last)}
		ok := true
		next := func() (v int) {
			if ok {
				v, at, ok = readInt(table, at)
			}
			return v
		}
		b.count = next()
		last += next()
		b.last = uint32(last)
		b.docs = span{docs, docs + next()}
		docs = b.docs.until
		if l.isText() {
			b.positions = span{positions, positions + next()}
			positions = b.positions.until
			b.best.freq = next()
			b.best.length = byte(next())
		}
		if !ok || b.count > blockDocs || b.count == 0 || last >= l.reader.Docs {
			return ErrDamaged
		}
		count += b.count
		blocks = append(blocks, b)
	}
	if count != l.count || docs != l.docs.until || l.isText() && positions != l.positions.until {
		return ErrDamaged
	}
	l.blocks = blocks
	return nil
}

// overlapping are the blocks with documents from one (included) to another (not
// included).
func (l *List) overlapping(from, until uint32) []block {
	first := sort.Search(len(l.blocks), func(i int) bool { return l.blocks[i].last >= from })
	last := first
	for last < len(l.blocks) && (last == 0 || l.blocks[last].before < until) {
		last++
	}
	return l.blocks[first:last]
}

// AddTo puts the documents of a window into a set.
func (l *List) AddTo(ctx context.Context, window int, into *Window) error {
	if err := l.open(ctx); err != nil {
		return err
	}
	from := uint32(window * WindowDocs)
	for _, b := range l.overlapping(from, from+WindowDocs) {
		data, err := read(ctx, l.reader.Pages, Docs, b.docs)
		if err != nil {
			return err
		}
		if err := l.addBlock(&b, data, from, into); err != nil {
			return err
		}
	}
	return nil
}

// addBlock puts those documents of a block into a set that are in the window
// from one on.
func (l *List) addBlock(b *block, data []byte, from uint32, into *Window) error {
	text, doc, at := l.isText(), uint64(b.before), 0
	for range b.count {
		if at >= len(data) {
			return ErrDamaged
		}
		v, n := uint64(data[at]), 1
		if v >= 0x80 {
			if v, n = binary.Uvarint(data[at:]); n <= 0 {
				return ErrDamaged
			}
		}
		at += n
		if text {
			if v&1 == 0 {
				for at < len(data) && data[at] >= 0x80 {
					at++
				}
				at++
			}
			v >>= 1
		}
		doc += v & (1<<31 - 1)
		if place := doc - uint64(from); place < WindowDocs {
			into[place/64] |= 1 << (place % 64)
		}
	}
	if at != len(data) || doc >= uint64(l.reader.Docs) {
		return ErrDamaged
	}
	return nil
}

// AddAll puts all documents into a set.
func (l *List) AddAll(ctx context.Context, set Bitset) error {
	var docs blockOf
	if err := l.open(ctx); err != nil {
		return err
	}
	for i := range l.blocks {
		if err := docs.read(ctx, l, &l.blocks[i]); err != nil {
			return err
		}
		for _, doc := range docs.docs[:docs.count] {
			set.Add(doc)
		}
	}
	return nil
}

// CountIn is how many of the documents are in a set.
func (l *List) CountIn(ctx context.Context, set Bitset) (n int, err error) {
	var docs blockOf
	if err := l.open(ctx); err != nil {
		return 0, err
	}
	for i := range l.blocks {
		if err := docs.read(ctx, l, &l.blocks[i]); err != nil {
			return 0, err
		}
		for _, doc := range docs.docs[:docs.count] {
			if set.Has(doc) {
				n++
			}
		}
	}
	return n, nil
}

// blockOf is a block that was read.
type blockOf struct {
	count int
	docs  [blockDocs]uint32
	freqs [blockDocs]int32 // in text fields
}

func (d *blockOf) read(ctx context.Context, l *List, b *block) error {
	data, err := read(ctx, l.reader.Pages, Docs, b.docs)
	if err != nil {
		return err
	}
	text, doc, at := l.isText(), uint64(b.before), 0
	d.count = b.count
	for i := range b.count {
		v, next, ok := readInt(data, at)
		if !ok {
			return ErrDamaged
		}
		at = next
		if text {
			d.freqs[i] = 1
			if v&1 == 0 {
				more, next, ok := readInt(data, at)
				if !ok {
					return ErrDamaged
				}
				d.freqs[i], at = int32(more+2), next
			}
			v >>= 1
		}
		doc += uint64(v)
		d.docs[i] = uint32(doc)
	}
	if at != len(data) || doc >= uint64(l.reader.Docs) {
		return ErrDamaged
	}
	return nil
}

// Frequencies calls emit for each document of a window that is in a set, with
// its place in the window and how often it has the word.
func (l *List) Frequencies(ctx context.Context, window int, among *Window, emit func(place uint32, freq int)) error {
	if !l.isText() {
		return ErrDamaged
	}
	if err := l.open(ctx); err != nil {
		return err
	}
	from := uint32(window * WindowDocs)
	var docs blockOf
	for _, b := range l.overlapping(from, from+WindowDocs) {
		if err := docs.read(ctx, l, &b); err != nil {
			return err
		}
		for i, doc := range docs.docs[:docs.count] {
			if place := doc - from; place < WindowDocs && among.Has(place) {
				emit(place, int(docs.freqs[i]))
			}
		}
	}
	return nil
}

package segment

import "encoding/binary"

// listEncoder encodes a list of documents, which come in order.
type listEncoder struct {
	text            bool
	count           int
	last            uint32
	docs, positions []byte
	blocks          []encodedBlock
	table, out      []byte
}

// encodedBlock is a block of the list.
type encodedBlock struct {
	count           int
	last            uint32
	docs, positions int // bytes
	best            impact
}

func (e *listEncoder) reset(text bool) {
	*e = listEncoder{text: text, docs: e.docs[:0], positions: e.positions[:0], blocks: e.blocks[:0], table: e.table[:0], out: e.out[:0]}
}

// block is the one that some more documents belong to.
func (e *listEncoder) block(docs int) *encodedBlock {
	if n := len(e.blocks); n > 0 && e.blocks[n-1].count+docs <= blockDocs {
		return &e.blocks[n-1]
	}
	e.blocks = append(e.blocks, encodedBlock{best: impact{length: 255}})
	return &e.blocks[len(e.blocks)-1]
}

// add adds a document to a block, with its frequency and the length of its field
// in a list of words. Its positions are added apart.
func (e *listEncoder) add(b *encodedBlock, doc uint32, freq int, length byte) {
	before := len(e.docs)
	delta := uint64(doc - e.last)
	switch {
	case !e.text:
		e.docs = binary.AppendUvarint(e.docs, delta)
	case freq == 1:
		e.docs = binary.AppendUvarint(e.docs, delta<<1|1)
	default:
		e.docs = binary.AppendUvarint(binary.AppendUvarint(e.docs, delta<<1), uint64(freq-2))
	}
	e.last = doc
	e.count++
	b.count++
	b.last = doc
	b.docs += len(e.docs) - before
	b.best.take(impact{freq, length})
}

// take raises the bound to that of other documents.
func (i *impact) take(other impact) {
	i.freq, i.length = max(i.freq, other.freq), min(i.length, other.length)
}

func (e *listEncoder) addPositions(b *encodedBlock, encoded []byte) {
	e.positions = append(e.positions, encoded...)
	b.positions += len(encoded)
}

// addEncoded adds a block of another list as it is, but for its first document;
// once says whether that has the word once, rest is what follows it.
func (e *listEncoder) addEncoded(first uint32, once bool, rest, positions []byte, from encodedBlock) {
	b := e.block(from.count)
	before := len(e.docs)
	head := uint64(first - e.last)
	if e.text {
		head <<= 1
		if once {
			head |= 1
		}
	}
	e.docs = append(binary.AppendUvarint(e.docs, head), rest...)
	e.last = from.last
	e.count += from.count
	b.count += from.count
	b.last = from.last
	b.docs += len(e.docs) - before
	b.best.take(from.best)
	e.addPositions(b, positions)
}

// encoded is the list as it is stored; it is good until reset.
func (e *listEncoder) encoded() (docs, positions []byte) {
	if e.count <= blockDocs {
		return e.docs, e.positions
	}
	last := uint32(0)
	for _, b := range e.blocks {
		for _, n := range []int{b.count, int(b.last - last), b.docs} {
			e.table = binary.AppendUvarint(e.table, uint64(n))
		}
		if e.text {
			for _, n := range []int{b.positions, b.best.freq, int(b.best.length)} {
				e.table = binary.AppendUvarint(e.table, uint64(n))
			}
		}
		last = b.last
	}
	e.out = binary.AppendUvarint(e.out, uint64(len(e.table)))
	e.out = append(append(e.out, e.table...), e.docs...)
	return e.out, e.positions
}

// termWriter writes keys with their lists into pages.
type termWriter struct {
	keys            keyWriter
	docs, positions streamWriter
	lists           []byte
}

func newTermWriter(emit func(Page) error) *termWriter {
	return &termWriter{
		keys: keyWriter{emit: emit, fences: []byte{}}, docs: streamWriter{emit: emit, stream: Docs}, positions: streamWriter{emit: emit, stream: Positions},
	}
}

// begin begins a key.
func (w *termWriter) begin(key []byte) error {
	w.lists = w.lists[:0]
	return w.keys.begin(key, w.docs.size, w.positions.size)
}

// list adds a list to the key.
func (w *termWriter) list(f Field, count int, docs, positions []byte) error {
	w.lists = append(w.lists, byte(f))
	for _, n := range []int{count, len(docs), len(positions)} {
		w.lists = binary.AppendUvarint(w.lists, uint64(n))
	}
	if err := w.docs.write(docs); err != nil {
		return err
	}
	return w.positions.write(positions)
}

// end ends the key.
func (w *termWriter) end() { w.keys.lists(w.lists) }

// finish writes what is left.
func (w *termWriter) finish() error {
	for _, flush := range []func() error{w.keys.flush, w.docs.flush, w.positions.flush} {
		if err := flush(); err != nil {
			return err
		}
	}
	return w.keys.emit(Page{PageID{Fences, 0}, w.keys.fences})
}

package segment

import (
	"bytes"
	"iter"
	"slices"
)

// Source is a segment to be merged: its columns, which documents are dead,
// and its blocks in order.
type Source struct {
	Columns *Columns
	Dead    Bitset // nil for none
	Blocks  iter.Seq2[Block, error]
}

// Origin is where a document of a merged segment comes from: the number of the
// source, and of the document there.
type Origin struct{ Source, Doc uint32 }

// Merge makes one segment of several, leaving out the dead. It holds the
// columns in memory and a block of each source. It returns the columns, but
// for texts, and where each document comes from.
func Merge(sources []Source, emit func(Block) error) (*Columns, []Origin, error) {
	columns, origins := mergeColumns(sources)
	cursors, stop, err := openCursors(sources)
	defer stop()
	if err != nil {
		return nil, nil, err
	}
	w := blockWriter{emit: emit}
	m := merger{renumbered: renumber(sources, origins)}
	for {
		key := leastKey(cursors)
		if key == nil {
			break
		}
		if err := m.mergeKey(key, cursors); err != nil {
			return nil, nil, err
		}
		for _, d := range m.docs {
			if d.start < d.end {
				columns.Tokens[Field(m.key[0])] += d.end - d.start
			}
		}
		if len(m.docs) > 0 {
			if err := w.add(m.key, len(m.docs), m.encode()); err != nil {
				return nil, nil, err
			}
		}
	}
	return columns, origins, w.flush()
}

// gone marks a document without a place in the merged segment.
const gone = ^uint32(0)

// mergeColumns orders the living documents of all sources and returns their
// columns, and where each of them comes from.
func mergeColumns(sources []Source) (*Columns, []Origin) {
	var origins []Origin
	for s, src := range sources {
		for doc := range src.Columns.Docs() {
			if src.Dead == nil || !src.Dead.Has(uint32(doc)) {
				origins = append(origins, Origin{uint32(s), uint32(doc)})
			}
		}
	}
	slices.SortStableFunc(origins, func(a, b Origin) int {
		x, y := sources[a.Source].Columns, sources[b.Source].Columns
		return compareDocs(x.Created[a.Doc], x.IDs[a.Doc], y.Created[b.Doc], y.IDs[b.Doc])
	})
	out := newColumns(len(origins))
	for i, o := range origins {
		out.copyDoc(i, sources[o.Source].Columns, int(o.Doc))
	}
	return out, origins
}

// renumber returns, for each source, the new number of each document.
func renumber(sources []Source, origins []Origin) [][]uint32 {
	renumbered := make([][]uint32, len(sources))
	for s, src := range sources {
		renumbered[s] = slices.Repeat([]uint32{gone}, src.Columns.Docs())
	}
	for i, o := range origins {
		renumbered[o.Source][o.Doc] = uint32(i)
	}
	return renumbered
}

func (c *Columns) copyDoc(i int, from *Columns, doc int) {
	numbers := make([]int64, len(from.Numbers))
	for k := range numbers {
		numbers[k] = from.Numbers[k][doc]
	}
	c.set(i, from.Records[doc], from.Created[doc], from.IDs[doc], from.Latest.Has(uint32(doc)), from.Gone.Has(uint32(doc)), numbers)
	for f, lengths := range from.Norms {
		if lengths[doc] == 0 {
			continue
		}
		if c.Norms[f] == nil {
			c.Norms[f] = make([]byte, c.Docs())
		}
		c.Norms[f][i] = lengths[doc]
	}
}

// cursor walks the entries of one source.
type cursor struct {
	next  func() (Entry, error, bool)
	entry Entry
	done  bool
}

func (c *cursor) advance() error {
	e, err, ok := c.next()
	if err != nil {
		return err
	}
	c.entry, c.done = e, !ok
	return nil
}

func openCursors(sources []Source) (cursors []*cursor, stop func(), err error) {
	var stops []func()
	stop = func() {
		for _, s := range stops {
			s()
		}
	}
	for _, src := range sources {
		next, stopOne := iter.Pull2(entriesOf(src.Blocks))
		stops = append(stops, stopOne)
		c := &cursor{next: next}
		if err := c.advance(); err != nil {
			return nil, stop, err
		}
		cursors = append(cursors, c)
	}
	return cursors, stop, nil
}

func entriesOf(blocks iter.Seq2[Block, error]) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for b, err := range blocks {
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for e, err := range b.Entries() {
				if !yield(e, err) {
					return
				}
			}
		}
	}
}

func leastKey(cursors []*cursor) []byte {
	var least []byte
	for _, c := range cursors {
		if !c.done && (least == nil || bytes.Compare(c.entry.Key, least) < 0) {
			least = c.entry.Key
		}
	}
	return least
}

// merger merges the postings of one key at a time.
type merger struct {
	renumbered [][]uint32
	key        []byte
	docs       []mergedDoc
	positions  []uint32
	from       positions // of the source that is being read
	enc        encoder
}

// mergedDoc is a document by its new number, with its positions as a part
// of the merger's, empty in keyword fields.
type mergedDoc struct {
	doc        uint32
	start, end int
}

func (m *merger) mergeKey(key []byte, cursors []*cursor) error {
	m.key = append(m.key[:0], key...)
	m.docs, m.positions = m.docs[:0], m.positions[:0]
	for s, c := range cursors {
		if c.done || !bytes.Equal(c.entry.Key, m.key) {
			continue
		}
		if err := m.take(c.entry.Postings, m.renumbered[s]); err != nil {
			return err
		}
		if err := c.advance(); err != nil {
			return err
		}
	}
	byNumber := func(a, b mergedDoc) int { return int(a.doc) - int(b.doc) }
	if !slices.IsSortedFunc(m.docs, byNumber) {
		slices.SortFunc(m.docs, byNumber)
	}
	return nil
}

func (m *merger) take(p Postings, renumbered []uint32) error {
	if err := m.from.open(p); err != nil {
		return err
	}
	for i, doc := range m.from.docs {
		if int(doc) >= len(renumbered) {
			return ErrDamaged
		}
		d := mergedDoc{doc: renumbered[doc], start: len(m.positions)}
		if d.doc == gone {
			continue
		}
		if m.from.has() {
			pos, err := m.from.of(i)
			if err != nil {
				return err
			}
			m.positions = append(m.positions, pos...)
		}
		d.end = len(m.positions)
		m.docs = append(m.docs, d)
	}
	return nil
}

func (m *merger) encode() []byte {
	m.enc.reset()
	for _, d := range m.docs {
		if d.start == d.end {
			m.enc.add(d.doc, noPosition)
		}
		for _, pos := range m.positions[d.start:d.end] {
			m.enc.add(d.doc, pos)
		}
	}
	return m.enc.bytes()
}

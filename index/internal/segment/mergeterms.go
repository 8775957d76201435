package segment

import (
	"bytes"
	"slices"
)

// terms merges the keys and their lists.
func (m *merger) terms() error {
	cursors := make([]*Cursor, len(m.sources))
	for s := range m.sources {
		cursors[s] = m.sources[s].Cursor(nil)
		if err := cursors[s].Advance(m.ctx); err != nil {
			return err
		}
	}
	w := newTermWriter(m.emit)
	var key []byte
	for {
		least := leastKey(cursors)
		if least == nil {
			break
		}
		key = append(key[:0], least...)
		if err := m.key(key, cursors, w); err != nil {
			return err
		}
	}
	if err := w.finish(); err != nil {
		return err
	}
	return writeTotals(&m.norms.totals, m.emit)
}

func leastKey(cursors []*Cursor) (least []byte) {
	for _, c := range cursors {
		if c.Key != nil && (least == nil || bytes.Compare(c.Key, least) < 0) {
			least = c.Key
		}
	}
	return least
}

// mergedList is a list of one of the sources.
type mergedList struct {
	*List
	source int
}

// key merges the lists of a key, field by field.
func (m *merger) key(key []byte, cursors []*Cursor, w *termWriter) error {
	var lists []mergedList
	for source, c := range cursors {
		if c.Key == nil || !bytes.Equal(c.Key, key) {
			continue
		}
		for _, l := range c.Lists {
			lists = append(lists, mergedList{l, source})
		}
		if err := c.Advance(m.ctx); err != nil {
			return err
		}
	}
	slices.SortStableFunc(lists, func(a, b mergedList) int { return int(a.Field) - int(b.Field) })
	begun := false
	for len(lists) > 0 {
		n := 1
		for n < len(lists) && lists[n].Field == lists[0].Field {
			n++
		}
		if err := m.list(lists[:n]); err != nil {
			return err
		}
		if m.enc.count > 0 {
			if !begun {
				if err := w.begin(key); err != nil {
					return err
				}
			}
			begun = true
			docs, positions := m.enc.encoded()
			if err := w.list(lists[0].Field, m.enc.count, docs, positions); err != nil {
				return err
			}
		}
		lists = lists[n:]
	}
	if begun {
		w.end()
	}
	return nil
}

// list merges the lists of a key in one field.
func (m *merger) list(lists []mergedList) error {
	m.enc.reset(lists[0].isText())
	m.docs, m.places = m.docs[:0], m.places[:0]
	for _, l := range lists {
		if err := l.open(m.ctx); err != nil {
			return err
		}
		if l.isText() != m.enc.text {
			return ErrDamaged
		}
		for i := range l.blocks {
			take := m.take
			if m.following && len(l.blocks) > 1 {
				take = m.follow
			}
			if err := take(l, &l.blocks[i]); err != nil {
				return err
			}
		}
	}
	m.encode(lists[0].Field)
	return nil
}

// follow adds a block as it is, but for its first distance. What the table of
// blocks says of it, stays.
func (m *merger) follow(l mergedList, b *block) error {
	m.encode(l.Field)
	docs, err := read(m.ctx, l.reader.Pages, Docs, b.docs)
	if err != nil {
		return err
	}
	positions, err := read(m.ctx, l.reader.Pages, Positions, b.positions)
	if err != nil {
		return err
	}
	head, n, ok := readInt(docs, 0)
	if !ok {
		return ErrDamaged
	}
	once := head&1 == 1
	if m.enc.text {
		head >>= 1
	}
	renumbered := m.renumbered[l.source]
	first := b.before + uint32(head)
	if int(first) >= len(renumbered) || int(b.last) >= len(renumbered) {
		return ErrDamaged
	}
	m.enc.addEncoded(renumbered[first], once, docs[n:], positions, encodedBlock{count: b.count, last: renumbered[b.last], best: b.best})
	return nil
}

// mergedDoc is a document by its new number, with its positions, encoded, as a
// part of those of the merger.
type mergedDoc struct {
	doc       uint32
	freq      int
	positions span
}

// take reads the documents of a block that are alive.
func (m *merger) take(l mergedList, b *block) error {
	if err := m.read.read(m.ctx, l.List, b); err != nil {
		return err
	}
	var places []byte
	if m.enc.text {
		var err error
		if places, err = read(m.ctx, l.reader.Pages, Positions, b.positions); err != nil {
			return err
		}
	}
	for i, doc := range m.read.docs[:m.read.count] {
		d := mergedDoc{doc: m.renumbered[l.source][doc]}
		size := 0
		if m.enc.text {
			d.freq = int(m.read.freqs[i])
			for range d.freq {
				for size < len(places) && places[size] >= 0x80 {
					size++
				}
				size++
			}
			if size > len(places) {
				return ErrDamaged
			}
		}
		if d.doc != gone {
			d.positions = span{len(m.places), len(m.places) + size}
			m.places = append(m.places, places[:size]...)
			m.docs = append(m.docs, d)
		}
		places = places[size:]
	}
	return nil
}

// encode encodes the documents that were taken.
func (m *merger) encode(f Field) {
	byNumber := func(a, b mergedDoc) int { return int(a.doc) - int(b.doc) }
	if !slices.IsSortedFunc(m.docs, byNumber) {
		slices.SortFunc(m.docs, byNumber)
	}
	for _, d := range m.docs {
		b := m.enc.block(1)
		length := byte(0)
		if m.enc.text {
			length = m.norms.in(f, d.doc)
			if !m.following {
				m.norms.totals[f].Tokens += d.freq
			}
		}
		m.enc.add(b, d.doc, d.freq, length)
		m.enc.addPositions(b, m.places[d.positions.from:d.positions.until])
	}
	m.docs, m.places = m.docs[:0], m.places[:0]
}

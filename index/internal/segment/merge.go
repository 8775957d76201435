package segment

import (
	"context"
	"slices"
)

// Source is a segment to be merged.
type Source struct {
	*Reader
	Latest, Gone Bitset
	Dead         Bitset // nil for none
}

// Merge makes one segment of several, leaving out the dead, and hands its pages
// to emit. numbers and texts are how many columns of these kinds there are.
func Merge(ctx context.Context, sources []Source, numbers, texts int, orders []Order, emit func(Page) error) (Made, error) {
	m := merger{ctx: ctx, sources: sources, emit: emit}
	if err := m.order(); err != nil {
		return Made{}, err
	}
	made := newMade(len(m.origins))
	for i, o := range m.origins {
		s := &m.sources[o.source]
		made.set(i, s.Latest.Has(o.doc), s.Gone.Has(o.doc))
	}
	made.Oldest, made.Newest = m.oldest, m.newest
	if err := m.columns(numbers, texts); err != nil {
		return Made{}, err
	}
	if err := m.ranks(orders); err != nil {
		return Made{}, err
	}
	if err := m.lengths(); err != nil {
		return Made{}, err
	}
	return made, m.terms()
}

// merger merges segments.
type merger struct {
	ctx     context.Context
	sources []Source
	emit    func(Page) error

	origins        []origin // of each document
	oldest, newest int64
	renumbered     [][]uint32
	// following is whether the documents of each source stay as they are, and
	// come behind those of the source before: then lists follow each other, too.
	following bool
	norms     fieldLengths

	enc    listEncoder
	docs   []mergedDoc
	places []byte
	read   blockOf
}

// origin is where a document comes from.
type origin struct{ source, doc uint32 }

// gone marks a document without a place in the merged segment.
const gone = ^uint32(0)

// order puts the living documents of all sources in order.
func (m *merger) order() error {
	created := make([][]int64, len(m.sources))
	ids := make([][]Texts, len(m.sources))
	for s := range m.sources {
		r := m.sources[s].Reader
		for w := range r.Windows() {
			part, err := r.Ints(m.ctx, Created, w)
			if err != nil {
				return err
			}
			names, err := r.Texts(m.ctx, IDs, w)
			if err != nil {
				return err
			}
			created[s], ids[s] = append(created[s], part...), append(ids[s], names)
		}
	}
	idOf := func(o origin) string { return ids[o.source][o.doc/WindowDocs].At(int(o.doc % WindowDocs)) }
	createdAt := func(o origin) int64 { return created[o.source][o.doc] }
	compare := func(a, b origin) int { return compareDocs(createdAt(a), idOf(a), createdAt(b), idOf(b)) }
	// Segments are mostly made in the order of creation, or in the reverse of it.
	ends := func(s uint32) (first, last origin) {
		return origin{s, 0}, origin{s, uint32(max(m.sources[s].Docs, 1) - 1)}
	}
	sources := make([]uint32, 0, len(m.sources))
	for s := range m.sources {
		if m.sources[s].Docs > 0 {
			sources = append(sources, uint32(s))
		}
	}
	slices.SortStableFunc(sources, func(a, b uint32) int {
		x, _ := ends(a)
		y, _ := ends(b)
		return compare(x, y)
	})
	m.following = true
	for i, s := range sources {
		for doc := range m.sources[s].Docs {
			if dead := m.sources[s].Dead; dead == nil || !dead.Has(uint32(doc)) {
				m.origins = append(m.origins, origin{s, uint32(doc)})
			} else {
				m.following = false
			}
		}
		if i > 0 {
			_, last := ends(sources[i-1])
			first, _ := ends(s)
			m.following = m.following && compare(last, first) <= 0
		}
	}
	if !m.following {
		slices.SortStableFunc(m.origins, compare)
	}
	m.renumbered = make([][]uint32, len(m.sources))
	for s := range m.sources {
		m.renumbered[s] = slices.Repeat([]uint32{gone}, m.sources[s].Docs)
	}
	for i, o := range m.origins {
		m.renumbered[o.source][o.doc] = uint32(i)
	}
	if n := len(m.origins); n > 0 {
		m.oldest, m.newest = createdAt(m.origins[0]), createdAt(m.origins[n-1])
	}
	// The order of sources is that of their first documents from here on.
	ordered := make([]Source, len(sources))
	renumbered := make([][]uint32, len(sources))
	place := make([]uint32, len(m.sources))
	for i, s := range sources {
		ordered[i], renumbered[i], place[s] = m.sources[s], m.renumbered[s], uint32(i)
	}
	for i := range m.origins {
		m.origins[i].source = place[m.origins[i].source]
	}
	m.sources, m.renumbered = ordered, renumbered
	return nil
}

// columns copies the columns, one at a time.
func (m *merger) columns(numbers, texts int) error {
	ints := []Stream{Records, Created}
	for k := range numbers {
		ints = append(ints, Number(k))
	}
	for _, column := range ints {
		if err := m.ints(column); err != nil {
			return err
		}
	}
	names := []Stream{IDs}
	for k := range texts {
		names = append(names, Text(k))
	}
	for _, column := range names {
		if err := m.texts(column); err != nil {
			return err
		}
	}
	return nil
}

func (m *merger) ints(column Stream) error {
	values := make([]int64, len(m.origins))
	for s := range m.sources {
		r := m.sources[s].Reader
		for w := range r.Windows() {
			part, err := r.Ints(m.ctx, column, w)
			if err != nil {
				return err
			}
			for i, v := range part {
				if doc := m.renumbered[s][w*WindowDocs+i]; doc != gone {
					values[doc] = v
				}
			}
		}
	}
	return writeInts(column, values, m.emit)
}

func (m *merger) texts(column Stream) error {
	return writeTexts(column, len(m.origins), m.text(column), m.emit)
}

// text reads a column of texts.
func (m *merger) text(column Stream) func(doc int) (string, error) {
	columns := make([]TextColumn, len(m.sources))
	for s := range m.sources {
		columns[s] = TextColumn{Reader: m.sources[s].Reader, Stream: column}
	}
	return func(doc int) (string, error) {
		o := m.origins[doc]
		return columns[o.source].At(m.ctx, o.doc)
	}
}

// ranks makes the places of documents in orders.
func (m *merger) ranks(orders []Order) error {
	read := func(column Stream) (all []string, err error) {
		text := m.text(column)
		all = make([]string, len(m.origins))
		for doc := range all {
			if all[doc], err = text(doc); err != nil {
				return nil, err
			}
		}
		return all, nil
	}
	ids, err := read(IDs)
	if err != nil {
		return err
	}
	for k, o := range orders {
		texts, err := read(Text(o.Text))
		if err != nil {
			return err
		}
		if err := writeInts(Rank(k), o.ranks(texts, ids), m.emit); err != nil {
			return err
		}
	}
	return nil
}

// lengths copies the lengths of fields. How many tokens there are is counted as
// their documents are read, unless none is left out.
func (m *merger) lengths() error {
	for f := range 256 {
		for s := range m.sources {
			r := m.sources[s].Reader
			for w := range r.Windows() {
				part, err := r.Norms(m.ctx, Field(f), w)
				if err != nil {
					return err
				}
				for i, length := range part {
					if doc := m.renumbered[s][w*WindowDocs+i]; doc != gone && length > 0 {
						m.norms.set(Field(f), int(doc), length, len(m.origins))
					}
				}
			}
		}
	}
	if m.following {
		for _, s := range m.sources {
			totals, err := s.Totals(m.ctx)
			if err != nil {
				return err
			}
			for f, t := range totals {
				m.norms.totals[f].Tokens += t.Tokens
			}
		}
	}
	return writeNorms(&m.norms.norms, m.emit)
}

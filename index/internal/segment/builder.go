package segment

import (
	"runtime"
	"slices"
	"sync"
)

// Builder collects documents and makes a segment of them. The zero value is
// ready to use.
type Builder struct {
	Orders []Order
	docs   []*Document
}

// Made is what is known of a segment besides its pages.
type Made struct {
	Docs int
	// Latest has the latest versions, Gone what the server no longer has.
	Latest, Gone Bitset
	// Oldest and Newest are when the first and the last document were created.
	Oldest, Newest int64
}

func newMade(docs int) Made {
	return Made{Docs: docs, Latest: NewBitset(docs), Gone: NewBitset(docs)}
}

// set notes the states of a document.
func (m *Made) set(doc int, latest, gone bool) {
	if latest {
		m.Latest.Add(uint32(doc))
	}
	if gone {
		m.Gone.Add(uint32(doc))
	}
}

// Add puts a document in, which must not change until Build has returned.
func (b *Builder) Add(d *Document) { b.docs = append(b.docs, d) }

// Len is the number of documents added.
func (b *Builder) Len() int { return len(b.docs) }

// Build hands the pages of a segment to emit. The builder is empty afterwards.
func (b *Builder) Build(emit func(Page) error) (Made, error) {
	docs := b.docs
	b.docs = nil
	slices.SortStableFunc(docs, (*Document).compare)
	lengths := lengthsOf(docs)
	parts := divide(docs, runtime.GOMAXPROCS(0))
	var work sync.WaitGroup
	for _, p := range parts {
		work.Go(func() { p.invert(docs, lengths) })
	}
	work.Wait()
	w := newTermWriter(emit)
	for _, p := range parts {
		if err := p.write(w); err != nil {
			return Made{}, err
		}
	}
	if err := w.finish(); err != nil {
		return Made{}, err
	}
	if err := lengths.write(emit); err != nil {
		return Made{}, err
	}
	return writeColumns(docs, b.Orders, emit)
}

// writeColumns writes the columns of documents.
func writeColumns(docs []*Document, orders []Order, emit func(Page) error) (Made, error) {
	made := newMade(len(docs))
	for i, d := range docs {
		made.set(i, d.Latest, d.Gone)
	}
	if len(docs) == 0 {
		return made, nil
	}
	made.Oldest, made.Newest = docs[0].Created, docs[len(docs)-1].Created
	ints := func(column Stream, value func(d *Document) int64) error {
		values := make([]int64, len(docs))
		for i, d := range docs {
			values[i] = value(d)
		}
		return writeInts(column, values, emit)
	}
	texts := func(column Stream, value func(d *Document) string) error {
		return writeTexts(column, len(docs), func(i int) (string, error) { return value(docs[i]), nil }, emit)
	}
	if err := ints(Records, func(d *Document) int64 { return d.Record }); err != nil {
		return Made{}, err
	}
	if err := ints(Created, func(d *Document) int64 { return d.Created }); err != nil {
		return Made{}, err
	}
	if err := texts(IDs, func(d *Document) string { return d.ID }); err != nil {
		return Made{}, err
	}
	for k := range docs[0].Numbers {
		if err := ints(Number(k), func(d *Document) int64 { return d.Numbers[k] }); err != nil {
			return Made{}, err
		}
	}
	for k := range docs[0].Texts {
		if err := texts(Text(k), func(d *Document) string { return d.Texts[k] }); err != nil {
			return Made{}, err
		}
	}
	ids := make([]string, len(docs))
	for i, d := range docs {
		ids[i] = d.ID
	}
	for k, o := range orders {
		values := make([]string, len(docs))
		for i, d := range docs {
			values[i] = d.Texts[o.Text]
		}
		if err := writeInts(Rank(k), o.ranks(values, ids), emit); err != nil {
			return Made{}, err
		}
	}
	return made, nil
}

// fieldLengths is how long the text fields of documents are.
type fieldLengths struct {
	norms  [256][]byte // nil for a field that no document has
	totals [256]Total
}

func lengthsOf(docs []*Document) *fieldLengths {
	l := &fieldLengths{}
	for i, d := range docs {
		var counts [256]int
		for _, v := range d.values {
			if v.text {
				counts[v.field] += int(v.count)
			}
		}
		for f, n := range counts {
			if n > 0 {
				l.set(Field(f), i, EncodeLength(n), len(docs))
				l.totals[f].Tokens += n
			}
		}
	}
	return l
}

// set notes the length of a field in one of so many documents.
func (l *fieldLengths) set(f Field, doc int, length byte, docs int) {
	if l.norms[f] == nil {
		l.norms[f] = make([]byte, docs)
	}
	l.norms[f][doc] = length
	l.totals[f].Docs++
}

// in is the length of a field in a document.
func (l *fieldLengths) in(f Field, doc uint32) byte {
	if lengths := l.norms[f]; int(doc) < len(lengths) {
		return lengths[doc]
	}
	return 0
}

func (l *fieldLengths) write(emit func(Page) error) error {
	if err := writeTotals(&l.totals, emit); err != nil {
		return err
	}
	return writeNorms(&l.norms, emit)
}

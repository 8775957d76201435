package segment

import (
	"maps"
	"runtime"
	"slices"
	"sync"
)

// Builder collects documents and makes a segment of them. The zero value is
// ready to use.
type Builder struct {
	docs []*Document
}

// Add puts a document in, which must not change until Build has returned.
func (b *Builder) Add(d *Document) { b.docs = append(b.docs, d) }

// Len is the number of documents added.
func (b *Builder) Len() int { return len(b.docs) }

// Build hands the blocks of terms to emit in their order and returns the
// columns. The builder is empty afterwards.
func (b *Builder) Build(emit func(Block) error) (*Columns, error) {
	defer func() { *b = Builder{} }()
	slices.SortStableFunc(b.docs, (*Document).compare)
	columns := b.columns()
	var work sync.WaitGroup
	parts := b.divide(runtime.GOMAXPROCS(0))
	for _, p := range parts {
		work.Go(func() { p.invert(b.docs) })
	}
	work.Wait()
	for _, p := range parts {
		maps.Copy(columns.Norms, p.norms)
		maps.Copy(columns.Tokens, p.tokens)
		for _, block := range p.blocks {
			if err := emit(block); err != nil {
				return nil, err
			}
		}
	}
	return columns, nil
}

// divide shares the fields out among parts with about as many tokens each.
// The terms of a part come before those of the next.
func (b *Builder) divide(most int) []*part {
	var sizes [256]int
	total := 0
	for _, d := range b.docs {
		start := uint32(0)
		for _, v := range d.values {
			sizes[v.field] += int(v.end - start)
			start = v.end
		}
		total += len(d.tokens)
	}
	var parts []*part
	p, size := &part{}, 0
	for f := range sizes {
		size += sizes[f]
		if p.last, p.size = Field(f), size; size > total/most && len(parts) < most-1 {
			parts = append(parts, p)
			p, size = &part{first: Field(f) + 1}, 0
		}
	}
	return append(parts, p)
}

func (b *Builder) columns() *Columns {
	c := newColumns(len(b.docs))
	for i, d := range b.docs {
		c.set(i, d.Record, d.Created, d.ID, d.Latest, d.Gone, d.Numbers)
		c.setTexts(i, d.Texts)
	}
	return c
}

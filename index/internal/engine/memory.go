package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// MemorySegment makes a segment that is not stored.
func MemorySegment(docs []*segment.Document) (*Segment, error) {
	var b segment.Builder
	for _, d := range docs {
		b.Add(d)
	}
	var blocks BlockList
	all, err := b.Build(func(block segment.Block) error {
		blocks = append(blocks, block)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &Segment{Terms: blocks, Columns: &memoryColumns{all}, Docs: all.Docs(), Latest: all.Latest, Gone: all.Gone}, nil
}

// memoryColumns are the columns of a segment that is not stored.
type memoryColumns struct{ all *segment.Columns }

func (m *memoryColumns) Ints(_ context.Context, column string, chunk int) ([]int64, error) {
	from, until := m.bounds(chunk)
	switch column {
	case ColumnRecords:
		return m.all.Records[from:until], nil
	case ColumnCreated:
		return m.all.Created[from:until], nil
	}
	for i, numbers := range m.all.Numbers {
		if NumberColumn(i) == column {
			return numbers[from:until], nil
		}
	}
	return nil, nil
}

func (m *memoryColumns) Texts(_ context.Context, column string, chunk int) (Texts, error) {
	from, until := m.bounds(chunk)
	if column == ColumnIDs {
		return joinTexts(m.all.IDs[from:until]), nil
	}
	i := slices.IndexFunc(TextColumns, func(name string) bool { return TextColumn(name) == column })
	if i < 0 || i >= len(m.all.Texts) {
		return Texts{}, fmt.Errorf("%w: there is no column %s", segment.ErrDamaged, column)
	}
	return joinTexts(m.all.Texts[i][from:until]), nil
}

func (m *memoryColumns) Norms(_ context.Context, f segment.Field, chunk int) ([]byte, error) {
	from, until := m.bounds(chunk)
	lengths := m.all.Norms[f]
	return lengths[min(from, len(lengths)):min(until, len(lengths))], nil
}

func (m *memoryColumns) Tokens(_ context.Context, f segment.Field) (int, error) {
	return m.all.Tokens[f], nil
}

func (m *memoryColumns) bounds(chunk int) (from, until int) {
	docs := m.all.Docs()
	return min(chunk*ChunkDocs, docs), min((chunk+1)*ChunkDocs, docs)
}

package index

import (
	"context"
	"fmt"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// memorySegment makes a segment that is not stored.
func memorySegment(docs []*segment.Document) (*openSegment, error) {
	var b segment.Builder
	for _, d := range docs {
		b.Add(d)
	}
	var blocks blockList
	all, err := b.Build(func(block segment.Block) error {
		blocks = append(blocks, block)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &openSegment{terms: blocks, columns: &memoryColumns{all}, docs: all.Docs(), latest: all.Latest, gone: all.Gone}, nil
}

// memoryColumns are the columns of a segment that is not stored.
type memoryColumns struct{ all *segment.Columns }

func (m *memoryColumns) ints(_ context.Context, column string, chunk int) ([]int64, error) {
	from, until := m.bounds(chunk)
	switch column {
	case columnRecords:
		return m.all.Records[from:until], nil
	case columnCreated:
		return m.all.Created[from:until], nil
	}
	for i, numbers := range m.all.Numbers {
		if numberColumn(i) == column {
			return numbers[from:until], nil
		}
	}
	return nil, nil
}

func (m *memoryColumns) texts(_ context.Context, column string, chunk int) (texts, error) {
	from, until := m.bounds(chunk)
	if column == columnIDs {
		return joinTexts(m.all.IDs[from:until]), nil
	}
	i := slices.IndexFunc(textColumns, func(name string) bool { return textColumn(name) == column })
	if i < 0 || i >= len(m.all.Texts) {
		return texts{}, fmt.Errorf("%w: there is no column %s", segment.ErrDamaged, column)
	}
	return joinTexts(m.all.Texts[i][from:until]), nil
}

func (m *memoryColumns) norms(_ context.Context, f segment.Field, chunk int) ([]byte, error) {
	from, until := m.bounds(chunk)
	lengths := m.all.Norms[f]
	return lengths[min(from, len(lengths)):min(until, len(lengths))], nil
}

func (m *memoryColumns) tokens(_ context.Context, f segment.Field) (int, error) {
	return m.all.Tokens[f], nil
}

func (m *memoryColumns) bounds(chunk int) (from, until int) {
	docs := m.all.Docs()
	return min(chunk*chunkDocs, docs), min((chunk+1)*chunkDocs, docs)
}

package index

import (
	"fmt"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// memorySegment is a segment that is not stored.
type memorySegment struct {
	blockList
	columns *segment.Columns
}

func newMemorySegment(docs []*segment.Document) (*memorySegment, error) {
	var b segment.Builder
	for _, d := range docs {
		b.Add(d)
	}
	m := &memorySegment{}
	var err error
	m.columns, err = b.Build(func(block segment.Block) error {
		m.blockList = append(m.blockList, block)
		return nil
	})
	return m, err
}

func (m *memorySegment) ints(column string, chunk int) ([]int64, error) {
	from, until := m.bounds(chunk)
	switch column {
	case columnRecords:
		return m.columns.Records[from:until], nil
	case columnCreated:
		return m.columns.Created[from:until], nil
	}
	for i, numbers := range m.columns.Numbers {
		if numberColumn(i) == column {
			return numbers[from:until], nil
		}
	}
	return nil, nil
}

func (m *memorySegment) texts(column string, chunk int) (texts, error) {
	from, until := m.bounds(chunk)
	if column == columnIDs {
		return joinTexts(m.columns.IDs[from:until]), nil
	}
	i := slices.IndexFunc(textColumns, func(name string) bool { return textColumn(name) == column })
	if i < 0 || i >= len(m.columns.Texts) {
		return texts{}, fmt.Errorf("%w: there is no column %s", segment.ErrDamaged, column)
	}
	return joinTexts(m.columns.Texts[i][from:until]), nil
}

func (m *memorySegment) norms(f segment.Field, chunk int) ([]byte, error) {
	from, until := m.bounds(chunk)
	lengths := m.columns.Norms[f]
	return lengths[min(from, len(lengths)):min(until, len(lengths))], nil
}

func (m *memorySegment) tokens(f segment.Field) (int, error) { return m.columns.Tokens[f], nil }

func (m *memorySegment) bounds(chunk int) (from, until int) {
	docs := m.columns.Docs()
	return min(chunk*chunkDocs, docs), min((chunk+1)*chunkDocs, docs)
}

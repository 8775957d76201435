package index

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// memorySegment is a segment that is not stored.
type memorySegment struct {
	columns *segment.Columns
	list    []segment.Block
}

func newMemorySegment(docs []*segment.Document) (*memorySegment, error) {
	var b segment.Builder
	for _, d := range docs {
		b.Add(d)
	}
	m := &memorySegment{}
	var err error
	m.columns, err = b.Build(func(block segment.Block) error {
		m.list = append(m.list, block)
		return nil
	})
	return m, err
}

// at is the number of the block where a key would be.
func (m *memorySegment) at(key []byte) int {
	i, found := slices.BinarySearchFunc(m.list, key, func(b segment.Block, k []byte) int { return bytes.Compare(b.First, k) })
	if !found {
		i--
	}
	return max(i, 0)
}

func (m *memorySegment) find(key []byte) (segment.Postings, bool, error) {
	if len(m.list) == 0 {
		return segment.Postings{}, false, nil
	}
	return m.list[m.at(key)].Find(key)
}

func (m *memorySegment) scan(from, until []byte, want func(key []byte) bool, use func(key []byte, p segment.Postings) error) error {
	for i := m.at(from); i < len(m.list); i++ {
		if until != nil && bytes.Compare(m.list[i].First, until) >= 0 {
			return nil
		}
		if err := scanBlock(m.list[i], bounds{from, until}, want, use); err != nil {
			return err
		}
	}
	return nil
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

func (m *memorySegment) bounds(chunk int) (from, until int) {
	docs := m.columns.Docs()
	return min(chunk*chunkDocs, docs), min((chunk+1)*chunkDocs, docs)
}

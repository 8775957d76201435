package index

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// snapshot is one state of the full-text index.
type snapshot struct {
	ctx      context.Context
	db       *DB
	session  *session
	segments []*openSegment
}

// openSegment is a segment that can be searched, in the file or in memory.
type openSegment struct {
	terms
	docs               int
	latest, gone, dead segment.Bitset
	columns            map[string][]int64 // chunks of columns, as they are read
	idChunks           map[int][]string
}

// terms is where a segment's terms and columns are read from.
type terms interface {
	find(key []byte) (segment.Postings, bool, error)
	blocks(from, until []byte) iter.Seq2[segment.Block, error]
	ints(column string, chunk int) ([]int64, error)
	ids(chunk int) ([]string, error)
	norms(f segment.Field, chunk int) ([]byte, error)
}

// openSnapshot opens all segments, and one more in memory for what is not in
// any yet: records that a harvest under way has stored, or that one which was
// killed has left.
func (db *DB) openSnapshot(ctx context.Context, s *session) (*snapshot, error) {
	snap := &snapshot{ctx: ctx, db: db, session: s}
	sets, err := readSegmentSets(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		stored := &storedSegment{db: db, ctx: ctx, q: s, id: set.id, docs: set.docs}
		snap.add(stored, set.docs, set.latest, set.gone, set.dead)
	}
	pending, err := numbers(ctx, s, "SELECT record_id FROM pending ORDER BY record_id")
	if err != nil {
		return nil, err
	}
	for part := range slices.Chunk(pending, segmentDocs) {
		docs, err := db.documents(ctx, s, part, nil)
		if err != nil {
			return nil, err
		}
		m, err := newMemorySegment(docs)
		if err != nil {
			return nil, err
		}
		snap.add(m, m.columns.Docs(), m.columns.Latest, m.columns.Gone, nil)
	}
	return snap, nil
}

func (s *snapshot) add(t terms, docs int, latest, gone, dead segment.Bitset) {
	s.segments = append(s.segments, &openSegment{terms: t, docs: docs, latest: latest, gone: gone, dead: dead, columns: map[string][]int64{}})
}

// empty is a set of documents of the segment.
func (s *openSegment) empty() segment.Bitset { return segment.NewBitset(s.docs) }

// column reads a value of a column, which is kept by chunks.
func (s *openSegment) column(name string, doc uint32) (int64, error) {
	values, err := s.columnChunk(name, int(doc/chunkDocs))
	if err != nil {
		return 0, err
	}
	i := int(doc % chunkDocs)
	if i >= len(values) {
		return 0, ErrDamaged
	}
	return values[i], nil
}

func (s *openSegment) columnChunk(name string, chunk int) ([]int64, error) {
	key := name + "/" + string(rune(chunk))
	if values, ok := s.columns[key]; ok {
		return values, nil
	}
	values, err := s.ints(name, chunk)
	if err != nil {
		return nil, err
	}
	s.columns[key] = values
	return values, nil
}

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

func (m *memorySegment) blocks(from, until []byte) iter.Seq2[segment.Block, error] {
	return func(yield func(segment.Block, error) bool) {
		for i := m.at(from); i < len(m.list); i++ {
			if until != nil && bytes.Compare(m.list[i].First, until) >= 0 || !yield(m.list[i], nil) {
				return
			}
		}
	}
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

func (m *memorySegment) ids(chunk int) ([]string, error) {
	from, until := m.bounds(chunk)
	return m.columns.IDs[from:until], nil
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

// compareHits orders documents by creation, newest first, and by id.
func compareHits(a, b hit) int {
	if c := cmp.Compare(b.created, a.created); c != 0 {
		return c
	}
	return segment.CompareIDs(a.id, b.id)
}

// hit is a document of a result.
type hit struct {
	record  int64
	created int64
	id      string
}

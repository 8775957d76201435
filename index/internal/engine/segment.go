package engine

import (
	"cmp"
	"context"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// Segment is a segment that can be searched, in the file or in memory.
type Segment struct {
	Terms   Terms
	Columns Columns
	Docs    int
	// Latest has the latest versions, Gone what the server no longer has, Dead the
	// documents that newer ones have replaced, which nil says of none.
	Latest, Gone, Dead segment.Bitset

	numbers map[columnChunk][]int64 // as they are read
	ids     map[int]Texts
}

// columnChunk names a chunk of a column.
type columnChunk struct {
	name  string
	chunk int
}

// Terms is where a segment's terms are read from.
type Terms interface {
	Find(ctx context.Context, key []byte) (segment.Postings, bool, error)
	// Count is how many documents have a term, dead ones included.
	Count(ctx context.Context, key []byte) (int, error)
	// Scan goes over the keys from one (included) to another (not included, nil
	// for the end) and calls use with the postings of those that are wanted; nil
	// needs none of them. Several goroutines may call want at once.
	Scan(ctx context.Context, from, until []byte, want func(key []byte) bool, use func(key []byte, p segment.Postings) error) error
	// SomeBlocks calls use with some blocks from one on that may hold a key, at
	// least one if there are any, and returns where to go on, nil for the end. Use
	// must not keep the block.
	SomeBlocks(ctx context.Context, from, until []byte, use func(segment.Block) error) (next []byte, err error)
}

// Columns is where a segment's columns are read from, chunk by chunk.
type Columns interface {
	Ints(ctx context.Context, column string, chunk int) ([]int64, error)
	Texts(ctx context.Context, column string, chunk int) (Texts, error)
	Norms(ctx context.Context, f segment.Field, chunk int) ([]byte, error)
	// Tokens is how many tokens a text field has in all documents, dead ones
	// included.
	Tokens(ctx context.Context, f segment.Field) (int, error)
}

// empty is a set of documents of the segment.
func (s *Segment) empty() segment.Bitset { return segment.NewBitset(s.Docs) }

// column reads a value of a column, which is kept by chunks.
func (s *Segment) column(ctx context.Context, name string, doc uint32) (int64, error) {
	values, err := s.columnChunk(ctx, name, int(doc/ChunkDocs))
	if err != nil {
		return 0, err
	}
	i := int(doc % ChunkDocs)
	if i >= len(values) {
		return 0, segment.ErrDamaged
	}
	return values[i], nil
}

func (s *Segment) columnChunk(ctx context.Context, name string, chunk int) ([]int64, error) {
	key := columnChunk{name, chunk}
	if values, ok := s.numbers[key]; ok {
		return values, nil
	}
	values, err := s.Columns.Ints(ctx, name, chunk)
	if err != nil {
		return nil, err
	}
	if s.numbers == nil {
		s.numbers = map[columnChunk][]int64{}
	}
	s.numbers[key] = values
	return values, nil
}

// compareHits orders documents by creation, newest first, and by id: the
// largest first where it is not known when they were created.
func compareHits(a, b hit) int {
	if c := cmp.Compare(b.created, a.created); c != 0 {
		return c
	}
	if a.created == segment.None {
		a, b = b, a
	}
	return segment.CompareIDs(a.id, b.id)
}

// hit is a document of a result.
type hit struct {
	record  int64
	created int64
	id      string
}

func (s *Segment) hit(ctx context.Context, doc uint32) (h hit, err error) {
	if h.created, err = s.column(ctx, ColumnCreated, doc); err != nil {
		return hit{}, err
	}
	if h.record, err = s.column(ctx, ColumnRecords, doc); err != nil {
		return hit{}, err
	}
	h.id, err = s.idOf(ctx, doc)
	return h, err
}

// idOf reads the id of a document.
func (s *Segment) idOf(ctx context.Context, doc uint32) (string, error) {
	chunk := int(doc / ChunkDocs)
	if s.ids == nil {
		s.ids = map[int]Texts{}
	}
	values, ok := s.ids[chunk]
	if !ok {
		var err error
		if values, err = s.Columns.Texts(ctx, ColumnIDs, chunk); err != nil {
			return "", err
		}
		s.ids[chunk] = values
	}
	if i := int(doc % ChunkDocs); i < values.Len() {
		return values.At(i), nil
	}
	return "", segment.ErrDamaged
}

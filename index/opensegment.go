package index

import (
	"cmp"
	"context"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// openSegment is a segment that can be searched, in the file or in memory.
type openSegment struct {
	terms              terms
	columns            columns
	docs               int
	latest, gone, dead segment.Bitset
	numbers            map[columnChunk][]int64 // as they are read
	ids                map[int]texts
}

// columnChunk names a chunk of a column.
type columnChunk struct {
	name  string
	chunk int
}

// terms is where a segment's terms are read from.
type terms interface {
	find(ctx context.Context, key []byte) (segment.Postings, bool, error)
	// count is how many documents have a term, dead ones included.
	count(ctx context.Context, key []byte) (int, error)
	// scan goes over the keys from one (included) to another (not included, nil
	// for the end) and calls use with the postings of those that are wanted; nil
	// needs none of them. Several goroutines may call want at once.
	scan(ctx context.Context, from, until []byte, want func(key []byte) bool, use func(key []byte, p segment.Postings) error) error
	// someBlocks calls use with some blocks from one on that may hold a key, at
	// least one if there are any, and returns where to go on, nil for the end. Use
	// must not keep the block.
	someBlocks(ctx context.Context, from, until []byte, use func(segment.Block) error) (next []byte, err error)
}

// columns is where a segment's columns are read from, chunk by chunk.
type columns interface {
	ints(ctx context.Context, column string, chunk int) ([]int64, error)
	texts(ctx context.Context, column string, chunk int) (texts, error)
	norms(ctx context.Context, f segment.Field, chunk int) ([]byte, error)
	// tokens is how many tokens a text field has in all documents, dead ones
	// included.
	tokens(ctx context.Context, f segment.Field) (int, error)
}

// empty is a set of documents of the segment.
func (s *openSegment) empty() segment.Bitset { return segment.NewBitset(s.docs) }

// column reads a value of a column, which is kept by chunks.
func (s *openSegment) column(ctx context.Context, name string, doc uint32) (int64, error) {
	values, err := s.columnChunk(ctx, name, int(doc/chunkDocs))
	if err != nil {
		return 0, err
	}
	i := int(doc % chunkDocs)
	if i >= len(values) {
		return 0, segment.ErrDamaged
	}
	return values[i], nil
}

func (s *openSegment) columnChunk(ctx context.Context, name string, chunk int) ([]int64, error) {
	key := columnChunk{name, chunk}
	if values, ok := s.numbers[key]; ok {
		return values, nil
	}
	values, err := s.columns.ints(ctx, name, chunk)
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

func (s *openSegment) hit(ctx context.Context, doc uint32) (h hit, err error) {
	if h.created, err = s.column(ctx, columnCreated, doc); err != nil {
		return hit{}, err
	}
	if h.record, err = s.column(ctx, columnRecords, doc); err != nil {
		return hit{}, err
	}
	h.id, err = s.idOf(ctx, doc)
	return h, err
}

// idOf reads the id of a document.
func (s *openSegment) idOf(ctx context.Context, doc uint32) (string, error) {
	chunk := int(doc / chunkDocs)
	if s.ids == nil {
		s.ids = map[int]texts{}
	}
	values, ok := s.ids[chunk]
	if !ok {
		var err error
		if values, err = s.columns.texts(ctx, columnIDs, chunk); err != nil {
			return "", err
		}
		s.ids[chunk] = values
	}
	if i := int(doc % chunkDocs); i < values.len() {
		return values.at(i), nil
	}
	return "", segment.ErrDamaged
}

package index

import (
	"context"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/index/internal/segment"
)

// smallDocs is up to how many documents a stored segment has that is read
// whole: a query looks up more terms than it has blocks.
const smallDocs = 50

// smallSegment is a stored segment whose blocks are all read at once, when
// the first of them is needed.
type smallSegment struct {
	stored *storedSegment
	list   engine.BlockList
}

func (s *smallSegment) load(ctx context.Context) error {
	if s.list != nil {
		return nil
	}
	s.list = engine.BlockList{}
	for b, err := range s.stored.blocks(ctx, nil, nil) {
		if err != nil {
			s.list = nil
			return err
		}
		s.list = append(s.list, b)
	}
	return nil
}

func (s *smallSegment) Find(ctx context.Context, key []byte) (segment.Postings, bool, error) {
	if err := s.load(ctx); err != nil {
		return segment.Postings{}, false, err
	}
	return s.list.Find(ctx, key)
}

func (s *smallSegment) Count(ctx context.Context, key []byte) (int, error) {
	if err := s.load(ctx); err != nil {
		return 0, err
	}
	return s.list.Count(ctx, key)
}

func (s *smallSegment) SomeBlocks(ctx context.Context, from, until []byte, use func(segment.Block) error) (next []byte, err error) {
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	return s.list.SomeBlocks(ctx, from, until, use)
}

func (s *smallSegment) Scan(ctx context.Context, from, until []byte, want func(key []byte) bool, use func(key []byte, p segment.Postings) error) error {
	if err := s.load(ctx); err != nil {
		return err
	}
	return s.list.Scan(ctx, from, until, want, use)
}

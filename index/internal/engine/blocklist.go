package engine

import (
	"bytes"
	"context"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// BlockList is all blocks of a segment in memory, in their order. It is the
// segment's [Terms].
type BlockList []segment.Block

// at is the number of the block where a key would be.
func (l BlockList) at(key []byte) int {
	i, found := slices.BinarySearchFunc(l, key, func(b segment.Block, k []byte) int { return bytes.Compare(b.First, k) })
	if !found {
		i--
	}
	return max(i, 0)
}

// Find looks a term up.
func (l BlockList) Find(_ context.Context, key []byte) (segment.Postings, bool, error) {
	if len(l) == 0 {
		return segment.Postings{}, false, nil
	}
	return l[l.at(key)].Find(key)
}

// Count is how many documents have a term.
func (l BlockList) Count(ctx context.Context, key []byte) (int, error) {
	p, _, err := l.Find(ctx, key)
	return p.Count(), err
}

// Scan goes over keys, as [Terms] says.
func (l BlockList) Scan(_ context.Context, from, until []byte, want func(key []byte) bool, use func(key []byte, p segment.Postings) error) error {
	for i := l.at(from); i < len(l); i++ {
		if until != nil && bytes.Compare(l[i].First, until) >= 0 {
			return nil
		}
		if err := scanBlock(l[i], bounds{from, until}, want, use); err != nil {
			return err
		}
	}
	return nil
}

// SomeBlocks calls use with all blocks at once.
func (l BlockList) SomeBlocks(_ context.Context, from, until []byte, use func(segment.Block) error) (next []byte, err error) {
	for i := l.at(from); i < len(l) && bytes.Compare(l[i].First, until) < 0; i++ {
		if err := use(l[i]); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// bounds are keys from one (included) to another (not included, nil for the
// end).
type bounds struct{ from, until []byte }

func (b bounds) has(key []byte) bool {
	return bytes.Compare(key, b.from) >= 0 && (b.until == nil || bytes.Compare(key, b.until) < 0)
}

// scanBlock calls use with the postings of the keys that are wanted.
func scanBlock(b segment.Block, within bounds, want func(key []byte) bool, use func(key []byte, p segment.Postings) error) error {
	for entry, err := range b.Entries() {
		if err != nil {
			return err
		}
		if !within.has(entry.Key) || !want(entry.Key) || use == nil {
			continue
		}
		if err := use(entry.Key, entry.Postings); err != nil {
			return err
		}
	}
	return nil
}

package index

import (
	"bytes"
	"context"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// blockList is all blocks of a segment, in their order.
type blockList []segment.Block

// at is the number of the block where a key would be.
func (l blockList) at(key []byte) int {
	i, found := slices.BinarySearchFunc(l, key, func(b segment.Block, k []byte) int { return bytes.Compare(b.First, k) })
	if !found {
		i--
	}
	return max(i, 0)
}

func (l blockList) find(_ context.Context, key []byte) (segment.Postings, bool, error) {
	if len(l) == 0 {
		return segment.Postings{}, false, nil
	}
	return l[l.at(key)].Find(key)
}

func (l blockList) count(ctx context.Context, key []byte) (int, error) {
	p, _, err := l.find(ctx, key)
	return p.Count(), err
}

func (l blockList) scan(_ context.Context, from, until []byte, want func(key []byte) bool, use func(key []byte, p segment.Postings) error) error {
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

// someBlocks calls use with all blocks at once.
func (l blockList) someBlocks(_ context.Context, from, until []byte, use func(segment.Block) error) (next []byte, err error) {
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

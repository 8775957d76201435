package index

import (
	"bytes"
	"context"
	"database/sql"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// Scan reads keys without their postings, which are ten times as large, and
// then those of the blocks that have a key that is wanted.
func (s *storedSegment) Scan(ctx context.Context, from, until []byte, want func(key []byte) bool, use func(key []byte, p segment.Postings) error) error {
	within := extent{from, until}
	start, err := s.blockOf(ctx, from)
	if err != nil {
		return err
	}
	var ahead [keysAhead]keyBlock // read again and again into the same memory
	var checked chain
	for n := keysAhead; n == keysAhead; {
		if n, err = s.readKeys(ctx, start, until, ahead[:]); err != nil {
			return err
		}
		part := ahead[:n]
		if err := s.pickKeys(ctx, part, within, want); err != nil {
			return err
		}
		for i := range part {
			if err := checked.follow(part[i].covers, from); err != nil {
				return err
			}
			if err := s.usePicked(ctx, &part[i], use); err != nil {
				return err
			}
			start = append(part[i].First, 0)
		}
	}
	return checked.end(until)
}

// keyBlock is a block that was read without its postings.
type keyBlock struct {
	storedBlock
	id     int64
	packed []byte
	picked []int // the places of keys that are wanted
}

// keysAhead is how many blocks of keys are read at once.
const keysAhead = 64

// pickKeys looks over the keys of blocks, on all processors.
func (s *storedSegment) pickKeys(ctx context.Context, part []keyBlock, within extent, want func(key []byte) bool) error {
	places := make([]int, len(part))
	for i := range places {
		places[i] = i
	}
	return parallel(ctx, places, func(i int) (err error) {
		b := &part[i]
		if err = s.unpackKeys(&b.storedBlock, b.packed); err != nil {
			return err
		}
		b.picked = b.picked[:0]
		// The next block begins before the end, so this one ends before it.
		whole := i+1 < len(part) && bytes.Compare(b.covers.from, within.from) >= 0
		return b.EachKey(func(place int, key []byte) {
			if (whole || within.has(key)) && want(key) {
				b.picked = append(b.picked, place)
			}
		})
	})
}

// scanKeysSQL reads the keys of blocks from one on.
const scanKeysSQL = "SELECT block_id, first_key, keys FROM segment_blocks WHERE segment_id = ? AND first_key >= ?"

// readKeys reads the keys of some blocks, and returns how many there were.
func (s *storedSegment) readKeys(ctx context.Context, from, until []byte, into []keyBlock) (n int, err error) {
	query, args := scanKeysSQL, []any{s.id, from}
	if until != nil {
		query, args = query+" AND first_key < ?", append(args, until)
	}
	err = eachRow(ctx, s.q, query+" ORDER BY first_key LIMIT ?", append(args, len(into)), func(rows *sql.Rows) error {
		n++
		var packed sql.RawBytes
		b := &into[n-1]
		err := rows.Scan(&b.id, &b.First, &packed)
		b.packed = append(b.packed[:0], packed...)
		return err
	})
	return n, err
}

// usePicked reads the postings of a block where any of its keys is wanted.
func (s *storedSegment) usePicked(ctx context.Context, b *keyBlock, use func(key []byte, p segment.Postings) error) (err error) {
	if len(b.picked) == 0 || use == nil {
		return nil
	}
	var packed []byte
	if err := s.q.QueryRowContext(ctx, "SELECT postings FROM segment_blocks WHERE block_id = ?", b.id).Scan(&packed); err != nil {
		return err
	}
	if b.Postings, err = s.db.codec.decompressInto(b.Postings, packed); err != nil {
		return err
	}
	return usePlaces(b.Block, b.picked, use)
}

// usePlaces calls use with the keys at some places of a block.
func usePlaces(b segment.Block, places []int, use func(key []byte, p segment.Postings) error) error {
	n := 0
	for entry, err := range b.Entries() {
		if err != nil || len(places) == 0 {
			return err
		}
		if n == places[0] {
			places = places[1:]
			if err := use(entry.Key, entry.Postings); err != nil {
				return err
			}
		}
		n++
	}
	return nil
}

// blocksAtOnce is how many blocks someBlocks reads.
const blocksAtOnce = 16

// someBlocksSQL reads blocks, the first of which may begin before a key.
const someBlocksSQL = `SELECT first_key, keys, postings FROM segment_blocks WHERE segment_id = ?1 AND first_key < ?3 AND first_key >=
	coalesce((SELECT max(first_key) FROM segment_blocks WHERE segment_id = ?1 AND first_key <= ?2), ?2) ORDER BY first_key LIMIT ?4`

func (s *storedSegment) SomeBlocks(ctx context.Context, from, until []byte, use func(segment.Block) error) (next []byte, err error) {
	n := 0
	var block storedBlock
	var keys, postings sql.RawBytes
	var checked chain
	err = eachRow(ctx, s.q, someBlocksSQL, []any{s.id, from, until, blocksAtOnce + 1}, func(rows *sql.Rows) (err error) {
		if err = rows.Scan(&block.First, &keys, &postings); err != nil {
			return err
		}
		if n == blocksAtOnce {
			next = block.First
			return nil
		}
		if err = s.unpack(&block, keys, postings); err != nil {
			return err
		}
		if err = checked.follow(block.covers, from); err != nil {
			return err
		}
		n++
		return use(block.Block)
	})
	if err == nil && next == nil {
		err = checked.end(until)
	}
	if err == nil && next != nil && !bytes.Equal(next, checked.next) {
		err = errGap
	}
	return next, err
}

// blockOf is what the block is stored under in which a key would be.
func (s *storedSegment) blockOf(ctx context.Context, key []byte) (start []byte, err error) {
	err = s.q.QueryRowContext(ctx, "SELECT first_key FROM segment_blocks WHERE segment_id = ? AND first_key <= ? ORDER BY first_key DESC LIMIT 1", s.id, key).Scan(&start)
	return start, noBlock(err)
}

package index

import (
	"bytes"
	"database/sql"
	"errors"

	"github.com/zharvest/zharvest/index/internal/segment"
)

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

// scan reads keys without their postings, which are ten times as large, and
// then those of the blocks that have a key that is wanted.
func (s *storedSegment) scan(from, until []byte, want func(key []byte) bool, use func(key []byte, p segment.Postings) error) error {
	within := bounds{from, until}
	start, err := s.blockOf(from)
	if err != nil {
		return err
	}
	var buf []byte
	for more := true; more; {
		var part []keyBlock
		if part, err = s.readKeys(start, until); err != nil {
			return err
		}
		for i := range part {
			if buf, err = s.db.codec.decompressInto(buf, part[i].Keys); err != nil {
				return err
			}
			part[i].Keys = buf
			if err := s.scanStored(&part[i], within, want, use); err != nil {
				return err
			}
			start = append(bytes.Clone(part[i].First), 0)
		}
		more = len(part) == keysAhead
	}
	return nil
}

// keyBlock is a block that was read without its postings.
type keyBlock struct {
	segment.Block
	id int64
}

// keysAhead is how many blocks of keys are read at once.
const keysAhead = 64

// scanKeysSQL reads the keys of blocks from one on.
const scanKeysSQL = "SELECT block_id, first_key, keys FROM segment_blocks WHERE segment_id = ? AND first_key >= ?"

// readKeys reads the keys of some blocks.
func (s *storedSegment) readKeys(from, until []byte) (part []keyBlock, err error) {
	query, args := scanKeysSQL, []any{s.id, from}
	if until != nil {
		query, args = query+" AND first_key < ?", append(args, until)
	}
	err = eachRow(s.ctx, s.q, query+" ORDER BY first_key LIMIT ?", append(args, keysAhead), func(rows *sql.Rows) error {
		var b keyBlock
		if err := rows.Scan(&b.id, &b.First, &b.Keys); err != nil {
			return err
		}
		part = append(part, b)
		return nil
	})
	return part, err
}

// scanStored looks over the keys of a block, and reads its postings where any
// of them is wanted.
func (s *storedSegment) scanStored(b *keyBlock, within bounds, want func(key []byte) bool, use func(key []byte, p segment.Postings) error) (err error) {
	wanted, n := []int{}, 0 // places in the block
	for entry, err := range b.Entries() {
		if err != nil {
			return err
		}
		if within.has(entry.Key) && want(entry.Key) {
			wanted = append(wanted, n)
		}
		n++
	}
	if len(wanted) == 0 || use == nil {
		return nil
	}
	var packed []byte
	if err := s.q.QueryRowContext(s.ctx, "SELECT postings FROM segment_blocks WHERE block_id = ?", b.id).Scan(&packed); err != nil {
		return err
	}
	if b.Postings, err = s.db.codec.decompressSegment(packed); err != nil {
		return err
	}
	return usePlaces(b.Block, wanted, use)
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

func (s *storedSegment) someBlocks(from, until []byte, use func(segment.Block) error) (next []byte, err error) {
	n := 0
	var block segment.Block
	var keys, postings sql.RawBytes
	err = eachRow(s.ctx, s.q, someBlocksSQL, []any{s.id, from, until, blocksAtOnce + 1}, func(rows *sql.Rows) (err error) {
		if err = rows.Scan(&block.First, &keys, &postings); err != nil {
			return err
		}
		if n == blocksAtOnce {
			next = block.First
			return nil
		}
		if block.Keys, err = s.db.codec.decompressInto(block.Keys, keys); err != nil {
			return err
		}
		if block.Postings, err = s.db.codec.decompressInto(block.Postings, postings); err != nil {
			return err
		}
		n++
		return use(block)
	})
	return next, err
}

// blockOf is the first key of the block in which a key would be, or the key
// itself where it is before all blocks.
func (s *storedSegment) blockOf(key []byte) ([]byte, error) {
	start := key
	err := s.q.QueryRowContext(s.ctx, "SELECT first_key FROM segment_blocks WHERE segment_id = ? AND first_key <= ? ORDER BY first_key DESC LIMIT 1", s.id, key).Scan(&start)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	return start, nil
}

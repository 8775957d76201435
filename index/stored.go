package index

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/index/internal/segment"
)

// columnTokens is the column with the number of tokens of each field.
const columnTokens = "tokens"

func normColumn(f segment.Field) string { return fmt.Sprintf("norm %d", f) }

// storedSegment is a segment in the file, as one connection sees it.
type storedSegment struct {
	db   *DB
	q    querier
	id   int64
	docs int
}

// findTermSQL finds the block of a term, countTermSQL only its keys, readColumnSQL a chunk of a column.
const (
	findTermSQL   = "SELECT keys, postings FROM segment_blocks WHERE segment_id = ? AND first_key <= ? ORDER BY first_key DESC LIMIT 1"
	countTermSQL  = "SELECT keys FROM segment_blocks WHERE segment_id = ? AND first_key <= ? ORDER BY first_key DESC LIMIT 1"
	readColumnSQL = "SELECT data FROM segment_columns WHERE segment_id = ? AND name = ? AND chunk = ?"
)

// Find looks a term up.
func (s *storedSegment) Find(ctx context.Context, key []byte) (segment.Postings, bool, error) {
	var keys, postings []byte
	if err := s.q.QueryRowContext(ctx, findTermSQL, s.id, key).Scan(&keys, &postings); err != nil {
		return segment.Postings{}, false, noBlock(err)
	}
	b, err := s.keysAround(key, keys)
	if err != nil {
		return segment.Postings{}, false, err
	}
	// The postings are unpacked only for a term that is there: most are not.
	if p, ok, err := b.Find(key); err != nil || !ok {
		return p, false, err
	}
	if b.Postings, err = s.db.codec.decompressSegment(postings); err != nil {
		return segment.Postings{}, false, err
	}
	return b.Find(key)
}

// noBlock is why a block was not read: there is one for each key.
func noBlock(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return errGap
	}
	return err
}

// Count looks a term up without reading its postings.
func (s *storedSegment) Count(ctx context.Context, key []byte) (int, error) {
	var keys []byte
	if err := s.q.QueryRowContext(ctx, countTermSQL, s.id, key).Scan(&keys); err != nil {
		return 0, noBlock(err)
	}
	b, err := s.keysAround(key, keys)
	if err != nil {
		return 0, err
	}
	p, _, err := b.Find(key)
	return p.Count(), err
}

// keysAround unpacks the keys of a block that has to cover a key.
func (s *storedSegment) keysAround(key, packed []byte) (b segment.Block, err error) {
	var covers extent
	if b.Keys, err = s.db.codec.decompressSegment(packed); err != nil {
		return b, err
	}
	if covers, b.Keys, err = splitKeys(b.Keys); err == nil && !covers.has(key) {
		err = errGap
	}
	return b, err
}

// unpack decompresses a block as it is stored, into the memory that it has.
func (s *storedSegment) unpack(b *storedBlock, keys, postings []byte) (err error) {
	if err = s.unpackKeys(b, keys); err != nil {
		return err
	}
	b.Postings, err = s.db.codec.decompressInto(b.Postings, postings)
	return err
}

func (s *storedSegment) unpackKeys(b *storedBlock, keys []byte) (err error) {
	if b.raw, err = s.db.codec.decompressInto(b.raw, keys); err != nil {
		return err
	}
	b.covers, b.Keys, err = splitKeys(b.raw)
	return err
}

// storedBlock is a block in the file.
type storedBlock struct {
	segment.Block
	covers extent
	raw    []byte // what Keys and covers are parts of
}

// blocks iterates over the blocks that may hold keys from one (included) to
// another (not included); nil is the beginning or the end.
func (s *storedSegment) blocks(ctx context.Context, from, until []byte) iter.Seq2[segment.Block, error] {
	return func(yield func(segment.Block, error) bool) {
		if from == nil {
			from = firstBlock
		}
		start, err := s.blockOf(ctx, from)
		if err != nil {
			yield(segment.Block{}, err)
			return
		}
		var checked chain
		for more := true; more; {
			part, err := s.readBlocks(ctx, start)
			if err != nil {
				yield(segment.Block{}, err)
				return
			}
			more = len(part) == readAhead
			for _, b := range part {
				if until != nil && bytes.Compare(b.First, until) >= 0 {
					more = false
					break
				}
				if err := checked.follow(b.covers, from); err != nil {
					yield(segment.Block{}, err)
					return
				}
				start = append(b.First, 0)
				b.First = b.covers.from
				if !yield(b.Block, nil) {
					return
				}
			}
		}
		if err := checked.end(until); err != nil {
			yield(segment.Block{}, err)
		}
	}
}

// readAhead is how many blocks are read at once. They are few, so that the
// table may be written while it is being read.
const readAhead = 8

func (s *storedSegment) readBlocks(ctx context.Context, from []byte) (part []storedBlock, err error) {
	err = eachRow(ctx, s.q, "SELECT first_key, keys, postings FROM segment_blocks WHERE segment_id = ? AND first_key >= ? ORDER BY first_key LIMIT ?",
		[]any{s.id, from, readAhead}, func(rows *sql.Rows) error {
			var b storedBlock
			var keys, postings sql.RawBytes
			if err := rows.Scan(&b.First, &keys, &postings); err != nil {
				return err
			}
			err := s.unpack(&b, keys, postings)
			part = append(part, b)
			return err
		})
	return part, err
}

// chunk reads one chunk of a column, nil where the segment has no such column.
func (s *storedSegment) chunk(ctx context.Context, name string, n int) ([]byte, error) {
	var data []byte
	err := s.q.QueryRowContext(ctx, readColumnSQL, s.id, name, n).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.db.codec.decompressSegment(data)
}

// Ints reads a chunk of a column of numbers.
func (s *storedSegment) Ints(ctx context.Context, name string, n int) ([]int64, error) {
	data, err := s.chunk(ctx, name, n)
	if err != nil {
		return nil, err
	}
	return decodeInts(data, s.docsIn(n))
}

// Texts reads a chunk of a column of texts.
func (s *storedSegment) Texts(ctx context.Context, name string, n int) (engine.Texts, error) {
	data, err := s.chunk(ctx, name, n)
	if err != nil {
		return engine.Texts{}, err
	}
	return decodeTexts(data, s.docsIn(n))
}

// Norms reads a chunk of the lengths of a text field, nil where no document
// of the segment has it.
func (s *storedSegment) Norms(ctx context.Context, f segment.Field, n int) ([]byte, error) {
	data, err := s.chunk(ctx, normColumn(f), n)
	if err == nil && data != nil && len(data) != s.docsIn(n) {
		err = fmt.Errorf("%w: the lengths of a field", segment.ErrDamaged)
	}
	return data, err
}

// Tokens is how many tokens a text field has in all documents.
func (s *storedSegment) Tokens(ctx context.Context, f segment.Field) (int, error) {
	data, err := s.chunk(ctx, columnTokens, 0)
	if err != nil {
		return 0, err
	}
	counts, err := decodeInts(data, 256)
	if err != nil {
		return 0, err
	}
	return int(counts[f]), nil
}

// chunks is how many chunks each column has.
func (s *storedSegment) chunks() int { return (s.docs + engine.ChunkDocs - 1) / engine.ChunkDocs }

// docsIn is how many documents a chunk has.
func (s *storedSegment) docsIn(chunk int) int {
	return min(engine.ChunkDocs, s.docs-chunk*engine.ChunkDocs)
}

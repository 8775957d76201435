package index

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// Columns of a segment, besides one for each number column and norms.
const (
	columnRecords = "records"
	columnCreated = "created"
	columnIDs     = "ids"
	columnTokens  = "tokens" // a number for each field
)

// chunkDocs is how many documents share a row of segment_columns.
const chunkDocs = 8192

func numberColumn(i int) string { return fmt.Sprintf("number %d", i) }

// textColumn is the name of a column of texts.
func textColumn(name string) string {
	if name == "id" {
		return columnIDs
	}
	return "text " + name
}

func normColumn(f segment.Field) string { return fmt.Sprintf("norm %d", f) }

// storedSegment is a segment in the file, as one connection sees it.
type storedSegment struct {
	db   *DB
	ctx  context.Context
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

// find looks a term up.
func (s *storedSegment) find(key []byte) (segment.Postings, bool, error) {
	var b segment.Block
	err := s.q.QueryRowContext(s.ctx, findTermSQL, s.id, key).
		Scan(&b.Keys, &b.Postings)
	if errors.Is(err, sql.ErrNoRows) {
		return segment.Postings{}, false, nil
	}
	if err != nil {
		return segment.Postings{}, false, err
	}
	packed := b.Postings
	b.Postings = nil
	if b.Keys, err = s.db.codec.decompressSegment(b.Keys); err != nil {
		return segment.Postings{}, false, err
	}
	// The postings are unpacked only for a term that is there: most are not.
	if p, ok, err := b.Find(key); err != nil || !ok {
		return p, false, err
	}
	if b.Postings, err = s.db.codec.decompressSegment(packed); err != nil {
		return segment.Postings{}, false, err
	}
	return b.Find(key)
}

// count looks a term up without reading its postings.
func (s *storedSegment) count(key []byte) (int, error) {
	var keys []byte
	err := s.q.QueryRowContext(s.ctx, countTermSQL, s.id, key).Scan(&keys)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		keys, err = s.db.codec.decompressSegment(keys)
	}
	if err != nil {
		return 0, err
	}
	p, _, err := segment.Block{Keys: keys}.Find(key)
	return p.Count(), err
}

// unpack decompresses a block as it is stored.
func (s *storedSegment) unpack(b *segment.Block) (err error) {
	if b.Keys, err = s.db.codec.decompressSegment(b.Keys); err != nil {
		return err
	}
	b.Postings, err = s.db.codec.decompressSegment(b.Postings)
	return err
}

// blocks iterates over the blocks that may hold keys from one (included) to
// another (not included); nil is the beginning or the end.
func (s *storedSegment) blocks(from, until []byte) iter.Seq2[segment.Block, error] {
	return func(yield func(segment.Block, error) bool) {
		if from == nil {
			from = []byte{0} // below all fields, and to SQLite no null
		}
		start := from
		err := s.q.QueryRowContext(s.ctx, "SELECT first_key FROM segment_blocks WHERE segment_id = ? AND first_key <= ? ORDER BY first_key DESC LIMIT 1", s.id, from).Scan(&start)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			yield(segment.Block{}, err)
			return
		}
		for more := true; more; {
			part, err := s.readBlocks(start)
			if err != nil {
				yield(segment.Block{}, err)
				return
			}
			for _, b := range part {
				if until != nil && bytes.Compare(b.First, until) >= 0 || !yield(b, nil) {
					return
				}
				start = append(bytes.Clone(b.First), 0)
			}
			more = len(part) == readAhead
		}
	}
}

// readAhead is how many blocks are read at once. They are few, so that the
// table may be written while it is being read.
const readAhead = 8

func (s *storedSegment) readBlocks(from []byte) (part []segment.Block, err error) {
	err = eachRow(s.ctx, s.q, "SELECT first_key, keys, postings FROM segment_blocks WHERE segment_id = ? AND first_key >= ? ORDER BY first_key LIMIT ?",
		[]any{s.id, from, readAhead}, func(rows *sql.Rows) error {
			var b segment.Block
			if err := rows.Scan(&b.First, &b.Keys, &b.Postings); err != nil {
				return err
			}
			part = append(part, b)
			return s.unpack(&part[len(part)-1])
		})
	return part, err
}

// chunk reads one chunk of a column, nil where the segment has no such column.
func (s *storedSegment) chunk(name string, n int) ([]byte, error) {
	var data []byte
	err := s.q.QueryRowContext(s.ctx, readColumnSQL, s.id, name, n).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.db.codec.decompressSegment(data)
}

// ints reads a chunk of a column of numbers.
func (s *storedSegment) ints(name string, n int) ([]int64, error) {
	data, err := s.chunk(name, n)
	if err != nil {
		return nil, err
	}
	return decodeInts(data, s.docsIn(n))
}

// texts reads a chunk of a column of texts.
func (s *storedSegment) texts(name string, n int) (texts, error) {
	data, err := s.chunk(name, n)
	if err != nil {
		return texts{}, err
	}
	return decodeTexts(data, s.docsIn(n))
}

// norms reads a chunk of the lengths of a text field, nil where no document
// of the segment has it.
func (s *storedSegment) norms(f segment.Field, n int) ([]byte, error) {
	data, err := s.chunk(normColumn(f), n)
	if err == nil && data != nil && len(data) != s.docsIn(n) {
		err = fmt.Errorf("%w: the lengths of a field", segment.ErrDamaged)
	}
	return data, err
}

// tokens is how many tokens a text field has in all documents.
func (s *storedSegment) tokens(f segment.Field) (int, error) {
	data, err := s.chunk(columnTokens, 0)
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
func (s *storedSegment) chunks() int { return (s.docs + chunkDocs - 1) / chunkDocs }

// docsIn is how many documents a chunk has.
func (s *storedSegment) docsIn(chunk int) int { return min(chunkDocs, s.docs-chunk*chunkDocs) }

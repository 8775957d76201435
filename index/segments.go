package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/index/internal/segment"
)

// segmentSets is a row of segments.
type segmentSets struct {
	id                 int64
	docs               int
	latest, gone, dead segment.Bitset
}

// live is how many documents are not dead.
func (s segmentSets) live() int {
	if s.dead == nil {
		return s.docs
	}
	return s.docs - s.dead.Count()
}

const readSegmentsSQL = "SELECT segment_id, docs, latest, gone, dead FROM segments"

// readSegmentSets reads the rows of the segments named, or of all.
func readSegmentSets(ctx context.Context, q querier, ids ...int64) (sets []segmentSets, err error) {
	query := readSegmentsSQL
	if len(ids) > 0 {
		query += " WHERE segment_id IN (" + intList(ids) + ")"
	}
	err = eachRow(ctx, q, query+" ORDER BY segment_id", nil, func(rows *sql.Rows) error {
		var s segmentSets
		var latest, gone, dead []byte
		if err := rows.Scan(&s.id, &s.docs, &latest, &gone, &dead); err != nil {
			return err
		}
		var errs [3]error
		s.latest, errs[0] = decodeBitset(latest, s.docs)
		s.gone, errs[1] = decodeBitset(gone, s.docs)
		if dead != nil {
			s.dead, errs[2] = decodeBitset(dead, s.docs)
		}
		if err := errors.Join(errs[:]...); err != nil {
			return fmt.Errorf("segment %d: %w", s.id, err)
		}
		sets = append(sets, s)
		return nil
	})
	return sets, err
}

// storeSegment makes a segment with build and writes it.
func (w *writer) storeSegment(build func(func(segment.Block) error) (*segment.Columns, textSource, error)) error {
	res, err := w.ExecContext(uncancelled, "INSERT INTO segments (docs, latest, gone) VALUES (?, ?, ?)", 0, []byte{}, []byte{})
	if err != nil {
		return err
	}
	id, err := res.LastInsertId()
	if err != nil {
		return err
	}
	blocks := blockStore{writer: w, id: id}
	columns, texts, err := build(blocks.add)
	if err == nil {
		err = blocks.flush()
	}
	if err != nil {
		return fmt.Errorf("make a segment: %w", err)
	}
	err = w.exec("UPDATE segments SET docs = ?, latest = ?, gone = ? WHERE segment_id = ?",
		columns.Docs(), encodeBitset(columns.Latest), encodeBitset(columns.Gone), id)
	if err != nil {
		return err
	}
	w.segmentMade = true
	return errors.Join(w.storeColumns(id, columns), w.storeTokens(id, columns), w.storeTexts(id, columns.Docs(), texts))
}

// blockStore writes the blocks of a segment, some at a time, so that they are
// compressed together.
type blockStore struct {
	writer *writer
	id     int64
	begun  bool
	blocks []segment.Block // the last of which waits for where the next begins
}

func (s *blockStore) add(b segment.Block) error {
	if !s.begun {
		b.First, s.begun = firstBlock, true
	}
	if s.blocks = append(s.blocks, b); len(s.blocks) <= 32 {
		return nil
	}
	last := len(s.blocks) - 1
	err := s.write(s.blocks[:last], b.First)
	s.blocks = append(s.blocks[:0], b)
	return err
}

// flush writes what is left.
func (s *blockStore) flush() error { return s.write(s.blocks, nil) }

// write stores blocks; the last ends where the next begins.
func (s *blockStore) write(blocks []segment.Block, next []byte) error {
	codec := s.writer.db.codec
	places := make([]int, len(blocks))
	for i := range places {
		places[i] = i
	}
	err := parallel(uncancelled, places, func(i int) error {
		b, covers := &blocks[i], extent{blocks[i].First, next}
		if i+1 < len(blocks) {
			covers.until = blocks[i+1].First
		}
		b.Keys, b.Postings = codec.compress(covers.appendKeys(nil, b.Keys)), codec.compress(b.Postings)
		return nil
	})
	for _, b := range blocks {
		if err == nil {
			err = s.writer.exec("INSERT INTO segment_blocks (segment_id, first_key, keys, postings) VALUES (?, ?, ?, ?)", s.id, b.First, b.Keys, b.Postings)
		}
	}
	return err
}

func (w *writer) storeColumns(id int64, c *segment.Columns) error {
	for chunk, from := 0, 0; from < c.Docs(); chunk, from = chunk+1, from+engine.ChunkDocs {
		until := min(from+engine.ChunkDocs, c.Docs())
		put := func(name string, data []byte) error { return w.storeChunk(id, name, chunk, data) }
		errs := []error{
			put(engine.ColumnRecords, encodeInts(c.Records[from:until])),
			put(engine.ColumnCreated, encodeInts(c.Created[from:until])),
			put(engine.ColumnIDs, encodeTexts(c.IDs[from:until])),
		}
		for i, numbers := range c.Numbers {
			errs = append(errs, put(engine.NumberColumn(i), encodeInts(numbers[from:until])))
		}
		for f, lengths := range c.Norms {
			errs = append(errs, put(normColumn(f), lengths[from:until]))
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	return nil
}

// storeTokens writes how many tokens each field has.
func (w *writer) storeTokens(id int64, c *segment.Columns) error {
	counts := make([]int64, 256)
	for f, n := range c.Tokens {
		counts[f] = int64(n)
	}
	return w.storeChunk(id, columnTokens, 0, encodeInts(counts))
}

func (w *writer) storeChunk(id int64, column string, chunk int, data []byte) error {
	return w.exec("INSERT INTO segment_columns (segment_id, name, chunk, data) VALUES (?, ?, ?, ?)", id, column, chunk, w.db.codec.compress(data))
}

// dropSegment removes a segment.
func (w *writer) dropSegment(id int64) error {
	delete(w.db.segments, id)
	for _, table := range []string{"segment_blocks", "segment_columns", "segments"} {
		if err := w.exec("DELETE FROM "+table+" WHERE segment_id = ?", id); err != nil {
			return err
		}
	}
	return nil
}

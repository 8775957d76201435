package index

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// Columns of a segment, besides one for each number column and norms.
const (
	columnRecords = "records"
	columnCreated = "created"
	columnIDs     = "ids"
)

// chunkDocs is how many documents share a row of segment_columns.
const chunkDocs = 8192

func numberColumn(i int) string         { return fmt.Sprintf("number %d", i) }
func normColumn(f segment.Field) string { return fmt.Sprintf("norm %d", f) }

// storedSegment is a segment in the file, as one connection sees it.
type storedSegment struct {
	db   *DB
	ctx  context.Context
	q    querier
	id   int64
	docs int
}

// storeSegment makes a segment with build and writes it.
func (w *writer) storeSegment(build func(func(segment.Block) error) (*segment.Columns, error)) error {
	res, err := w.ExecContext(w.ctx, "INSERT INTO segments (docs, latest, gone) VALUES (?, ?, ?)", 0, []byte{}, []byte{})
	if err != nil {
		return err
	}
	id, err := res.LastInsertId()
	if err != nil {
		return err
	}
	columns, err := build(func(b segment.Block) error {
		return w.exec("INSERT INTO segment_blocks (segment_id, first_key, keys, postings) VALUES (?, ?, ?, ?)", id, b.First, b.Keys, b.Postings)
	})
	if err != nil {
		return fmt.Errorf("make a segment: %w", err)
	}
	err = w.exec("UPDATE segments SET docs = ?, latest = ?, gone = ? WHERE segment_id = ?",
		columns.Docs(), encodeBitset(columns.Latest), encodeBitset(columns.Gone), id)
	if err != nil {
		return err
	}
	w.segmentMade = true
	return w.storeColumns(id, columns)
}

func (w *writer) storeColumns(id int64, c *segment.Columns) error {
	for chunk, from := 0, 0; from < c.Docs(); chunk, from = chunk+1, from+chunkDocs {
		until := min(from+chunkDocs, c.Docs())
		put := func(name string, data []byte) error {
			return w.exec("INSERT INTO segment_columns (segment_id, name, chunk, data) VALUES (?, ?, ?, ?)", id, name, chunk, w.db.codec.compressColumn(data))
		}
		errs := []error{
			put(columnRecords, encodeInts(c.Records[from:until])),
			put(columnCreated, encodeInts(c.Created[from:until])),
			put(columnIDs, encodeStrings(c.IDs[from:until])),
		}
		for i, numbers := range c.Numbers {
			errs = append(errs, put(numberColumn(i), encodeInts(numbers[from:until])))
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

// find looks a term up.
func (s *storedSegment) find(key []byte) (segment.Postings, bool, error) {
	var b segment.Block
	err := s.q.QueryRowContext(s.ctx, "SELECT keys, postings FROM segment_blocks WHERE segment_id = ? AND first_key <= ? ORDER BY first_key DESC LIMIT 1", s.id, key).
		Scan(&b.Keys, &b.Postings)
	if errors.Is(err, sql.ErrNoRows) {
		return segment.Postings{}, false, nil
	}
	if err != nil {
		return segment.Postings{}, false, err
	}
	return b.Find(key)
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
			var part []segment.Block
			if part, err = s.readBlocks(start); err != nil {
				yield(segment.Block{}, err)
				return
			}
			for _, b := range part {
				if until != nil && bytes.Compare(b.First, until) >= 0 || !yield(b, nil) {
					return
				}
				start = append(b.First, 0)
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
			return nil
		})
	return part, err
}

// chunk reads one chunk of a column.
func (s *storedSegment) chunk(name string, n int) ([]byte, error) {
	var data []byte
	err := s.q.QueryRowContext(s.ctx, "SELECT data FROM segment_columns WHERE segment_id = ? AND name = ? AND chunk = ?", s.id, name, n).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.db.codec.decompress(data)
}

// ints reads a chunk of a column of numbers.
func (s *storedSegment) ints(name string, n int) ([]int64, error) {
	data, err := s.chunk(name, n)
	if err != nil {
		return nil, err
	}
	return decodeInts(data)
}

// strings reads a chunk of the column of ids.
func (s *storedSegment) ids(n int) ([]string, error) {
	data, err := s.chunk(columnIDs, n)
	if err != nil {
		return nil, err
	}
	return decodeStrings(data)
}

func (s *storedSegment) norms(f segment.Field, n int) ([]byte, error) {
	return s.chunk(normColumn(f), n)
}

func (s *storedSegment) chunks() int { return (s.docs + chunkDocs - 1) / chunkDocs }

// columns reads all columns, for merging.
func (s *storedSegment) columns(latest, gone segment.Bitset) (*segment.Columns, error) {
	c := &segment.Columns{Latest: latest, Gone: gone, Norms: map[segment.Field][]byte{}, Numbers: make([][]int64, numberColumns)}
	for n := range s.chunks() {
		if err := s.appendChunk(c, n); err != nil {
			return nil, err
		}
	}
	for _, f := range allFields {
		if !f.isText() {
			continue
		}
		var lengths []byte
		for n := range s.chunks() {
			part, err := s.norms(f.id, n)
			if err != nil {
				return nil, err
			}
			lengths = append(lengths, part...)
		}
		if len(lengths) == s.docs {
			c.Norms[f.id] = lengths
		}
	}
	return c, nil
}

func (s *storedSegment) appendChunk(c *segment.Columns, n int) error {
	var errs []error
	get := func(name string) []int64 {
		part, err := s.ints(name, n)
		errs = append(errs, err)
		return part
	}
	c.Records = append(c.Records, get(columnRecords)...)
	c.Created = append(c.Created, get(columnCreated)...)
	for i := range c.Numbers {
		c.Numbers[i] = append(c.Numbers[i], get(numberColumn(i))...)
	}
	ids, err := s.ids(n)
	c.IDs = append(c.IDs, ids...)
	return errors.Join(append(errs, err)...)
}

// markDead marks the documents of records in all segments.
func (w *writer) markDead(keys []int64) error {
	if len(keys) == 0 {
		return nil
	}
	sets, err := readSegmentSets(w.ctx, w)
	if err != nil {
		return err
	}
	wanted := make(map[int64]bool, len(keys))
	for _, key := range keys {
		wanted[key] = true
	}
	for _, s := range sets {
		records, err := w.segmentRecords(s)
		if err != nil {
			return err
		}
		dead := segment.NewBitset(s.docs)
		for doc, key := range records {
			if wanted[key] {
				dead.Add(uint32(doc))
			}
		}
		if dead.Count() == 0 {
			continue
		}
		if s.dead != nil {
			dead.Or(s.dead)
		}
		if err := w.exec("UPDATE segments SET dead = ? WHERE segment_id = ?", encodeBitset(dead), s.id); err != nil {
			return err
		}
	}
	return nil
}

// segmentSets is a row of segments.
type segmentSets struct {
	id                 int64
	docs               int
	latest, gone, dead segment.Bitset
}

func (s segmentSets) live() int {
	if s.dead == nil {
		return s.docs
	}
	return s.docs - s.dead.Count()
}

func readSegmentSets(ctx context.Context, q querier) (sets []segmentSets, err error) {
	err = eachRow(ctx, q, "SELECT segment_id, docs, latest, gone, dead FROM segments ORDER BY segment_id", nil, func(rows *sql.Rows) error {
		var s segmentSets
		var latest, gone, dead []byte
		if err := rows.Scan(&s.id, &s.docs, &latest, &gone, &dead); err != nil {
			return err
		}
		s.latest, s.gone = decodeBitset(latest), decodeBitset(gone)
		if dead != nil {
			s.dead = decodeBitset(dead)
		}
		words := (s.docs + 63) / 64
		if len(s.latest) != words || len(s.gone) != words || s.dead != nil && len(s.dead) != words {
			return fmt.Errorf("%w: segment %d", ErrDamaged, s.id)
		}
		sets = append(sets, s)
		return nil
	})
	return sets, err
}

// segmentCache keeps which records a segment holds, for those who write:
// segments never change.
type segmentCache map[int64][]int64

func (w *writer) segmentRecords(s segmentSets) ([]int64, error) {
	if records, ok := w.db.segments[s.id]; ok && len(records) == s.docs {
		return records, nil
	}
	stored := &storedSegment{db: w.db, ctx: w.ctx, q: w, id: s.id, docs: s.docs}
	var records []int64
	for n := range stored.chunks() {
		part, err := stored.ints(columnRecords, n)
		if err != nil {
			return nil, err
		}
		records = append(records, part...)
	}
	if w.db.segments == nil {
		w.db.segments = segmentCache{}
	}
	w.db.segments[s.id] = records
	return records, nil
}

// mergeFactor is how many segments of about one size become one, up to
// maxSegmentDocs: larger ones would keep others from writing for long.
const (
	mergeFactor    = 8
	maxSegmentDocs = segmentDocs * mergeFactor * mergeFactor
)

// mergeSegments merges where too many segments of one size have come
// together.
func (db *DB) mergeSegments(ctx context.Context) error {
	for {
		merged := false
		err := db.update(ctx, func(w *writer) error {
			if !w.segmentMade {
				return nil
			}
			sets, err := readSegmentSets(w.ctx, w)
			if err != nil {
				return err
			}
			due := segmentsToMerge(sets)
			if due == nil {
				w.segmentMade = false
				return nil
			}
			merged = true
			return w.merge(ctx, due)
		})
		if err != nil || !merged {
			return err
		}
	}
}

// segmentsToMerge picks the segments of the lowest level that is full.
func segmentsToMerge(sets []segmentSets) []segmentSets {
	levels := map[int][]segmentSets{}
	for _, s := range sets {
		level := 0
		for n := s.live(); n > segmentDocs; n /= mergeFactor {
			level++
		}
		levels[level] = append(levels[level], s)
	}
	for level := 0; ; level++ {
		full := segmentDocs
		for range level {
			full *= mergeFactor
		}
		if full >= maxSegmentDocs {
			return nil
		}
		if len(levels[level]) >= mergeFactor {
			return levels[level][:mergeFactor]
		}
	}
}

func (w *writer) merge(ctx context.Context, sets []segmentSets) error {
	var sources []segment.Source
	for _, s := range sets {
		stored := &storedSegment{db: w.db, ctx: w.ctx, q: w, id: s.id, docs: s.docs}
		columns, err := stored.columns(s.latest, s.gone)
		if err != nil {
			return err
		}
		sources = append(sources, segment.Source{Columns: columns, Dead: s.dead, Blocks: stored.blocks(nil, nil)})
	}
	err := w.storeSegment(func(emit func(segment.Block) error) (*segment.Columns, error) {
		return segment.Merge(sources, func(b segment.Block) error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return emit(b)
		})
	})
	if err != nil {
		return err
	}
	for _, s := range sets {
		delete(w.db.segments, s.id)
		for _, table := range []string{"segment_blocks", "segment_columns", "segments"} {
			if err := w.exec("DELETE FROM "+table+" WHERE segment_id = ?", s.id); err != nil {
				return err
			}
		}
	}
	return nil
}

func encodeBitset(b segment.Bitset) []byte {
	out := make([]byte, 0, len(b)*8)
	for _, word := range b {
		out = binary.LittleEndian.AppendUint64(out, word)
	}
	return out
}

func decodeBitset(data []byte) segment.Bitset {
	b := make(segment.Bitset, len(data)/8)
	for i := range b {
		b[i] = binary.LittleEndian.Uint64(data[i*8:])
	}
	return b
}

// encodeInts writes numbers as their distances from the one before.
func encodeInts(ns []int64) []byte {
	out := make([]byte, 0, len(ns)*3)
	last := int64(0)
	for _, n := range ns {
		out = binary.AppendVarint(out, n-last)
		last = n
	}
	return out
}

func decodeInts(data []byte) ([]int64, error) {
	var ns []int64
	last := int64(0)
	for len(data) > 0 {
		delta, size := binary.Varint(data)
		if size <= 0 {
			return nil, fmt.Errorf("%w: a column of numbers", ErrDamaged)
		}
		last += delta
		ns, data = append(ns, last), data[size:]
	}
	return ns, nil
}

func encodeStrings(ss []string) []byte {
	var out []byte
	for _, s := range ss {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	return out
}

func decodeStrings(data []byte) (ss []string, err error) {
	for len(data) > 0 {
		n, size := binary.Uvarint(data)
		if size <= 0 || n > uint64(len(data)-size) {
			return nil, fmt.Errorf("%w: a column of texts", ErrDamaged)
		}
		ss = append(ss, string(data[size:size+int(n)]))
		data = data[size+int(n):]
	}
	return slices.Clip(ss), nil
}

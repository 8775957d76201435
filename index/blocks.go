package index

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
)

// Records as received stand in blocks: those of one page one after the other,
// compressed together. What the server sent for a record later stands in
// documents, which goes before the block, until that is written anew.

const (
	// blockRecords is how many records a block has at most: more are smaller,
	// but all of them are unpacked to read one.
	blockRecords = 50
	// blockBytes bounds a block that has more than one record.
	blockBytes = 1 << 20
)

// appendBlock writes records one after the other, with their lengths in front; an
// empty one stands for a key without a record.
func appendBlock(b []byte, records [][]byte) []byte {
	for _, raw := range records {
		b = binary.AppendUvarint(b, uint64(len(raw)))
	}
	for _, raw := range records {
		b = append(b, raw...)
	}
	return b
}

// decodeBlock reads a block of n records, which share its memory.
func decodeBlock(b []byte, n int) ([][]byte, error) {
	if n < 0 || n > blockRecords {
		return nil, fmt.Errorf("%w: a block of %d records", ErrDamaged, n)
	}
	lengths := make([]int, n)
	for i := range lengths {
		length, read := binary.Uvarint(b)
		if read <= 0 || length > maxUnpacked {
			return nil, fmt.Errorf("%w: the lengths of records in a block", ErrDamaged)
		}
		lengths[i], b = int(length), b[read:]
	}
	records := make([][]byte, n)
	for i, length := range lengths {
		if length > len(b) {
			return nil, fmt.Errorf("%w: a block ends within a record", ErrDamaged)
		}
		records[i], b = b[:length:length], b[length:]
	}
	if len(b) > 0 {
		return nil, fmt.Errorf("%w: a block has more than its records", ErrDamaged)
	}
	return records, nil
}

// packed is records on their way into a block.
type packed struct {
	items []*item
	data  []byte
}

// pack makes blocks of items.
func (db *DB) pack(items []*item) (blocks []*packed, err error) {
	for len(items) > 0 {
		n, size := 1, len(items[0].record.Raw)
		for n < min(len(items), blockRecords) && size+len(items[n].record.Raw) <= blockBytes {
			size += len(items[n].record.Raw)
			n++
		}
		p := &packed{items: items[:n:n]}
		for _, it := range p.items {
			it.block = p
		}
		blocks, items = append(blocks, p), items[n:]
	}
	return blocks, parallel(uncancelled, blocks, func(p *packed) (err error) {
		raws := make([][]byte, len(p.items))
		for i, it := range p.items {
			raws[i] = it.record.Raw
		}
		if p.data, err = db.codec.compressBlock(raws); err != nil {
			err = fmt.Errorf("record %s: %w", p.items[0].record.ID, err)
		}
		return err
	})
}

// addBlocks stores records with keys that follow each other. Blocks that were
// packed before are taken where all of their records are among these.
func (w *writer) addBlocks(items []*item) error {
	for len(items) > 0 {
		n := items[0].wholeBlock(items)
		if n == 0 {
			for n = 1; n < len(items) && items[n].wholeBlock(items[n:]) == 0; n++ {
			}
			if _, err := w.db.pack(items[:n]); err != nil {
				return err
			}
			n = len(items[0].block.items)
		}
		w.tables.blocks.add(items[0].key, n, items[0].block.data)
		items = items[n:]
	}
	return nil
}

// wholeBlock is the number of records in the block of an item, if these are the
// first of the items given, and else 0.
func (it *item) wholeBlock(items []*item) int {
	if it.block == nil || len(it.block.items) > len(items) {
		return 0
	}
	for i, packed := range it.block.items {
		if packed != items[i] || packed.block != it.block { // which a state that came later has replaced
			return 0
		}
	}
	return len(it.block.items)
}

// storedRecords is a row of document_blocks.
type storedRecords struct {
	first   int64
	records int
	data    []byte
	keys    []int64 // those asked for
}

// findBlockSQL finds the block in which a key would be.
const findBlockSQL = "SELECT first_record, records, data FROM document_blocks WHERE first_record <= ? ORDER BY first_record DESC LIMIT 1"

// blocksAtATime is how many blocks are read before they are unpacked.
const blocksAtATime = 16

// eachRaw calls use with the records as received that have keys, in any order and
// from several goroutines.
func (db *DB) eachRaw(ctx context.Context, q querier, keys []int64, use func(key int64, raw []byte) error) error {
	rest, err := db.eachChanged(ctx, q, keys, use)
	if err != nil {
		return err
	}
	slices.Sort(rest)
	for len(rest) > 0 {
		var part []storedRecords
		for len(rest) > 0 && len(part) < blocksAtATime {
			var b storedRecords
			err := q.QueryRowContext(ctx, findBlockSQL, rest[0]).Scan(&b.first, &b.records, &b.data)
			if err != nil && err != sql.ErrNoRows {
				return err
			}
			n, _ := slices.BinarySearch(rest, b.first+int64(b.records))
			if err != nil || n == 0 {
				rest = rest[1:]
				continue
			}
			b.keys, rest = rest[:n], rest[n:]
			part = append(part, b)
		}
		if err := parallel(ctx, part, func(b storedRecords) error { return db.eachOfBlock(b, use) }); err != nil {
			return err
		}
	}
	return nil
}

// eachChanged calls use with the records that stand in documents, and returns the
// other keys.
func (db *DB) eachChanged(ctx context.Context, q querier, keys []int64, use func(key int64, raw []byte) error) (rest []int64, err error) {
	type changed struct {
		key  int64
		blob []byte
	}
	var found []changed
	have := map[int64]bool{}
	err = eachRow(ctx, q, "SELECT record_id, json FROM documents WHERE record_id IN ("+intList(keys)+")", nil, func(rows *sql.Rows) error {
		var c changed
		err := rows.Scan(&c.key, &c.blob)
		found = append(found, c)
		have[c.key] = true
		return err
	})
	if err != nil {
		return nil, err
	}
	err = parallel(ctx, found, func(c changed) error {
		raw, err := db.codec.decompressRecord(c.blob)
		if err != nil {
			return err
		}
		return use(c.key, raw)
	})
	for _, key := range keys {
		if !have[key] {
			rest = append(rest, key)
		}
	}
	return rest, err
}

// blockBuffers are used again and again: a block has two hundred kilobytes.
var blockBuffers = sync.Pool{New: func() any { return new([]byte) }}

// eachOfBlock calls use with the records of a block that are asked for.
func (db *DB) eachOfBlock(b storedRecords, use func(key int64, raw []byte) error) (err error) {
	buffer := blockBuffers.Get().(*[]byte)
	defer blockBuffers.Put(buffer)
	if *buffer, err = db.codec.decompressBlock((*buffer)[:0], b.data); err != nil {
		return err
	}
	records, err := decodeBlock(*buffer, b.records)
	if err != nil {
		return err
	}
	for _, key := range b.keys {
		if raw := records[key-b.first]; len(raw) > 0 {
			if err := use(key, bytes.Clone(raw)); err != nil {
				return err
			}
		}
	}
	return nil
}

// raws are the records as received that have keys.
func (db *DB) raws(ctx context.Context, q querier, keys []int64) (map[int64][]byte, error) {
	var mu sync.Mutex
	found := make(map[int64][]byte, len(keys))
	err := db.eachRaw(ctx, q, keys, func(key int64, raw []byte) error {
		mu.Lock()
		defer mu.Unlock()
		found[key] = raw
		return nil
	})
	return found, err
}

// raw is a record as received.
func (w *writer) raw(key int64) ([]byte, error) {
	found, err := w.db.raws(uncancelled, w, []int64{key})
	if err == nil && found[key] == nil {
		err = notKept(key)
	}
	return found[key], err
}

// notKept is the error of a record without what was received for it.
func notKept(key int64) error {
	return fmt.Errorf("%w: record %d was not kept as received", ErrDamaged, key)
}

// blocksOf are the blocks with any of the keys, without their data.
func (w *writer) blocksOf(keys []int64) (blocks []storedRecords, err error) {
	keys = slices.Sorted(slices.Values(keys))
	for len(keys) > 0 {
		var b storedRecords
		found, err := w.queryRow("SELECT first_record, records FROM document_blocks WHERE first_record <= ? ORDER BY first_record DESC LIMIT 1",
			[]any{keys[0]}, &b.first, &b.records)
		if err != nil {
			return nil, err
		}
		n, _ := slices.BinarySearch(keys, b.first+int64(b.records))
		if found && n > 0 {
			b.keys = keys[:n]
			blocks = append(blocks, b)
		}
		keys = keys[max(1, n):]
	}
	return blocks, nil
}

// foldDocuments writes the blocks anew where half has changed, now that some
// records have.
func (w *writer) foldDocuments(changed []int64) error {
	blocks, err := w.blocksOf(changed)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		var apart int
		if _, err := w.queryRow("SELECT count(*) FROM documents WHERE record_id BETWEEN ? AND ?", []any{b.first, b.last()}, &apart); err != nil {
			return err
		}
		if apart*2 < b.records {
			continue
		}
		if err := w.rewriteBlock(b, nil); err != nil {
			return err
		}
	}
	return nil
}

func (b storedRecords) last() int64 { return b.first + int64(b.records) - 1 }

// rewriteBlock writes a block with its records as they are now, without those of
// the keys given.
func (w *writer) rewriteBlock(b storedRecords, without []int64) error {
	keys := make([]int64, 0, b.records)
	for key := b.first; key <= b.last(); key++ {
		if !slices.Contains(without, key) {
			keys = append(keys, key)
		}
	}
	raws, err := w.db.raws(uncancelled, w, keys)
	if err != nil {
		return err
	}
	for _, table := range []string{"documents WHERE record_id", "document_blocks WHERE first_record"} {
		if err := w.exec("DELETE FROM "+table+" BETWEEN ? AND ?", b.first, b.last()); err != nil {
			return err
		}
	}
	return w.addRaws(raws)
}

// addRaws stores records as received, as many in a block as stand close together.
func (w *writer) addRaws(raws map[int64][]byte) error {
	keys := make([]int64, 0, len(raws))
	for key := range raws {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for len(keys) > 0 {
		first, size := keys[0], 0
		var records [][]byte
		n := 0
		for ; n < len(keys) && keys[n]-first < blockRecords && (n == 0 || size+len(raws[keys[n]]) <= blockBytes); n++ {
			for int64(len(records)) < keys[n]-first {
				records = append(records, nil)
			}
			records, size = append(records, raws[keys[n]]), size+len(raws[keys[n]])
		}
		data, err := w.db.codec.compressBlock(records)
		if err != nil {
			return err
		}
		w.tables.blocks.add(first, len(records), data)
		keys = keys[n:]
	}
	return w.tables.blocks.flush(w)
}

// dropDocuments removes records as received: nothing of them is left in a block.
func (w *writer) dropDocuments(keys []int64) error {
	blocks, err := w.blocksOf(keys)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		if len(b.keys) == b.records {
			err = w.exec("DELETE FROM document_blocks WHERE first_record = ?", b.first)
		} else {
			err = w.rewriteBlock(b, b.keys)
		}
		if err != nil {
			return err
		}
	}
	return w.exec("DELETE FROM documents WHERE record_id IN (" + intList(keys) + ")")
}

package index

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// StoreRecords stores records outside any harvest, in one transaction.
func (db *DB) StoreRecords(ctx context.Context, records ...*zenodo.Record) (stored store.Stored, err error) {
	return db.storeRecords(ctx, false, records)
}

func (db *DB) storeRecords(ctx context.Context, votes bool, records []*zenodo.Record) (stored store.Stored, err error) {
	batch, err := db.newBatch(ctx, records, nil)
	if err != nil {
		return store.Stored{}, err
	}
	batch.votes = votes
	err = db.update(ctx, func(w *writer) error {
		if stored, err = batch.store(w); err != nil {
			return err
		}
		return w.indexAnalysed()
	})
	if err != nil {
		return store.Stored{}, fmt.Errorf("store records: %w", err)
	}
	return stored, db.mergeSegments(ctx, 0)
}

// store writes the batch and returns what became of it.
func (b *batch) store(w *writer) (store.Stored, error) {
	b.seenAt = time.Now().Unix()
	existing, err := b.lookup(w)
	if err != nil {
		return store.Stored{}, err
	}
	next, err := nextKey(w)
	if err != nil {
		return store.Stored{}, err
	}
	befores, err := b.befores(w, existing)
	if err != nil {
		return store.Stored{}, err
	}
	var stored store.Stored
	var added, changed, voting []*item
	var moved []int64
	for _, it := range b.items {
		old, ok := existing[it.record.ID]
		if !ok {
			it.key, next = next, next+1
			b.insert(w, it)
			added = append(added, it)
			changed, voting = append(changed, it), append(voting, it)
			stored.New++
			continue
		}
		it.key, it.known = old.key, true
		if old.tellsMore(it.record) {
			noted, err := w.noteNewer(it.record, old)
			if err != nil {
				return store.Stored{}, err
			}
			stored.Add(noted)
			continue
		}
		// Of a record that was partial, its id was all there was to order it by.
		wasLater := old.index > it.record.VersionIndex || old.form.IsPartial() && !it.record.IsLatest
		if old.concept != it.record.ConceptID || wasLater {
			it.left = old.concept
		}
		before := befores[old.key]
		if before == nil {
			return store.Stored{}, notKept(old.key)
		}
		same, err := b.replace(w, it, old, before)
		if err != nil {
			return store.Stored{}, err
		}
		if !bytes.Equal(before, it.record.Raw) {
			moved = append(moved, it.key)
		}
		if !same || b.current {
			voting = append(voting, it)
		}
		if same {
			stored.Unchanged++
			continue
		}
		changed = append(changed, it)
		if old.isUpgrade(it.record) {
			stored.Unchanged++
		} else {
			stored.Updated++
		}
	}
	if err := w.addBlocks(added); err != nil {
		return stored, err
	}
	if err := w.derive(changed); err != nil {
		return stored, err
	}
	if err := w.foldDocuments(moved); err != nil {
		return stored, err
	}
	outvoted, err := w.resolveVersions(voting, b.votes)
	if err != nil {
		return stored, err
	}
	stored.Outvoted = outvoted
	return stored, w.addPending(changed)
}

// befores are the records as received that those of the batch may replace.
func (b *batch) befores(w *writer, existing map[zenodo.RecordID]known) (map[int64][]byte, error) {
	var keys []int64
	for _, it := range b.items {
		if old, ok := existing[it.record.ID]; ok && !old.tellsMore(it.record) {
			keys = append(keys, old.key)
		}
	}
	return b.db.raws(uncancelled, w, keys)
}

func nextKey(w *writer) (key int64, err error) {
	_, err = w.queryRow("SELECT coalesce(max(record_id), 0) + 1 FROM records", nil, &key)
	return key, err
}

func (b *batch) insert(w *writer, it *item) {
	seenAt := any(nil)
	if !it.record.Stats.Equal(zenodo.Stats{}) {
		seenAt = b.seenAt
	}
	w.tables.records.add(append([]any{it.key, string(it.record.ID), seenAt}, recordValues(it.record)...)...)
}

// replace stores a record that the index has. It is the same if nothing but
// its statistics and links differ.
func (b *batch) replace(w *writer, it *item, old known, before []byte) (same bool, err error) {
	if old.newer != "" {
		if err := w.exec("UPDATE record SET newer_at = NULL WHERE record_id = ?", it.key); err != nil {
			return false, err
		}
	}
	if !old.gone() && bytes.Equal(before, it.record.Raw) {
		return true, nil
	}
	same = !old.gone() && sameContent(before, it.record.Raw)
	blob, err := b.db.codec.compressRecord(it.record.Raw)
	if err != nil {
		return false, fmt.Errorf("record %s: %w", it.record.ID, err)
	}
	w.tables.documents.add(it.key, blob)
	if err := b.moveStatistics(w, it, before); err != nil {
		return false, err
	}
	if same {
		return true, w.moveURL(it)
	}
	if it.returned = old.gone(); !old.isUpgrade(it.record) && (!old.form.IsPartial() || it.record.Format.IsPartial()) {
		it.before = before // else more is known, which is no change
	}
	if old.gone() {
		if err := w.exec("UPDATE record SET gone_at = NULL, gone_reason = NULL WHERE record_id = ?", it.key); err != nil {
			return false, err
		}
	}
	return false, w.replaceRow(it)
}

// moveURL notes the address of a record that has not changed otherwise.
func (w *writer) moveURL(it *item) error {
	res, err := w.ExecContext(uncancelled, "UPDATE record SET url = ?1 WHERE record_id = ?2 AND url IS NOT ?1", unlessDerived(it.record.URL, pageOf(it.record)), it.key)
	if err != nil {
		return err
	}
	moved, err := res.RowsAffected()
	if err != nil || moved == 0 {
		return err
	}
	return w.reindexLater([]int64{it.key}) // its segment has the old one
}

// replaceRow writes the row of a record anew and drops that of its lists.
func (w *writer) replaceRow(it *item) error {
	if err := w.exec("DELETE FROM part WHERE record_id = ?", it.key); err != nil {
		return err
	}
	return w.exec("UPDATE record SET "+strings.Join(recordColumns, " = ?, ")+" = ? WHERE record_id = ?", append(recordValues(it.record), it.key)...)
}

// derive writes what follows from new and changed records.
func (w *writer) derive(changed []*item) error {
	if len(changed) == 0 {
		return w.tables.flush(w)
	}
	if err := w.nameCommunities(changed); err != nil {
		return err
	}
	for _, it := range changed {
		w.tables.parts.add(append([]any{it.key}, it.parts...)...)
	}
	return w.tables.flush(w)
}

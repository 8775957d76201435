package index

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

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
	b.seenAt = now()
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
		wasLater := old.index > it.record.VersionIndex || old.form != formJSON && !it.record.IsLatest
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
		stored.Updated++
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
	w.tables.addRecord(it.key, it.record, it.record.IsLatest)
	if !it.record.Stats.Equal(zenodo.Stats{}) {
		w.tables.addStatistics(it.key, b.seenAt, it.record.Stats)
	}
}

// replace stores a record that the index has. It is the same if nothing but
// its statistics and links differ.
func (b *batch) replace(w *writer, it *item, old known, before []byte) (same bool, err error) {
	if old.newer != "" {
		if err := w.exec("UPDATE records SET newer_at = NULL WHERE record_id = ?", it.key); err != nil {
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
	b.replaceStatistics(w, it, before)
	if same {
		s := it.record.Stats
		if err := w.exec("UPDATE records SET views = ?, unique_views = ?, downloads = ?, unique_downloads = ? WHERE record_id = ?",
			s.ViewsRaw, s.Views, s.DownloadsRaw, s.Downloads, it.key); err != nil {
			return false, err
		}
		return true, w.moveURL(it)
	}
	if it.returned = old.gone(); old.form == formJSON || it.record.Format.IsPartial() {
		it.before = before // else more is known, which is no change
	}
	if old.gone() {
		if err := w.exec("UPDATE records SET gone_at = NULL, gone_reason = NULL WHERE record_id = ?", it.key); err != nil {
			return false, err
		}
	}
	return false, w.replaceRow(it)
}

// moveURL notes the address of a record that has not changed otherwise.
func (w *writer) moveURL(it *item) error {
	res, err := w.ExecContext(uncancelled, "UPDATE records SET url = ?1 WHERE record_id = ?2 AND url IS NOT ?1", text(it.record.URL), it.key)
	if err != nil {
		return err
	}
	moved, err := res.RowsAffected()
	if err != nil || moved == 0 {
		return err
	}
	return w.reindexLater([]int64{it.key}) // its segment has the old one
}

// replaceStatistics adds a row where views or downloads moved, or are not sent
// any more.
func (b *batch) replaceStatistics(w *writer, it *item, before []byte) {
	old, err := zenodo.DecodeRecord(before)
	if err != nil || !it.record.Stats.Equal(old.Stats) {
		w.tables.addStatistics(it.key, b.seenAt, it.record.Stats)
	}
}

// replaceRow writes the row of a record anew and empties the tables of its
// parts.
func (w *writer) replaceRow(it *item) error {
	for _, table := range derivedTables {
		if err := w.exec("DELETE FROM "+table+" WHERE record_id = ?", it.key); err != nil {
			return err
		}
	}
	args := append(recordColumns(it.record, it.record.IsLatest), it.key)
	return w.exec(`UPDATE records SET concept_id = ?, doi = ?, concept_doi = ?, title = ?, publication_date = ?, type = ?, subtype = ?,
		access = ?, license = ?, version = ?, version_index = ?, is_latest = ?, language = ?, journal = ?, url = ?,
		created_at = ?, updated_at = ?, revision = ?, files = ?, size = ?,
		views = ?, unique_views = ?, downloads = ?, unique_downloads = ?, form = ? WHERE record_id = ?`, args...)
}

// derive writes what follows from new and changed records.
func (w *writer) derive(changed []*item) error {
	if len(changed) == 0 {
		return w.tables.flush(w)
	}
	describe, err := w.keepsDescriptions()
	if err != nil {
		return err
	}
	if err := w.nameCommunities(changed); err != nil {
		return err
	}
	for _, it := range changed {
		w.tables.parts.add(append([]any{it.key}, it.parts...)...)
		if describe {
			w.tables.addDescription(it.key, it.record)
		}
	}
	return w.tables.flush(w)
}

// sameContent reports whether two answers differ at most in what moves without
// anybody editing the record: statistics, links, and the order of communities.
func sameContent(before, now []byte) bool {
	var a, b map[string]json.RawMessage
	if json.Unmarshal(before, &a) != nil || json.Unmarshal(now, &b) != nil {
		return false
	}
	for _, m := range []map[string]json.RawMessage{a, b} {
		delete(m, "stats")
		delete(m, "links")
	}
	if !bytes.Equal(a["metadata"], b["metadata"]) {
		a["metadata"], b["metadata"] = withSortedCommunities(a["metadata"]), withSortedCommunities(b["metadata"])
	}
	return maps.EqualFunc(a, b, func(x, y json.RawMessage) bool { return bytes.Equal(x, y) })
}

// withSortedCommunities writes metadata with the communities in order: the
// server lists them now in one order and now in another.
func withSortedCommunities(raw json.RawMessage) json.RawMessage {
	var metadata map[string]json.RawMessage
	var communities []json.RawMessage
	if json.Unmarshal(raw, &metadata) != nil || json.Unmarshal(metadata["communities"], &communities) != nil {
		return raw
	}
	slices.SortFunc(communities, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	sorted, err := json.Marshal(communities)
	if err != nil {
		return raw
	}
	metadata["communities"] = sorted
	if sorted, err = json.Marshal(metadata); err != nil {
		return raw
	}
	return sorted
}

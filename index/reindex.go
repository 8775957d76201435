package index

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/zharvest/zharvest/zenodo"
)

// reindexed is how many records are derived anew in one transaction.
const reindexed = 500

// Reindex makes everything that is derived from the records as received
// anew, without the network. Interrupted, it leaves a valid index. progress,
// which may be nil, is called after each part.
func (db *DB) Reindex(ctx context.Context, progress func(done, total int)) error {
	if err := db.reindex(ctx, progress); err != nil {
		return fmt.Errorf("reindex: %w", err)
	}
	return nil
}

func (db *DB) reindex(ctx context.Context, progress func(done, total int)) error {
	var keys []int64
	var old int64 // the number of the last segment
	err := db.update(ctx, func(w *writer) (err error) {
		if err := w.dropDamagedSegments(); err != nil {
			return err
		}
		if _, err := w.queryRow("SELECT coalesce(max(segment_id), 0) FROM segments", nil, &old); err != nil {
			return err
		}
		keys, err = numbers(uncancelled, w, "SELECT record_id FROM records ORDER BY record_id")
		return err
	})
	if err != nil {
		return err
	}
	done := 0
	for part := range slices.Chunk(keys, reindexed) {
		err = db.reindexPart(ctx, part)
		if err == nil {
			// The old segments are not merged: soon nothing in them is alive.
			err = db.mergeSegments(ctx, old)
		}
		if err != nil {
			// What is done already need not slow down the searches to come.
			return errors.Join(err, db.update(context.WithoutCancel(ctx), (*writer).indexAnalysed))
		}
		if done += len(part); progress != nil {
			progress(done, len(keys))
		}
	}
	if err := db.indexAll(ctx); err != nil {
		return err
	}
	err = db.update(ctx, func(w *writer) error {
		w.segmentMade = true // and others have died
		return w.dropCommunities(nil)
	})
	if err != nil {
		return err
	}
	return errors.Join(db.mergeSegments(ctx, 0), db.shrink(ctx))
}

// dropDamagedSegments removes segments that cannot even tell which records
// they hold. Their records wait to be indexed again, and are found until then.
func (w *writer) dropDamagedSegments() error {
	all, err := numbers(uncancelled, w, "SELECT segment_id FROM segments")
	if err != nil {
		return err
	}
	indexed := map[int64]bool{}
	dropped := false
	for _, id := range all {
		records, err := w.livingRecords(id)
		if err != nil {
			dropped = true
			if err := w.dropSegment(id); err != nil {
				return err
			}
		}
		for _, key := range records {
			indexed[key] = true
		}
	}
	if !dropped {
		return nil
	}
	missing, err := numbers(uncancelled, w, "SELECT record_id FROM records WHERE record_id NOT IN (SELECT record_id FROM pending)")
	if err != nil {
		return err
	}
	return w.reindexLater(slices.DeleteFunc(missing, func(key int64) bool { return indexed[key] }))
}

// livingRecords are the records whose documents are in a segment.
func (w *writer) livingRecords(id int64) ([]int64, error) {
	sets, err := readSegments(uncancelled, w, id)
	if err != nil {
		return nil, err
	}
	var living []int64
	for _, s := range sets {
		records, err := w.segmentRecords(s)
		if err != nil {
			return nil, err
		}
		for doc, key := range records {
			if s.dead == nil || !s.dead.Has(uint32(doc)) {
				living = append(living, key)
			}
		}
	}
	return living, nil
}

func (db *DB) reindexPart(ctx context.Context, keys []int64) error {
	return db.update(ctx, func(w *writer) error {
		items := make([]*item, len(keys))
		places := placesOf(keys)
		err := db.eachRaw(ctx, w, keys, func(key int64, raw []byte) (err error) {
			items[places[key]], err = db.itemAgain(key, raw)
			return err
		})
		if err != nil {
			return err
		}
		items = slices.DeleteFunc(items, func(it *item) bool { return it == nil })
		concepts := map[zenodo.ConceptID]bool{}
		for _, it := range items {
			if err := w.replaceRow(it); err != nil {
				return err
			}
			if it.record.ConceptID != "" {
				concepts[it.record.ConceptID] = true
			}
		}
		if err := w.derive(items); err != nil {
			return err
		}
		if _, err := w.supersede(concepts, nil); err != nil {
			return err
		}
		return w.addPending(items)
	})
}

// itemAgain makes an item of a record as received.
func (db *DB) itemAgain(key int64, raw []byte) (*item, error) {
	record, err := db.decode(raw)
	if err != nil {
		return nil, fmt.Errorf("record %d: %w", key, err)
	}
	it := &item{key: key, known: true, record: record}
	it.derive()
	return it, nil
}

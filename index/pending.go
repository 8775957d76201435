package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/index/internal/segment"
)

// segmentDocs is how many documents a segment has at first. Fewer would mean
// more merging; more, more memory and a longer wait for others who write.
const segmentDocs = 1000

// analysedDocuments keeps documents from when their records are stored until
// they are in a segment, so that these need not be read and analysed again.
// It is only a cache: what counts is the table pending.
type analysedDocuments map[int64]analysedDocument

type analysedDocument struct {
	stamp int64
	doc   *segment.Document
}

// newStamp marks one state of a record on its way into the full-text index.
// It is random, so that it differs from those of other processes, and of a
// transaction that was rolled back.
func newStamp() int64 { return rand.Int64() }

// addPending hands new and changed records to the full-text index.
func (w *writer) addPending(changed []*item) error {
	var known []int64
	for _, it := range changed {
		if it.known {
			known = append(known, it.key)
		}
	}
	if err := errors.Join(w.markDead(known), w.leaveRanges(known)); err != nil {
		return err
	}
	cache := w.db.analysed
	if cache == nil {
		cache = analysedDocuments{}
		w.db.analysed = cache
	}
	var added waitingRange // new records have keys that follow each other
	for _, it := range changed {
		stamp := newStamp()
		switch {
		case it.known:
			w.tables.pending.add(it.key, stamp)
		case added.first == 0:
			added = waitingRange{it.key, it.key, stamp}
		default:
			added.last, stamp = it.key, added.stamp
		}
		it.doc.Record = it.key
		cache[it.key] = analysedDocument{stamp, it.doc}
	}
	if err := w.addWaiting(added); err != nil {
		return err
	}
	if err := w.tables.pending.flush(w); err != nil {
		return err
	}
	if len(cache) < segmentDocs {
		return nil
	}
	return w.indexAnalysed()
}

// reindexLater has records indexed again whose state changed.
func (w *writer) reindexLater(keys []int64) error {
	if err := errors.Join(w.markDead(keys), w.leaveRanges(keys)); err != nil {
		return err
	}
	for _, key := range keys {
		w.tables.pending.add(key, newStamp())
	}
	return w.tables.pending.flush(w)
}

// indexAnalysed makes segments of the records that wait and are analysed
// already. Those of other processes are left to these.
func (w *writer) indexAnalysed() error {
	if len(w.db.analysed) == 0 {
		return nil
	}
	stamps := map[int64]bool{}
	for _, d := range w.db.analysed {
		stamps[d.stamp] = true
	}
	mine := "WHERE record_id IN (" + intList(slices.Collect(maps.Keys(w.db.analysed))) + ")"
	all, err := readPending(uncancelled, w, mine, func(r waitingRange) bool { return stamps[r.stamp] }, math.MaxInt)
	if err != nil {
		return err
	}
	for part := range all.chunks(segmentDocs) {
		if err := w.indexWaiting(part); err != nil {
			return err
		}
	}
	w.db.analysed = nil
	return nil
}

// indexAll makes segments of all records that wait, among them those that a
// process which was killed has left, one by one, so that none is lost to the
// next kill.
func (db *DB) indexAll(ctx context.Context) error {
	for more := true; more; {
		err := db.update(ctx, func(w *writer) error {
			part, err := readPending(uncancelled, w, "", func(waitingRange) bool { return true }, segmentDocs)
			if err != nil {
				return err
			}
			more = len(part.records) > 0
			return w.indexWaiting(part)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// indexWaiting makes a segment of records that wait, some of which may be
// analysed.
func (w *writer) indexWaiting(part pendingRecords) error {
	if len(part.records) == 0 {
		return nil
	}
	keys := make([]int64, len(part.records))
	ready := map[int64]*segment.Document{}
	for i, p := range part.records {
		keys[i] = p.key
		if cached, ok := w.db.analysed[p.key]; ok && cached.stamp == p.stamp {
			ready[p.key] = cached.doc
		}
		delete(w.db.analysed, p.key)
	}
	docs, err := w.db.documents(uncancelled, w, keys, ready)
	if err != nil {
		return err
	}
	b := segment.Builder{Orders: engine.Orders}
	for _, d := range docs {
		b.Add(d)
	}
	if b.Len() > 0 {
		if err := w.storeSegment(b.Len(), b.Build); err != nil {
			return err
		}
	}
	return w.dropWaiting(part)
}

// documents returns the documents of records with their present states. Those
// that are not ready are read from the index.
func (db *DB) documents(ctx context.Context, q querier, keys []int64, ready map[int64]*segment.Document) ([]*segment.Document, error) {
	var docs []*segment.Document
	var rest []int64
	query := "SELECT record_id, is_latest, gone_at IS NOT NULL FROM records WHERE record_id IN (" + intList(keys) + ")"
	err := eachRow(ctx, q, query, nil, func(rows *sql.Rows) error {
		var key int64
		var latest, gone bool
		if err := rows.Scan(&key, &latest, &gone); err != nil {
			return err
		}
		d := ready[key]
		if d == nil {
			d = &segment.Document{}
			rest = append(rest, key)
		}
		d.Record, d.Latest, d.Gone = key, latest, gone
		docs = append(docs, d)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read records to index: %w", err)
	}
	analysed, places := make([]*segment.Document, len(rest)), placesOf(rest)
	err = db.eachRaw(ctx, q, rest, func(key int64, raw []byte) error {
		r, err := db.decode(raw)
		if err == nil {
			analysed[places[key]] = engine.Analyse(r)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, d := range docs {
		if at, ok := places[d.Record]; ok {
			if analysed[at] == nil {
				return nil, notKept(d.Record)
			}
			docs[i] = analysed[at]
			docs[i].Record, docs[i].Latest, docs[i].Gone = d.Record, d.Latest, d.Gone
		}
	}
	return docs, nil
}

package index

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"

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
// That it is random tells it from those of other processes, and of a
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
	if err := w.markDead(known); err != nil {
		return err
	}
	cache := w.db.analysed
	if cache == nil {
		cache = analysedDocuments{}
		w.db.analysed = cache
	}
	for _, it := range changed {
		stamp := newStamp()
		it.doc.Record = it.key
		cache[it.key] = analysedDocument{stamp, it.doc}
		w.tables.pending.add(it.key, stamp)
	}
	if err := w.tables.pending.flush(w); err != nil {
		return err
	}
	if len(cache) < segmentDocs {
		return nil
	}
	return w.indexPending()
}

// reindexLater has records indexed again whose state changed.
func (w *writer) reindexLater(keys []int64) error {
	if err := w.markDead(keys); err != nil {
		return err
	}
	for _, key := range keys {
		w.tables.pending.add(key, newStamp())
	}
	return w.tables.pending.flush(w)
}

// indexPending makes segments of all records that wait for it.
func (w *writer) indexPending() error {
	type waiting struct{ key, stamp int64 }
	var all []waiting
	err := eachRow(w.ctx, w, "SELECT record_id, stamp FROM pending ORDER BY record_id", nil, func(rows *sql.Rows) error {
		var p waiting
		if err := rows.Scan(&p.key, &p.stamp); err != nil {
			return err
		}
		all = append(all, p)
		return nil
	})
	if err != nil {
		return err
	}
	for part := range slices.Chunk(all, segmentDocs) {
		keys := make([]int64, len(part))
		ready := map[int64]*segment.Document{}
		for i, p := range part {
			keys[i] = p.key
			if cached, ok := w.db.analysed[p.key]; ok && cached.stamp == p.stamp {
				ready[p.key] = cached.doc
			}
		}
		if err := w.indexRecords(keys, ready); err != nil {
			return err
		}
	}
	w.db.analysed = nil
	return w.exec("DELETE FROM pending")
}

// indexRecords makes a segment of records, some of which are analysed.
func (w *writer) indexRecords(keys []int64, ready map[int64]*segment.Document) error {
	docs, err := w.db.documents(w.ctx, w, keys, ready)
	if err != nil || len(docs) == 0 {
		return err
	}
	for _, d := range docs {
		w.builder.Add(d)
	}
	return w.storeSegment(w.builder.Build)
}

// documents returns the documents of records with their present states. Those
// that are not ready are read from the index.
func (db *DB) documents(ctx context.Context, q querier, keys []int64, ready map[int64]*segment.Document) ([]*segment.Document, error) {
	var docs []*segment.Document
	type unread struct {
		at   int
		blob []byte
	}
	var rest []unread
	query := `SELECT r.record_id, r.is_latest, r.gone_at IS NOT NULL, CASE WHEN r.record_id IN (%s) THEN NULL ELSE d.json END
		FROM records r JOIN documents d USING (record_id) WHERE r.record_id IN (%s)`
	have := make([]int64, 0, len(ready))
	for key := range ready {
		have = append(have, key)
	}
	err := eachRow(ctx, q, fmt.Sprintf(query, intList(have), intList(keys)), nil, func(rows *sql.Rows) error {
		var key int64
		var latest, gone bool
		var blob []byte
		if err := rows.Scan(&key, &latest, &gone, &blob); err != nil {
			return err
		}
		d := ready[key]
		if d == nil {
			d = &segment.Document{}
			rest = append(rest, unread{len(docs), blob})
		}
		d.Record, d.Latest, d.Gone = key, latest, gone
		docs = append(docs, d)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read records to index: %w", err)
	}
	err = parallel(ctx, rest, func(u unread) error {
		d, err := db.analyseBlob(u.blob)
		if err != nil {
			return err
		}
		state := docs[u.at]
		d.Record, d.Latest, d.Gone = state.Record, state.Latest, state.Gone
		docs[u.at] = d
		return nil
	})
	return docs, err
}

func (db *DB) analyseBlob(blob []byte) (*segment.Document, error) {
	r, err := db.decodeBlob(blob)
	if err != nil {
		return nil, err
	}
	return analyse(r), nil
}

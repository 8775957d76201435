package index

import (
	"context"
	"database/sql"
	"sync"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/zenodo"
)

// batch is records on their way into the index, with all that can be made of
// them before the index is locked.
type batch struct {
	db    *DB
	items []*item
	// seenAt is when it is stored. Of several who store, each has waited for the
	// one before, so the statistics seen last are those of the record as it is.
	seenAt int64
	// votes is set where a record that arrives as the latest version is believed,
	// even if a later one is held: somebody asks the server about that.
	votes bool
	// current is set where the records that have not changed are believed, too:
	// they are as the server has them at this moment.
	current bool
}

// item is a record, packed and analysed.
type item struct {
	record *zenodo.Record
	block  *packed
	parts  []any // of partColumns
	doc    *segment.Document
	key    int64
	known  bool // the index had the record before
	// before is what the server had sent for the record, where that differs in
	// more than statistics and links; returned is set where it had been gone.
	before   []byte
	returned bool
	// left is the concept in which the record had a later place before.
	left zenodo.ConceptID
}

// newBatch prepares records; one that comes twice counts as it came
// last. Those that are ready, which may be nil, need no preparation.
func (db *DB) newBatch(ctx context.Context, records []*zenodo.Record, ready *readyItems) (*batch, error) {
	b := &batch{db: db}
	byID := make(map[zenodo.RecordID]*item, len(records))
	for _, r := range records {
		it := ready.take(r)
		if before, ok := byID[r.ID]; ok {
			*before = *it
			continue
		}
		byID[r.ID] = it
		b.items = append(b.items, it)
	}
	var unpacked []*item
	for _, it := range b.items {
		if it.block == nil {
			unpacked = append(unpacked, it)
		}
	}
	if _, err := db.pack(unpacked); err != nil {
		return nil, err
	}
	return b, parallel(ctx, unpacked, func(it *item) error {
		it.derive()
		return nil
	})
}

// derive makes what the index has of a record beside what was received.
func (it *item) derive() { it.parts, it.doc = partsOf(it.record), engine.Analyse(it.record) }

// readyItems are records that were prepared before they are stored. Several
// goroutines may use them.
type readyItems struct{ items sync.Map } // *zenodo.Record to *item

func (r *readyItems) put(it *item) { r.items.Store(it.record, it) }

// take returns a record that is ready, or one that is to be prepared.
func (r *readyItems) take(record *zenodo.Record) *item {
	if r != nil {
		if it, ok := r.items.LoadAndDelete(record); ok {
			return it.(*item)
		}
	}
	return &item{record: record}
}

// known is what the index holds of a record already.
type known struct {
	key     int64
	goneAt  string // "" while the server has it
	concept zenodo.ConceptID
	index   int
	form    zenodo.Format
	updated zenodo.Timestamp
	newer   zenodo.Timestamp // of a later state that the record lacks
}

// gone reports whether the server was seen without the record.
func (k known) gone() bool { return k.goneAt != "" }

// lookup finds the records of the batch that the index has.
func (b *batch) lookup(w *writer) (map[zenodo.RecordID]known, error) {
	found := map[zenodo.RecordID]known{}
	for at := 0; at < len(b.items); at += bulkRows {
		part := b.items[at:min(at+bulkRows, len(b.items))]
		ids := make([]any, bulkRows) // padded with null, for one statement
		for i, it := range part {
			ids[i] = string(it.record.ID)
		}
		rows, err := w.QueryContext(uncancelled, selectKnown+placeholders(bulkRows)+")", ids...)
		if err != nil {
			return nil, err
		}
		if err := scanKnown(rows, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

const selectKnown = `SELECT id, record_id, coalesce(gone_at, ''), coalesce(concept_id, ''), coalesce(version_index, 0),
	form, coalesce(updated_at, ''), coalesce(newer_at, '') FROM records WHERE id IN (`

func scanKnown(rows *sql.Rows, into map[zenodo.RecordID]known) error {
	defer rows.Close()
	for rows.Next() {
		var id zenodo.RecordID
		var k known
		if err := rows.Scan(&id, &k.key, &k.goneAt, &k.concept, &k.index, &k.form, &k.updated, &k.newer); err != nil {
			return err
		}
		into[id] = k
	}
	return rows.Err()
}

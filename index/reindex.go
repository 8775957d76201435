package index

import (
	"context"
	"database/sql"
	"fmt"
)

// Reindex makes everything that is derived from the records as received
// anew, without the network. Interrupted, it leaves a sound index. progress,
// which may be nil, is called as it goes on.
func (db *DB) Reindex(ctx context.Context, progress func(done, total int)) error {
	var keys []int64
	err := db.view(ctx, func(q *session) (err error) {
		keys, err = numbers(ctx, q, "SELECT record_id FROM records ORDER BY record_id")
		return err
	})
	if err != nil {
		return fmt.Errorf("reindex: %w", err)
	}
	for done := 0; done < len(keys); {
		part := keys[done:min(done+segmentDocs, len(keys))]
		if err := db.reindexPart(ctx, part); err != nil {
			return fmt.Errorf("reindex: %w", err)
		}
		done += len(part)
		if progress != nil {
			progress(done, len(keys))
		}
	}
	err = db.update(ctx, (*writer).indexPending)
	if err != nil {
		return fmt.Errorf("reindex: %w", err)
	}
	return db.mergeSegments(ctx)
}

func (db *DB) reindexPart(ctx context.Context, keys []int64) error {
	err := db.update(ctx, func(w *writer) error {
		var items []*item
		err := eachRow(w.ctx, w, "SELECT record_id, json FROM documents WHERE record_id IN ("+intList(keys)+")", nil, func(rows *sql.Rows) error {
			it := &item{}
			items = append(items, it)
			return rows.Scan(&it.key, &it.blob)
		})
		if err != nil {
			return err
		}
		if err := parallel(ctx, items, func(it *item) error { return db.prepareAgain(it) }); err != nil {
			return err
		}
		for _, it := range items {
			if err := w.replaceRow(it); err != nil {
				return err
			}
		}
		return w.derive(items)
	})
	if err != nil {
		return err
	}
	return db.mergeSegments(ctx)
}

// prepareAgain makes an item of a record as received.
func (db *DB) prepareAgain(it *item) error {
	record, err := db.decodeBlob(it.blob)
	if err != nil {
		return fmt.Errorf("record %d: %w", it.key, err)
	}
	it.record = record
	it.doc = analyse(it.record)
	return nil
}

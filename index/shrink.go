package index

import (
	"context"
	"fmt"
)

// Of the pages of the file, one in freeShare may be free; what is more is
// given back, shrinkPages at a time so that others can write in between.
const (
	freeShare   = 50
	shrinkPages = 500
)

// shrink gives back the space that merged segments and dropped records have
// left. Like merging it is only housekeeping, and ends with ctx.
func (db *DB) shrink(ctx context.Context) error {
	for more := true; more && ctx.Err() == nil; {
		err := db.update(ctx, func(w *writer) error {
			var free, all int
			if _, err := w.queryRow("SELECT freelist_count, page_count FROM pragma_freelist_count, pragma_page_count", nil, &free, &all); err != nil {
				return err
			}
			if more = free*freeShare > all && free > shrinkPages; !more {
				return nil
			}
			return w.exec(fmt.Sprintf("PRAGMA incremental_vacuum(%d)", shrinkPages))
		})
		if err != nil && ctx.Err() == nil {
			return err
		}
	}
	return nil
}

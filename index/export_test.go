package index

import (
	"context"

	"github.com/zharvest/zharvest/zenodo"
)

// SearchMany hands f a search over one state of the index: to open it again
// for each of many queries takes most of their time.
func (db *DB) SearchMany(ctx context.Context, f func(search func(Query) ([]string, error))) error {
	return db.view(ctx, func(s *session) error {
		snap, err := db.openSnapshot(ctx, s)
		if err != nil {
			return err
		}
		f(func(q Query) (ids []string, err error) {
			found, err := db.searchIn(ctx, s, snap, q)
			if err != nil {
				return nil, explain(err)
			}
			return ids, found.each(ctx, func(r *zenodo.Record) error {
				ids = append(ids, string(r.ID))
				return nil
			})
		})
		return nil
	})
}

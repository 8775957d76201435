package index

import (
	"context"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/zharvest/zharvest/zenodo"
)

// AddMigration adds a script to those that make the schema, until the test ends.
func AddMigration(t *testing.T, script string) {
	old := migrations
	t.Cleanup(func() { migrations = old })
	first, err := fs.ReadFile(old, "migrations/0018_schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	migrations = fstest.MapFS{
		"migrations/0018_schema.sql": {Data: first}, "migrations/0019_test.sql": {Data: []byte(script)},
	}
}

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

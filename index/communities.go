package index

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// nameCommunities makes the communities that records are in and that are not
// known yet, and notes their UUIDs where the records say them.
func (w *writer) nameCommunities(items []*item) error {
	named := map[zenodo.Slug]string{} // UUIDs, or empty
	for _, it := range items {
		ids := it.record.CommunityIDs
		for i, slug := range it.record.Communities {
			if named[slug] == "" && len(ids) == len(it.record.Communities) {
				named[slug] = ids[i]
			} else if _, ok := named[slug]; !ok {
				named[slug] = ""
			}
		}
	}
	for _, slug := range slices.Sorted(maps.Keys(named)) {
		key, err := w.communityKey(slug)
		if err == nil && named[slug] != "" {
			err = w.exec("UPDATE communities SET uuid = ?1 WHERE community_id = ?2 AND uuid IS NOT ?1", named[slug], key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) communityKey(slug zenodo.Slug) (key int64, err error) {
	find := "SELECT community_id FROM communities WHERE slug = ?"
	found, err := w.queryRow(find, []any{string(slug)}, &key)
	if err != nil || found {
		return key, err
	}
	if err := w.exec("INSERT INTO communities (slug) VALUES (?)", string(slug)); err != nil {
		return 0, fmt.Errorf("store community %s: %w", slug, err)
	}
	_, err = w.queryRow(find, []any{string(slug)}, &key)
	return key, err
}

// StoreCommunities stores communities outside any harvest.
func (db *DB) StoreCommunities(ctx context.Context, communities ...*zenodo.Community) (stored store.Stored, err error) {
	err = db.update(ctx, func(w *writer) error {
		stored, err = w.storeCommunities(communities)
		return err
	})
	if err != nil {
		return store.Stored{}, fmt.Errorf("store communities: %w", err)
	}
	return stored, nil
}

func (w *writer) storeCommunities(communities []*zenodo.Community) (stored store.Stored, err error) {
	for _, c := range communities {
		if err := w.storeCommunity(c, &stored); err != nil {
			return store.Stored{}, fmt.Errorf("store community %s: %w", c.Slug, err)
		}
	}
	return stored, nil
}

func (w *writer) storeCommunity(c *zenodo.Community, stored *store.Stored) error {
	key, err := w.communityKey(c.Slug)
	if err != nil {
		return err
	}
	var updated sql.NullString
	var fetched bool
	if _, err := w.queryRow("SELECT updated_at, json IS NOT NULL FROM communities WHERE community_id = ?", []any{key}, &updated, &fetched); err != nil {
		return err
	}
	blob, err := w.db.codec.compressRecord(c.Raw)
	if err != nil {
		return fmt.Errorf("community %s: %w", c.Slug, err)
	}
	switch {
	case !fetched:
		stored.New++
	case updated.String == string(c.UpdatedAt):
		stored.Unchanged++
	default:
		stored.Updated++
	}
	return w.exec(`UPDATE communities SET uuid = ?, title = ?, description = ?, type = ?, website = ?, url = ?, created_at = ?, updated_at = ?, json = ?
		WHERE community_id = ?`,
		text(c.ID), text(c.Title), text(c.Description), text(c.Type), text(c.Website), text(c.URL), text(c.CreatedAt), text(c.UpdatedAt),
		blob, key)
}

// CommunityEntry is a community of the index.
type CommunityEntry struct {
	zenodo.Community
	// Records is how many latest versions of records in the index belong to it.
	Records int
}

// Communities iterates over the communities of the index whose slug, title or
// description holds text, whatever its case, by slug. Of a community that was
// never fetched, only the slug and the number of records are known.
func (db *DB) Communities(ctx context.Context, text string) iter.Seq2[*CommunityEntry, error] {
	return func(yield func(*CommunityEntry, error) bool) {
		var all []*CommunityEntry
		err := db.view(ctx, func(q *session) (err error) {
			all, err = readCommunities(ctx, q, text)
			return err
		})
		if err != nil {
			yield(nil, fmt.Errorf("list communities: %w", err))
			return
		}
		for _, c := range all {
			if !yield(c, nil) {
				return
			}
		}
	}
}

func readCommunities(ctx context.Context, q querier, text string) (all []*CommunityEntry, err error) {
	wanted := strings.ToLower(text)
	err = eachRow(ctx, q, `SELECT slug, coalesce(uuid, ''), coalesce(title, ''), coalesce(description, ''), coalesce(type, ''), coalesce(website, ''),
			coalesce(url, ''), coalesce(created_at, ''), coalesce(updated_at, ''), coalesce(records, 0)
		FROM communities LEFT JOIN (SELECT c.value AS slug, count(*) AS records FROM records r JOIN part p USING (record_id), json_each(p.communities) c
			WHERE r.is_latest AND r.gone_at IS NULL GROUP BY c.value) USING (slug) ORDER BY slug`, nil, func(rows *sql.Rows) error {
		c := &CommunityEntry{}
		if err := rows.Scan(&c.Slug, &c.ID, &c.Title, &c.Description, &c.Type, &c.Website, &c.URL, &c.CreatedAt, &c.UpdatedAt, &c.Records); err != nil {
			return err
		}
		if strings.Contains(strings.ToLower(string(c.Slug)+"\n"+c.Title+"\n"+c.Description), wanted) {
			all = append(all, c)
		}
		return nil
	})
	return all, err
}

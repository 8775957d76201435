package index

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/zenodo"
)

// Records iterates over the records that q matches. An error comes last, with
// a nil record: a [*querystring.Error] for a query that Zenodo would refuse, or
// that cannot be run offline.
func (db *DB) Records(ctx context.Context, q Query) iter.Seq2[*zenodo.Record, error] {
	return func(yield func(*zenodo.Record, error) bool) {
		stopped := errors.New("stopped")
		err := db.view(ctx, func(s *session) error {
			found, err := db.search(ctx, s, q)
			if err != nil {
				return err
			}
			return found.each(ctx, func(r *zenodo.Record) error {
				if !yield(r, nil) {
					return stopped
				}
				return nil
			})
		})
		if err != nil && !errors.Is(err, stopped) {
			yield(nil, err)
		}
	}
}

// result is what a query matches, and where its records are read from.
type result struct {
	db      *DB
	session *session
	query   Query
	matches *engine.Result
}

// search prepares a search in the present state. An error of the query comes
// from here.
func (db *DB) search(ctx context.Context, s *session, q Query) (*result, error) {
	snap, err := db.openSnapshot(ctx, s)
	if err != nil {
		return nil, err
	}
	return db.searchIn(ctx, s, snap, q)
}

func (db *DB) searchIn(ctx context.Context, s *session, snap *engine.Index, q Query) (*result, error) {
	if q.Sort != "" && !slices.Contains(Sorts(), q.Sort) {
		return nil, fmt.Errorf("no such order: %s", q.Sort)
	}
	members, err := harvestMembers(ctx, s, q.Harvest)
	if err != nil {
		return nil, err
	}
	found, err := snap.Search(ctx, engine.Query{
		Parsed: q.Parsed, Communities: q.Communities, Type: q.Type, Subtype: q.Subtype, Since: q.Since, Until: q.Until,
		AllVersions: q.AllVersions, IncludeGone: q.IncludeGone, Among: members, Now: q.Now,
	})
	if err != nil {
		return nil, err
	}
	return &result{db: db, session: s, query: q, matches: found}, nil
}

// each calls use with the records found, in their order.
func (r *result) each(ctx context.Context, use func(*zenodo.Record) error) error {
	if q := r.query; q.inSegments() {
		return each(r.matches.Brief(ctx, q.Sort != Oldest, q.Columns, q.Limit), use)
	}
	return r.db.fetch(ctx, r.session, r.ordered(ctx), r.query.Columns, use)
}

// inSegments reports whether all that a query asks for is in the segments, in
// their order.
func (q Query) inSegments() bool {
	return q.Columns != nil && !q.ByYear && (q.Sort == "" || q.Sort == Newest || q.Sort == Oldest)
}

// each calls use with all records, and returns the first error of either.
func each(records iter.Seq2[*zenodo.Record, error], use func(*zenodo.Record) error) error {
	for r, err := range records {
		if err == nil {
			err = use(r)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Count is how many records q matches, whatever its Limit.
func (db *DB) Count(ctx context.Context, q Query) (n int, err error) {
	err = db.view(ctx, func(s *session) error {
		found, err := db.search(ctx, s, q)
		if err != nil {
			return err
		}
		n, err = found.matches.Count(ctx)
		return err
	})
	return n, err
}

// harvestMembers are the records of a saved harvest.
func harvestMembers(ctx context.Context, s *session, name string) (engine.KeySet, error) {
	if name == "" {
		return nil, nil
	}
	var exists bool
	if err := s.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM harvests WHERE name = ?)", name).Scan(&exists); err != nil {
		return nil, err
	}
	if !exists {
		return nil, fmt.Errorf("harvest %q: %w", name, ErrNotFound)
	}
	members := engine.KeySet{}
	err := eachRow(ctx, s, `SELECT first_record, min(last_record, (SELECT max(record_id) FROM records))
		FROM harvest_ranges JOIN harvests USING (harvest_id) WHERE name = ?`, []any{name}, func(rows *sql.Rows) error {
		var first, last int64
		err := rows.Scan(&first, &last)
		for key := first; err == nil && key <= last; key++ {
			members.Add(key)
		}
		return err
	})
	return members, err
}

// Record finds one record by what a user typed for it: an id, a DOI or the
// address of a page. The id or DOI of a concept finds its latest version. The
// error matches [ErrNotFound] where there is none. A record that the server does
// not have any more is returned beside a [*GoneError].
func (db *DB) Record(ctx context.Context, ref string) (r *zenodo.Record, err error) {
	parsed, ok := zenodo.ParseRef(ref)
	if !ok {
		return nil, fmt.Errorf("%q is no id, DOI or address of a record: %w", ref, ErrNotFound)
	}
	err = db.view(ctx, func(s *session) error {
		key, err := findRecord(ctx, s, parsed)
		if err != nil {
			return err
		}
		if key == 0 {
			return fmt.Errorf("record %s: %w", ref, ErrNotFound)
		}
		if r, err = db.readWhole(ctx, s, key); err != nil {
			return err
		}
		return goneError(ctx, s, key, ref)
	})
	return r, err
}

// goneError is nil for a record that is not gone.
func goneError(ctx context.Context, s *session, key int64, ref string) error {
	gone := &GoneError{Ref: ref}
	err := s.QueryRowContext(ctx, "SELECT coalesce(gone_at, ''), coalesce(gone_reason, '') FROM records WHERE record_id = ?", key).Scan(&gone.At, &gone.Reason)
	if err != nil || gone.At == "" {
		return err
	}
	return gone
}

// findRecord returns the key of a record, or 0.
func findRecord(ctx context.Context, s *session, ref zenodo.Ref) (int64, error) {
	of := func(doi, id string) (condition string, args []any) {
		if ref.DOI == "" {
			return id + " = ?1", []any{string(ref.ID)}
		}
		number := strings.TrimPrefix(string(ref.DOI), zenodoPrefix)
		return "(" + doi + " = ?1 OR " + doi + " IS NULL AND " + id + " = ?2)", []any{string(ref.DOI), number}
	}
	condition, args := of("doi", "id")
	keys, err := numbers(ctx, s, "SELECT record_id FROM record WHERE "+condition+" LIMIT 1", args...)
	if err == nil && len(keys) == 0 {
		condition, args = of("concept_doi", "concept_id")
		keys, err = numbers(ctx, s, "SELECT record_id FROM record WHERE "+condition+
			" ORDER BY gone_at IS NULL DESC, is_latest DESC, version_index DESC, created DESC LIMIT 1", args...)
	}
	if err == nil && len(keys) == 0 && ref.DOI != "" {
		// DOIs do not tell upper from lower case.
		keys, err = numbers(ctx, s, "SELECT record_id FROM records WHERE doi = ?1 COLLATE NOCASE OR concept_doi = ?1 COLLATE NOCASE "+
			"ORDER BY doi = ?1 COLLATE NOCASE DESC, is_latest DESC LIMIT 1", string(ref.DOI))
	}
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	return keys[0], nil
}

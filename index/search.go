package index

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/zharvest/zharvest/index/internal/pattern"
	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
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

// each calls use with the records found, in their order.
func (r *result) each(ctx context.Context, use func(*zenodo.Record) error) error {
	if r.search.inSegments() {
		return each(r.fromSegments(ctx, r.search), use)
	}
	return r.db.fetch(ctx, r.session, r.ordered(ctx, r.search), r.search.Columns, use)
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
		for i := range found.segments {
			set, err := found.set(ctx, i)
			if err != nil {
				return err
			}
			n += set.Count()
		}
		return nil
	})
	return n, err
}

// result is what a query matches, by segment. A segment is searched when its
// set is first asked for: the newest records are found without a look at those
// before them.
type result struct {
	*snapshot
	search Query // never without Parsed
	now    time.Time
	// members are the records of the harvest that is asked for.
	members keySet
	sets    []segment.Bitset // nil until asked for

	// What all segments share, see evaluator.
	byStatistic map[string]keySet
	expansions  *expansions
	regexps     map[string]*pattern.Regexp
}

// search prepares a search in the present state. An error of the query comes
// from here.
func (db *DB) search(ctx context.Context, s *session, q Query) (*result, error) {
	snap, err := db.openSnapshot(ctx, s)
	if err != nil {
		return nil, err
	}
	return snap.search(ctx, q)
}

func (s *snapshot) search(ctx context.Context, q Query) (*result, error) {
	if q.Sort != "" && !slices.Contains(Sorts(), q.Sort) {
		return nil, fmt.Errorf("no such order: %s", q.Sort)
	}
	if q.Parsed == nil {
		q.Parsed = &querystring.Query{}
	}
	members, err := harvestMembers(ctx, s.session, q.Harvest)
	if err != nil {
		return nil, err
	}
	found := &result{
		snapshot: s, search: q, now: q.Now, members: members, sets: make([]segment.Bitset, len(s.segments)),
		byStatistic: map[string]keySet{}, expansions: &expansions{segments: s.segments}, regexps: map[string]*pattern.Regexp{},
	}
	if found.now.IsZero() {
		found.now = time.Now()
	}
	return found, found.try(ctx)
}

// try searches the smallest segment: each of them refuses what can't be run.
func (r *result) try(ctx context.Context) error {
	smallest := 0
	for i, seg := range r.segments {
		if seg.docs < r.segments[smallest].docs {
			smallest = i
		}
	}
	_, err := r.set(ctx, smallest)
	return err
}

// set is what was found in a segment.
func (r *result) set(ctx context.Context, i int) (segment.Bitset, error) {
	if r.sets[i] != nil {
		return r.sets[i], nil
	}
	e := r.evaluator(i)
	set, err := e.query(ctx, r.search.Parsed)
	if err != nil {
		return nil, err
	}
	if err := e.filter(ctx, set, r.search, r.members); err != nil {
		return nil, err
	}
	r.sets[i] = set
	return set, nil
}

func (r *result) evaluator(i int) *evaluator {
	return &evaluator{
		text: r.search.Parsed.Text, now: r.now, segment: r.segments[i], withStatistic: r.session.withStatistic,
		byStatistic: r.byStatistic, expansions: r.expansions, regexps: r.regexps,
	}
}

// filter keeps of a set what the rest of the query selects.
func (e *evaluator) filter(ctx context.Context, set segment.Bitset, q Query, members keySet) error {
	if e.segment.dead != nil {
		set.AndNot(e.segment.dead)
	}
	if !q.AllVersions {
		set.And(e.segment.latest)
	}
	if !q.IncludeGone {
		set.AndNot(e.segment.gone)
	}
	if q.Type != "" {
		if err := e.keep(ctx, set, fType, q.Type); err != nil {
			return err
		}
	}
	if q.Subtype != "" {
		if err := e.keep(ctx, set, fSubtype, q.Type+"-"+q.Subtype); err != nil {
			return err
		}
	}
	if len(q.Communities) > 0 {
		if err := e.keepCommunities(ctx, set, q.Communities); err != nil {
			return err
		}
	}
	if !q.Since.IsZero() || !q.Until.IsZero() {
		if err := e.keepCreated(ctx, set, q.Since, q.Until); err != nil {
			return err
		}
	}
	if q.Harvest != "" {
		held, err := e.withRecords(ctx, members)
		if err != nil {
			return err
		}
		set.And(held)
	}
	return nil
}

func (e *evaluator) keep(ctx context.Context, set segment.Bitset, f segment.Field, term string) error {
	p, _, err := e.segment.terms.find(ctx, segment.Key(f, term))
	if err != nil {
		return err
	}
	with := e.segment.empty()
	if err := p.AddTo(with); err != nil {
		return err
	}
	set.And(with)
	return nil
}

func (e *evaluator) keepCommunities(ctx context.Context, set segment.Bitset, slugs []zenodo.Slug) error {
	any := e.segment.empty()
	for _, slug := range slugs {
		p, _, err := e.segment.terms.find(ctx, segment.Key(fCommunity, string(slug)))
		if err != nil {
			return err
		}
		if err := p.AddTo(any); err != nil {
			return err
		}
	}
	set.And(any)
	return nil
}

func (e *evaluator) keepCreated(ctx context.Context, set segment.Bitset, since, until time.Time) error {
	from, to := int64(minNumber), int64(maxNumber)
	if !since.IsZero() {
		from = since.UnixMicro()
	}
	if !until.IsZero() {
		to = until.UnixMicro() - 1
	}
	between, err := e.documentsBetween(ctx, columnCreated, from, to)
	if err != nil {
		return err
	}
	set.And(between)
	return nil
}

// harvestMembers are the records of a saved harvest.
func harvestMembers(ctx context.Context, s *session, name string) (keySet, error) {
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
	keys, err := numbers(ctx, s, "SELECT record_id FROM harvest_records JOIN harvests USING (harvest_id) WHERE name = ?", name)
	if err != nil {
		return nil, err
	}
	members := keySet{}
	for _, key := range keys {
		members.add(key)
	}
	return members, nil
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
	column, concept, value := "id", "concept_id", string(ref.ID)
	if ref.DOI != "" {
		column, concept, value = "doi", "concept_doi", string(ref.DOI)
	}
	keys, err := numbers(ctx, s, "SELECT record_id FROM records WHERE "+column+" = ? LIMIT 1", value)
	if err == nil && len(keys) == 0 {
		keys, err = numbers(ctx, s, "SELECT record_id FROM records WHERE "+concept+
			" = ? ORDER BY gone_at IS NULL DESC, is_latest DESC, version_index DESC, created_at DESC LIMIT 1", value)
	}
	if err == nil && len(keys) == 0 && ref.DOI != "" {
		// DOIs do not tell upper from lower case.
		keys, err = numbers(ctx, s, "SELECT record_id FROM records WHERE doi = ?1 COLLATE NOCASE OR concept_doi = ?1 COLLATE NOCASE "+
			"ORDER BY doi = ?1 COLLATE NOCASE DESC, is_latest DESC LIMIT 1", value)
	}
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	return keys[0], nil
}

package index

import (
	"context"
	"time"

	"github.com/zharvest/zharvest/index/internal/pattern"
	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// snapshot is one state of the full-text index.
type snapshot struct {
	segments []*openSegment
	// withStatistic finds the records of which a statistic is from one number to
	// another, both included.
	withStatistic func(ctx context.Context, field string, from, until int64) (keySet, error)
}

// selection says which records are wanted. The zero value is all records in
// their latest versions that the server has.
type selection struct {
	// Parsed is a text in Zenodo's query language; nil finds everything.
	Parsed *querystring.Query
	// Communities keeps records that are in any of them.
	Communities []zenodo.Slug
	// Type and Subtype keep records of that resource type.
	Type, Subtype string
	// Since and Until keep records created in [Since, Until); zero is
	// unbounded.
	Since, Until time.Time
	// AllVersions keeps superseded versions too, IncludeGone what the server
	// no longer has.
	AllVersions, IncludeGone bool
	// Among keeps the records with these keys; nil keeps all.
	Among keySet
	// Now is what now means in dates such as now-7d; zero is the present.
	Now time.Time
}

// matches is what a query matches, by segment. A segment is searched when its
// set is first asked for: the newest records are found without a look at those
// before them.
type matches struct {
	snapshot *snapshot
	query    selection        // never without Parsed and Now
	sets     []segment.Bitset // nil until asked for

	// What all segments share, see evaluator.
	byStatistic map[string]keySet
	expansions  *expansions
	regexps     map[string]*pattern.Regexp
}

// search prepares a search. An error of the query comes from here.
func (s *snapshot) search(ctx context.Context, q selection) (*matches, error) {
	if q.Parsed == nil {
		q.Parsed = &querystring.Query{}
	}
	if q.Now.IsZero() {
		q.Now = time.Now()
	}
	found := &matches{
		snapshot: s, query: q, sets: make([]segment.Bitset, len(s.segments)),
		byStatistic: map[string]keySet{}, expansions: &expansions{segments: s.segments}, regexps: map[string]*pattern.Regexp{},
	}
	return found, found.try(ctx)
}

// try searches the smallest segment, or one that is empty where there is none:
// each of them refuses what can't be run.
func (r *matches) try(ctx context.Context) error {
	if len(r.snapshot.segments) == 0 {
		empty, err := memorySegment(nil)
		if err == nil {
			_, err = r.evaluator(empty).query(ctx, r.query.Parsed)
		}
		return err
	}
	smallest := 0
	for i, seg := range r.snapshot.segments {
		if seg.docs < r.snapshot.segments[smallest].docs {
			smallest = i
		}
	}
	_, err := r.set(ctx, smallest)
	return err
}

// set is what was found in a segment.
func (r *matches) set(ctx context.Context, i int) (segment.Bitset, error) {
	if r.sets[i] != nil {
		return r.sets[i], nil
	}
	e := r.evaluator(r.snapshot.segments[i])
	set, err := e.query(ctx, r.query.Parsed)
	if err != nil {
		return nil, err
	}
	if err := e.filter(ctx, set, r.query); err != nil {
		return nil, err
	}
	r.sets[i] = set
	return set, nil
}

func (r *matches) evaluator(seg *openSegment) *evaluator {
	return &evaluator{
		text: r.query.Parsed.Text, now: r.query.Now, segment: seg, withStatistic: r.snapshot.withStatistic,
		byStatistic: r.byStatistic, expansions: r.expansions, regexps: r.regexps,
	}
}

// count is how many records were found.
func (r *matches) count(ctx context.Context) (n int, err error) {
	for i := range r.snapshot.segments {
		set, err := r.set(ctx, i)
		if err != nil {
			return 0, err
		}
		n += set.Count()
	}
	return n, nil
}

// docs is how many documents were searched, dead ones included.
func (r *matches) docs() (n int) {
	for _, seg := range r.snapshot.segments {
		n += seg.docs
	}
	return n
}

// records are the keys of all records found, as a set and one by one.
func (r *matches) records(ctx context.Context) (keySet, []int64, error) {
	found := keySet{}
	var keys []int64
	for i, seg := range r.snapshot.segments {
		set, err := r.set(ctx, i)
		if err != nil {
			return nil, nil, err
		}
		for doc := range set.All() {
			key, err := seg.column(ctx, columnRecords, doc)
			if err != nil {
				return nil, nil, err
			}
			found.add(key)
			keys = append(keys, key)
		}
	}
	return found, keys, nil
}

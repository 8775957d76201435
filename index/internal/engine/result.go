package engine

import (
	"context"

	"github.com/zharvest/zharvest/index/internal/pattern"
	"github.com/zharvest/zharvest/index/internal/segment"
)

// Result is what a query matches, by segment. A segment is searched when its
// set is first asked for: the newest records are found without a look at those
// before them.
type Result struct {
	index *Index
	query Query            // never without Parsed and Now
	sets  []segment.Bitset // nil until asked for

	// What all segments share, see evaluator.
	byStatistic map[string]KeySet
	expansions  *expansions
	regexps     map[string]*pattern.Regexp
}

// try searches the smallest segment, or one that is empty where there is none:
// each of them refuses what can't be run.
func (r *Result) try(ctx context.Context) error {
	if len(r.index.Segments) == 0 {
		empty, err := MemorySegment(nil)
		if err == nil {
			_, err = r.evaluator(empty).query(ctx, r.query.Parsed)
		}
		return err
	}
	smallest := 0
	for i, seg := range r.index.Segments {
		if seg.Docs < r.index.Segments[smallest].Docs {
			smallest = i
		}
	}
	_, err := r.set(ctx, smallest)
	return err
}

// set is what was found in a segment.
func (r *Result) set(ctx context.Context, i int) (segment.Bitset, error) {
	if r.sets[i] != nil {
		return r.sets[i], nil
	}
	e := r.evaluator(r.index.Segments[i])
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

func (r *Result) evaluator(seg *Segment) *evaluator {
	return &evaluator{
		text: r.query.Parsed.Text, now: r.query.Now, segment: seg, withStatistic: r.index.WithStatistic,
		byStatistic: r.byStatistic, expansions: r.expansions, regexps: r.regexps,
	}
}

// Count is how many records were found.
func (r *Result) Count(ctx context.Context) (n int, err error) {
	for i := range r.index.Segments {
		set, err := r.set(ctx, i)
		if err != nil {
			return 0, err
		}
		n += set.Count()
	}
	return n, nil
}

// Docs is how many documents were searched, dead ones included.
func (r *Result) Docs() (n int) {
	for _, seg := range r.index.Segments {
		n += seg.Docs
	}
	return n
}

// Records are the keys of all records found, as a set and one by one.
func (r *Result) Records(ctx context.Context) (KeySet, []int64, error) {
	found := KeySet{}
	var keys []int64
	for i, seg := range r.index.Segments {
		set, err := r.set(ctx, i)
		if err != nil {
			return nil, nil, err
		}
		for doc := range set.All() {
			key, err := seg.column(ctx, ColumnRecords, doc)
			if err != nil {
				return nil, nil, err
			}
			found.Add(key)
			keys = append(keys, key)
		}
	}
	return found, keys, nil
}

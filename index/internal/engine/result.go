package engine

import (
	"context"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/zharvest/zharvest/index/internal/pattern"
	"github.com/zharvest/zharvest/index/internal/segment"
)

// Result is what a query matches, by segment. A segment is searched when its
// hits are first asked for, and a window of it when it is come to: the newest
// records are found without a look at those before them.
type Result struct {
	*shared
	index *Index
	query Query   // never without Parsed and Now
	plans []*plan // by segment, nil until asked for

	finding sync.Mutex
}

// shared is what the searches of all segments have in common.
type shared struct {
	// withStatistic finds the records with a statistic from one number to
	// another, both included.
	withStatistic func(ctx context.Context, field string, from, until int64) (KeySet, error)
	expansions    *expansions

	mu          sync.Mutex
	byStatistic map[string]KeySet
	regexps     map[string]*pattern.Regexp // by what they are after analysis
}

func (r *Result) planner(seg *Segment) *planner {
	return &planner{shared: r.shared, text: r.query.Parsed.Text, now: r.query.Now, segment: seg, leaves: map[string]condition{}, words: map[analysed][]string{}}
}

// plan is how the hits of a segment are found.
type plan struct {
	segment *Segment
	query   Query
	find    condition
	set     segment.Bitset // of all hits, nil until asked for
}

// plan prepares the search of a segment.
func (r *Result) plan(ctx context.Context, i int) (*plan, error) {
	if r.plans[i] != nil {
		return r.plans[i], nil
	}
	planner := r.planner(r.index.Segments[i])
	conditions, err := planner.filter(ctx, r.query)
	if err != nil {
		return nil, err
	}
	text, err := planner.query(ctx, r.query.Parsed)
	if err != nil {
		return nil, err
	}
	r.plans[i] = &plan{segment: planner.segment, query: r.query, find: allOf{segment: planner.segment, all: append(conditions, text)}}
	return r.plans[i], nil
}

// window finds the hits of a window.
func (p *plan) window(ctx context.Context, window int) (hits segment.Window, err error) {
	if p.set != nil {
		copy(hits[:], p.set.Window(window))
		return hits, nil
	}
	visible := p.segment.visible(p.query, window)
	if visible.Empty() {
		return hits, nil
	}
	return hits, p.find.match(ctx, window, &visible, &hits)
}

// all finds all hits.
func (p *plan) all(ctx context.Context) error {
	if p.set != nil {
		return nil
	}
	set := segment.NewBitset(p.segment.Docs)
	for window := range p.segment.Windows() {
		if err := ctx.Err(); err != nil {
			return err
		}
		hits, err := p.window(ctx, window)
		if err != nil {
			return err
		}
		copy(set.Window(window), hits[:])
	}
	p.set = set
	return nil
}

// all finds the hits in all segments, on all processors. Several goroutines may
// ask for them.
func (r *Result) all(ctx context.Context) ([]*plan, error) {
	r.finding.Lock()
	defer r.finding.Unlock()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range r.plans {
		g.Go(func() error {
			p, err := r.plan(ctx, i)
			if err != nil {
				return err
			}
			return p.all(ctx)
		})
	}
	return r.plans, g.Wait()
}

// Count is how many records were found.
func (r *Result) Count(ctx context.Context) (n int, err error) {
	plans, err := r.all(ctx)
	if err != nil {
		return 0, err
	}
	for _, p := range plans {
		n += p.set.Count()
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
	plans, err := r.all(ctx)
	if err != nil {
		return nil, nil, err
	}
	found := KeySet{}
	var keys []int64
	for _, p := range plans {
		for doc := range p.set.All() {
			key, err := p.segment.column(ctx, segment.Records, doc)
			if err != nil {
				return nil, nil, err
			}
			found.Add(key)
			keys = append(keys, key)
		}
	}
	return found, keys, nil
}

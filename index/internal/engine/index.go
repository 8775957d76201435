package engine

import (
	"context"
	"time"

	"github.com/zharvest/zharvest/index/internal/pattern"
	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// Index is one state of the full-text index.
type Index struct {
	Segments []*Segment
	// WithStatistic finds the records with a statistic from one number to
	// another, both included.
	WithStatistic func(ctx context.Context, field string, from, until int64) (KeySet, error)
}

// Query says which records are wanted. The zero value is all records in
// their latest versions that the server has.
type Query struct {
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
	Among KeySet
	// Now is what now means in dates such as now-7d; zero is the present.
	Now time.Time
}

// Search prepares a search. An error of the query comes from here.
func (x *Index) Search(ctx context.Context, q Query) (*Result, error) {
	if q.Parsed == nil {
		q.Parsed = &querystring.Query{}
	}
	if q.Now.IsZero() {
		q.Now = time.Now()
	}
	found := &Result{index: x, query: q, plans: make([]*plan, len(x.Segments)), shared: &shared{
		withStatistic: x.WithStatistic, byStatistic: map[string]KeySet{},
		expansions: &expansions{segments: x.Segments}, regexps: map[string]*pattern.Regexp{},
	}}
	// An empty segment refuses what can't be run.
	_, err := found.planner(emptySegment).query(ctx, q.Parsed)
	return found, err
}

var emptySegment = NewSegment(segment.Memory{segment.PageID{Stream: segment.Fences}: {}}, segment.Made{}, nil)

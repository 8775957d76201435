package engine

import (
	"cmp"
	"container/heap"
	"context"
	"iter"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/zenodo"
)

// ByCreation iterates over the keys of the records found.
func (r *Result) ByCreation(ctx context.Context, newest bool) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		for c, err := range r.hitsByCreation(ctx, newest) {
			if err != nil {
				yield(0, err)
				return
			}
			key, err := c.record(ctx)
			if !yield(key, err) || err != nil {
				return
			}
		}
	}
}

// hitsByCreation merges the segments, which are in the order of creation. What
// it gives is the cursor of the segment that has the next hit. A segment is
// searched when the documents of others may not come before its own any more.
func (r *Result) hitsByCreation(ctx context.Context, newest bool) iter.Seq2[*creationCursor, error] {
	return func(yield func(*creationCursor, error) bool) {
		waiting := r.waitingSegments(newest)
		queue := &creationQueue{newest: newest}
		for len(queue.cursors)+len(waiting) > 0 {
			if len(waiting) > 0 && (len(queue.cursors) == 0 || !waiting[0].after(queue.cursors[0].at.created, newest)) {
				err := r.open(ctx, waiting[0], queue)
				waiting = waiting[1:]
				if err != nil {
					yield(nil, err)
					return
				}
				continue
			}
			c := queue.cursors[0]
			if !yield(c, nil) {
				return
			}
			more, err := c.advance(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			if more {
				heap.Fix(queue, 0)
			} else {
				heap.Pop(queue)
			}
		}
	}
}

// waitingSegment is a segment that was not searched yet, with when the first
// of its documents was created, in the order of the walk.
type waitingSegment struct {
	number int
	first  int64
}

// after reports whether all of the segment comes after a moment.
func (w waitingSegment) after(at int64, newest bool) bool {
	if newest {
		return w.first < at
	}
	return w.first > at
}

// waitingSegments are all segments that have documents, those with the first
// of them first.
func (r *Result) waitingSegments(newest bool) []waitingSegment {
	var all []waitingSegment
	for i, seg := range r.index.Segments {
		switch {
		case seg.Docs == 0:
		case newest:
			all = append(all, waitingSegment{i, seg.Newest})
		default:
			all = append(all, waitingSegment{i, seg.Oldest})
		}
	}
	slices.SortStableFunc(all, func(a, b waitingSegment) int {
		if newest {
			return cmp.Compare(b.first, a.first)
		}
		return cmp.Compare(a.first, b.first)
	})
	return all
}

// open searches a segment and puts a cursor for its hits into the queue.
func (r *Result) open(ctx context.Context, w waitingSegment, queue *creationQueue) error {
	p, err := r.plan(ctx, w.number)
	if err != nil {
		return err
	}
	c := &creationCursor{plan: p, newest: queue.newest, window: -1}
	if c.newest {
		c.next, c.window = uint32(p.segment.Docs), p.segment.Windows()
	}
	more, err := c.advance(ctx)
	if err == nil && more {
		heap.Push(queue, c)
	}
	return err
}

// creationQueue is a heap of cursors by the hit that they are at.
type creationQueue struct {
	cursors []*creationCursor
	newest  bool
}

func (q *creationQueue) Len() int      { return len(q.cursors) }
func (q *creationQueue) Swap(i, j int) { q.cursors[i], q.cursors[j] = q.cursors[j], q.cursors[i] }
func (q *creationQueue) Push(x any)    { q.cursors = append(q.cursors, x.(*creationCursor)) }
func (q *creationQueue) Pop() any {
	last := q.cursors[len(q.cursors)-1]
	q.cursors = q.cursors[:len(q.cursors)-1]
	return last
}

func (q *creationQueue) Less(i, j int) bool {
	a, b := q.cursors[i].at, q.cursors[j].at
	if a.created != b.created {
		return (a.created > b.created) == q.newest
	}
	if q.newest && a.created == segment.None {
		a, b = b, a
	}
	return segment.CompareIDs(a.id, b.id) < 0
}

// creationCursor walks the hits of one segment, window by window. Documents
// created at the same moment are in order of id whichever way it walks. Where
// that moment is not known, ids, which grow with time, stand for it.
type creationCursor struct {
	plan   *plan
	newest bool
	window int // the last that was searched
	hits   segment.Window
	next   uint32 // backwards: below this; forwards: from this on
	group  []creationHit
	used   int // of the group, which shares one moment
	at     creationHit

	texts  []segment.TextColumn
	places []func(*zenodo.Record) *string // where the texts go
}

// creationHit is a document with what it is ordered by.
type creationHit struct {
	doc     uint32
	created int64
	id      string
}

// record is the key of the record that the cursor is at.
func (c *creationCursor) record(ctx context.Context) (int64, error) {
	return c.plan.segment.column(ctx, segment.Records, c.at.doc)
}

func (c *creationCursor) advance(ctx context.Context) (bool, error) {
	if c.used == len(c.group) {
		if err := c.fill(ctx); err != nil || len(c.group) == 0 {
			return false, err
		}
	}
	c.at = c.group[c.used]
	c.used++
	return true, nil
}

// fill reads the next hit and, backwards, all that share its moment.
func (c *creationCursor) fill(ctx context.Context) error {
	c.group, c.used = c.group[:0], 0
	for {
		doc, ok, err := c.find(ctx)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		h, err := c.hit(ctx, doc)
		if err != nil {
			return err
		}
		if len(c.group) > 0 && h.created != c.group[0].created {
			break
		}
		c.group = append(c.group, h)
		if !c.newest {
			c.next = doc + 1
			return nil
		}
		c.next = doc
		if h.created == segment.None {
			return nil
		}
	}
	slices.Reverse(c.group)
	return nil
}

// find returns the next document that is a hit, and searches windows until there
// is one.
func (c *creationCursor) find(ctx context.Context) (doc uint32, ok bool, err error) {
	for {
		first := uint32(max(c.window, 0) * segment.WindowDocs)
		set := segment.Bitset(c.hits[:])
		switch {
		case !c.newest:
			doc, ok = set.First(max(c.next, first) - first)
		case c.next >= first:
			doc, ok = set.Last(c.next - first)
		}
		if ok {
			return first + doc, true, nil
		}
		step := 1
		if c.newest {
			step = -1
		}
		if c.window += step; c.window < 0 || c.window >= c.plan.segment.Windows() {
			c.hits = segment.Window{}
			return 0, false, nil
		}
		if err := ctx.Err(); err != nil {
			return 0, false, err
		}
		if c.hits, err = c.plan.window(ctx, c.window); err != nil {
			return 0, false, err
		}
	}
}

// hit reads what a document is ordered by.
func (c *creationCursor) hit(ctx context.Context, doc uint32) (h creationHit, err error) {
	if h.created, err = c.plan.segment.column(ctx, segment.Created, doc); err != nil {
		return h, err
	}
	if seg := c.plan.segment; h.created < seg.Oldest || h.created > seg.Newest {
		return h, segment.ErrDamaged
	}
	h.doc = doc
	h.id, err = c.plan.segment.ids.At(ctx, doc)
	return h, err
}

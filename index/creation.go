package index

import (
	"container/heap"
	"iter"
	"slices"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// byCreation iterates over the keys of the records found.
func (r *result) byCreation(newest bool) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		for c, err := range r.hitsByCreation(newest) {
			if err != nil {
				yield(0, err)
				return
			}
			if !yield(c.at.record, nil) {
				return
			}
		}
	}
}

// hitsByCreation merges the segments, which are in the order of creation. What
// it gives is the cursor of the segment that has the next hit.
func (r *result) hitsByCreation(newest bool) iter.Seq2[*creationCursor, error] {
	return func(yield func(*creationCursor, error) bool) {
		queue := &creationQueue{newest: newest}
		for i, seg := range r.segments {
			c := &creationCursor{segment: seg, set: r.sets[i], newest: newest, next: uint32(seg.docs)}
			if !newest {
				c.next = 0
			}
			more, err := c.advance()
			if err != nil {
				yield(nil, err)
				return
			}
			if more {
				queue.cursors = append(queue.cursors, c)
			}
		}
		heap.Init(queue)
		for len(queue.cursors) > 0 {
			c := queue.cursors[0]
			if !yield(c, nil) {
				return
			}
			more, err := c.advance()
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
	return segment.CompareIDs(a.id, b.id) < 0
}

// creationCursor walks the hits of one segment. Documents created at the same
// moment are in order of id whichever way it walks.
type creationCursor struct {
	segment *openSegment
	set     segment.Bitset
	newest  bool
	next    uint32 // backwards: below this; forwards: from this on
	group   []hit  // the rest of those of one moment
	at      hit
}

func (c *creationCursor) advance() (bool, error) {
	if len(c.group) == 0 {
		if err := c.fill(); err != nil || len(c.group) == 0 {
			return false, err
		}
	}
	c.at, c.group = c.group[0], c.group[1:]
	return true, nil
}

// fill reads the next hit and, backwards, all that share its moment.
func (c *creationCursor) fill() error {
	if !c.newest {
		doc, ok := c.set.First(c.next)
		if !ok {
			return nil
		}
		c.next = doc + 1
		h, err := c.segment.hit(doc)
		c.group = []hit{h}
		return err
	}
	var group []hit
	for {
		doc, ok := c.set.Last(c.next)
		if !ok {
			break
		}
		created, err := c.segment.column(columnCreated, doc)
		if err != nil {
			return err
		}
		if len(group) > 0 && created != group[0].created {
			break
		}
		h, err := c.segment.hit(doc)
		if err != nil {
			return err
		}
		group = append(group, h)
		c.next = doc
	}
	slices.Reverse(group)
	c.group = group
	return nil
}

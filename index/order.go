package index

import (
	"container/heap"
	"database/sql"
	"iter"

	"github.com/zharvest/zharvest/index/internal/segment"
)

// ordered iterates over the keys of the records found, in the order that is
// asked for.
func (r *result) ordered(q Query) iter.Seq2[int64, error] {
	keys := r.inOrder(q)
	if q.Limit <= 0 {
		return keys
	}
	return func(yield func(int64, error) bool) {
		n := 0
		for key, err := range keys {
			if !yield(key, err) {
				return
			}
			if n++; n == q.Limit {
				return
			}
		}
	}
}

func (r *result) inOrder(q Query) iter.Seq2[int64, error] {
	switch q.Sort {
	case Oldest:
		return r.byCreation(false)
	case Updated:
		return r.bySQL("updated_at DESC")
	case Title:
		return r.bySQL("title COLLATE NOCASE, title")
	case Views:
		return r.bySQL("views DESC NULLS LAST")
	case Downloads:
		return r.bySQL("downloads DESC NULLS LAST")
	case BestMatch:
		if q.Text != "" {
			return r.byScore()
		}
	}
	return r.byCreation(true)
}

// byCreation merges the segments, which are in the order of creation.
func (r *result) byCreation(newest bool) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		queue := &creationQueue{newest: newest}
		for i, seg := range r.segments {
			c := &creationCursor{segment: seg, set: r.sets[i], newest: newest, next: uint32(seg.docs)}
			if !newest {
				c.next = 0
			}
			more, err := c.advance()
			if err != nil {
				yield(0, err)
				return
			}
			if more {
				queue.cursors = append(queue.cursors, c)
			}
		}
		heap.Init(queue)
		for len(queue.cursors) > 0 {
			c := queue.cursors[0]
			if !yield(c.at.record, nil) {
				return
			}
			more, err := c.advance()
			if err != nil {
				yield(0, err)
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
	for i, j := 0, len(group)-1; i < j; i, j = i+1, j-1 {
		group[i], group[j] = group[j], group[i]
	}
	c.group = group
	return nil
}

func (s *openSegment) hit(doc uint32) (h hit, err error) {
	if h.created, err = s.column(columnCreated, doc); err != nil {
		return hit{}, err
	}
	if h.record, err = s.column(columnRecords, doc); err != nil {
		return hit{}, err
	}
	h.id, err = s.idOf(doc)
	return h, err
}

// idOf reads the id of a document.
func (s *openSegment) idOf(doc uint32) (string, error) {
	chunk := int(doc / chunkDocs)
	if s.idChunks == nil {
		s.idChunks = map[int][]string{}
	}
	values, ok := s.idChunks[chunk]
	if !ok {
		var err error
		if values, err = s.ids(chunk); err != nil {
			return "", err
		}
		s.idChunks[chunk] = values
	}
	if i := int(doc % chunkDocs); i < len(values) {
		return values[i], nil
	}
	return "", ErrDamaged
}

// bySQL walks all records in an order of their columns and keeps those found.
func (r *result) bySQL(order string) iter.Seq2[int64, error] {
	return func(yield func(int64, error) bool) {
		found, err := r.records()
		if err != nil {
			yield(0, err)
			return
		}
		var keys []int64
		err = eachRow(r.ctx, r.session, "SELECT record_id FROM records ORDER BY "+order+", length(id), id", nil, func(rows *sql.Rows) error {
			var key int64
			if err := rows.Scan(&key); err != nil {
				return err
			}
			if found[key] {
				keys = append(keys, key)
			}
			return nil
		})
		if err != nil {
			yield(0, err)
			return
		}
		for _, key := range keys {
			if !yield(key, nil) {
				return
			}
		}
	}
}

// records are the keys of all records found.
func (r *result) records() (map[int64]bool, error) {
	found := map[int64]bool{}
	for i, seg := range r.segments {
		for doc := range r.sets[i].All() {
			key, err := seg.column(columnRecords, doc)
			if err != nil {
				return nil, err
			}
			found[key] = true
		}
	}
	return found, nil
}

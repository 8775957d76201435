package segment

import (
	"bytes"
	"context"
)

// Cursor goes over the keys of a segment in their order.
type Cursor struct {
	Key   []byte // nil before the first and behind the last; good until Advance
	Lists []*List

	reader *Reader
	from   []byte
	fences *fences // nil before the first key
	number int     // of the next page
	page   keyPage
	key    []byte
}

// Cursor begins before the first key that is not less than one; nil is the
// least.
func (r *Reader) Cursor(from []byte) *Cursor { return &Cursor{reader: r, from: from} }

// Advance moves to the next key, if there is one.
func (c *Cursor) Advance(ctx context.Context) (err error) {
	if c.fences == nil {
		if c.fences, err = c.reader.openFences(ctx); err != nil {
			return err
		}
		c.number = max(c.fences.find(c.from), 0)
	}
	for {
		if !c.page.more() {
			if c.number == c.fences.len() {
				c.Key, c.Lists = nil, nil
				return nil
			}
			if c.page, err = c.reader.keys(ctx, c.fences, c.number); err != nil {
				return err
			}
			c.number++
			c.key = c.key[:0]
			continue
		}
		if err = c.page.next(len(c.key)); err != nil {
			return err
		}
		c.key = append(c.key[:c.page.shared], c.page.suffix()...)
		if bytes.Compare(c.key, c.from) < 0 {
			continue
		}
		c.from, c.Key = nil, c.key
		c.Lists, err = c.page.lists(c.reader)
		return err
	}
}

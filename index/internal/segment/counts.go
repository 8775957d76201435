package segment

import "context"

// Counts counts in how many documents of a set each value of a field is that is
// not text, page by page, in the order of the values.
type Counts struct {
	reader *Reader
	field  Field
	among  Bitset
	number int // of the next page of keys, -1 at first

	entries []countedEntry
	keys    []byte
}

// countedEntry is a value with its list.
type countedEntry struct {
	end         int // of the value, in keys
	count, size int // documents, and their bytes
}

// Counts begins before the first value.
func (r *Reader) Counts(f Field, among Bitset) *Counts {
	return &Counts{reader: r, field: f, among: among, number: -1}
}

// Next calls use with the values of the next page that any document of the set
// has, and reports whether there may be more.
func (c *Counts) Next(ctx context.Context, use func(value []byte, count int)) (more bool, err error) {
	f, err := c.reader.openFences(ctx)
	if err != nil {
		return false, err
	}
	if c.number < 0 {
		c.number = max(f.find(ValueKey(c.field, "")), 0)
	}
	if c.number >= f.len() || f.key(c.number)[0] > byte(c.field) {
		return false, nil
	}
	docs, err := c.readKeys(ctx, f)
	if err != nil {
		return false, err
	}
	c.number++
	data, err := read(ctx, c.reader.Pages, Docs, docs)
	if err != nil {
		return false, err
	}
	begin, at := 0, 0
	for _, e := range c.entries {
		n, err := c.countIn(data[at:at+e.size], e.count)
		if err != nil {
			return false, err
		}
		if n > 0 {
			use(c.keys[begin:e.end], n)
		}
		begin, at = e.end, at+e.size
	}
	return true, nil
}

// readKeys reads the values of the field in a page, and where their lists are.
func (c *Counts) readKeys(ctx context.Context, f *fences) (docs span, err error) {
	page, err := c.reader.keys(ctx, f, c.number)
	if err != nil {
		return span{}, err
	}
	c.entries, c.keys = c.entries[:0], c.keys[:0]
	var key []byte
	for page.more() {
		if err := page.next(len(key)); err != nil {
			return span{}, err
		}
		key = append(key[:page.shared], page.suffix()...)
		if len(key) == 0 || key[0] != byte(c.field) {
			continue
		}
		err := page.eachList(func(l listPlace) {
			if len(c.entries) == 0 {
				docs = l.docs
			}
			docs.until = l.docs.until
			c.keys = append(c.keys, key[1:]...)
			c.entries = append(c.entries, countedEntry{len(c.keys), l.count, l.docs.size()})
		})
		if err != nil {
			return span{}, err
		}
	}
	return docs, nil
}

// countIn counts those documents of an encoded list that are in the set.
func (c *Counts) countIn(data []byte, count int) (n int, err error) {
	doc, at := 0, 0
	if count > blockDocs {
		size, next, ok := readInt(data, 0)
		if at = next + size; !ok || at > len(data) {
			return 0, ErrDamaged
		}
	}
	for range count {
		delta, next, ok := readInt(data, at)
		if !ok || delta >= c.reader.Docs-doc {
			return 0, ErrDamaged
		}
		doc, at = doc+delta, next
		n += int(c.among[doc/64] >> (doc % 64) & 1)
	}
	return n, nil
}

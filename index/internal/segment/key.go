package segment

import (
	"bytes"
	"encoding/binary"
)

// textKeys is what the keys of words begin with, where those of other values
// have their field, which is never 0.
const textKeys = 0

// WordKey is the key of a word in all text fields.
func WordKey(term string) []byte { return append([]byte{textKeys}, term...) }

// ValueKey is the key of a value of a field that is not text.
func ValueKey(f Field, value string) []byte { return append([]byte{byte(f)}, value...) }

// A page of keys holds where the documents and the positions of its first key
// begin in their streams, and then for each key the length that it shares with
// the one before, the rest with its length, and the lists of documents, with
// their length in bytes: for each field the field, the number of documents, and
// the bytes of documents and positions.

// keyPageSize is where a page of keys ends.
const keyPageSize = 8 << 10

// keyWriter writes pages of keys, and the fences between them.
type keyWriter struct {
	emit   func(Page) error
	number int
	page   []byte
	last   []byte // key of the page, nil at its beginning
	fences []byte
	fence  []byte // the last
}

// begin makes room for a key. docs and positions are where its lists begin.
func (w *keyWriter) begin(key []byte, docs, positions int) error {
	if len(w.page) > keyPageSize {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if w.page == nil {
		w.page = make([]byte, 0, keyPageSize+1024)
		w.page = binary.AppendUvarint(binary.AppendUvarint(w.page, uint64(docs)), uint64(positions))
		w.fences = appendShared(w.fences, w.fence, key)
		w.fence = append(w.fence[:0], key...)
		w.last = w.last[:0]
	}
	w.page = appendShared(w.page, w.last, key)
	w.last = append(w.last[:0], key...)
	return nil
}

// appendShared appends a key by what it shares with the one before.
func appendShared(out, before, key []byte) []byte {
	shared := commonPrefix(before, key)
	out = binary.AppendUvarint(out, uint64(shared))
	out = binary.AppendUvarint(out, uint64(len(key)-shared))
	return append(out, key[shared:]...)
}

// lists ends the key under way.
func (w *keyWriter) lists(encoded []byte) {
	w.page = append(binary.AppendUvarint(w.page, uint64(len(encoded))), encoded...)
}

func (w *keyWriter) flush() error {
	if w.page == nil {
		return nil
	}
	page := Page{PageID{Keys, w.number}, w.page}
	w.number++
	w.page = nil
	return w.emit(page)
}

func commonPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// keyPage reads a page of keys, key by key.
type keyPage struct {
	data []byte
	at   int // of the next key

	shared, rest, end int // of the key: what it shares with the one before, and where the rest begins and ends
	info              int // where its lists begin

	// Where lists begin in their streams is known up to a key: most keys are passed
	// over, and their lists are counted when one behind them is asked for its own.
	counted         int // the place of that key
	docs, positions int
}

func openKeys(data []byte) (p keyPage, err error) {
	p.data = data
	var ok1, ok2 bool
	p.docs, p.at, ok1 = readInt(data, 0)
	p.positions, p.at, ok2 = readInt(data, p.at)
	if !ok1 || !ok2 {
		return p, ErrDamaged
	}
	p.counted = p.at
	return p, nil
}

func (p *keyPage) more() bool { return p.at < len(p.data) }

// next reads the next key. The one before had so many bytes.
func (p *keyPage) next(before int) error {
	shared, at, ok1 := readInt(p.data, p.at)
	rest, at, ok2 := readInt(p.data, at)
	if !ok1 || !ok2 || shared > before || rest > len(p.data)-at {
		return ErrDamaged
	}
	p.shared, p.rest, p.end = shared, at, at+rest
	size, at, ok := readInt(p.data, p.end)
	if !ok || size > len(p.data)-at {
		return ErrDamaged
	}
	p.info, p.at = at, at+size
	return nil
}

// suffix is what the key does not share with the one before.
func (p *keyPage) suffix() []byte { return p.data[p.rest:p.end] }

// listPlace is where a list is.
type listPlace struct {
	field           Field
	count           int
	docs, positions span
}

// eachList calls use with the lists of the key.
func (p *keyPage) eachList(use func(listPlace)) error {
	for p.counted < p.at {
		passed := keyPage{data: p.data, at: p.counted}
		if err := passed.next(len(p.data)); err != nil {
			return err
		}
		isLast := passed.at == p.at
		for at := passed.info; at < passed.at; {
			l := listPlace{field: Field(p.data[at])}
			var docs, positions int
			var ok1, ok2, ok3 bool
			l.count, at, ok1 = readInt(p.data, at+1)
			docs, at, ok2 = readInt(p.data, at)
			positions, at, ok3 = readInt(p.data, at)
			if !ok1 || !ok2 || !ok3 || l.count > docs || at > passed.at {
				return ErrDamaged
			}
			l.docs, l.positions = span{p.docs, p.docs + docs}, span{p.positions, p.positions + positions}
			p.docs, p.positions = l.docs.until, l.positions.until
			if isLast {
				use(l)
			}
		}
		p.counted = passed.at
	}
	return nil
}

// lists are those of the key.
func (p *keyPage) lists(r *Reader) (all []*List, err error) {
	err = p.eachList(func(l listPlace) {
		all = append(all, &List{Field: l.field, reader: r, count: l.count, docs: l.docs, positions: l.positions})
	})
	return all, err
}

// readInt reads a varint that an int holds everywhere.
func readInt(from []byte, at int) (v, next int, ok bool) {
	if at < len(from) && from[at] < 0x80 {
		return int(from[at]), at + 1, true
	}
	if at > len(from) {
		return 0, 0, false
	}
	u, n := binary.Uvarint(from[at:])
	return int(u), at + n, n > 0 && u <= 1<<31-1
}

// fences are the first keys of pages.
type fences struct {
	all  []byte
	ends []int
}

func readFences(data []byte) (*fences, error) {
	f := &fences{all: make([]byte, 0, 3*len(data)), ends: make([]int, 0, len(data)/8)}
	var key []byte
	for at := 0; at < len(data); {
		shared, next, ok1 := readInt(data, at)
		rest, next, ok2 := readInt(data, next)
		if !ok1 || !ok2 || shared > len(key) || rest > len(data)-next {
			return nil, ErrDamaged
		}
		key = append(key[:shared], data[next:next+rest]...)
		at = next + rest
		f.all = append(f.all, key...)
		f.ends = append(f.ends, len(f.all))
	}
	return f, nil
}

func (f *fences) len() int { return len(f.ends) }

// key is the first key of a page.
func (f *fences) key(page int) []byte {
	from := 0
	if page > 0 {
		from = f.ends[page-1]
	}
	return f.all[from:f.ends[page]]
}

// find is the page where a key would be, -1 where it comes before all.
func (f *fences) find(key []byte) int {
	from, until := 0, f.len()
	for from < until {
		middle := int(uint(from+until) / 2)
		if bytes.Compare(f.key(middle), key) <= 0 {
			from = middle + 1
		} else {
			until = middle
		}
	}
	return from - 1
}

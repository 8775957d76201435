package segment

import (
	"context"
	"errors"
)

// ErrDamaged means that a part of a segment is not what a builder wrote.
var ErrDamaged = errors.New("damaged full-text index")

// Stream is a part of a segment that is kept in pages of its own.
type Stream uint16

// The streams. Columns have a page for each [Window] documents, but for texts.
const (
	Fences    Stream = iota + 1 // one page: the first key of each page of keys
	Keys                        // a page is a block of keys
	Docs                        // the documents of all keys, one after the other
	Positions                   // the positions of all keys
	Totals                      // one page: how many tokens and documents each text field has
	Records                     // keys of records
	Created
	IDs
)

// Columns come in kinds, numbered from these.
const (
	numbers Stream = 0x100
	texts   Stream = 0x200
	norms   Stream = 0x300
	ranks   Stream = 0x400
)

// Number is the stream of a column of numbers.
func Number(i int) Stream { return numbers + Stream(i) }

// Text is the stream of a column of texts.
func Text(i int) Stream { return texts + Stream(i) }

// Rank is the stream of the places of documents in an order.
func Rank(i int) Stream { return ranks + Stream(i) }

// Norm is the stream of the lengths of a text field.
func Norm(f Field) Stream { return norms + Stream(f) }

// PageID names a page of a segment.
type PageID struct {
	Stream Stream
	Number int
}

// Page is a page with what it holds.
type Page struct {
	PageID
	Data []byte
}

// Pages is where the pages of a segment are read from.
type Pages interface {
	// Page returns a page, nil for one that does not exist. Nobody changes it.
	Page(ctx context.Context, id PageID) ([]byte, error)
}

// pageSize is how many bytes a page of documents or positions has, but for the
// last of its stream.
const pageSize = 32 << 10

// span is a part of a stream.
type span struct{ from, until int }

func (s span) size() int { return s.until - s.from }

// read returns a part of the documents or positions. It may share the memory of
// a page.
func read(ctx context.Context, pages Pages, stream Stream, part span) ([]byte, error) {
	var joined []byte
	for from := part.from; from < part.until; {
		page, err := pages.Page(ctx, PageID{stream, from / pageSize})
		if err != nil {
			return nil, err
		}
		begin, end := from%pageSize, min(from%pageSize+part.until-from, pageSize)
		if end > len(page) {
			return nil, ErrDamaged
		}
		if begin+part.size() == end {
			return page[begin:end:end], nil
		}
		if joined == nil {
			joined = make([]byte, 0, part.size())
		}
		joined = append(joined, page[begin:end]...)
		from += end - begin
	}
	return joined, nil
}

// streamWriter cuts a stream into pages.
type streamWriter struct {
	emit   func(Page) error
	stream Stream
	number int
	size   int // of all pages so far
	page   []byte
}

func (w *streamWriter) write(data []byte) error {
	w.size += len(data)
	for len(w.page)+len(data) >= pageSize {
		n := pageSize - len(w.page)
		w.page = append(w.page, data[:n]...)
		data = data[n:]
		if err := w.flush(); err != nil {
			return err
		}
	}
	w.page = append(w.page, data...)
	return nil
}

// flush ends the page under way.
func (w *streamWriter) flush() error {
	if len(w.page) == 0 {
		return nil
	}
	page := Page{PageID{w.stream, w.number}, w.page}
	w.number++
	w.page = make([]byte, 0, pageSize)
	return w.emit(page)
}

// Memory keeps the pages of a segment in memory.
type Memory map[PageID][]byte

// Add puts a page in.
func (m Memory) Add(p Page) error {
	m[p.PageID] = p.Data
	return nil
}

// Page returns a page.
func (m Memory) Page(_ context.Context, id PageID) ([]byte, error) { return m[id], nil }

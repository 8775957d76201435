package segment

import (
	"context"
	"encoding/binary"
	"math/bits"
	"strings"
)

// Texts is a page of a column of texts. All of it is one string, so that
// reading it makes no garbage.
type Texts struct {
	All  string   // one text after the other
	Ends []uint32 // where each of them ends
}

// Len is how many texts there are.
func (t *Texts) Len() int { return len(t.Ends) }

// At is one of the texts.
func (t *Texts) At(i int) string {
	start := uint32(0)
	if i > 0 {
		start = t.Ends[i-1]
	}
	return t.All[start:t.Ends[i]]
}

// Ints reads a page of a column of numbers.
func (r *Reader) Ints(ctx context.Context, column Stream, window int) ([]int64, error) {
	data, err := r.page(ctx, PageID{column, window})
	if err != nil {
		return nil, err
	}
	return decodeInts(data, r.DocsIn(window))
}

// Texts reads a page of a column of texts.
func (r *Reader) Texts(ctx context.Context, column Stream, window int) (Texts, error) {
	data, err := r.page(ctx, PageID{column, window})
	if err != nil {
		return Texts{}, err
	}
	return decodeTexts(data, r.DocsIn(window))
}

// Norms reads a page of the lengths of a text field in tokens, each in a byte,
// nil where none of its documents has the field.
func (r *Reader) Norms(ctx context.Context, f Field, window int) ([]byte, error) {
	data, err := r.Pages.Page(ctx, PageID{Norm(f), window})
	if err == nil && data != nil && len(data) != r.DocsIn(window) {
		err = ErrDamaged
	}
	return data, err
}

// TextColumn reads a column of texts, a page at a time.
type TextColumn struct {
	*Reader
	Stream Stream
	number int // of the page, from 1; 0 before any is read
	page   Texts
}

// At reads the text of a document.
func (c *TextColumn) At(ctx context.Context, doc uint32) (string, error) {
	if number := int(doc/WindowDocs) + 1; number != c.number {
		page, err := c.Texts(ctx, c.Stream, number-1)
		if err != nil {
			return "", err
		}
		c.number, c.page = number, page
	}
	i := int(doc % WindowDocs)
	if i >= c.page.Len() {
		return "", ErrDamaged
	}
	return c.page.At(i), nil
}

// Total is how many tokens a text field has, and in how many documents, dead
// ones included.
type Total struct{ Tokens, Docs int }

// Totals reads how long the text fields are, by their numbers.
func (r *Reader) Totals(ctx context.Context) ([]Total, error) {
	data, err := r.page(ctx, PageID{Totals, 0})
	if err != nil {
		return nil, err
	}
	counts, err := decodeInts(data, 2*256)
	if err != nil {
		return nil, err
	}
	totals := make([]Total, 256)
	for f := range totals {
		totals[f] = Total{int(counts[2*f]), int(counts[2*f+1])}
	}
	return totals, nil
}

func writeTotals(totals *[256]Total, emit func(Page) error) error {
	counts := make([]int64, 0, 2*256)
	for _, t := range totals {
		counts = append(counts, int64(t.Tokens), int64(t.Docs))
	}
	return emit(Page{PageID{Totals, 0}, encodeInts(counts)})
}

// writeInts writes a column of numbers.
func writeInts(column Stream, values []int64, emit func(Page) error) error {
	for window := range Windows(len(values)) {
		part := values[window*WindowDocs : min((window+1)*WindowDocs, len(values))]
		if err := emit(Page{PageID{column, window}, encodeInts(part)}); err != nil {
			return err
		}
	}
	return nil
}

// writeTexts writes a column of texts.
func writeTexts(column Stream, docs int, text func(doc int) (string, error), emit func(Page) error) error {
	for window := range Windows(docs) {
		var e textEncoder
		for doc := window * WindowDocs; doc < min((window+1)*WindowDocs, docs); doc++ {
			s, err := text(doc)
			if err != nil {
				return err
			}
			e.add(s)
		}
		if err := emit(Page{PageID{column, window}, e.bytes()}); err != nil {
			return err
		}
	}
	return nil
}

// writeNorms writes the lengths of fields.
func writeNorms(norms *[256][]byte, emit func(Page) error) error {
	for f, lengths := range norms {
		for window := range Windows(len(lengths)) {
			part := lengths[window*WindowDocs : min((window+1)*WindowDocs, len(lengths))]
			if strings.Trim(string(part), "\x00") == "" {
				continue
			}
			if err := emit(Page{PageID{Norm(Field(f)), window}, part}); err != nil {
				return err
			}
		}
	}
	return nil
}

// encodeInts writes numbers as their distances from the one before.
func encodeInts(ns []int64) []byte {
	out := make([]byte, 0, len(ns)*3)
	last := int64(0)
	for _, n := range ns {
		out = binary.AppendVarint(out, n-last)
		last = n
	}
	return out
}

// decodeInts reads so many numbers.
func decodeInts(data []byte, want int) ([]int64, error) {
	ns := make([]int64, want)
	last, at := int64(0), 0
	for i := range ns {
		delta, size := binary.Varint(data[at:])
		if size <= 0 {
			return nil, ErrDamaged
		}
		last += delta
		ns[i], at = last, at+size
	}
	if at != len(data) {
		return nil, ErrDamaged
	}
	return ns, nil
}

// textEncoder writes a page of texts: their lengths, and then the texts.
type textEncoder struct{ lengths, all []byte }

func (e *textEncoder) add(s string) {
	e.lengths = binary.AppendUvarint(e.lengths, uint64(len(s)))
	e.all = append(e.all, s...)
}

func (e *textEncoder) bytes() []byte { return append(e.lengths, e.all...) }

// decodeTexts reads so many texts.
func decodeTexts(data []byte, want int) (Texts, error) {
	ends := make([]uint32, want)
	end, at := uint64(0), 0
	for i := range ends {
		n, size := binary.Uvarint(data[at:])
		if size <= 0 || n > uint64(len(data)) {
			return Texts{}, ErrDamaged
		}
		end += n
		ends[i], at = uint32(end), at+size
	}
	if end != uint64(len(data)-at) {
		return Texts{}, ErrDamaged
	}
	return Texts{All: string(data[at:]), Ends: ends}, nil
}

// EncodeLength squeezes a length into a byte: exact up to 39, then with four
// significant bits, as the engine does for its scores.
func EncodeLength(n int) byte {
	const exact = 255 - 231 // lengths below are kept as they are
	if n < exact {
		return byte(max(n, 0))
	}
	return byte(exact + int(toByte4(uint64(n-exact))))
}

// DecodeLength is the least length that gives the byte.
func DecodeLength(b byte) int {
	const exact = 255 - 231
	if b < exact {
		return int(b)
	}
	return exact + int(fromByte4(b-exact))
}

// toByte4 is a float with a mantissa of four bits, the first implied.
func toByte4(n uint64) byte {
	width := bits.Len64(n)
	if width < 4 {
		return byte(n)
	}
	shift := width - 4
	return byte(n>>shift&7) | byte(shift+1)<<3
}

func fromByte4(b byte) uint64 {
	mantissa, shift := uint64(b&7), int(b>>3)-1
	if shift < 0 {
		return mantissa
	}
	return (mantissa | 8) << shift
}

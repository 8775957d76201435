package segment

import (
	"cmp"
	"encoding/binary"
	"strings"
)

// Field numbers a field of the index. The package only needs them to differ;
// terms are kept in their order.
type Field byte

// Gap is the distance between the last word of one value of a field and the
// first of the next, which keeps phrases from running across values.
const Gap = 100

// Document is one record as the index sees it: its place in time, its terms
// and its numbers.
type Document struct {
	Record  int64  // the key of the record where it is stored
	Created int64  // microseconds since 1970
	ID      string // breaks ties of Created
	// Latest and Gone are the states that hide a record from a plain search.
	Latest, Gone bool
	// Numbers has a value for each number column, [None] where the record has
	// none. All documents of an index have as many.
	Numbers []int64

	// tokens holds the values of text and keyword fields one after the other:
	// the field, whether positions matter, the number of tokens, and each
	// token with its length in front.
	tokens []byte
}

// None stands for a missing number.
const None = -1 << 63

const (
	kindKeyword = 0
	kindText    = 1
)

// Keyword adds a value that is matched whole.
func (d *Document) Keyword(f Field, value string) {
	d.tokens = append(d.tokens, byte(f), kindKeyword)
	d.tokens = binary.AppendUvarint(d.tokens, uint64(len(value)))
	d.tokens = append(d.tokens, value...)
}

// Text adds a value of a text field, as tokenised by analyse.
func (d *Document) Text(f Field, value string, analyse func(string, func([]byte))) {
	d.tokens = append(d.tokens, byte(f), kindText)
	analyse(value, func(token []byte) {
		d.tokens = binary.AppendUvarint(d.tokens, uint64(len(token)))
		d.tokens = append(d.tokens, token...)
	})
	d.tokens = append(d.tokens, 0) // no token has no letters
}

// compare orders documents within a segment.
func (d *Document) compare(other *Document) int {
	return compareDocs(d.Created, d.ID, other.Created, other.ID)
}

func compareDocs(created int64, id string, otherCreated int64, otherID string) int {
	if c := cmp.Compare(created, otherCreated); c != 0 {
		return c
	}
	return CompareIDs(id, otherID)
}

// CompareIDs orders ids as people do: numbers first, by value, then the rest,
// by bytes.
func CompareIDs(a, b string) int {
	switch x, y := isDigits(a), isDigits(b); {
	case x && y:
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	case x:
		return -1
	case y:
		return 1
	}
	return cmp.Compare(a, b)
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

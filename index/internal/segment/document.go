package segment

import (
	"cmp"
	"encoding/binary"
	"slices"
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
	// Texts are what lists are made of. All documents of an index have as many.
	Texts []string

	// values are those of text and keyword fields, in the order of being added.
	values []value
	// tokens holds the tokens of all values, each with its length in front.
	tokens []byte
	count  uint32 // of the tokens since the last value
}

// value is one value of a field.
type value struct {
	field Field
	text  bool   // it has positions; else it is one token
	count uint32 // of its tokens
	end   uint32 // of its tokens, in bytes
}

// None stands for a missing number.
const None = -1 << 63

// Keyword adds a value that is matched whole.
func (d *Document) Keyword(f Field, s string) {
	d.token([]byte(s))
	d.end(f, false)
}

// Text adds a value of a text field, as tokenised by analyse.
func (d *Document) Text(f Field, s string, analyse func(string, func([]byte))) {
	analyse(s, d.token)
	d.end(f, true)
}

// Grow makes room for values with about so many bytes.
func (d *Document) Grow(size int) { d.tokens = slices.Grow(d.tokens, size) }

func (d *Document) token(token []byte) {
	d.tokens = binary.AppendUvarint(d.tokens, uint64(len(token)))
	d.tokens = append(d.tokens, token...)
	d.count++
}

func (d *Document) end(f Field, text bool) {
	d.values = append(d.values, value{f, text, d.count, uint32(len(d.tokens))})
	d.count = 0
}

// eachValue calls use with the tokens of each value, each with its length in
// front.
func (d *Document) eachValue(use func(v value, tokens []byte)) {
	start := uint32(0)
	for _, v := range d.values {
		use(v, d.tokens[start:v.end])
		start = v.end
	}
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

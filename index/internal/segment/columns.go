package segment

import "math/bits"

// Columns is what a segment knows of its documents besides their terms, one
// element a document.
type Columns struct {
	Records []int64
	Created []int64
	IDs     []string
	Latest  Bitset
	Gone    Bitset
	Numbers [][]int64 // column by column
	// Texts are column by column, too. A merged segment has none of its own: they
	// would take too much memory, and can be copied one column at a time, see
	// [Merge].
	Texts [][]string
	// Norms are the lengths of text fields in tokens, each in a byte, for the
	// fields that any document has.
	Norms map[Field][]byte
	// Tokens are how many tokens the text fields of all documents have.
	Tokens map[Field]int
}

// Docs is the number of documents.
func (c *Columns) Docs() int { return len(c.Records) }

func newColumns(docs int) *Columns {
	return &Columns{
		Records: make([]int64, docs),
		Created: make([]int64, docs),
		IDs:     make([]string, docs),
		Latest:  NewBitset(docs),
		Gone:    NewBitset(docs),
		Norms:   map[Field][]byte{},
		Tokens:  map[Field]int{},
	}
}

func (c *Columns) set(i int, record, created int64, id string, latest, gone bool, numbers []int64) {
	c.Records[i], c.Created[i], c.IDs[i] = record, created, id
	if latest {
		c.Latest.Add(uint32(i))
	}
	if gone {
		c.Gone.Add(uint32(i))
	}
	if c.Numbers == nil && len(numbers) > 0 {
		c.Numbers = make([][]int64, len(numbers))
		for k := range c.Numbers {
			c.Numbers[k] = make([]int64, c.Docs())
		}
	}
	for k, n := range numbers {
		c.Numbers[k][i] = n
	}
}

func (c *Columns) setTexts(i int, texts []string) {
	if c.Texts == nil && len(texts) > 0 {
		c.Texts = make([][]string, len(texts))
		for k := range c.Texts {
			c.Texts[k] = make([]string, c.Docs())
		}
	}
	for k, s := range texts {
		c.Texts[k][i] = s
	}
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

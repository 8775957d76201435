package segment

import (
	"iter"
	"math/bits"
)

// Bitset is a set of documents of one segment.
type Bitset []uint64

// NewBitset returns an empty set for n documents.
func NewBitset(n int) Bitset { return make(Bitset, (n+63)/64) }

// FullBitset returns the set of all n documents.
func FullBitset(n int) Bitset {
	b := NewBitset(n)
	for i := range b {
		b[i] = ^uint64(0)
	}
	if rest := n % 64; rest != 0 {
		b[len(b)-1] = 1<<rest - 1
	}
	return b
}

// Add puts a document in.
func (b Bitset) Add(doc uint32) { b[doc/64] |= 1 << (doc % 64) }

// AddRange puts the documents from (included) to until (not included) in.
func (b Bitset) AddRange(from, until uint32) {
	for ; from < until && from%64 != 0; from++ {
		b.Add(from)
	}
	for ; from+64 <= until; from += 64 {
		b[from/64] = ^uint64(0)
	}
	for ; from < until; from++ {
		b.Add(from)
	}
}

// Has reports whether a document is in.
func (b Bitset) Has(doc uint32) bool { return b[doc/64]>>(doc%64)&1 == 1 }

// And keeps what is in other too.
func (b Bitset) And(other Bitset) {
	for i := range b {
		b[i] &= other[i]
	}
}

// AndNot takes out what is in other.
func (b Bitset) AndNot(other Bitset) {
	for i := range b {
		b[i] &^= other[i]
	}
}

// Or puts in what is in other.
func (b Bitset) Or(other Bitset) {
	for i := range b {
		b[i] |= other[i]
	}
}

// Clone returns a copy.
func (b Bitset) Clone() Bitset { return append(Bitset(nil), b...) }

// Count is the number of documents in the set.
func (b Bitset) Count() int {
	n := 0
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// All iterates over the documents in order.
func (b Bitset) All() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for i, word := range b {
			for ; word != 0; word &= word - 1 {
				if !yield(uint32(i*64 + bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}

// Last returns the greatest document below until, or false for none.
func (b Bitset) Last(until uint32) (uint32, bool) {
	i := int(until / 64)
	if i < len(b) {
		if word := b[i] & (1<<(until%64) - 1); word != 0 {
			return uint32(i*64 + 63 - bits.LeadingZeros64(word)), true
		}
	} else {
		i = len(b)
	}
	for i--; i >= 0; i-- {
		if b[i] != 0 {
			return uint32(i*64 + 63 - bits.LeadingZeros64(b[i])), true
		}
	}
	return 0, false
}

// First returns the least document from from on, or false for none.
func (b Bitset) First(from uint32) (uint32, bool) {
	i := int(from / 64)
	if i >= len(b) {
		return 0, false
	}
	word := b[i] &^ (1<<(from%64) - 1)
	for word == 0 {
		if i++; i >= len(b) {
			return 0, false
		}
		word = b[i]
	}
	return uint32(i*64 + bits.TrailingZeros64(word)), true
}

package segment

import "math/bits"

// WindowDocs is how many documents are looked at together.
const WindowDocs = 8192

// Window is a set of documents among those that are looked at together.
type Window [WindowDocs / 64]uint64

// Windows is how many windows so many documents have.
func Windows(docs int) int { return (docs + WindowDocs - 1) / WindowDocs }

// Add puts a document in, by its place in the window.
func (w *Window) Add(place uint32) { w[place/64%uint32(len(w))] |= 1 << (place % 64) }

// Has reports whether a document is in.
func (w *Window) Has(place uint32) bool { return w[place/64%uint32(len(w))]>>(place%64)&1 == 1 }

// Fill puts the first n documents in.
func (w *Window) Fill(n int) {
	Bitset(w[:]).AddRange(0, uint32(min(n, WindowDocs)))
}

// And keeps what is in other too, and reports whether that is anything.
func (w *Window) And(other *Window) (any bool) {
	left := uint64(0)
	for i := range w {
		w[i] &= other[i]
		left |= w[i]
	}
	return left != 0
}

// AndNot takes out what is in other.
func (w *Window) AndNot(other *Window) {
	for i := range w {
		w[i] &^= other[i]
	}
}

// Or puts in what is in other.
func (w *Window) Or(other *Window) {
	for i := range w {
		w[i] |= other[i]
	}
}

// Empty reports whether nothing is in.
func (w *Window) Empty() bool {
	for _, word := range w {
		if word != 0 {
			return false
		}
	}
	return true
}

// Count is how many documents are in.
func (w *Window) Count() (n int) {
	for _, word := range w {
		n += bits.OnesCount64(word)
	}
	return n
}

// Window is a part of the set, which shares its memory. It may be shorter than
// a window.
func (b Bitset) Window(number int) Bitset {
	const words = WindowDocs / 64
	return b[min(number*words, len(b)):min((number+1)*words, len(b))]
}

package pattern

import "unicode/utf8"

// MaxEdits is the most that a fuzzy word allows.
const MaxEdits = 2

// Fuzzy matches terms that are few edits away from a word. To insert, delete
// or replace a character is one edit, and so is to swap two neighbours, which
// must not be edited otherwise.
type Fuzzy struct {
	word  []rune
	edits int
	rows  [3][]int // of the table of distances: this one and the two before
}

// NewFuzzy takes a word as analysis leaves it. It must not be used by several
// goroutines at once.
func NewFuzzy(word string, edits int) *Fuzzy {
	f := &Fuzzy{word: []rune(word), edits: min(edits, MaxEdits)}
	for i := range f.rows {
		f.rows[i] = make([]int, len(f.word)+1)
	}
	return f
}

// Match returns how many edits a term is away, and how near it is to the word:
// 1 for the same, less for more edits and for shorter words. ok is false where
// it is too far.
func (f *Fuzzy) Match(term []byte) (edits int, nearness float32, ok bool) {
	length := utf8.RuneCount(term)
	if length > len(f.word)+f.edits || length < len(f.word)-f.edits {
		return 0, 0, false
	}
	edits, ok = f.distance(term)
	if !ok {
		return 0, 0, false
	}
	if edits == 0 {
		return 0, 1, true
	}
	return edits, 1 - float32(edits)/float32(min(length, len(f.word))), true
}

// distance fills the table row by row, a row for each character of the term.
func (f *Fuzzy) distance(term []byte) (edits int, ok bool) {
	before, last, row := f.rows[0], f.rows[1], f.rows[2]
	for j := range last {
		last[j] = j
	}
	previous := rune(-1)
	for i := 1; len(term) > 0; i++ {
		c, n := utf8.DecodeRune(term)
		term = term[n:]
		row[0] = i
		least := i
		for j := 1; j < len(row); j++ {
			cost := 1
			if f.word[j-1] == c {
				cost = 0
			}
			d := min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && f.word[j-1] == previous && f.word[j-2] == c {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			least = min(least, d)
		}
		if least > f.edits {
			return 0, false
		}
		previous = c
		before, last, row = last, row, before
	}
	edits = last[len(last)-1]
	return edits, edits <= f.edits
}

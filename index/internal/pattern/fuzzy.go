package pattern

import (
	"math/bits"
	"unicode/utf8"
)

// MaxEdits is the most that a fuzzy word allows.
const MaxEdits = 2

// Fuzzy matches terms that are few edits away from a word. To insert, delete
// or replace a character is one edit, and so is to swap two neighbours, which
// must not be edited otherwise.
type Fuzzy struct {
	word    []rune
	edits   int
	letters uint64 // of the word, see lettersOf
}

// NewFuzzy takes a word as analysis leaves it.
func NewFuzzy(word string, edits int) *Fuzzy {
	return &Fuzzy{word: []rune(word), edits: min(edits, MaxEdits), letters: lettersOf([]byte(word))}
}

// lettersOf is the set of ASCII letters of a term, or what is much like it: an
// edit adds one of them at most, and removes one at most.
func lettersOf(term []byte) (set uint64) {
	for _, c := range term {
		if c < utf8.RuneSelf {
			set |= 1 << (c % 64)
		}
	}
	return set
}

// usualRow is how many characters of a word need no memory of their own.
const usualRow = 63

// Match returns how many edits a term is away, and how near it is to the word:
// 1 for the same, less for more edits and for shorter words. ok is false where
// it is too far. Nothing is near an empty word or term but the same.
func (f *Fuzzy) Match(term []byte) (edits int, nearness float32, ok bool) {
	length := utf8.RuneCount(term)
	if length > len(f.word)+f.edits || length < len(f.word)-f.edits {
		return 0, 0, false
	}
	letters := lettersOf(term)
	if bits.OnesCount64(letters&^f.letters) > f.edits || bits.OnesCount64(f.letters&^letters) > f.edits {
		return 0, 0, false
	}
	edits, ok = f.distance(term)
	if !ok {
		return 0, 0, false
	}
	if edits == 0 {
		return 0, 1, true
	}
	if length == 0 || len(f.word) == 0 {
		return 0, 0, false
	}
	return edits, 1 - float32(edits)/float32(min(length, len(f.word))), true
}

// distance fills the table row by row, a row for each character of the term. It
// holds three rows: the present one and the two before.
func (f *Fuzzy) distance(term []byte) (edits int, ok bool) {
	var room [3 * (usualRow + 1)]int32
	table, width := room[:], len(f.word)+1
	if width > usualRow+1 {
		table = make([]int32, 3*width)
	}
	before, last, row := table[:width], table[width:2*width], table[2*width:3*width]
	for j := range last {
		last[j] = int32(j)
	}
	previous := rune(-1)
	most := int32(f.edits)
	for i := int32(1); len(term) > 0; i++ {
		c, n := utf8.DecodeRune(term)
		term = term[n:]
		row[0] = i
		least := i
		for j := 1; j < len(row); j++ {
			cost := int32(1)
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
		if least > most {
			return 0, false
		}
		previous = c
		before, last, row = last, row, before
	}
	edits = int(last[len(last)-1])
	return edits, edits <= f.edits
}

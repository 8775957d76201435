package pattern

import "unicode/utf8"

// MaxEdits is the most that a fuzzy word allows.
const MaxEdits = 2

// Fuzzy matches terms that are few edits away from a word. To insert, delete
// or replace a character is one edit, and so is to swap two neighbours, which
// must not be edited otherwise. It is for one goroutine.
type Fuzzy struct {
	word      []rune
	edits     int
	automaton *fuzzyAutomaton
}

// NewFuzzy takes a word as analysis leaves it.
func NewFuzzy(word string, edits int) *Fuzzy {
	f := &Fuzzy{word: []rune(word), edits: min(edits, MaxEdits)}
	f.automaton = newFuzzyAutomaton(f.word, f.edits)
	return f
}

// Walker matches terms that come in order.
func (f *Fuzzy) Walker() *Walker { return newWalker(newFuzzyAutomaton(f.word, f.edits)) }

// Match returns how many edits a term is away, and how near it is to the word:
// 1 for the same, less for more edits and for shorter words. ok is false where
// it is too far. Nothing is near an empty word or term but the same.
func (f *Fuzzy) Match(term []byte) (edits int, nearness float32, ok bool) {
	state, ok := match(f.automaton, term)
	if !ok {
		return 0, 0, false
	}
	row := f.automaton.all[state].row
	if edits = int(row[len(row)-1]); edits == 0 {
		return 0, 1, true
	}
	return edits, 1 - float32(edits)/float32(min(utf8.RuneCount(term), len(f.word))), true
}

// fuzzyAutomaton fills the table of distances between the beginnings of the word
// and of a term, a row for each character of the term: its states are rows.
type fuzzyAutomaton struct {
	stateTable[fuzzyState]
	word  []rune
	edits uint8
	room  []byte // of the next state
}

// fuzzyState is what the rows that follow depend on. Distances that are too far
// are all the same.
type fuzzyState struct {
	row []byte // from each beginning of the word
	// swapped are the distances one character before, from each beginning of the
	// word less two characters, where the second of these was the last of the term.
	swapped []byte
}

func newFuzzyAutomaton(word []rune, edits int) *fuzzyAutomaton {
	a := &fuzzyAutomaton{word: word, edits: uint8(edits)}
	a.forget()
	return a
}

func (a *fuzzyAutomaton) far() uint8 { return a.edits + 1 }

func (a *fuzzyAutomaton) forget() {
	a.stateTable = stateTable[fuzzyState]{}
	a.begin()
	for j := range a.row() {
		a.row()[j] = uint8(min(j, int(a.far())))
	}
	a.end()
}

func (a *fuzzyAutomaton) row() []byte     { return a.room[:len(a.word)+1] }
func (a *fuzzyAutomaton) swapped() []byte { return a.room[len(a.word)+1:] }

// begin makes room for a state.
func (a *fuzzyAutomaton) begin() {
	a.room = a.room[:0]
	for range 2 * (len(a.word) + 1) {
		a.room = append(a.room, a.far())
	}
}

// end is the number of the state.
func (a *fuzzyAutomaton) end() int {
	return a.number(a.room, func() fuzzyState {
		kept := append([]byte(nil), a.room...)
		return fuzzyState{kept[:len(a.word)+1], kept[len(a.word)+1:]}
	})
}

func (a *fuzzyAutomaton) next(state int, c rune) int {
	last := a.all[state]
	a.begin()
	row, swapped := a.row(), a.swapped()
	row[0] = min(last.row[0]+1, a.far())
	least := row[0]
	for j := 1; j < len(row); j++ {
		d := last.row[j-1]
		if a.word[j-1] != c {
			d++
		}
		d = min(d, last.row[j]+1, row[j-1]+1, a.far())
		if j > 1 && a.word[j-2] == c {
			d = min(d, last.swapped[j]+1)
		}
		row[j] = d
		least = min(least, d)
		if j > 1 && a.word[j-1] == c {
			swapped[j] = last.row[j-2]
		}
	}
	if least > a.edits {
		return dead
	}
	return a.end()
}

func (a *fuzzyAutomaton) accepts(state int) bool {
	if len(a.word) == 0 || state == 0 {
		return len(a.word) == 0 && state == 0
	}
	row := a.all[state].row
	return row[len(a.word)] <= a.edits
}

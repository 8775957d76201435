package pattern

import "unicode/utf8"

// automaton reads terms character by character. Its states are numbered as they
// are met, from 0, where each term begins.
type automaton interface {
	// next is the state after a character in a state, or dead.
	next(state int, c rune) int
	// accepts reports whether a term that ends in a state matches.
	accepts(state int) bool
	// size is about how many bytes the states take so far; forget forgets all of
	// them but the first.
	size() int
	forget()
}

// dead is the state from which no term matches any more.
const dead = -1

// maxStates is how many bytes of states are remembered.
const maxStates = 4 << 20

// Walker matches terms that come in order: it keeps the state after each
// character, so that what a term shares with the one before is not read again,
// and passes over those that begin as one that could not match.
type Walker struct {
	automaton automaton
	ascii     [][utf8.RuneSelf]int32 // by state: the next one and 2 more, 0 where it was not asked for yet
	term      []byte
	after     []int // the state after so many bytes, where a character ends there
	deadAt    int   // no term matches that begins with so many bytes of this one; 0 for none
}

func newWalker(a automaton) *Walker { return &Walker{automaton: a, after: []int{0}} }

// Next reports whether a term matches, which shares so many bytes with the one
// before it.
func (w *Walker) Next(shared int, rest []byte) bool {
	if w.deadAt > 0 && shared >= w.deadAt {
		return false // and the term that is kept still shares as much with those that follow
	}
	shared = min(shared, len(w.term))
	w.term = append(w.term[:shared], rest...)
	if w.automaton.size() > maxStates {
		w.automaton.forget()
		w.ascii, shared = nil, 0
	}
	w.deadAt = 0
	// Two terms may share the first bytes of a character alone.
	for shared > 0 && shared < len(w.term) && !utf8.RuneStart(w.term[shared]) {
		shared--
	}
	for len(w.after) <= len(w.term) {
		w.after = append(w.after, 0)
	}
	at, state := shared, w.after[shared]
	for at < len(w.term) {
		if c := w.term[at]; c < utf8.RuneSelf {
			state = w.nextASCII(state, c)
			at++
		} else {
			r, n := utf8.DecodeRune(w.term[at:])
			state = w.automaton.next(state, r)
			at += n
		}
		if state == dead {
			w.deadAt = at
			return false
		}
		w.after[at] = state
	}
	return w.automaton.accepts(state)
}

func (w *Walker) nextASCII(state int, c byte) int {
	for state >= len(w.ascii) {
		w.ascii = append(w.ascii, [utf8.RuneSelf]int32{})
	}
	known := &w.ascii[state][c]
	if *known == 0 {
		*known = int32(w.automaton.next(state, rune(c)) + 2)
	}
	return int(*known - 2)
}

// stateTable numbers states by what they consist of.
type stateTable[T any] struct {
	numbers map[string]int
	all     []T
	bytes   int
}

// number is the number of the state that a key tells from others, which make
// makes where it is new.
func (t *stateTable[T]) number(key []byte, make func() T) int {
	if n, ok := t.numbers[string(key)]; ok {
		return n
	}
	if t.numbers == nil {
		t.numbers = map[string]int{}
	}
	n := len(t.all)
	t.numbers[string(key)] = n
	t.all = append(t.all, make())
	t.bytes += 2*len(key) + 4*utf8.RuneSelf
	return n
}

func (t *stateTable[T]) size() int { return t.bytes }

// match reads one term.
func match(a automaton, term []byte) (state int, ok bool) {
	if a.size() > maxStates {
		a.forget()
	}
	for len(term) > 0 && state != dead {
		r, n := utf8.DecodeRune(term)
		state, term = a.next(state, r), term[n:]
	}
	return state, state != dead && a.accepts(state)
}

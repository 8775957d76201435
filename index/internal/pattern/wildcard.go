package pattern

import (
	"encoding/binary"
	"slices"
)

// Piece is a part of a wildcard pattern: literal text, or a wildcard.
type Piece struct {
	Literal string
	Wild    byte // '*' for any characters, '?' for one, 0 for a literal
}

// Wildcard matches whole terms.
type Wildcard struct{ pieces []Piece }

// NewWildcard joins pieces to a pattern. Literals must be as analysis leaves
// them.
func NewWildcard(pieces []Piece) Wildcard {
	var kept []Piece
	for _, p := range pieces {
		last := len(kept) - 1
		switch {
		case p.Wild == 0 && p.Literal == "":
		case p.Wild == '*' && last >= 0 && kept[last].Wild == '*': // two are as good as one
		case p.Wild == 0 && last >= 0 && kept[last].Wild == 0:
			kept[last].Literal += p.Literal
		default:
			kept = append(kept, p)
		}
	}
	return Wildcard{kept}
}

// Prefix is what all terms begin with that match.
func (w Wildcard) Prefix() string {
	if len(w.pieces) > 0 && w.pieces[0].Wild == 0 {
		return w.pieces[0].Literal
	}
	return ""
}

// Walker matches terms that come in order.
func (w Wildcard) Walker() *Walker { return newWalker(newWildcardAutomaton(w)) }

// Match reports whether a term matches.
func (w Wildcard) Match(term []byte) bool {
	_, ok := match(newWildcardAutomaton(w), term)
	return ok
}

// The characters of a pattern that stand for others.
const (
	anyOne  rune = -1
	anyMany rune = -2
)

// wildcardAutomaton has as states the places in the pattern that a term can be
// at.
type wildcardAutomaton struct {
	stateTable[[]uint32]
	pattern []rune
	places  []uint32 // of the next state, ascending
	key     []byte
}

func newWildcardAutomaton(w Wildcard) *wildcardAutomaton {
	a := &wildcardAutomaton{}
	for _, p := range w.pieces {
		switch p.Wild {
		case '*':
			a.pattern = append(a.pattern, anyMany)
		case '?':
			a.pattern = append(a.pattern, anyOne)
		default:
			a.pattern = append(a.pattern, []rune(p.Literal)...)
		}
	}
	a.forget()
	return a
}

func (a *wildcardAutomaton) forget() {
	a.stateTable = stateTable[[]uint32]{}
	a.places = a.places[:0]
	a.add(0)
	a.end()
}

// add adds a place, and the one behind a star, which may stand for nothing.
func (a *wildcardAutomaton) add(place uint32) {
	for {
		if n := len(a.places); n == 0 || a.places[n-1] < place {
			a.places = append(a.places, place)
		}
		if int(place) == len(a.pattern) || a.pattern[place] != anyMany {
			return
		}
		place++
	}
}

func (a *wildcardAutomaton) end() int {
	return a.number(placesKey(&a.key, a.places), func() []uint32 { return slices.Clone(a.places) })
}

// placesKey tells sets of places from each other.
func placesKey(room *[]byte, places []uint32) []byte {
	*room = (*room)[:0]
	for _, place := range places {
		*room = binary.LittleEndian.AppendUint32(*room, place)
	}
	return *room
}

func (a *wildcardAutomaton) next(state int, c rune) int {
	a.places = a.places[:0]
	for _, place := range a.all[state] {
		if int(place) == len(a.pattern) {
			continue
		}
		switch a.pattern[place] {
		case anyMany:
			a.add(place)
		case anyOne, c:
			a.add(place + 1)
		}
	}
	if len(a.places) == 0 {
		return dead
	}
	return a.end()
}

func (a *wildcardAutomaton) accepts(state int) bool {
	places := a.all[state]
	return int(places[len(places)-1]) == len(a.pattern)
}

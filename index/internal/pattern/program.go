package pattern

import (
	"regexp/syntax"
	"slices"
)

// regexpAutomaton has as states the instructions of a program that wait for a
// character, or end it.
type regexpAutomaton struct {
	stateTable[[]uint32]
	program *syntax.Prog
	seen    []int // by instruction: the turn in which it was last added
	turn    int
	places  []uint32
	rest    []uint32 // instructions to be followed
	key     []byte
}

func newRegexpAutomaton(p *syntax.Prog) *regexpAutomaton {
	a := &regexpAutomaton{program: p, seen: make([]int, len(p.Inst))}
	a.forget()
	return a
}

func (a *regexpAutomaton) forget() {
	a.stateTable = stateTable[[]uint32]{}
	a.begin()
	a.add(uint32(a.program.Start))
	a.end()
}

func (a *regexpAutomaton) begin() {
	a.turn++
	a.places = a.places[:0]
}

// add follows an instruction to those that wait. Expressions have no assertions.
func (a *regexpAutomaton) add(pc uint32) {
	a.rest = append(a.rest[:0], pc)
	for len(a.rest) > 0 {
		pc, a.rest = a.rest[len(a.rest)-1], a.rest[:len(a.rest)-1]
		if a.seen[pc] == a.turn {
			continue
		}
		a.seen[pc] = a.turn
		switch inst := &a.program.Inst[pc]; inst.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			a.rest = append(a.rest, inst.Out, inst.Arg)
		case syntax.InstCapture, syntax.InstNop:
			a.rest = append(a.rest, inst.Out)
		case syntax.InstMatch, syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			a.places = append(a.places, pc)
		}
	}
}

func (a *regexpAutomaton) end() int {
	slices.Sort(a.places)
	return a.number(placesKey(&a.key, a.places), func() []uint32 { return slices.Clone(a.places) })
}

func (a *regexpAutomaton) next(state int, c rune) int {
	a.begin()
	for _, pc := range a.all[state] {
		if inst := &a.program.Inst[pc]; inst.Op != syntax.InstMatch && inst.MatchRune(c) {
			a.add(inst.Out)
		}
	}
	if len(a.places) == 0 {
		return dead
	}
	return a.end()
}

func (a *regexpAutomaton) accepts(state int) bool {
	return slices.ContainsFunc(a.all[state], func(pc uint32) bool { return a.program.Inst[pc].Op == syntax.InstMatch })
}

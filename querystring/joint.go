package querystring

import "slices"

// joint is how the gate joins two operands. Its value is the precedence of its grammar rule.
type joint int

const (
	noJoint joint = iota
	implicitJoint
	orJoint
	andJoint
)

// jointAt returns how the token in hand continues an expression, if it does.
func jointAt(k gateKind) joint {
	switch {
	case k == gateAnd:
		return andJoint
	case k == gateOr:
		return orJoint
	case startsOperand(k):
		return implicitJoint
	}
	return noJoint
}

func startsOperand(k gateKind) bool {
	return slices.Contains([]gateKind{
		gateTerm, gateNot, gateTo, gatePlus, gateMinus, gateLParen, gateLBracket, gateCompare, gatePhrase, gateRegex,
	}, k)
}

// binding is the precedence of a token. An operand before one that binds closer than the joint before the operand
// belongs to the joint behind it: a AND b -c is a AND (b -c).
func binding(k gateKind) int {
	switch k {
	case gateOr:
		return int(orJoint)
	case gateAnd:
		return int(andJoint)
	case gatePlus, gateMinus, gateTo:
		return int(andJoint) + 1
	}
	return 0
}

// joined is an operand, or several that are joined, as far as white space depends on it: Zenodo puts a blank behind each
// operand but the last that has no white space of its own. Behind a sign or the name of a field, white space belongs to
// the word inside, so that a blank is put in beside it. That matters where the white space is none to the engine, such as a
// no-break space; elsewhere the blank is left out here.
type joined struct {
	by joint // noJoint for one operand
	// ownsSpace reports whether the last operand owns the white space behind it, ownsLead whether the first one owns
	// what is before it.
	ownsSpace, ownsLead bool
}

// One operand: a word, a phrase or a group; one behind a sign, a field or a comparison; one with a distance or a boost.
var (
	plainOperand = joined{ownsSpace: true, ownsLead: true}
	prefixed     = joined{ownsLead: true}
	suffixed     = joined{ownsSpace: true}
)

// closing returns what becomes of an operand as the last one of a joint.
func (j joined) closing(by joint) joined { return joined{by: by, ownsSpace: !j.needsBlank(by)} }

// needsBlank reports whether a blank is put in where another operand is joined on. Joints of one kind are one joint.
func (j joined) needsBlank(next joint) bool {
	return !j.ownsSpace || j.by != noJoint && j.by != next
}

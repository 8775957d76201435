package querystring

import (
	"fmt"
	"slices"
)

// maxNesting bounds how deep a query may nest. Zenodo answers 500 from about here on: its parser is written in
// Python, which allows some 1000 frames, and every level takes three.
const maxNesting = 300

// looseError says why the gate refuses a text. Zenodo then searches the words of the text loosely.
type looseError struct {
	pos    int
	reason string
}

func (e *looseError) Error() string { return e.reason }

// gate parses the text as typed and at the same time writes what Zenodo sends to its engine.
type gate struct {
	src       string
	tok       gateToken // the token in hand
	out       output
	community func(slug string) (id string, ok bool)
	native    bool
	depth     int
	compared  bool // the token in hand is the bound of a comparison
}

// runGate returns what the engine gets. The error is a *looseError or, where Zenodo crashes, an *Error.
func runGate(src string, p Parser) (*output, error) {
	g := &gate{src: src, community: p.Community, native: p.Native}
	g.out.src, g.out.drop = src, true
	g.tok = gateLex(src, 0)
	if g.tok.kind == gateEnd {
		return nil, &looseError{0, "there is nothing but white space"}
	}
	whole, err := g.expression(keepValue)
	if err != nil {
		return nil, err
	}
	if g.tok.kind != gateEnd {
		return nil, g.unexpected()
	}
	if whole.by != noJoint || !whole.ownsLead {
		g.out.putLead()
	}
	if whole.by != noJoint || !whole.ownsSpace {
		g.out.putTrail()
	}
	return &g.out, nil
}

// expression reads operands, with or without AND and OR between them. Precedence does not change what is matched, since
// the engine parses what is printed once more, but it decides where blanks are put in; see [joined].
func (g *gate) expression(rw rewriter) (joined, error) {
	last, err := g.operand(rw)
	if err != nil {
		return joined{}, err
	}
	var open []joint // whose right operand is not read to its end
	for {
		for len(open) > 0 && int(open[len(open)-1]) >= binding(g.tok.kind) {
			last = last.closing(open[len(open)-1])
			open = open[:len(open)-1]
		}
		next := jointAt(g.tok.kind)
		if next == noJoint {
			return last, nil
		}
		g.out.sep, g.out.blank, g.out.owned = true, last.needsBlank(next), true
		if next != implicitJoint {
			g.keep()
			g.out.sep = true
		}
		open = append(open, next)
		if last, err = g.operand(rw); err != nil {
			return joined{}, err
		}
	}
}

// operand reads signs, fields and what they stand before, and the boosts behind it.
func (g *gate) operand(rw rewriter) (joined, error) {
	g.depth++
	defer func() { g.depth-- }()
	if g.depth > maxNesting {
		msg := fmt.Sprintf("the query nests deeper than %d levels", maxNesting)
		return joined{}, &Error{Pos: g.tok.pos, Msg: msg, Status: 500, Text: g.src}
	}
	switch g.tok.kind {
	case gatePlus, gateMinus:
		g.keep()
		_, err := g.operand(rw)
		return prefixed, err
	case gateNot:
		g.keep()
		g.out.sep = true
		_, err := g.operand(rw)
		return prefixed, err
	}
	read, err := g.primary(rw)
	for err == nil && g.tok.kind == gateBoost {
		read, err = suffixed, g.boost()
	}
	return read, err
}

func (g *gate) primary(rw rewriter) (joined, error) {
	switch g.tok.kind {
	case gateTerm:
		return g.term(rw)
	case gateTo:
		g.value(rw)
		return plainOperand, nil
	case gatePhrase:
		g.value(rw)
		return g.slop()
	case gateRegex:
		g.keep()
		return plainOperand, nil
	case gateCompare:
		g.keep()
		g.compared = true
		err := g.bound(rw)
		g.compared = false
		return prefixed, err
	case gateLBracket:
		return plainOperand, g.rangeOf(rw)
	case gateLParen:
		g.keep()
		if _, err := g.expression(rw); err != nil {
			return joined{}, err
		}
		return plainOperand, g.expect(gateRParen)
	}
	return joined{}, g.unexpected()
}

// term reads a word, a fuzzy word, or a field and the operand that follows it.
func (g *gate) term(rw rewriter) (joined, error) {
	next := gateLex(g.src, g.tok.end)
	if next.kind == gateColon {
		name := g.src[g.tok.pos:g.tok.end]
		if target, ok := fields[name]; ok && !g.native {
			name = target.sent
			if target.rewrite != keepValue {
				rw = target.rewrite // otherwise words are rewritten as the field around wants it
			}
		}
		g.write(name)
		g.out.drop = true
		g.keep()
		_, err := g.operand(rw)
		return prefixed, err
	}
	g.value(rw)
	if g.tok.kind != gateApprox {
		return plainOperand, nil
	}
	degree := g.src[g.tok.pos+1 : g.tok.end]
	if degree == "" {
		degree = "0.5"
	}
	number, ok := normalDecimal(degree)
	if !ok {
		return joined{}, g.crash("the number after ~ is malformed")
	}
	g.write("~" + number)
	return suffixed, nil
}

// slop reads the distance that may follow a phrase.
func (g *gate) slop() (joined, error) {
	if g.tok.kind != gateApprox {
		return plainOperand, nil
	}
	degree := g.src[g.tok.pos+1 : g.tok.end]
	if degree == "" {
		degree = "1"
	}
	number, ok := normalInteger(degree)
	if !ok {
		return joined{}, g.crash("the distance after ~ must be a whole number behind a phrase")
	}
	g.write("~" + number)
	return suffixed, nil
}

func (g *gate) boost() error {
	force := g.src[g.tok.pos+1 : g.tok.end]
	if force == "" {
		force = "1"
	}
	number, ok := normalDecimal(force)
	if !ok {
		return g.crash("the number after ^ is malformed")
	}
	g.write("^" + number)
	return nil
}

// rangeOf reads a range. That a bracket may close with a brace, and the other way round, is Lucene's way too.
func (g *gate) rangeOf(rw rewriter) error {
	g.keep()
	if err := g.signedBound(rw); err != nil {
		return err
	}
	g.out.sep = true
	if err := g.expect(gateTo); err != nil {
		return err
	}
	g.out.sep = true
	if err := g.signedBound(rw); err != nil {
		return err
	}
	return g.expect(gateRBracket)
}

func (g *gate) signedBound(rw rewriter) error {
	if g.tok.kind == gateMinus {
		g.keep()
	}
	return g.bound(rw)
}

func (g *gate) bound(rw rewriter) error {
	if g.tok.kind != gateTerm && g.tok.kind != gatePhrase {
		return g.unexpected()
	}
	g.value(rw)
	return nil
}

// value writes a word or a phrase as the field around it wants it.
func (g *gate) value(rw rewriter) {
	raw := g.src[g.tok.pos:g.tok.end]
	rewritten := raw
	if g.tok.kind == gatePhrase {
		rewritten = rw.phrase(raw, g.community)
	} else {
		rewritten = rw.word(raw, g.community)
	}
	if rewritten == raw && rw != mapCommunity {
		g.keep()
		return
	}
	// Zenodo loses the white space around what it replaces, unless it belongs to something else: an operand before, or
	// what the word and its distance or boost are together.
	next := gateLex(g.src, g.tok.end).kind
	if !g.out.owned && (g.compared || next != gateApprox && next != gateBoost) {
		g.out.drop = true
	}
	g.write(rewritten)
	g.out.drop = true
}

// keep writes the token in hand as it is and goes on to the next.
func (g *gate) keep() { g.write(g.src[g.tok.pos:g.tok.end]) }

// write writes s for the token in hand and goes on to the next.
func (g *gate) write(s string) {
	g.out.put(g.tok.pos, g.tok.end, s)
	g.tok = gateLex(g.src, g.tok.end)
}

func (g *gate) expect(k gateKind) error {
	if g.tok.kind != k {
		return g.unexpected()
	}
	g.keep()
	return nil
}

// crash says that Zenodo stumbles over the number in hand, which it looks at as soon as it sees what follows: if that
// cannot follow, it is the syntax that is wrong.
func (g *gate) crash(msg string) error {
	e := &Error{Pos: g.tok.pos, Msg: msg, Status: 500, Text: g.src}
	g.keep()
	follow := []gateKind{gateEnd, gateAnd, gateOr, gateRParen, gateBoost}
	if !startsOperand(g.tok.kind) && !slices.Contains(follow, g.tok.kind) {
		return g.unexpected()
	}
	return e
}

// unexpected says what is wrong with the token in hand.
func (g *gate) unexpected() error {
	word := g.src[g.tok.pos:g.tok.end]
	reason := fmt.Sprintf("%q is out of place", word)
	switch {
	case g.tok.kind == gateEnd:
		reason = "it ends too early: a bracket is open, or a word is missing"
	case g.tok.kind == gateIllegal && word == `"`:
		reason = "a quotation mark is not closed"
	case g.tok.kind == gateIllegal && word == "/":
		reason = "a regular expression (between slashes) is not closed"
	case g.tok.kind == gateIllegal && word == `\`:
		reason = "there is nothing behind the backslash"
	}
	return &looseError{g.tok.pos, reason}
}

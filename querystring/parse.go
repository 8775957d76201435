package querystring

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxClauses is how many clauses the engine takes in one group.
const maxClauses = 1024

// parser parses what is sent by the engine's grammar, which is Lucene's classic one.
type parser struct {
	out    *output // of the gate; nesting is bounded there
	tokens []token
	err    error // what ended the tokens early
	i      int
}

// parseSent returns the tree of what the gate printed. The error is an *Error whose Pos is in what is sent.
func parseSent(out *output) (Node, error) {
	p := &parser{out: out}
	p.tokens, p.err = lex(out.String())
	node, err := p.query("")
	if err != nil {
		return nil, err
	}
	if p.peek(0).kind != tokEnd || p.err != nil {
		return nil, p.unexpected()
	}
	return node, nil
}

// peek returns the token n places ahead.
func (p *parser) peek(n int) token { return p.tokens[min(p.i+n, len(p.tokens)-1)] }

func (p *parser) next() token {
	t := p.peek(0)
	p.i++
	return t
}

func (p *parser) accept(k kind) bool {
	if p.peek(0).kind != k {
		return false
	}
	p.i++
	return true
}

// query reads the clauses of a group.
func (p *parser) query(field string) (Node, error) {
	group := &Boolean{}
	start := p.peek(0)
	for {
		if len(group.Clauses) == maxClauses {
			return nil, &Error{Pos: p.peek(0).pos, Msg: fmt.Sprintf("more than %d clauses in one group", maxClauses)}
		}
		c, err := p.clause(field, len(group.Clauses) == 0)
		if err != nil {
			return nil, err
		}
		group.Clauses = append(group.Clauses, c)
		if k := p.peek(0).kind; k == tokEnd || k == tokRParen {
			break
		}
	}
	if first := group.Clauses[0]; len(group.Clauses) == 1 && first.Sign == NoSign {
		return first.Node, nil
	}
	group.Clauses = group.Resolve(nil)
	return p.place(group, start), nil
}

// clause reads a conjunction, which the first clause may not have, a sign, and what they stand before.
func (p *parser) clause(field string, first bool) (Clause, error) {
	var c Clause
	if text, err := p.multiTerm(field); text != nil || err != nil {
		c.Node = text
		return c, err
	}
	if !first {
		c.And = p.accept(tokAnd)
		if !c.And {
			p.accept(tokOr)
		}
	}
	switch p.peek(0).kind {
	case tokPlus:
		c.Sign = Plus
		p.next()
	case tokMinus, tokNot:
		c.Sign = Minus
		p.next()
	}
	node, err := p.operand(field)
	c.Node = node
	return c, err
}

// multiTerm merges two or more plain terms in a row into one text; it returns
// nil where there are none.
func (p *parser) multiTerm(field string) (Node, error) {
	if p.peek(0).kind != tokTerm || !p.continues(1) {
		return nil, nil
	}
	n := 2
	for p.continues(n) {
		n++
	}
	words := p.tokens[p.i : p.i+n]
	p.i += n
	text, err := p.text(field, words)
	if err != nil {
		return nil, err
	}
	return p.place(text, words[0]), nil
}

// continues reports whether the token n places ahead is a term that belongs to the text before it.
func (p *parser) continues(n int) bool {
	return p.peek(n).kind == tokTerm && !slices.Contains(
		[]kind{tokColon, tokStar, tokFuzzy, tokCarat, tokAnd, tokOr}, p.peek(n+1).kind)
}

// operand reads a leaf or a group, with the field before it.
func (p *parser) operand(field string) (Node, error) {
	start := p.peek(0)
	if p.peek(1).kind == tokColon && (start.kind == tokTerm || start.kind == tokStar) {
		name, err := unescape(start.image)
		if err != nil {
			return nil, &Error{Pos: start.pos, Msg: err.Error()}
		}
		field = name
		p.i += 2
	}
	node, err := p.leafOrGroup(field)
	if err != nil {
		return nil, err
	}
	return p.place(node, start), nil
}

func (p *parser) leafOrGroup(field string) (Node, error) {
	if !p.accept(tokLParen) {
		return p.leaf(field)
	}
	node, err := p.query(field)
	if err != nil {
		return nil, err
	}
	if !p.accept(tokRParen) {
		return nil, p.unexpected()
	}
	boost, err := p.boost()
	if err != nil || boost == "" {
		return node, err
	}
	if node.At().Boost != "" {
		node = &Boolean{Clauses: []Clause{{Node: node}}}
	}
	node.setBoost(boost)
	return node, nil
}

// boost reads ^ and its number, if they are there.
func (p *parser) boost() (string, error) {
	if !p.accept(tokCarat) {
		return "", nil
	}
	if p.peek(0).kind != tokNumber {
		return "", p.unexpected()
	}
	return p.next().image, nil
}

// place notes where in the text as typed the node stands: from the token start to the one just read.
func (p *parser) place(node Node, start token) Node {
	node.setSpan(p.out.origin(start.pos), p.out.originEnd(p.tokens[p.i-1].end))
	return node
}

// unexpected says what is wrong with the token in hand.
func (p *parser) unexpected() error {
	t := p.peek(0)
	switch {
	case t.kind == tokEnd && p.err != nil:
		return p.err
	case t.kind == tokEnd:
		return &Error{Pos: t.pos, Msg: "it ends too early: a word is missing"}
	}
	return &Error{Pos: t.pos, Msg: strconv.Quote(strings.TrimSpace(t.image)) + " is out of place"}
}

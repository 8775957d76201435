package querystring

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxClauses is how many clauses the engine takes in one group.
const maxClauses = 1024

// existsField is the name before the colon that asks whether a field has a value.
const existsField = "_exists_"

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

// leaf reads what has no parts.
func (p *parser) leaf(field string) (Node, error) {
	t := p.next()
	switch t.kind {
	case tokRangeStart:
		return p.rangeOf(field, t)
	case tokTerm, tokBareOper, tokStar, tokPrefix, tokWild, tokRegexp, tokQuoted:
	default:
		p.i--
		return nil, p.unexpected()
	}
	boost, slop, err := p.suffixes()
	if err != nil {
		return nil, err
	}
	node, err := p.bare(field, t, slop)
	if err != nil {
		return nil, err
	}
	node.setBoost(boost)
	return node, nil
}

// suffixes reads a boost and a distance, in either order. The distance comes with its ~.
func (p *parser) suffixes() (boost, slop string, err error) {
	if p.peek(0).kind == tokFuzzy {
		slop = p.next().image
	}
	if boost, err = p.boost(); err != nil {
		return "", "", err
	}
	if slop == "" && boost != "" && p.peek(0).kind == tokFuzzy {
		slop = p.next().image
	}
	return boost, slop, nil
}

// bare makes a node of one token.
func (p *parser) bare(field string, t token, slop string) (Node, error) {
	switch t.kind {
	case tokQuoted:
		t.image = t.image[1 : len(t.image)-1]
	case tokBareOper:
		t.image = t.image[:1]
	}
	value, err := unescape(t.image) // also for patterns, which refuses \u without its digits
	if err != nil {
		return nil, &Error{Pos: t.pos, Msg: err.Error()}
	}
	switch t.kind {
	case tokStar, tokWild:
		return wildcardNode(field, t.image), nil
	case tokPrefix:
		return &Prefix{Field: field, Value: strings.TrimSuffix(value, "*")}, nil
	case tokRegexp:
		return regexpNode(field, t)
	case tokQuoted:
		return phraseNode(field, value, slop), nil
	}
	if slop == "" {
		return p.text(field, []token{t})
	}
	return &Fuzzy{Field: field, Value: value, Edits: min(2, distance(slop, 2))}, nil
}

// wildcardNode makes a node of a pattern in which backslashes escape, but not by \u.
func wildcardNode(field, image string) Node {
	switch {
	case image == "*" && (field == "" || field == "*"):
		return &MatchAll{}
	case image == "*":
		return &Exists{Field: field}
	}
	return &Wildcard{Field: field, Pattern: canonicalPattern(image)}
}

// canonicalPattern keeps only the escapes that matter.
func canonicalPattern(image string) string {
	var b strings.Builder
	for i := 0; i < len(image); i++ {
		if image[i] == '\\' && i+1 < len(image) {
			i++
			if strings.IndexByte(`*?\`, image[i]) >= 0 {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(image[i])
	}
	return b.String()
}

// regexpNode makes a node of a regular expression between slashes.
func regexpNode(field string, t token) (Node, error) {
	var b strings.Builder
	raw := t.image[1 : len(t.image)-1]
	for i := 0; i < len(raw); i++ {
		if raw[i] == '\\' {
			if i++; i == len(raw) {
				return nil, &Error{Pos: t.pos, Msg: "the regular expression ends in a backslash"}
			}
			if raw[i] != '/' {
				b.WriteByte('\\')
			}
		}
		b.WriteByte(raw[i])
	}
	return &Regexp{Field: field, Pattern: b.String()}, nil
}

func phraseNode(field, value, slop string) Node {
	if field == existsField {
		return &Exists{Field: value}
	}
	return &Phrase{Field: field, Value: value, Slop: distance(slop, 0)}
}

// distance returns the number behind a ~ without its fraction, or fallback if there is none.
func distance(slop string, fallback int) int {
	f, err := strconv.ParseFloat(strings.TrimPrefix(slop, "~"), 32)
	if err != nil && !math.IsInf(f, 0) || math.IsNaN(f) {
		return fallback
	}
	return int(max(0, min(f, math.MaxInt32)))
}

// text makes a node of plain words. In a named field a text that begins with a comparison is a range.
func (p *parser) text(field string, words []token) (Node, error) {
	images := make([]string, len(words))
	for i, w := range words {
		images[i] = w.image
	}
	raw := strings.Join(images, " ")
	value, err := unescape(raw)
	if err != nil {
		return nil, &Error{Pos: words[0].pos, Msg: err.Error()}
	}
	op := comparison(value)
	switch {
	case field == existsField:
		return &Exists{Field: value}, nil
	case field != "" && op != "":
		return oneSided(field, op, value[len(op):]), nil
	}
	return &Text{Field: field, Value: value, Raw: raw}, nil
}

// comparison returns the sign that value begins with, if something follows it.
func comparison(value string) string {
	for _, op := range []string{">=", "<=", ">", "<"} {
		if len(value) > len(op) && strings.HasPrefix(value, op) {
			return op
		}
	}
	return ""
}

func oneSided(field, op, value string) *Range {
	b := bound(value, strings.HasSuffix(op, "="))
	if op[0] == '>' {
		return &Range{Field: field, Lo: b, Hi: Bound{Open: true}}
	}
	return &Range{Field: field, Lo: Bound{Open: true}, Hi: b}
}

// bound makes an end of a range. The engine takes a star for no bound even where it is quoted.
func bound(value string, inclusive bool) Bound {
	if value == "*" {
		return Bound{Open: true}
	}
	return Bound{Value: value, Inclusive: inclusive}
}

func (p *parser) rangeOf(field string, start token) (Node, error) {
	lo, err := p.bound(start.image == "[")
	if err != nil {
		return nil, err
	}
	if !p.accept(tokRangeTo) {
		return nil, p.unexpected()
	}
	hi, err := p.bound(false)
	if err != nil {
		return nil, err
	}
	if p.peek(0).kind != tokRangeEnd {
		return nil, p.unexpected()
	}
	hi.Inclusive = p.next().image == "]" && !hi.Open
	boost, err := p.boost()
	if err != nil {
		return nil, err
	}
	return &Range{Origin: Origin{Boost: boost}, Field: field, Lo: lo, Hi: hi}, nil
}

func (p *parser) bound(inclusive bool) (Bound, error) {
	t := p.peek(0)
	image := t.image
	switch t.kind {
	case tokRangeQuoted:
		image = image[1 : len(image)-1]
	case tokRangeGoop, tokRangeTo:
	default:
		return Bound{}, p.unexpected()
	}
	p.next()
	value, err := unescape(image)
	if err != nil {
		return Bound{}, &Error{Pos: t.pos, Msg: err.Error()}
	}
	return bound(value, inclusive), nil
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

package querystring

import (
	"math"
	"strconv"
	"strings"
)

// existsField is the name before the colon that asks whether a field has a value.
const existsField = "_exists_"

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
	return &Wildcard{Field: field, Pattern: image}
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

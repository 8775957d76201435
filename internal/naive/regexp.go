package naive

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// pattern is a regular expression of Lucene's. From the places of a text at which
// it may begin it makes those at which it may end: places are marked, from 0 to
// the number of characters.
type pattern func(text []rune, from []bool) []bool

// parsePattern reads a regular expression. Its methods are named after Lucene's
// grammar.
func parsePattern(expr string) (p pattern, err error) {
	r := &patternReader{rest: []rune(expr)}
	defer func() {
		switch e := recover().(type) {
		case nil:
		case patternError:
			err = e
		default:
			panic(e)
		}
	}()
	if expr == "" {
		return empty, nil
	}
	p = r.union()
	if len(r.rest) > 0 {
		r.fail("%q is left over", string(r.rest))
	}
	return p, nil
}

// matchString reports whether a whole text matches.
func (p pattern) matchString(s string) bool {
	text := []rune(s)
	from := make([]bool, len(text)+1)
	from[0] = true
	return p(text, from)[len(text)]
}

type patternError struct{ error }

type patternReader struct {
	rest  []rune
	depth int
}

func (r *patternReader) fail(format string, args ...any) {
	panic(patternError{fmt.Errorf(format, args...)})
}

func (r *patternReader) peek(chars string) bool {
	return len(r.rest) > 0 && strings.ContainsRune(chars, r.rest[0])
}

func (r *patternReader) accept(c rune) bool {
	if len(r.rest) > 0 && r.rest[0] == c {
		r.rest = r.rest[1:]
		return true
	}
	return false
}

func (r *patternReader) union() pattern {
	p := r.inter()
	for r.accept('|') {
		p = either(p, r.inter())
	}
	return p
}

func (r *patternReader) inter() pattern {
	p := r.concat()
	for r.accept('&') {
		p = both(p, r.concat())
	}
	return p
}

func (r *patternReader) concat() pattern {
	p := r.repeat()
	for len(r.rest) > 0 && !r.peek(")|&") {
		p = then(p, r.repeat())
	}
	return p
}

func (r *patternReader) repeat() pattern {
	p := r.class()
	for {
		switch {
		case r.accept('?'):
			p = either(empty, p)
		case r.accept('*'):
			p = repeated(p, 0, -1)
		case r.accept('+'):
			p = repeated(p, 1, -1)
		case r.accept('{'):
			p = r.counted(p)
		default:
			return p
		}
	}
}

func (r *patternReader) counted(p pattern) pattern {
	least, most := r.number(), 0
	switch {
	case !r.accept(','):
		most = least
	case r.peek("0123456789"):
		most = r.number()
	default:
		most = -1
	}
	if most >= 0 && most < least {
		r.fail("{%d,%d} ends before it begins", least, most)
	}
	if !r.accept('}') {
		r.fail("} is missing")
	}
	return repeated(p, least, most)
}

func (r *patternReader) number() int {
	digits := 0
	for digits < len(r.rest) && r.rest[digits] >= '0' && r.rest[digits] <= '9' {
		digits++
	}
	n, err := strconv.Atoi(string(r.rest[:digits]))
	if err != nil {
		r.fail("a number is missing")
	}
	r.rest = r.rest[digits:]
	return n
}

func (r *patternReader) class() pattern {
	if !r.accept('[') {
		return r.simple()
	}
	inverted := r.accept('^')
	var items []func(rune) bool
	for {
		items = append(items, r.item())
		if len(r.rest) == 0 {
			r.fail("] is missing")
		}
		if r.accept(']') {
			break
		}
	}
	return one(func(c rune) bool {
		for _, in := range items {
			if in(c) {
				return !inverted
			}
		}
		return inverted
	})
}

func (r *patternReader) item() func(rune) bool {
	if in := r.predefined(); in != nil {
		return in
	}
	first := r.character()
	last := first
	if r.accept('-') {
		last = r.character()
	}
	if last < first {
		r.fail("the range from %c to %c is empty", first, last)
	}
	return func(c rune) bool { return c >= first && c <= last }
}

// predefined reads \d and such. No other letter may stand behind a backslash.
func (r *patternReader) predefined() func(rune) bool {
	if len(r.rest) < 2 || r.rest[0] != '\\' {
		return nil
	}
	letter := r.rest[1]
	var in func(rune) bool
	switch letter | 0x20 {
	case 'd':
		in = func(c rune) bool { return c >= '0' && c <= '9' }
	case 's':
		in = func(c rune) bool { return strings.ContainsRune(" \t\n\r", c) }
	case 'w':
		in = func(c rune) bool { return c == '_' || c < 128 && (isLetter(c) || c >= '0' && c <= '9') }
	}
	switch {
	case !isLetter(letter):
		return nil
	case in == nil:
		r.fail("there is no class \\%c", letter)
	}
	r.rest = r.rest[2:]
	if letter < 'a' {
		return func(c rune) bool { return !in(c) }
	}
	return in
}

func isLetter(c rune) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func (r *patternReader) simple() pattern {
	switch {
	case r.accept('.'):
		return one(func(rune) bool { return true })
	case r.accept('#'):
		return one(func(rune) bool { return false })
	case r.accept('@'):
		return repeated(one(func(rune) bool { return true }), 0, -1)
	case r.accept('"'):
		p := pattern(empty)
		for !r.accept('"') {
			p = then(p, r.literal())
		}
		return p
	case r.accept('('):
		if r.accept(')') {
			return empty
		}
		if r.depth++; r.depth > 1000 {
			r.fail("too many groups in each other")
		}
		p := r.union()
		r.depth--
		if !r.accept(')') {
			r.fail(") is missing")
		}
		return p
	case r.accept('<'):
		return r.interval()
	}
	if in := r.predefined(); in != nil {
		return one(in)
	}
	c := r.character()
	return one(func(other rune) bool { return other == c })
}

// literal reads a character between quotation marks.
func (r *patternReader) literal() pattern {
	if len(r.rest) == 0 {
		r.fail(`" is missing`)
	}
	c := r.rest[0]
	r.rest = r.rest[1:]
	return one(func(other rune) bool { return other == c })
}

// interval reads 1-20>: whole numbers, of as many digits where both ends have
// the same.
func (r *patternReader) interval() pattern {
	text, rest, ok := strings.Cut(string(r.rest), ">")
	first, last, _ := strings.Cut(text, "-")
	from, err := strconv.Atoi(first)
	until, err2 := strconv.Atoi(last)
	if err := errors.Join(err, err2); err != nil || !ok {
		r.fail("<%s is no range of numbers", text)
	}
	r.rest = []rune(rest)
	width := 0
	if len(first) == len(last) {
		width = len(first)
	}
	return func(text []rune, starts []bool) []bool {
		ends := make([]bool, len(text)+1)
		for i, ok := range starts {
			for j := i + 1; ok && j <= len(text) && text[j-1] >= '0' && text[j-1] <= '9'; j++ {
				n, err := strconv.Atoi(string(text[i:j]))
				if err == nil && n >= min(from, until) && n <= max(from, until) && (width == 0 || width == j-i) {
					ends[j] = true
				}
			}
		}
		return ends
	}
}

func (r *patternReader) character() rune {
	r.accept('\\')
	if len(r.rest) == 0 {
		r.fail("it ends where a character is due")
	}
	c := r.rest[0]
	r.rest = r.rest[1:]
	return c
}

func empty(_ []rune, from []bool) []bool { return from }

func one(in func(rune) bool) pattern {
	return func(text []rune, from []bool) []bool {
		ends := make([]bool, len(text)+1)
		for i, c := range text {
			ends[i+1] = from[i] && in(c)
		}
		return ends
	}
}

func then(a, b pattern) pattern {
	return func(text []rune, from []bool) []bool { return b(text, a(text, from)) }
}

func either(a, b pattern) pattern {
	return func(text []rune, from []bool) []bool { return merged(a(text, from), b(text, from)) }
}

// both is what two patterns match: from one place at a time, as they have to
// begin at the same.
func both(a, b pattern) pattern {
	return func(text []rune, from []bool) []bool {
		ends := make([]bool, len(text)+1)
		for i, ok := range from {
			if !ok {
				continue
			}
			start := make([]bool, len(text)+1)
			start[i] = true
			inA, inB := a(text, start), b(text, start)
			for j := range ends {
				ends[j] = ends[j] || inA[j] && inB[j]
			}
		}
		return ends
	}
}

// repeated is a pattern some times in a row; most is -1 for any number.
func repeated(p pattern, least, most int) pattern {
	return func(text []rune, from []bool) []bool {
		for range least {
			if from = p(text, from); !slices.Contains(from, true) {
				return from
			}
		}
		ends, round := from, from
		for n := least; n != most; n++ {
			round = p(text, round)
			all := merged(ends, round)
			if slices.Equal(all, ends) {
				break
			}
			ends = all
		}
		return ends
	}
}

func merged(a, b []bool) []bool {
	both := slices.Clone(a)
	for i := range both {
		both[i] = both[i] || b[i]
	}
	return both
}

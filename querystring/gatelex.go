package querystring

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// gateKind is the kind of a token of the gate's grammar.
type gateKind int

const (
	gateEnd gateKind = iota
	gateIllegal
	gateTerm
	gateAnd
	gateOr
	gateNot
	gateTo
	gatePlus
	gateMinus
	gateColon
	gateLParen
	gateRParen
	gateLBracket
	gateRBracket
	gateCompare
	gatePhrase
	gateRegex
	gateApprox
	gateBoost
)

// gateToken is src[pos:end] of the text as typed.
type gateToken struct {
	kind     gateKind
	pos, end int
}

var gateReserved = map[string]gateKind{"AND": gateAnd, "OR": gateOr, "NOT": gateNot, "TO": gateTo}

var gateSimple = map[byte]gateKind{
	'+': gatePlus, '-': gateMinus, ':': gateColon, '(': gateLParen, ')': gateRParen,
	'[': gateLBracket, '{': gateLBracket, ']': gateRBracket, '}': gateRBracket,
}

// gateLex returns the token at or after pos, skipping white space.
func gateLex(src string, pos int) gateToken {
	pos = skipGateSpace(src, pos)
	if pos == len(src) {
		return gateToken{gateEnd, pos, pos}
	}
	if end := gateTermEnd(src, pos); end > pos {
		kind, ok := gateReserved[src[pos:end]]
		if !ok {
			kind = gateTerm
		}
		return gateToken{kind, pos, end}
	}
	c := src[pos]
	if kind, ok := gateSimple[c]; ok {
		return gateToken{kind, pos, pos + 1}
	}
	kind, end := gateIllegal, pos+1
	switch c {
	case '<', '>':
		kind = gateCompare
		if strings.HasPrefix(src[end:], "=") {
			end++
		}
	case '"':
		kind, end = gateDelimited(src, pos, gatePhrase)
	case '/':
		kind, end = gateDelimited(src, pos, gateRegex)
	case '~':
		kind, end = gateApprox, numberEnd(src, end)
	case '^':
		kind, end = gateBoost, numberEnd(src, end)
	}
	return gateToken{kind, pos, end}
}

// gateTermEnd returns the end of the TERM at pos, or pos if there is none.
func gateTermEnd(src string, pos int) int {
	end := pos
	for end < len(src) {
		r, size := utf8.DecodeRuneInString(src[end:])
		switch {
		case r == '\\':
			size = escapeSize(src[end:])
		case r == ':':
			size = timeSize(src, pos, end)
		case isGateSpace(r), strings.ContainsRune(`^~(){}[]`, r):
			size = 0
		case end == pos && strings.ContainsRune(`/"'+-<>`, r):
			size = 0
		}
		if size == 0 {
			break
		}
		end += size
	}
	return end
}

// escapeSize returns the length of a backslash and the character it escapes, which may not be a line feed.
func escapeSize(s string) int {
	if len(s) < 2 || s[1] == '\n' {
		return 0
	}
	_, size := utf8.DecodeRuneInString(s[1:])
	return 1 + size
}

// timeSize returns the length of the minutes and seconds at the colon src[at] of a term that began at start.
// Only after "Tdd" does the gate take a colon for part of a time; elsewhere it ends the name of a field.
func timeSize(src string, start, at int) int {
	before := []rune(src[max(start, at-3*utf8.UTFMax):at])
	n := len(before)
	if n < 3 || before[n-3] != 'T' || !unicode.IsDigit(before[n-2]) || !unicode.IsDigit(before[n-1]) {
		return 0
	}
	minutes := colonDigits(src[at:])
	if minutes == 0 {
		return 0
	}
	return minutes + colonDigits(src[at+minutes:])
}

// colonDigits returns the length of a colon and two digits at the start of s, or 0.
func colonDigits(s string) int {
	if !strings.HasPrefix(s, ":") {
		return 0
	}
	size := 1
	for range 2 {
		r, n := utf8.DecodeRuneInString(s[size:])
		if !unicode.IsDigit(r) {
			return 0
		}
		size += n
	}
	return size
}

// gateDelimited reads a phrase or a regular expression, whose delimiter is src[pos].
func gateDelimited(src string, pos int, kind gateKind) (gateKind, int) {
	for i := pos + 1; i < len(src); i++ {
		switch src[i] {
		case src[pos]:
			return kind, i + 1
		case '\\':
			if escapeSize(src[i:]) == 0 {
				return gateIllegal, pos + 1
			}
			i++
		}
	}
	return gateIllegal, pos + 1
}

// numberEnd returns the end of the digits and dots at pos.
func numberEnd(src string, pos int) int {
	rest := strings.TrimLeft(src[pos:], "0123456789.")
	return len(src) - len(rest)
}

func skipGateSpace(src string, pos int) int {
	rest := strings.TrimLeftFunc(src[pos:], isGateSpace)
	return len(src) - len(rest)
}

// isGateSpace reports what Python's regular expressions take for white space: Unicode's, and four separators.
func isGateSpace(r rune) bool {
	return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f
}

package querystring

import (
	"strings"
	"unicode/utf8"
)

// kind is the kind of a token of the engine's grammar.
type kind int

const (
	tokEnd kind = iota
	tokAnd
	tokOr
	tokNot
	tokPlus
	tokMinus
	tokBareOper // a sign with white space behind it, which is a word of its own
	tokLParen
	tokRParen
	tokColon
	tokStar
	tokCarat
	tokNumber
	tokQuoted
	tokTerm
	tokFuzzy
	tokPrefix
	tokWild
	tokRegexp
	tokRangeStart
	tokRangeTo
	tokRangeEnd
	tokRangeQuoted
	tokRangeGoop
)

// token is sent[pos:end].
type token struct {
	kind     kind
	pos, end int
	image    string
}

// lexMode is the state of the lexer; the engine reads bounds and boosts by rules of their own.
type lexMode int

const (
	modeDefault lexMode = iota
	modeRange
	modeBoost
)

// lex splits what is sent into tokens, the last of which is tokEnd. The error belongs to the place where the tokens end.
func lex(src string) ([]token, error) {
	var tokens []token
	mode, pos := modeDefault, 0
	for {
		pos = skipSpace(src, pos, mode)
		if pos == len(src) && mode != modeBoost {
			return append(tokens, token{tokEnd, pos, pos, ""}), nil
		}
		k, end := nextToken(src, pos, mode)
		if end == pos {
			return append(tokens, token{tokEnd, pos, pos, ""}), lexError(src, pos, mode)
		}
		tokens = append(tokens, token{k, pos, end, src[pos:end]})
		pos = end
		switch k {
		case tokCarat:
			mode = modeBoost
		case tokRangeStart:
			mode = modeRange
		case tokNumber, tokRangeEnd:
			mode = modeDefault
		}
	}
}

// nextToken reads the longest token at pos; it returns its kind and its end, which is pos if there is none.
func nextToken(src string, pos int, mode lexMode) (kind, int) {
	switch mode {
	case modeRange:
		return rangeToken(src, pos)
	case modeBoost:
		return tokNumber, boostEnd(src, pos)
	}
	switch src[pos] {
	case '+', '-', '!':
		return signToken(src, pos)
	case '(':
		return tokLParen, pos + 1
	case ')':
		return tokRParen, pos + 1
	case ':':
		return tokColon, pos + 1
	case '^':
		return tokCarat, pos + 1
	case '[', '{':
		return tokRangeStart, pos + 1
	case '"':
		return tokQuoted, quotedEnd(src, pos)
	case '/':
		return tokRegexp, delimitedEnd(src, pos)
	case '~':
		return tokFuzzy, termEnd(src, pos+1, false)
	}
	return wordToken(src, pos)
}

func signToken(src string, pos int) (kind, int) {
	if r, size := utf8.DecodeRuneInString(src[pos+1:]); size > 0 && isSpace(r) {
		return tokBareOper, pos + 1 + size
	}
	return map[byte]kind{'+': tokPlus, '-': tokMinus, '!': tokNot}[src[pos]], pos + 1
}

// wordToken reads an operator in letters, a term, a prefix or a wildcard pattern.
func wordToken(src string, pos int) (kind, int) {
	end := termEnd(src, pos, true)
	wild := end
	for wild < len(src) && (src[wild] == '*' || src[wild] == '?') {
		wild = termEnd(src, wild+1, false)
	}
	image := src[pos:wild]
	switch {
	case image == "*":
		return tokStar, wild
	case wild == end+1 && end > pos && src[end] == '*':
		return tokPrefix, wild
	case wild > end:
		return tokWild, wild
	case image == "AND" || image == "&&":
		return tokAnd, end
	case image == "OR" || image == "||":
		return tokOr, end
	case image == "NOT":
		return tokNot, end
	}
	return tokTerm, end
}

// termEnd returns the end of the characters of a term at pos. Those after the first may also be - and +.
func termEnd(src string, pos int, first bool) int {
	for pos < len(src) {
		r, size := utf8.DecodeRuneInString(src[pos:])
		switch {
		case r == '\\' && pos+1 < len(src):
			_, n := utf8.DecodeRuneInString(src[pos+1:])
			size = 1 + n
		case r == '-' || r == '+':
			if first {
				return pos
			}
		case isSpace(r), strings.ContainsRune(`!():^[]"{}~*?\/`, r):
			return pos
		}
		pos += size
		first = false
	}
	return pos
}

// quotedEnd returns the end of the phrase that begins at pos, or pos if it is not closed.
func quotedEnd(src string, pos int) int {
	for i := pos + 1; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return pos
}

// delimitedEnd returns the end of a regular expression or a quoted bound, whose delimiter is src[pos], or pos. Here a
// backslash is a character like any other, except that the delimiter behind it need not be the end; the longest match
// counts.
func delimitedEnd(src string, pos int) int {
	end := pos
	for i := pos + 1; i < len(src); i++ {
		if src[i] != src[pos] {
			continue
		}
		end = i + 1
		if src[i-1] != '\\' {
			break
		}
	}
	return end
}

// rangeToken reads what may stand between the brackets of a range.
func rangeToken(src string, pos int) (kind, int) {
	if src[pos] == ']' || src[pos] == '}' {
		return tokRangeEnd, pos + 1
	}
	end := len(src)
	if i := strings.IndexAny(src[pos:], " ]}"); i >= 0 {
		end = pos + i
	}
	if src[pos] == '"' && !strings.HasPrefix(src[pos:], `""`) {
		if quoted := delimitedEnd(src, pos); quoted >= end {
			return tokRangeQuoted, quoted
		}
	}
	if src[pos:end] == "TO" {
		return tokRangeTo, end
	}
	return tokRangeGoop, end
}

// boostEnd returns the end of the number at pos, or pos if there is none.
func boostEnd(src string, pos int) int {
	whole := digitsEnd(src, pos)
	if whole == pos || whole == len(src) || src[whole] != '.' {
		return whole
	}
	if end := digitsEnd(src, whole+1); end > whole+1 {
		return end
	}
	return whole
}

func digitsEnd(src string, pos int) int {
	return len(src) - len(strings.TrimLeft(src[pos:], "0123456789"))
}

// skipSpace returns the first place from pos on where a token can begin.
func skipSpace(src string, pos int, mode lexMode) int {
	switch mode {
	case modeBoost:
		return pos
	case modeRange:
		return skipRangeSpace(src, pos)
	}
	return len(src) - len(strings.TrimLeftFunc(src[pos:], isSpace))
}

// skipRangeSpace is skipSpace between the brackets of a range, where white space other than U+0020 belongs to the bound
// behind it: that is the longer match.
func skipRangeSpace(src string, pos int) int {
	for pos < len(src) {
		r, size := utf8.DecodeRuneInString(src[pos:])
		next := pos + size
		if !isSpace(r) || r != ' ' && next < len(src) && !strings.ContainsRune(" ]}", rune(src[next])) {
			return pos
		}
		pos = next
	}
	return pos
}

// isSpace reports what the engine takes for white space.
func isSpace(r rune) bool {
	return r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '\u3000'
}

// lexError says why no token begins at pos.
func lexError(src string, pos int, mode lexMode) error {
	if mode == modeBoost {
		return &Error{Pos: pos, Msg: "a number must follow ^"}
	}
	switch src[pos] {
	case '"':
		return &Error{Pos: pos, Msg: "a quotation mark is not closed"}
	case '/':
		return &Error{Pos: pos, Msg: "a slash begins a regular expression, and no second one ends it"}
	case '\\':
		return &Error{Pos: pos, Msg: "there is nothing behind the backslash"}
	}
	_, size := utf8.DecodeRuneInString(src[pos:])
	return &Error{Pos: pos, Msg: `"` + src[pos:pos+size] + `" is out of place`}
}

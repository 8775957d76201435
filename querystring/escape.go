package querystring

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

var (
	errHexDigits = errors.New(`\u must be followed by four hexadecimal digits`)
	errDangling  = errors.New("there is nothing behind the backslash")
)

// unescape resolves \uXXXX and \x, by the rules of the engine.
func unescape(s string) (string, error) {
	if !strings.Contains(s, `\`) {
		return s, nil
	}
	var b strings.Builder
	for len(s) > 0 {
		if s[0] != '\\' {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		if s = s[1:]; s == "" {
			return "", errDangling
		}
		if s[0] != 'u' {
			_, size := utf8.DecodeRuneInString(s)
			b.WriteString(s[:size])
			s = s[size:]
			continue
		}
		r, size, err := unescapeRune(s)
		if err != nil {
			return "", err
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return b.String(), nil
}

// unescapeRune reads uXXXX, or uXXXX\uXXXX where the two are the halves of one character.
func unescapeRune(s string) (r rune, size int, err error) {
	unit, err := hexUnit(s)
	if err != nil || !utf16.IsSurrogate(unit) {
		return unit, 5, err
	}
	if len(s) > 6 && s[5] == '\\' && s[6] == 'u' {
		low, err := hexUnit(s[6:])
		if err != nil {
			return 0, 0, err
		}
		if pair := utf16.DecodeRune(unit, low); pair != utf8.RuneError {
			return pair, 11, nil
		}
	}
	return utf8.RuneError, 5, nil
}

// hexUnit reads the four digits behind a u.
func hexUnit(s string) (rune, error) {
	if len(s) < 5 {
		return 0, errHexDigits
	}
	unit, err := strconv.ParseUint(s[1:5], 16, 16)
	if err != nil {
		return 0, errHexDigits
	}
	return rune(unit), nil
}

// reservedWords mean something to a grammar where they stand alone.
var reservedWords = []string{"AND", "OR", "NOT", "TO", "&&", "||"}

// escapeTerm spells value so that both grammars read it as one plain term.
func escapeTerm(value string) string {
	if slices.Contains(reservedWords, value) {
		return `\` + value
	}
	return escape(value, true, func(r rune) string { return fmt.Sprintf(`\u%04x`, r) })
}

// escapePattern spells a literal part of a wildcard pattern, which may be its first; \u is no escape there.
func escapePattern(literal string, first bool) string {
	return escape(literal, first, func(r rune) string { return `\` + string(r) })
}

// escape puts a backslash before what means something to either grammar, where some characters do at the start of a
// term alone. White space goes through space.
func escape(value string, first bool, space func(rune) string) string {
	var b strings.Builder
	for i := 0; i < len(value); {
		r, size := utf8.DecodeRuneInString(value[i:])
		switch {
		case r == ' ':
			b.WriteString(`\ `)
		case isGateSpace(r) || isSpace(r):
			b.WriteString(space(r))
		case strings.ContainsRune(`!(){}[]:^"~\/*?`, r), first && i == 0 && strings.ContainsRune(`+-'<>`, r):
			b.WriteString(`\` + string(r))
		default:
			b.WriteString(value[i : i+size])
		}
		i += size
	}
	return b.String()
}

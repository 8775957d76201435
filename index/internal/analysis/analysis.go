// Package analysis makes the tokens that Zenodo's search engine would make of
// a text, so that a query finds offline what it finds online.
//
// Zenodo's mapping has two analysers for text. [Standard] breaks words by
// Unicode's rules (UAX #29) and lower-cases them. [Accent] first deletes all
// ASCII punctuation and all symbols, so that COVID-19 is one token, then does
// the same and folds what is left to ASCII where it can. Neither knows stop
// words or stems.
package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// maxTokenLength is the engine's: a longer word is cut into pieces of it.
const maxTokenLength = 255

// Standard calls emit for each token of s in order. The bytes are good until
// emit returns.
func Standard(s string, emit func(token []byte)) {
	if isPlain(s) {
		plainWords(s, unicode.ToLower, emit)
		return
	}
	eachWord(s, func(word string) { emitPieces(lower(word), emit) })
}

// Accent calls emit for each token of s in order. The bytes are good until
// emit returns.
func Accent(s string, emit func(token []byte)) {
	if isASCII(s) {
		accentASCII(s, emit)
		return
	}
	fold := func(token []byte) { emitPieces(appendFolded(nil, token), emit) }
	if s = dropPunctuation(s); isPlain(s) {
		plainWords(s, unicode.ToLower, fold)
		return
	}
	eachWord(s, func(word string) { fold(lower(word)) })
}

// NormalizeStandard is what the engine does to a piece of text that is not
// broken into words: prefixes, wildcards, bounds of a range.
func NormalizeStandard(s string) string { return string(lower(s)) }

// NormalizeAccent is the same with [Accent]'s deletions and folding.
func NormalizeAccent(s string) string {
	return string(appendFolded(nil, lower(dropPunctuation(s))))
}

// Tokens collects what an analyser emits.
func Tokens(analyse func(string, func([]byte)), s string) []string {
	var tokens []string
	analyse(s, func(token []byte) { tokens = append(tokens, string(token)) })
	return tokens
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func emitPieces(token []byte, emit func([]byte)) {
	for utf8.RuneCount(token) > maxTokenLength {
		cut := 0
		for range maxTokenLength {
			_, n := utf8.DecodeRune(token[cut:])
			cut += n
		}
		emit(token[:cut])
		token = token[cut:]
	}
	emit(token)
}

func lower(s string) []byte {
	out := make([]byte, 0, len(s))
	for _, r := range s {
		out = utf8.AppendRune(out, unicode.ToLower(r))
	}
	return out
}

func dropPunctuation(s string) string {
	return strings.Map(func(r rune) rune {
		if isASCIIPunct(r) || unicode.Is(unicode.S, r) {
			return -1
		}
		return r
	}, s)
}

func isASCIIPunct(r rune) bool {
	return r > ' ' && r < 0x7f && !isASCIIWord(byte(r))
}

func isASCIIWord(c byte) bool { return isLetter(c) || isDigit(c) }
func isLetter(c byte) bool    { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool     { return c >= '0' && c <= '9' }

// accentASCII is Accent for ASCII: with punctuation gone, words are the runs
// of letters and digits between blanks.
func accentASCII(s string, emit func([]byte)) {
	var buf [64]byte
	token := buf[:0]
	for i := range len(s) {
		c := s[i]
		switch {
		case isASCIIWord(c):
			token = append(token, lowerASCII(c))
		case c <= ' ' || c == 0x7f:
			if len(token) > 0 {
				emitPieces(token, emit)
				token = token[:0]
			}
		}
	}
	if len(token) > 0 {
		emitPieces(token, emit)
	}
}

func lowerASCII(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 0x20
	}
	return c
}

// eachWord calls emit for each word of s by UAX #29, as the engine applies
// it: it keeps what holds a letter, a digit or a pictograph, and takes a run
// of a script that writes without blanks as one word.
func eachWord(s string, emit func(word string)) {
	state, run := -1, ""
	flush := func() {
		if run != "" {
			emit(run)
			run = ""
		}
	}
	for s != "" {
		var word string
		word, s, state = uniseg.FirstWordInString(s, state)
		r, _ := utf8.DecodeRuneInString(word)
		if unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			run += word
			continue
		}
		flush()
		if isWord(word) {
			emit(word)
		}
	}
	flush()
}

func isWord(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.Is(unicode.Nd, r) || unicode.Is(unicode.Nl, r) || unicode.Is(wordSymbols, r) {
			return true
		}
	}
	return isFlag(s)
}

// isFlag reports whether s begins with a flag, which is two regional indicators.
func isFlag(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Regional_Indicator, r) && len(s) > n
}

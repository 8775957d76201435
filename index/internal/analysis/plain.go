package analysis

import (
	"unicode"
	"unicode/utf8"
)

// class is what a character is to the breaking of words, in texts where this
// is simple.
type class byte

const (
	other     class = iota // ends a word: blanks, dashes, quotes
	letter                 // Latin, Greek and Cyrillic
	digit                  // 0 to 9
	connector              // _, which holds to anything but is no word alone
	midBoth                // . ' and its kin: between letters or between digits
	midLetter              // : and ·
	midDigit               // , and ;
	special                // for which only the whole of UAX #29 will do
)

var asciiClasses = func() (classes [utf8.RuneSelf]class) {
	for c := range classes {
		switch {
		case isLetter(byte(c)):
			classes[c] = letter
		case isDigit(byte(c)):
			classes[c] = digit
		}
	}
	classes['_'] = connector
	classes['.'], classes['\''] = midBoth, midBoth
	classes[':'] = midLetter
	classes[','], classes[';'] = midDigit, midDigit
	return classes
}()

func classOf(r rune) class {
	switch {
	case r < utf8.RuneSelf:
		return asciiClasses[r]
	case r == '·':
		return midLetter
	case r == '\u2018', r == '\u2019': // curly single quotes
		return midBoth
	case r == '\u00a0', r == '\u2013', r == '\u2014', r == '\u201c', r == '\u201d', r == '«', r == '»', r == '…', r == '°', r == '±', r == '×', r == '€', r == '£', r == '§', r == '•':
		return other
	case r >= 'À' && r <= 'ʯ' && r != '×' && r != '÷', // Latin
		r >= 'Ḁ' && r <= 'ỿ',
		r >= 'Ѐ' && r <= 'ҁ' || r >= 'Ҋ' && r <= 'ӿ', // Cyrillic
		r >= 'Α' && r <= 'ώ' && unicode.IsLetter(r):  // Greek
		return letter
	}
	return special
}

// isPlain reports whether [plainWords] can break a text.
func isPlain(s string) bool {
	for _, r := range s {
		if classOf(r) == special {
			return false
		}
	}
	return true
}

// plainWords is [eachWord] for plain texts, where UAX #29 comes down to this:
// letters, digits and underscores hold together; so do letters around one of
// . ' : and digits around one of . ' , ;.
func plainWords(s string, lower func(rune) rune, emit func([]byte)) {
	var buf [64]byte
	token, hasWord := buf[:0], false
	end := func() {
		if hasWord {
			emitPieces(token, emit)
		}
		token, hasWord = token[:0], false
	}
	before := other
	for i, r := range s {
		c := classOf(r)
		switch c {
		case letter, digit:
			hasWord = true
		case connector:
		default:
			if !holds(before, c, after(s, i, r)) {
				end()
				before = other
				continue
			}
		}
		token = utf8.AppendRune(token, lower(r))
		before = c
	}
	end()
}

// after is the class of the character behind the one at i.
func after(s string, i int, r rune) class {
	if i += utf8.RuneLen(r); i >= len(s) {
		return other
	}
	next, _ := utf8.DecodeRuneInString(s[i:])
	return classOf(next)
}

// holds reports whether a character between two others keeps them in one word.
func holds(before, c, after class) bool {
	switch c {
	case midBoth:
		return before == after && (before == letter || before == digit)
	case midLetter:
		return before == letter && after == letter
	case midDigit:
		return before == digit && after == digit
	}
	return false
}

package export

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// titleMarkup are the elements of HTML by which titles set names of species,
// formulas and such apart, with nothing but text in them. Whatever else looks
// like HTML is taken for text.
var titleMarkup = regexp.MustCompile(`(?i)<i>([^<>]+)</i>|<em>([^<>]+)</em>|<b>([^<>]+)</b>|<strong>([^<>]+)</strong>|<sub>([^<>]+)</sub>|<sup>([^<>]+)</sup>`)

// titleCommands are those of LaTeX for titleMarkup, in its order.
var titleCommands = []string{"textit", "textit", "textbf", "textbf", "textsubscript", "textsuperscript"}

// titleWords are parted by spaces, except by those within markup.
var titleWords = regexp.MustCompile(`(?:` + titleMarkup.String() + `|[^ ])+`)

// appendTitle protects the words that a style must not write in small letters:
// those with a capital, except for the first letter of the title, and those
// that are marked up.
func appendTitle(dst []byte, s string) []byte {
	words := strings.Split(s, " ")
	marked := titleMarkup.MatchString(s)
	if marked {
		words = titleWords.FindAllString(s, -1)
	}
	for i, word := range words {
		if i > 0 {
			dst = append(dst, ' ')
		}
		switch {
		case marked && titleMarkup.MatchString(word):
			dst = appendMarkedUp(dst, word)
		case hasInnerCapital(word, i == 0):
			dst = appendBraced(dst, word)
		default:
			dst = appendLaTeX(dst, word)
		}
	}
	return dst
}

// hasInnerCapital reports whether a word has a capital, without the first letter
// of a title.
func hasInnerCapital(word string, first bool) bool {
	if first {
		_, size := utf8.DecodeRuneInString(word)
		word = word[size:]
	}
	return strings.ContainsFunc(word, unicode.IsUpper)
}

// appendMarkedUp puts a word in braces, with commands for its markup.
func appendMarkedUp(dst []byte, word string) []byte {
	dst = append(dst, '{')
	start, done := len(dst), 0
	for _, at := range titleMarkup.FindAllStringSubmatchIndex(word, -1) {
		dst = appendLaTeX(dst, word[done:at[0]])
		done = at[1]
		for i, command := range titleCommands {
			if from, to := at[2*i+2], at[2*i+3]; from >= 0 {
				dst = append(append(append(dst, '\\'), command...), '{')
				dst = append(appendLaTeX(dst, word[from:to]), '}')
			}
		}
	}
	return closeBraced(appendLaTeX(dst, word[done:]), start)
}

// appendBraced puts a word in braces.
func appendBraced(dst []byte, s string) []byte {
	dst = append(dst, '{')
	return closeBraced(appendLaTeX(dst, s), len(dst))
}

// closeBraced ends what stands in a brace from start on. Where that begins with
// a command, which BibTeX takes for an accented letter, there are two.
func closeBraced(dst []byte, start int) []byte {
	if dst[start] == '\\' {
		dst = append(insertAt(dst, start, '{'), '}')
	}
	return append(dst, '}')
}

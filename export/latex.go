package export

import (
	"strings"
	"unicode/utf8"

	"github.com/zharvest/zharvest/internal/htmltext"
	"github.com/zharvest/zharvest/internal/vocab"
	"github.com/zharvest/zharvest/zenodo"
)

// latexEscapes are what LaTeX takes for more than a letter, by byte. Braces
// are words, for where they are not balanced: BibTeX counts them also behind a
// backslash.
var latexEscapes = func() (e [utf8.RuneSelf]string) {
	for c, escape := range map[byte]string{
		'\\': `\textbackslash{}`, '{': `\textbraceleft{}`, '}': `\textbraceright{}`, '^': `\textasciicircum{}`, '~': `\textasciitilde{}`,
		'$': `\$`, '&': `\&`, '#': `\#`, '%': `\%`, '_': `\_`, '<': `\textless{}`, '>': `\textgreater{}`,
	} {
		e[c] = escape
	}
	return e
}()

// appendLaTeX appends text that LaTeX prints as it is: specials are escaped,
// and everything beyond ASCII stays in UTF-8, as engines read it today. Braces
// in it are balanced.
func appendLaTeX(dst []byte, s string) []byte {
	balanced := hasBalancedBraces(s)
	for i := range len(s) {
		c := s[i]
		if balanced && (c == '{' || c == '}') {
			dst = append(dst, '\\', c)
			continue
		}
		if c < utf8.RuneSelf && latexEscapes[c] != "" {
			dst = append(dst, latexEscapes[c]...)
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

func hasBalancedBraces(s string) bool {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth < 0 {
			return false
		}
	}
	return depth == 0
}

// appendProtected puts text in braces where it has one of the characters or
// words that part values.
func appendProtected(dst []byte, s string, separators ...string) []byte {
	for _, separator := range separators {
		if strings.Contains(strings.ToLower(s), separator) {
			return appendBraced(dst, s)
		}
	}
	return appendLaTeX(dst, s)
}

// appendBibName appends a name in one of BibTeX's forms: {Organisation}, or
// Family, Given or Family, Suffix, Given, in which small words in front of a
// family name are its particle.
func appendBibName(dst []byte, n *name) []byte {
	if n.literal != "" {
		return appendBraced(dst, n.literal)
	}
	dst = appendNamePart(dst, n.family)
	if n.suffix != "" {
		dst = appendNamePart(append(dst, ", "...), n.suffix)
	}
	return appendNamePart(append(dst, ", "...), n.given)
}

// appendNamePart protects what would part it from the rest, or from the next
// name, and commands, by which readers do not see where a particle ends.
func appendNamePart(dst []byte, s string) []byte {
	padded := " " + strings.ToLower(s) + " "
	escaped := string(appendLaTeX(nil, s))
	if strings.Contains(s, ",") || strings.Contains(padded, " and ") || escaped != s {
		return appendBraced(dst, s)
	}
	return append(dst, s...)
}

// bibDOI is a DOI for a field that is taken as it is, in which a brace would
// end it.
func bibDOI(doi zenodo.DOI) string {
	s := htmltext.OneLine(string(doi))
	if strings.ContainsAny(s, `{}\ `) {
		return percentEncoded(s, "-._~/:;()<>#%")
	}
	return s
}

// babelName is the name by which LaTeX hyphenates a language, empty where it has
// none.
func babelName(code string) string {
	language, _ := vocab.Languages().Find(code)
	return language.Babel
}

// languageTag is the shortest code of a language, empty for what is none.
func languageTag(code string) string {
	language, _ := vocab.Languages().Find(code)
	return language.Tag()
}

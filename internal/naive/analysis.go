package naive

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// analyse makes the tokens of a text. No word reaches across a blank, and the
// same words come again and again.
func (f *field) analyse(s string) (tokens []string) {
	analyse := analyseText
	if f.kind == accent {
		analyse = analyseAccent
	}
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == '\n' }) {
		tokens = append(tokens, analyse(part)...)
	}
	return tokens
}

var (
	analyseText = remembered(func(s string) (tokens []string) {
		for _, word := range words(s) {
			tokens = append(tokens, strings.Map(unicode.ToLower, word))
		}
		return tokens
	})
	analyseAccent = remembered(func(s string) (tokens []string) {
		for _, word := range words(withoutPunctuation(s)) {
			tokens = append(tokens, fold(strings.Map(unicode.ToLower, word)))
		}
		return tokens
	})
)

// normalize does to a piece of a pattern what analysis does to a word.
func (f *field) normalize(s string) string {
	switch f.kind {
	case text:
		return strings.Map(unicode.ToLower, s)
	case accent:
		return fold(strings.Map(unicode.ToLower, withoutPunctuation(s)))
	}
	return s
}

// withoutPunctuation deletes the punctuation of ASCII and all symbols.
func withoutPunctuation(s string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && unicode.In(r, unicode.P) || unicode.In(r, unicode.S) {
			return -1
		}
		return r
	}, s)
}

// longestWord is where the engine cuts words.
const longestWord = 255

// words breaks a text by UAX #29. Of what is between the breaks, words are what
// has a letter, a digit or a pictograph in it. Scripts of South-East Asia, which
// have no breaks between words, are words as far as they go.
func words(s string) (words []string) {
	run := false // whether the last word is of South-East Asia
	for state := -1; s != ""; {
		var word string
		word, s, state = uniseg.FirstWordInString(s, state)
		if isLong := strings.ContainsFunc(word, isSouthEastAsian); run && isLong {
			words[len(words)-1] += word
			continue
		} else if run = isLong; !strings.ContainsFunc(word, isOfWords) && !isFlag(word) {
			continue
		}
		for letters := []rune(word); len(letters) > longestWord; letters = letters[longestWord:] {
			words = append(words, string(letters[:longestWord]))
			word = string(letters[longestWord:])
		}
		words = append(words, word)
	}
	return words
}

func isSouthEastAsian(r rune) bool {
	return unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

func isOfWords(r rune) bool {
	return unicode.In(r, unicode.L, unicode.Nd, unicode.Nl, pictographs)
}

// isFlag reports whether a word is the flag of a country.
func isFlag(word string) bool {
	r, n := utf8.DecodeRuneInString(word)
	return unicode.Is(unicode.Regional_Indicator, r) && len(word) > n
}

// pictographs are the usual ones of Unicode's property Extended_Pictographic.
var pictographs = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x00a9, 0x00ae, 5},
		{0x203c, 0x2049, 13},
		{0x2122, 0x2122, 1},
		{0x2139, 0x2139, 1},
		{0x2194, 0x2199, 1},
		{0x21a9, 0x21aa, 1},
		{0x231a, 0x231b, 1},
		{0x23e9, 0x23f3, 1},
		{0x23f8, 0x23fa, 1},
		{0x24c2, 0x24c2, 1},
		{0x25aa, 0x25ab, 1},
		{0x25b6, 0x25c0, 10},
		{0x25fb, 0x25fe, 1},
		{0x2600, 0x2605, 1},
		{0x2607, 0x2612, 1},
		{0x2614, 0x2685, 1},
		{0x2690, 0x2705, 1},
		{0x2708, 0x2712, 1},
		{0x2714, 0x2716, 2},
		{0x2728, 0x2728, 1},
		{0x274c, 0x274e, 2},
		{0x2753, 0x2755, 1},
		{0x2757, 0x2757, 1},
		{0x2763, 0x2767, 1},
		{0x2795, 0x2797, 1},
		{0x27a1, 0x27a1, 1},
		{0x2b05, 0x2b07, 1},
		{0x2b50, 0x2b55, 5},
	},
	R32:         []unicode.Range32{{0x1f300, 0x1f53d, 1}, {0x1f546, 0x1f64f, 1}, {0x1f680, 0x1f6ff, 1}, {0x1f90c, 0x1f9ff, 1}},
	LatinOffset: 1,
}

// folded is what Unicode does not decompose into ASCII, and the engine folds.
var folded = map[rune]string{
	'ß': "ss", 'ẞ': "SS", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'ø': "o", 'Ø': "O", 'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D",
	'ð': "d", 'Ð': "D", 'þ': "th", 'Þ': "TH", 'ħ': "h", 'Ħ': "H", 'ı': "i", 'ŋ': "n", 'Ŋ': "N", 'ŧ': "t", 'Ŧ': "T", 'ƒ': "f", 'ə': "a",
	'’': "'", '‘': "'", '‚': "'", '‛': "'", '′': "'", '‵': "'", '‹': "'", '›': "'", '«': `"`, '»': `"`, '“': `"`, '”': `"`, '„': `"`, '″': `"`,
	'‐': "-", '‑': "-", '‒': "-", '–': "-", '—': "-", '⁅': "[", '⁆': "]", '⁎': "*", '⁏': ";", '⁓': "~", '⁒': "%", '‼': "!!", '⁇': "??", '⁈': "?!", '⁉': "!?",
}

// fold replaces characters by what the engine's filter asciifolding makes of
// them. It knows Latin alone, with what is written small, in circles or wide.
func fold(s string) string {
	var b strings.Builder
	for _, r := range s {
		if ascii, ok := folded[r]; ok {
			b.WriteString(ascii)
		} else if ascii, ok := decomposed(r); ok {
			b.WriteString(ascii)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// latin are the blocks that the filter knows.
var latin = &unicode.RangeTable{R16: []unicode.Range16{
	{0x00b2, 0x024f, 1}, {0x1e00, 0x1eff, 1}, {0x2070, 0x209c, 1}, {0x2460, 0x24ff, 1}, {0xfb00, 0xfb06, 1}, {0xff01, 0xff5e, 1},
}}

func decomposed(r rune) (ascii string, ok bool) {
	if !unicode.Is(latin, r) {
		return "", false
	}
	ascii = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(string(r)))
	return ascii, !strings.ContainsFunc(ascii, func(r rune) bool { return r >= utf8.RuneSelf })
}

package analysis

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// appendFolded appends token with its letters folded to ASCII where the
// engine's folding filter knows an equivalent: what decomposes into ASCII and
// marks, and the letters below. Marks that stand by themselves stay.
func appendFolded(dst, token []byte) []byte {
	for len(token) > 0 {
		r, n := utf8.DecodeRune(token)
		dst = appendFoldedRune(dst, r, token[:n])
		token = token[n:]
	}
	return dst
}

func appendFoldedRune(dst []byte, r rune, raw []byte) []byte {
	if r < utf8.RuneSelf {
		return append(dst, raw...)
	}
	if s, ok := foldings[r]; ok {
		return append(dst, s...)
	}
	if !unicode.In(r, unicode.Latin, unicode.Common) {
		return append(dst, raw...)
	}
	start := len(dst)
	for _, d := range string(norm.NFKD.Bytes(raw)) {
		switch s, ok := foldings[d]; {
		case d > ' ' && d < utf8.RuneSelf:
			dst = append(dst, byte(d))
		case ok:
			dst = append(dst, s...)
		case !unicode.Is(unicode.Mn, d):
			return append(dst[:start], raw...)
		}
	}
	if len(dst) == start {
		return append(dst, raw...)
	}
	return dst
}

// foldings are the lower-case letters, and the punctuation that words may
// hold, which do not decompose but have an equivalent in ASCII.
var foldings = map[rune]string{
	'ß': "ss", 'æ': "ae", 'ǣ': "ae", 'ǽ': "ae", 'œ': "oe", 'ø': "o", 'ǿ': "o", 'ł': "l", 'đ': "d", 'ð': "d",
	'þ': "th", 'ħ': "h", 'ı': "i", 'ĸ': "q", 'ŋ': "n", 'ŧ': "t", 'ƀ': "b", 'ɓ': "b", 'ƃ': "b", 'ƈ': "c",
	'ɗ': "d", 'ƌ': "d", 'ɖ': "d", 'ə': "a", 'ɛ': "e", 'ǝ': "e", 'ƒ': "f", 'ɠ': "g", 'ǥ': "g", 'ɨ': "i",
	'ɩ': "i", 'ƙ': "k", 'ƚ': "l", 'ɯ': "m", 'ɲ': "n", 'ƞ': "n", 'ɔ': "o", 'ɵ': "o", 'ƥ': "p", 'ʀ': "r",
	'ƭ': "t", 'ʈ': "t", 'ƫ': "t", 'ʊ': "u", 'ʉ': "u", 'ʋ': "v", 'ƴ': "y", 'ƶ': "z", 'ʒ': "z", 'ǯ': "z",
	'ƿ': "w", 'ȝ': "z", 'ȷ': "j", 'ɉ': "j", 'ɍ': "r", 'ɏ': "y", 'ⱥ': "a", 'ɇ': "e", 'ȼ': "c", 'ⱦ': "t",
	'’': "'", '‘': "'", '‛': "'", '′': "'", '“': "\"", '”': "\"", '–': "-", '—': "-", '‐': "-", '‑': "-",
}

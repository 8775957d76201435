package analysis

import "unicode/utf8"

// folded is what each character is folded to, where that is another.
var folded = func() map[rune]string {
	to := map[rune]string{}
	for ascii, characters := range foldings {
		for _, r := range characters {
			to[r] = ascii
		}
	}
	return to
}()

// appendFolded appends token with its characters folded to ASCII where the
// engine's folding filter knows an equivalent.
func appendFolded(dst, token []byte) []byte {
	for len(token) > 0 {
		r, n := utf8.DecodeRune(token)
		if s, ok := folded[r]; ok && r >= utf8.RuneSelf {
			dst = append(dst, s...)
		} else {
			dst = append(dst, token[:n]...)
		}
		token = token[n:]
	}
	return dst
}

package zenodo

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// quoted reads a string and returns what is between the quotes, as it is
// written, and whether anything in it is escaped.
func (d *decoder) quoted() (inner []byte, escaped bool) {
	from := d.at + 1
	for at := from; ; escaped = true {
		at += plainLength(d.data[at:])
		if at < len(d.data) && d.data[at] == '"' {
			d.at = at + 1
			return d.data[from:at], escaped
		}
		length := escapeLength(d.data[at:])
		if length == 0 {
			d.at = at
			d.fail("a string is broken")
			return nil, false
		}
		at += length
	}
}

const (
	eachByte = 0x01_01_01_01_01_01_01_01
	highBits = eachByte << 7
)

// plainLength is the number of bytes before the first quote, backslash or
// control character. It looks at eight bytes at a time: a byte is less than n
// if subtracting n sets its high bit and it had none before, and equal to n if
// it is less than one after it was crossed out with n. The borrow of such a
// byte may show in those behind it, but not in those before.
func plainLength(b []byte) int {
	n := 0
	for ; n+8 <= len(b); n += 8 {
		w := binary.LittleEndian.Uint64(b[n:])
		quote, backslash := w^eachByte*'"', w^eachByte*'\\'
		found := (w-eachByte*' ')&^w | (quote-eachByte)&^quote | (backslash-eachByte)&^backslash
		if found &= highBits; found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
	for n < len(b) && b[n] >= ' ' && b[n] != '"' && b[n] != '\\' {
		n++
	}
	return n
}

// escapeLength is the length of the escape that b begins with, or 0.
func escapeLength(b []byte) int {
	if len(b) < 2 || b[0] != '\\' {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hexRune(b); ok {
			return 6
		}
	}
	return 0
}

// hexRune is the rune of \uXXXX.
func hexRune(b []byte) (r rune, ok bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// stringOf makes a string of what [decoder.quoted] returned. Like
// encoding/json it puts U+FFFD for bytes that are no UTF-8 and for halves of
// surrogate pairs.
func stringOf(inner []byte, escaped bool) string {
	if !escaped && utf8.Valid(inner) {
		return string(inner)
	}
	return string(unescape(inner))
}

func unescape(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		n := bytes.IndexByte(b, '\\')
		if n < 0 {
			n = len(b)
		}
		out, b = appendValid(out, b[:n]), b[n:]
		if len(b) > 0 {
			out, b = appendUnescaped(out, b)
		}
	}
	return out
}

func appendValid(dst, b []byte) []byte {
	if utf8.Valid(b) {
		return append(dst, b...)
	}
	for _, r := range string(b) {
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// appendUnescaped appends what the escape stands for that b begins with, and
// returns what follows it.
func appendUnescaped(dst, b []byte) (longer, rest []byte) {
	switch c := b[1]; c {
	case 'b':
		return append(dst, '\b'), b[2:]
	case 'f':
		return append(dst, '\f'), b[2:]
	case 'n':
		return append(dst, '\n'), b[2:]
	case 'r':
		return append(dst, '\r'), b[2:]
	case 't':
		return append(dst, '\t'), b[2:]
	case 'u':
		r, length := unescapedRune(b)
		return utf8.AppendRune(dst, r), b[length:]
	default:
		return append(dst, c), b[2:]
	}
}

// unescapedRune is the rune of \uXXXX, or of two of them that make a pair.
func unescapedRune(b []byte) (r rune, length int) {
	high, _ := hexRune(b)
	if !utf16.IsSurrogate(high) {
		return high, 6
	}
	low, _ := hexRune(b[6:])
	if r := utf16.DecodeRune(high, low); r != unicode.ReplacementChar {
		return r, 12
	}
	return unicode.ReplacementChar, 6
}

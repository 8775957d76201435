package xmltext

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// entities are those that XML has by itself.
var entities = map[string]byte{"lt": '<', "gt": '>', "amp": '&', "apos": '\'', "quot": '"'}

// isEscaped reports whether every ampersand begins a reference.
func isEscaped(b []byte) bool {
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return true
		}
		b = b[i:]
		_, length, ok := Reference(b)
		if !ok {
			return false
		}
		b = b[length:]
	}
}

// maxReference is the longest reference that is recognised.
const maxReference = 32

// Reference reads the reference that b begins with. Its length is 0 where it
// is none; ok is false, too, where it is one to a character that XML forbids.
func Reference(b []byte) (c rune, length int, ok bool) {
	end := bytes.IndexByte(b[:min(len(b), maxReference)], ';')
	if end < 2 {
		return 0, 0, false
	}
	name := b[1:end]
	if name[0] != '#' {
		c, ok := entities[string(name)]
		if !ok {
			return 0, 0, false
		}
		return rune(c), end + 1, true
	}
	digits, base := string(name[1:]), 10
	if len(digits) > 0 && digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil {
		return 0, 0, false
	}
	c = rune(min(n, utf8.MaxRune+1))
	return c, end + 1, IsRune(c)
}

// IsRune is the production Char of XML 1.0.
func IsRune(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 && r <= utf8.MaxRune
}

// unescape appends what an escaped text means. Line ends are newlines.
func unescape(dst, b []byte) []byte {
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return append(dst, withLineEnds(b)...)
		}
		dst = append(dst, withLineEnds(b[:i])...)
		c, length, _ := Reference(b[i:])
		dst = utf8.AppendRune(dst, c)
		b = b[i+max(length, 1):]
	}
}

// withLineEnds makes newlines of all line ends.
func withLineEnds(b []byte) []byte {
	if bytes.IndexByte(b, '\r') < 0 {
		return b
	}
	return bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
}

// AppendEscaped appends a text as the content of an element. The characters
// that XML forbids are dropped, and a carriage return is a reference, since
// parsers take a bare one for a line end.
func AppendEscaped(dst []byte, s string) []byte { return appendEscaped(dst, s, escapes) }

// AppendEscapedAttribute appends a text as the value of an attribute in double
// quotes, likewise.
func AppendEscapedAttribute(dst []byte, s string) []byte {
	return appendEscaped(dst, s, attributeEscapes)
}

var (
	escapes          = map[rune]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#13;"}
	attributeEscapes = map[rune]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '\r': "&#13;", '"': "&quot;", '\n': "&#10;", '\t': "&#9;"}
)

func appendEscaped(dst []byte, s string, escapes map[rune]string) []byte {
	for _, r := range s {
		if r > '>' && IsRune(r) {
			dst = utf8.AppendRune(dst, r)
		} else if escape, ok := escapes[r]; ok {
			dst = append(dst, escape...)
		} else if IsRune(r) {
			dst = append(dst, byte(r))
		}
	}
	return dst
}

package zenodo

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// xmlEntities are those that XML has by itself.
var xmlEntities = map[string]byte{"lt": '<', "gt": '>', "amp": '&', "apos": '\'', "quot": '"'}

// isEscapedXML reports whether every ampersand begins a reference.
func isEscapedXML(b []byte) bool {
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return true
		}
		b = b[i:]
		_, length := xmlReference(b)
		if length == 0 {
			return false
		}
		b = b[length:]
	}
}

// maxXMLReference is the longest reference that is recognised.
const maxXMLReference = 32

// xmlReference reads the reference that b begins with. Its length is 0 where it is
// none to a character of XML.
func xmlReference(b []byte) (c rune, length int) {
	end := bytes.IndexByte(b[:min(len(b), maxXMLReference)], ';')
	if end < 2 {
		return 0, 0
	}
	name := b[1:end]
	if name[0] != '#' {
		c, ok := xmlEntities[string(name)]
		if !ok {
			return 0, 0
		}
		return rune(c), end + 1
	}
	digits, base := string(name[1:]), 10
	if len(digits) > 0 && digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !isXMLRune(n) {
		return 0, 0
	}
	return rune(n), end + 1
}

// isXMLRune is the production Char of XML 1.0.
func isXMLRune(n uint64) bool {
	return n == '\t' || n == '\n' || n == '\r' || n >= 0x20 && n <= 0xd7ff || n >= 0xe000 && n <= 0xfffd || n >= 0x10000 && n <= utf8.MaxRune
}

// unescapeXML appends what an escaped text means. Line ends are newlines.
func unescapeXML(dst, b []byte) []byte {
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return append(dst, withLineEnds(b)...)
		}
		dst = append(dst, withLineEnds(b[:i])...)
		c, length := xmlReference(b[i:])
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

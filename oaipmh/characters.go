package oaipmh

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxReference is the longest character reference that is recognised; leading
// zeros could make it endless.
const maxReference = 32

// characters sees to it that only characters come through that XML allows:
// others end the reading or, if lenient, are left out. The decoder does not
// look into comments, and takes a reference to half a surrogate pair.
type characters struct {
	lenient  bool
	stripped int    // places that were changed
	valid    int    // bytes to come that belong to an allowed character
	pending  []byte // bytes to give before the next of the body
	until    string // what ends the section that is being read, in which & means nothing
}

// next gives the next byte that is allowed.
func (c *characters) next(in *input) (byte, error) {
	for {
		if len(c.pending) > 0 {
			b := c.pending[0]
			c.pending = c.pending[1:]
			return b, nil
		}
		b, err := in.raw()
		if err != nil {
			return 0, err
		}
		if c.valid > 0 {
			c.valid--
			return b, nil
		}
		if ok, err := c.check(in, b); ok || err != nil {
			return b, err
		}
	}
}

// check reports whether b, the first byte of a character, may be given.
func (c *characters) check(in *input, b byte) (bool, error) {
	switch {
	case b >= utf8.RuneSelf:
		return c.checkRune(in, b)
	case !isAllowed(rune(b)):
		return false, c.forbid(0, in, "U+%04X", b)
	case c.until != "":
		if b == c.until[0] && string(in.peek(len(c.until)-1)) == c.until[1:] {
			c.until = ""
		}
	case b == '<':
		c.until = sectionEnd(in)
	case b == '&':
		return c.checkReference(in)
	}
	return true, nil
}

func (c *characters) checkRune(in *input, first byte) (bool, error) {
	buf := [utf8.UTFMax]byte{first}
	n := 1 + copy(buf[1:], in.peek(utf8.UTFMax-1))
	r, size := utf8.DecodeRune(buf[:n])
	switch {
	case !utf8.FullRune(buf[:n]): // the body ends here, which is the error
		return true, nil
	case r == utf8.RuneError && size == 1:
		if c.lenient {
			c.pending = []byte(string(utf8.RuneError))
		}
		return false, c.forbid(0, in, "byte 0x%02X is not UTF-8", first)
	case !isAllowed(r):
		return false, c.forbid(size-1, in, "U+%04X", r)
	}
	c.valid = size - 1
	return true, nil
}

// checkReference looks at what follows an ampersand. What is no reference to a
// character is left to the decoder.
func (c *characters) checkReference(in *input) (bool, error) {
	ahead := in.peek(maxReference)
	end := bytes.IndexByte(ahead, ';')
	if end < 2 || ahead[0] != '#' {
		return true, nil
	}
	digits, base := string(ahead[1:end]), 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || isAllowed(rune(min(n, utf8.MaxRune+1))) {
		return true, nil
	}
	return false, c.forbid(end+1, in, "&%s", ahead[:end+1])
}

// forbid refuses a character or, if lenient, drops what follows of it.
func (c *characters) forbid(rest int, in *input, format string, arg any) error {
	if !c.lenient {
		return fmt.Errorf("%w: "+format, ErrInvalidCharacter, arg)
	}
	c.stripped++
	return in.discard(rest)
}

// sectionEnd gives the end of the section that begins here, if one does.
func sectionEnd(in *input) string {
	ahead := in.peek(len("![CDATA["))
	switch {
	case string(ahead) == "![CDATA[":
		return "]]>"
	case bytes.HasPrefix(ahead, []byte("!--")):
		return "-->"
	case bytes.HasPrefix(ahead, []byte("?")):
		return "?>"
	}
	return ""
}

// isAllowed is the production Char of XML 1.0.
func isAllowed(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= utf8.MaxRune
}

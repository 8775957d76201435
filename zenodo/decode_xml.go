package zenodo

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

// maxDepth is how deep elements may nest.
const maxDepth = 10000

// xmlDecoder walks over an XML document once, from front to back, as decoder
// does over JSON. Elements are recognised by their names without a prefix. Every byte
// is checked, also of what nobody asks for. The first error stays; after it
// nothing is read any more, and all that is asked for is empty.
//
// It takes the place of encoding/xml, which took ten times as long. What it
// accepts is well-formed, but it accepts less: only UTF-8, no document types,
// so that there are no entities to expand, and names of ASCII characters.
type xmlDecoder struct {
	data    []byte
	at      int      // where the next byte is
	open    [][]byte // names of the elements that are open, with their prefixes
	attrs   []xmlAttribute
	closed  bool // the element that was begun last has ended with its tag
	started bool // there was a root
	err     error
}

// xmlAttribute is an attribute as it is written.
type xmlAttribute struct{ name, value []byte }

func (d *xmlDecoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%s at byte %d", what, d.at)
		if d.at >= len(d.data) {
			d.err = errors.New("cut short")
		}
	}
	d.data, d.at, d.open, d.closed = nil, 0, d.open[:0], false
}

// root reads up to and through the first tag, and returns the element's name.
// It is "" for what is no XML.
func (d *xmlDecoder) root() string {
	d.data = bytes.TrimPrefix(d.data, []byte("\ufeff"))
	if !isXMLText(d.data) {
		d.fail("characters that XML does not have")
		return ""
	}
	name, ok := d.next(nil)
	if !ok {
		d.fail("an element is missing")
	}
	return name
}

// end returns the first error, or that something follows the root.
func (d *xmlDecoder) end() error {
	for len(d.open) > 0 {
		d.skip()
	}
	if _, more := d.next(nil); more {
		d.fail("something follows the element")
	}
	return d.err
}

// children iterates over the elements in the one that was begun last. The loop
// may read the element; if it does not, it is skipped.
func (d *xmlDecoder) children(yield func(name string) bool) {
	depth, wanted := len(d.open), true
	for {
		name, ok := d.next(nil)
		if !ok {
			return
		}
		wanted = wanted && yield(name)
		for len(d.open) > depth {
			d.skip()
		}
	}
}

// skip reads the element that was begun last to its end.
func (d *xmlDecoder) skip() {
	for depth := len(d.open); len(d.open) >= depth && depth > 0; {
		d.next(nil)
	}
}

// text reads the element that was begun last to its end, and returns the text
// in it, without that in other elements and without space around it.
func (d *xmlDecoder) text() string {
	var text []byte
	for depth := len(d.open); ; {
		_, begun := d.next(&text)
		if !begun {
			return string(bytes.TrimSpace(text))
		}
		for len(d.open) > depth {
			d.skip()
		}
	}
}

// attribute is one of those of the element that was begun last, without space
// around it. It is lost with the next element.
func (d *xmlDecoder) attribute(name string) string {
	for _, a := range d.attrs {
		if string(a.name) == name {
			return string(bytes.TrimSpace(unescapeXML(nil, a.value)))
		}
	}
	return ""
}

// next goes on to the next tag. It returns the name of an element that begins,
// or false at the end of the one that is open. Text on the way is appended to
// text, unless that is nil.
func (d *xmlDecoder) next(text *[]byte) (name string, begun bool) {
	if d.closed {
		d.closed = false
		d.open = d.open[:len(d.open)-1]
		return "", false
	}
	for d.at < len(d.data) {
		d.characters(text)
		rest := d.data[d.at:]
		switch {
		case len(rest) == 0:
		case bytes.HasPrefix(rest, []byte("<!--")):
			d.comment()
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			d.section(text)
		case bytes.HasPrefix(rest, []byte("<?")):
			d.instruction()
		case bytes.HasPrefix(rest, []byte("</")):
			d.endTag()
			return "", false
		default:
			return d.startTag()
		}
	}
	if len(d.open) > 0 {
		d.fail("an end tag is missing")
	}
	return "", false
}

// characters reads text up to the next tag.
func (d *xmlDecoder) characters(text *[]byte) {
	length := bytes.IndexByte(d.data[d.at:], '<')
	if length < 0 {
		length = len(d.data) - d.at
	}
	if length == 0 {
		return
	}
	run := d.data[d.at : d.at+length]
	switch {
	case len(d.open) == 0 && len(bytes.TrimLeft(run, " \t\r\n")) > 0:
		d.fail("text outside of the element")
		return
	case bytes.Contains(run, []byte("]]>")) || !isEscapedXML(run):
		d.fail("text that is not escaped")
		return
	}
	d.at += length
	if text != nil {
		*text = unescapeXML(*text, run)
	}
}

// section reads characters that need no escape.
func (d *xmlDecoder) section(text *[]byte) {
	inner, ok := d.between("<![CDATA[", "]]>")
	switch {
	case !ok || len(d.open) == 0:
		d.fail("a section is broken")
	case text != nil:
		*text = append(*text, withLineEnds(inner)...)
	}
}

func (d *xmlDecoder) comment() {
	if inner, ok := d.between("<!--", "-->"); !ok || bytes.Contains(inner, []byte("--")) || bytes.HasSuffix(inner, []byte("-")) {
		d.fail("a comment is broken")
	}
}

// instruction reads what is for programs, among it the declaration of XML,
// which may name UTF-8 alone.
func (d *xmlDecoder) instruction() {
	from := d.at
	inner, ok := d.between("<?", "?>")
	name := nameLength(inner)
	isDeclaration := ok && string(inner[:name]) == "xml"
	switch {
	case !ok || name == 0 || len(inner) > name && !isXMLSpace(inner[name]):
		d.fail("an instruction is broken")
	case isDeclaration && (from > 0 || !isPlainDeclaration(inner)):
		d.fail("XML of another kind")
	}
}

// isPlainDeclaration accepts version 1.0 in UTF-8.
func isPlainDeclaration(inner []byte) bool {
	words := bytes.Fields(bytes.ReplaceAll(inner, []byte("'"), []byte(`"`)))
	if len(words) < 2 || string(words[1]) != `version="1.0"` {
		return false
	}
	for _, word := range words[2:] {
		switch string(bytes.ToLower(word)) {
		case `encoding="utf-8"`, `standalone="yes"`, `standalone="no"`:
		default:
			return false
		}
	}
	return true
}

// between reads what stands between two marks, the first of which is here.
func (d *xmlDecoder) between(start, end string) (inner []byte, ok bool) {
	rest := d.data[d.at+len(start):]
	length := bytes.Index(rest, []byte(end))
	if length < 0 {
		return nil, false
	}
	d.at += len(start) + length + len(end)
	return rest[:length], true
}

func (d *xmlDecoder) endTag() {
	rest := d.data[d.at+len("</"):]
	length := nameLength(rest)
	after := len(rest) - len(bytes.TrimLeft(rest[length:], " \t\r\n"))
	last := len(d.open) - 1
	if last < 0 || !bytes.Equal(rest[:length], d.open[last]) || after >= len(rest) || rest[after] != '>' {
		d.fail("an end tag is wrong")
		return
	}
	d.at += len("</") + after + 1
	d.open = d.open[:last]
}

func (d *xmlDecoder) startTag() (name string, begun bool) {
	d.at++
	length := nameLength(d.data[d.at:])
	full := d.data[d.at : d.at+length]
	if length == 0 || len(d.open) == 0 && d.started || len(d.open) >= maxDepth {
		d.fail("a tag is wrong")
		return "", false
	}
	d.started = true
	d.at += length
	d.attrs = d.attrs[:0]
	for d.another() {
	}
	if d.err != nil {
		return "", false
	}
	d.open = append(d.open, full)
	return string(full[bytes.IndexByte(full, ':')+1:]), true
}

// another reads one more attribute, or the end of the tag.
func (d *xmlDecoder) another() bool {
	trimmed := bytes.TrimLeft(d.data[d.at:], " \t\r\n")
	spaced := len(trimmed) < len(d.data)-d.at
	d.at = len(d.data) - len(trimmed)
	switch {
	case bytes.HasPrefix(trimmed, []byte(">")):
		d.at++
		return false
	case bytes.HasPrefix(trimmed, []byte("/>")):
		d.at += len("/>")
		d.closed = true
		return false
	}
	length := nameLength(trimmed)
	if length == 0 || !spaced {
		d.fail("a tag is wrong")
		return false
	}
	name := trimmed[:length]
	d.at += length
	value, ok := d.quotedValue()
	if !ok {
		d.fail("an attribute is wrong")
		return false
	}
	d.attrs = append(d.attrs, xmlAttribute{name, value})
	return true
}

// quotedValue reads an equals sign and a value in quotes.
func (d *xmlDecoder) quotedValue() (value []byte, ok bool) {
	rest := bytes.TrimLeft(d.data[d.at:], " \t\r\n")
	if !bytes.HasPrefix(rest, []byte("=")) {
		return nil, false
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
		return nil, false
	}
	length := bytes.IndexByte(rest[1:], rest[0])
	if length < 0 {
		return nil, false
	}
	value = rest[1 : 1+length]
	d.at = len(d.data) - len(rest) + length + 2
	return value, bytes.IndexByte(value, '<') < 0 && isEscapedXML(value)
}

// nameLength is the length of the name that b begins with: of ASCII letters,
// digits and three signs, with at most one prefix.
func nameLength(b []byte) int {
	n, colon := 0, -1
	for n < len(b) {
		c := b[n]
		isLetter := c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'
		switch {
		case isLetter:
		case n > 0 && (c >= '0' && c <= '9' || c == '-' || c == '.') && colon != n-1:
		case c == ':' && n > 0 && colon < 0:
			colon = n
		default:
			if colon == n-1 && n > 0 {
				return 0
			}
			return n
		}
		n++
	}
	return n
}

func isXMLSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// isXMLText reports whether b is UTF-8 of nothing but the characters of XML.
func isXMLText(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for i, c := range b {
		switch {
		case c < ' ' && !isXMLSpace(c):
			return false
		case c == 0xef && i+2 < len(b) && b[i+1] == 0xbf && b[i+2] >= 0xbe: // U+FFFE, U+FFFF
			return false
		}
	}
	return true
}

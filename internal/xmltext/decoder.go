// Package xmltext reads XML that is in memory, and escapes texts for it.
package xmltext

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// maxDepth is how deep elements may nest.
	maxDepth = 1000
	// maxAttributes is how many an element may have.
	maxAttributes = 1000
)

var (
	// ErrCut is what is wrong with a document that ends in the middle.
	ErrCut = errors.New("cut short")
	// ErrDepth is what is wrong with elements that are nested too deeply.
	ErrDepth = fmt.Errorf("elements are nested more than %d deep", maxDepth)
	// ErrCharset is what is wrong with a document that is not in UTF-8.
	ErrCharset = errors.New("only UTF-8 is read")
)

// Decoder walks over an XML document once, from front to back. Elements are
// recognised by their names without a prefix. Every byte up to the end of the
// root is checked, also of what nobody asks for. The first error stays; after
// it nothing is read any more, and all that is asked for is empty.
//
// It takes the place of encoding/xml, which takes five times as long. What it
// accepts is well-formed where the text passes [IsText], but it accepts less:
// only UTF-8, no entities but those of XML, and names of ASCII characters.
type Decoder struct {
	data    []byte
	at      int      // where the next byte is
	tag     int      // where the last tag began
	open    [][]byte // names of the elements that are open, with their prefixes
	attrs   []attribute
	closed  bool // the element that was begun last has ended with its tag
	started bool // there was a root
	err     error
}

// attribute is an attribute as it is written.
type attribute struct{ name, value []byte }

// NewDecoder decodes a document, which may begin with a byte order mark.
func NewDecoder(data []byte) *Decoder {
	d := &Decoder{data: data}
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		d.at = len("\ufeff")
	}
	return d
}

// Err is the first error.
func (d *Decoder) Err() error { return d.err }

// Offset is the place behind what was read, or of the error.
func (d *Decoder) Offset() int { return d.at }

// TagOffset is where the last tag began.
func (d *Decoder) TagOffset() int { return d.tag }

// Fail stops the reading with an error, unless there is one.
func (d *Decoder) Fail(err error) {
	if d.err == nil {
		d.err = err
	}
	d.data, d.open, d.closed = d.data[:d.at], d.open[:0], false
}

// fail stops the reading where something is wrong, or missing at the end.
func (d *Decoder) fail(what string) {
	err := errors.New(what)
	if bytes.IndexByte(d.data[d.at:], '>') < 0 { // the tag has no end
		d.at = len(d.data)
		err = ErrCut
	}
	d.Fail(err)
}

// Root reads up to and through the first tag, and returns the element's name.
// It is "" for what is no XML.
func (d *Decoder) Root() string {
	name, ok := d.next(nil)
	if !ok {
		d.fail("an element is missing")
	}
	return name
}

// End reads to the end of the document, and returns the first error with its
// place, or that something follows the root.
func (d *Decoder) End() error {
	for len(d.open) > 0 {
		d.Skip()
	}
	if _, more := d.next(nil); more {
		d.fail("something follows the element")
	}
	if d.err == nil || errors.Is(d.err, ErrCut) {
		return d.err
	}
	return fmt.Errorf("%w at byte %d", d.err, d.at)
}

// Children iterates over the elements in the one that was begun last. The loop
// may read the element; if it does not, it is skipped.
func (d *Decoder) Children(yield func(name string) bool) {
	depth, wanted := len(d.open), true
	for {
		name, ok := d.next(nil)
		if !ok {
			return
		}
		wanted = wanted && yield(name)
		for len(d.open) > depth {
			d.Skip()
		}
	}
}

// Skip reads the element that was begun last to its end.
func (d *Decoder) Skip() {
	for depth := len(d.open); len(d.open) >= depth && depth > 0; {
		d.next(nil)
	}
}

// Text reads the element that was begun last to its end, and returns the text
// in it, without that in other elements and without space around it.
func (d *Decoder) Text() string {
	var text []byte
	for depth := len(d.open); ; {
		_, begun := d.next(&text)
		if !begun {
			return string(bytes.TrimSpace(text))
		}
		for len(d.open) > depth {
			d.Skip()
		}
	}
}

// Attribute is one of those of the element that was begun last, without space
// around it. It is lost with the next element.
func (d *Decoder) Attribute(name string) string {
	for _, a := range d.attrs {
		if string(a.name) == name {
			return string(bytes.TrimSpace(unescape(nil, a.value)))
		}
	}
	return ""
}

// Attributes iterates over those of the element that was begun last, by their
// names with prefixes.
func (d *Decoder) Attributes(yield func(name, value string) bool) {
	for _, a := range d.attrs {
		if !yield(string(a.name), string(unescape(nil, a.value))) {
			return
		}
	}
}

// next goes on to the next tag. It returns the name of an element that begins,
// or false at the end of the one that is open. Text on the way is appended to
// text, unless that is nil.
func (d *Decoder) next(text *[]byte) (name string, begun bool) {
	if d.closed {
		d.closed = false
		d.tag = d.at
		d.open = d.open[:len(d.open)-1]
		return "", false
	}
	for d.at < len(d.data) {
		d.characters(text)
		rest := d.data[d.at:]
		d.tag = d.at
		switch {
		case len(rest) == 0:
		case bytes.HasPrefix(rest, []byte("<!--")):
			d.comment()
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			d.section(text)
		case bytes.HasPrefix(rest, []byte("<?")):
			d.instruction()
		case bytes.HasPrefix(rest, []byte("<!DOCTYPE")) && !d.started:
			d.documentType()
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
func (d *Decoder) characters(text *[]byte) {
	length := bytes.IndexByte(d.data[d.at:], '<')
	switch {
	case length == 0:
		return
	case length < 0 && len(d.open) > 0:
		d.at = len(d.data)
		d.fail("an end tag is missing")
		return
	case length < 0:
		length = len(d.data) - d.at
	}
	run := d.data[d.at : d.at+length]
	switch {
	case len(d.open) == 0 && len(bytes.TrimLeft(run, " \t\r\n")) > 0:
		d.fail("text outside of the element")
		return
	case bytes.Contains(run, []byte("]]>")):
		d.fail("text that is not escaped")
		return
	case !isEscaped(run):
		d.fail("an ampersand or an entity that XML does not have")
		return
	}
	d.at += length
	if text != nil {
		*text = unescape(*text, run)
	}
}

// section reads characters that need no escape.
func (d *Decoder) section(text *[]byte) {
	inner, ok := d.between("<![CDATA[", "]]>")
	switch {
	case !ok || len(d.open) == 0:
		d.fail("a section is broken")
	case text != nil:
		*text = append(*text, withLineEnds(inner)...)
	}
}

func (d *Decoder) comment() {
	if inner, ok := d.between("<!--", "-->"); !ok || bytes.Contains(inner, []byte("--")) || bytes.HasSuffix(inner, []byte("-")) {
		d.fail("a comment is broken")
	}
}

// documentType reads over a declaration, whose entities are not known.
func (d *Decoder) documentType() {
	depth, quote := 0, byte(0)
	for i, c := range d.data[d.at:] {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '<':
			depth++
		case c == '>':
			depth--
		}
		if depth == 0 {
			d.at += i + 1
			return
		}
	}
	d.at = len(d.data)
	d.fail("a declaration is broken")
}

// instruction reads what is for programs, among it the declaration of XML.
func (d *Decoder) instruction() {
	inner, ok := d.between("<?", "?>")
	name := nameLength(inner)
	switch {
	case !ok || name == 0 || len(inner) > name && !isSpace(inner[name]):
		d.fail("an instruction is broken")
	case string(inner[:name]) != "xml":
	case d.started:
		d.fail("a declaration inside of the element")
	default:
		d.declaration(inner)
	}
}

// declaration accepts version 1.0 in UTF-8, and so in ASCII.
func (d *Decoder) declaration(inner []byte) {
	spaced := strings.Join(strings.Fields(strings.ReplaceAll(string(inner), "=", " = ")), " ")
	words := strings.Fields(strings.NewReplacer(" = ", "=", "'", `"`).Replace(spaced))
	if len(words) < 2 || words[1] != `version="1.0"` {
		d.Fail(errors.New("XML of another version"))
		return
	}
	for _, word := range words[2:] {
		switch strings.ToLower(word) {
		case `encoding="utf-8"`, `encoding="utf8"`, `encoding="us-ascii"`, `encoding="ascii"`, `standalone="yes"`, `standalone="no"`:
		default:
			d.Fail(fmt.Errorf("%w: it is in %s", ErrCharset, strings.TrimPrefix(word, "encoding=")))
		}
	}
}

// between reads what stands between two marks; the first is here.
func (d *Decoder) between(start, end string) (inner []byte, ok bool) {
	rest := d.data[d.at+len(start):]
	length := bytes.Index(rest, []byte(end))
	if length < 0 {
		d.at = len(d.data)
		return nil, false
	}
	d.at += len(start) + length + len(end)
	return rest[:length], true
}

func (d *Decoder) endTag() {
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

func (d *Decoder) startTag() (name string, begun bool) {
	d.at++
	length := nameLength(d.data[d.at:])
	full := d.data[d.at : d.at+length]
	if length == 0 || len(d.open) == 0 && d.started {
		d.fail("a tag is wrong")
		return "", false
	}
	if len(d.open) >= maxDepth {
		d.Fail(ErrDepth)
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
func (d *Decoder) another() bool {
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
	if len(d.attrs) >= maxAttributes {
		d.fail("an element has too many attributes")
		return false
	}
	d.attrs = append(d.attrs, attribute{name, value})
	return true
}

// quotedValue reads an equals sign and a value in quotes.
func (d *Decoder) quotedValue() (value []byte, ok bool) {
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
		d.at = len(d.data)
		return nil, false
	}
	value = rest[1 : 1+length]
	d.at = len(d.data) - len(rest) + length + 2
	return value, bytes.IndexByte(value, '<') < 0 && isEscaped(value)
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

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// IsText reports whether b is UTF-8 of nothing but the characters of XML. It
// is asked before a [Decoder] has the text.
func IsText(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for i, c := range b {
		switch {
		case c < ' ' && !isSpace(c):
			return false
		case c == 0xef && i+2 < len(b) && b[i+1] == 0xbf && b[i+2] >= 0xbe: // U+FFFE, U+FFFF
			return false
		}
	}
	return true
}

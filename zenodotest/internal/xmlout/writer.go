// Package xmlout writes XML.
package xmlout

import "github.com/zharvest/zharvest/internal/xmltext"

// Writer writes XML with an element a line. Names of elements and attributes
// are taken as they are; what is in them is escaped. The zero value is empty.
type Writer struct {
	b     []byte
	depth int
}

// Bytes is what was written. It is good until more is.
func (w *Writer) Bytes() []byte { return w.b }

// Raw writes a line of XML as it is.
func (w *Writer) Raw(text []byte) {
	w.line()
	w.b = append(w.b, text...)
}

// Open begins an element that holds others; attributes come in pairs of name
// and value, and those without a value are left out.
func (w *Writer) Open(name string, attributes ...string) {
	w.start(name, attributes)
	w.depth++
}

// Close ends the element that was opened last.
func (w *Writer) Close(name string) {
	w.depth--
	w.line()
	w.end(name)
}

// Leaf writes an element that holds a text.
func (w *Writer) Leaf(name, text string, attributes ...string) {
	w.start(name, attributes)
	w.b = xmltext.AppendEscaped(w.b, text)
	w.end(name)
}

// Some writes a leaf where there is a text.
func (w *Writer) Some(name, text string, attributes ...string) {
	if text != "" {
		w.Leaf(name, text, attributes...)
	}
}

func (w *Writer) start(name string, attributes []string) {
	w.line()
	w.b = append(append(w.b, '<'), name...)
	for i := 0; i+1 < len(attributes); i += 2 {
		if attributes[i+1] == "" {
			continue
		}
		w.b = append(append(append(w.b, ' '), attributes[i]...), `="`...)
		w.b = xmltext.AppendEscapedAttribute(w.b, attributes[i+1])
		w.b = append(w.b, '"')
	}
	w.b = append(w.b, '>')
}

func (w *Writer) end(name string) {
	w.b = append(append(append(w.b, "</"...), name...), '>')
}

func (w *Writer) line() {
	if len(w.b) > 0 {
		w.b = append(w.b, '\n')
	}
	for range w.depth {
		w.b = append(w.b, "  "...)
	}
}

// Section writes a list of elements where it has any.
func Section[T any](w *Writer, name string, items []T, write func(T)) {
	if len(items) == 0 {
		return
	}
	w.Open(name)
	for _, item := range items {
		write(item)
	}
	w.Close(name)
}

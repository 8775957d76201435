package datacite

import "unicode/utf8"

// writer writes XML with an element a line. Names of elements and attributes
// are ours; what is in them is not.
type writer struct {
	b     []byte
	depth int
}

// open begins an element that holds others; attributes come in pairs of name
// and value, and those without a value are left out.
func (w *writer) open(name string, attributes ...string) {
	w.start(name, attributes)
	w.depth++
}

// close ends the element that was opened last.
func (w *writer) close(name string) {
	w.depth--
	w.line()
	w.end(name)
}

// leaf writes an element that holds a text.
func (w *writer) leaf(name, text string, attributes ...string) {
	w.start(name, attributes)
	w.escape(text, false)
	w.end(name)
}

// some writes a leaf where there is a text.
func (w *writer) some(name, text string, attributes ...string) {
	if text != "" {
		w.leaf(name, text, attributes...)
	}
}

func (w *writer) start(name string, attributes []string) {
	w.line()
	w.b = append(append(w.b, '<'), name...)
	for i := 0; i+1 < len(attributes); i += 2 {
		if attributes[i+1] == "" {
			continue
		}
		w.b = append(append(append(w.b, ' '), attributes[i]...), `="`...)
		w.escape(attributes[i+1], true)
		w.b = append(w.b, '"')
	}
	w.b = append(w.b, '>')
}

func (w *writer) end(name string) {
	w.b = append(append(append(w.b, "</"...), name...), '>')
}

func (w *writer) line() {
	if len(w.b) > 0 {
		w.b = append(w.b, '\n')
	}
	for range w.depth {
		w.b = append(w.b, "  "...)
	}
}

// escape writes a text. The characters that XML forbids are dropped, and a
// carriage return is a reference, since parsers take a bare one for a line end.
func (w *writer) escape(s string, attribute bool) {
	for _, r := range s {
		switch {
		case r == '&':
			w.b = append(w.b, "&amp;"...)
		case r == '<':
			w.b = append(w.b, "&lt;"...)
		case r == '>':
			w.b = append(w.b, "&gt;"...)
		case r == '\r':
			w.b = append(w.b, "&#13;"...)
		case attribute && r == '"':
			w.b = append(w.b, "&quot;"...)
		case attribute && (r == '\n' || r == '\t'):
			w.b = append(w.b, "&#"+map[rune]string{'\n': "10", '\t': "9"}[r]+";"...)
		case r < ' ' && r != '\n' && r != '\t', r == 0xFFFE, r == 0xFFFF:
		default:
			w.b = utf8.AppendRune(w.b, r)
		}
	}
}

// section writes a list of elements where it has any.
func section[T any](w *writer, name string, items []T, write func(T)) {
	if len(items) == 0 {
		return
	}
	w.open(name)
	for _, item := range items {
		write(item)
	}
	w.close(name)
}

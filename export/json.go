package export

import (
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"unicode/utf8"

	"github.com/zharvest/zharvest/zenodo"
)

// writeJSON writes one array with an object for each record, a line each.
func writeJSON(w io.Writer, records iter.Seq2[*zenodo.Record, error], o Options) error {
	l := layout{open: "[\n", between: ",\n", end: "\n]\n", none: "[]\n", row: newObject(o.fields()).append}
	if o.Raw {
		l.row = appendRaw
	}
	return l.write(w, records)
}

// object writes records as JSON objects.
type object struct {
	fields []Field
	keys   []string // each with the punctuation around it
}

func newObject(fields []Field) *object {
	o := &object{fields: fields, keys: make([]string, len(fields))}
	before := byte('{')
	for i := range fields {
		o.keys[i] = string(append(appendJSONString([]byte{before}, fields[i].Name), ':'))
		before = ','
	}
	return o
}

func (o *object) append(dst []byte, r *zenodo.Record) ([]byte, error) {
	for i := range o.fields {
		dst = append(dst, o.keys[i]...)
		dst = o.fields[i].AppendJSON(dst, r)
	}
	return append(dst, '}'), nil
}

// appendJSON appends a value that encoding/json knows, on one line and without
// escapes for HTML.
func appendJSON(dst []byte, value any) ([]byte, error) {
	b := bytes.NewBuffer(dst)
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// appendJSONString appends s as a JSON string. It escapes only what must be,
// so that text stays readable; the bytes of broken UTF-8 become U+FFFD, each
// one of them as encoding/json has it.
func appendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	done := 0 // s[:done] is written
	for i := 0; i < len(s); {
		size, replacement := 1, ""
		if b := s[i]; b < utf8.RuneSelf {
			replacement = escapes[b]
		} else if size = runeSize(s[i:]); size == 0 {
			size, replacement = 1, string(utf8.RuneError)
		}
		if replacement != "" {
			dst = append(dst, s[done:i]...)
			dst = append(dst, replacement...)
			done = i + size
		}
		i += size
	}
	dst = append(dst, s[done:]...)
	return append(dst, '"')
}

// runeSize is the number of bytes of the first rune of s, 0 where it is broken.
func runeSize(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 {
		return 0
	}
	return size
}

// escapes holds what JSON does not allow in a string, by byte.
var escapes = func() (e [utf8.RuneSelf]string) {
	const hex = "0123456789abcdef"
	for b := range byte(' ') {
		e[b] = `\u00` + string([]byte{hex[b>>4], hex[b&15]})
	}
	e['\b'], e['\f'], e['\n'], e['\r'], e['\t'] = `\b`, `\f`, `\n`, `\r`, `\t`
	e['"'], e['\\'] = `\"`, `\\`
	return e
}()

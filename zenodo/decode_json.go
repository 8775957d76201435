package zenodo

import (
	"bytes"
	"errors"
	"fmt"
)

// maxDepth is how deep objects and arrays may nest, as in encoding/json.
const maxDepth = 10000

// decoder walks over a JSON document once, from front to back. Every byte is
// checked, also of what nobody asks for, so that what was decoded without an
// error is valid JSON. The first error stays; after it nothing is read any
// more, and all that is asked for is empty.
//
// It takes the place of encoding/json because most of what servers send is
// skipped, and because every field may be of a type that was not expected:
// with an UnmarshalJSON for each, the same bytes were gone through up to five
// times, at a tenth of the speed.
type decoder struct {
	data  []byte
	at    int // where the next byte is
	depth int
	err   error
}

// isJSON reports whether data is one JSON value, and nothing else.
func isJSON(data []byte) bool {
	d := decoder{data: data}
	d.skip()
	return d.end() == nil
}

// end returns the first error, or that something follows the document.
func (d *decoder) end() error {
	if d.peek(); d.at < len(d.data) {
		d.fail("something follows the value")
	}
	return d.err
}

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("%s at byte %d", what, d.at)
		if d.at >= len(d.data) {
			d.err = errors.New("cut short")
		}
	}
	d.data, d.at = nil, 0
}

// peek is the first byte of the next value or the next sign between values; 0
// at the end.
func (d *decoder) peek() byte {
	for d.at < len(d.data) {
		switch c := d.data[d.at]; c {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return c
		}
	}
	return 0
}

// fields iterates over the keys of an object. The loop may read the value of
// a key; if it does not, the value is skipped. What is no object is skipped
// as one without keys.
func (d *decoder) fields(yield func(key []byte) bool) {
	if d.peek() != '{' {
		d.skip()
		return
	}
	wanted := true
	for more := d.enter('}'); more; more = d.another('}') {
		key := d.key()
		value := d.at
		wanted = wanted && yield(key)
		if d.at == value {
			d.skip()
		}
	}
}

// items iterates over an array and counts: the loop may read the item, which
// is skipped otherwise. What is no array is skipped as an empty one.
func (d *decoder) items(yield func(i int) bool) {
	if d.peek() != '[' {
		d.skip()
		return
	}
	i, wanted := 0, true
	for more := d.enter(']'); more; more = d.another(']') {
		item := d.at
		wanted = wanted && yield(i)
		i++
		if d.at == item {
			d.skip()
		}
	}
}

// enter steps into an object or an array, and reports whether it holds
// anything.
func (d *decoder) enter(end byte) bool {
	d.at++
	d.depth++
	if d.depth > maxDepth {
		d.fail("too deep")
		return false
	}
	if d.peek() == end {
		d.leave()
		return false
	}
	return true
}

// another steps over the comma before another member or item, or out of the
// object or array if that was the last.
func (d *decoder) another(end byte) bool {
	switch d.peek() {
	case ',':
		d.at++
		d.peek()
		return true
	case end:
		d.leave()
		return false
	}
	d.fail("a comma is missing")
	return false
}

func (d *decoder) leave() {
	d.at++
	d.depth--
}

// key reads a key and goes to its value.
func (d *decoder) key() []byte {
	if d.peek() != '"' {
		d.fail("a key is missing")
		return nil
	}
	key, escaped := d.quoted()
	if escaped {
		key = unescape(key)
	}
	if d.peek() != ':' {
		d.fail("a colon is missing")
		return nil
	}
	d.at++
	d.peek()
	return key
}

// raw reads any value as it is written.
func (d *decoder) raw() []byte {
	d.peek()
	data, from := d.data, d.at
	d.skip()
	if d.err != nil {
		return nil
	}
	return data[from:d.at]
}

// skip steps over any value.
func (d *decoder) skip() {
	switch c := d.peek(); c {
	case '"':
		d.quoted()
	case '{':
		for more := d.enter('}'); more; more = d.another('}') {
			d.key()
			d.skip()
		}
	case '[':
		for more := d.enter(']'); more; more = d.another(']') {
			d.skip()
		}
	case 't':
		d.literal("true")
	case 'f':
		d.literal("false")
	case 'n':
		d.literal("null")
	default:
		d.numeral()
	}
}

func (d *decoder) literal(word string) {
	if !bytes.HasPrefix(d.data[d.at:], []byte(word)) {
		d.fail("a value is missing")
		return
	}
	d.at += len(word)
}

// numeral steps over a number: -1.5e+3.
func (d *decoder) numeral() {
	if d.next() == '-' {
		d.at++
	}
	if d.next() == '0' {
		d.at++
	} else {
		d.digits()
	}
	if d.next() == '.' {
		d.at++
		d.digits()
	}
	if c := d.next(); c == 'e' || c == 'E' {
		d.at++
		if c := d.next(); c == '+' || c == '-' {
			d.at++
		}
		d.digits()
	}
}

func (d *decoder) digits() {
	from := d.at
	for d.at < len(d.data) && d.data[d.at]-'0' <= 9 {
		d.at++
	}
	if d.at == from {
		d.fail("a value is missing")
	}
}

// next is the next byte, which may be white space; 0 at the end.
func (d *decoder) next() byte {
	if d.at < len(d.data) {
		return d.data[d.at]
	}
	return 0
}

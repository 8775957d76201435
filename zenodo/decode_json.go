package zenodo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// tolerant are the options of what servers are known to get wrong: of a key
// that comes twice, the last counts, and bytes that are no UTF-8 are U+FFFD.
var tolerant = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// decoder walks over a JSON document once, from front to back. Every byte is
// checked, also of what nobody asks for, so that what was decoded without an
// error is valid JSON. The first error stays; after it nothing is read any
// more, and all that is asked for is empty.
//
// It stands on tokens and not on structs because most of what servers send is
// skipped, and because every field may be of a type that was not expected:
// with an UnmarshalJSON for each, the same bytes were gone through up to five
// times.
type decoder struct {
	data   []byte
	tokens *jsontext.Decoder
	err    error
}

var decoders = sync.Pool{New: func() any { return new(jsontext.Decoder) }}

// newDecoder decodes data, which must not change as long as what was read of
// it is used.
func newDecoder(data []byte) *decoder {
	tokens := decoders.Get().(*jsontext.Decoder)
	tokens.Reset(bytes.NewBuffer(data), tolerant...)
	return &decoder{data: data, tokens: tokens}
}

// isJSON reports whether data is one JSON value, and nothing else.
func isJSON(data []byte) bool { return jsontext.Value(data).IsValid(tolerant...) }

// end returns the first error, or that something follows the document. It is
// called last, since the tokens are used again by others.
func (d *decoder) end() error {
	if d.tokens == nil {
		return d.err
	}
	if d.err == nil {
		if _, err := d.tokens.ReadToken(); !errors.Is(err, io.EOF) {
			d.fail("something follows the value")
		}
	}
	decoders.Put(d.tokens)
	d.tokens = nil
	return d.err
}

func (d *decoder) fail(what string) {
	d.check(fmt.Errorf("%s at byte %d", what, d.offset()))
}

// check keeps the first error.
func (d *decoder) check(err error) {
	if err != nil && d.err == nil {
		d.err = explained(err)
	}
}

func explained(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("cut short")
	}
	return err
}

// peek is the kind of the next value, or the end of an object or array; 0
// where there is none.
func (d *decoder) peek() jsontext.Kind {
	if d.err != nil {
		return 0
	}
	return d.tokens.PeekKind()
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
	for d.step(); d.more('}'); {
		key := unquote(d.raw())
		value := d.offset()
		wanted = wanted && yield(key)
		d.pass(value)
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
	for d.step(); d.more(']'); i++ {
		item := d.offset()
		wanted = wanted && yield(i)
		d.pass(item)
	}
}

// pass skips the value behind a place, unless it was read.
func (d *decoder) pass(place int64) {
	if d.offset() == place {
		d.skip()
	}
}

// step steps into an object or an array, or out of it.
func (d *decoder) step() {
	_, err := d.tokens.ReadToken()
	d.check(err)
}

// more reports whether there is another member or item. If not, it steps out of
// the object or array.
func (d *decoder) more(end jsontext.Kind) bool {
	kind := d.peek()
	if d.err == nil && (kind == end || kind == 0) {
		d.step()
		return false
	}
	return d.err == nil
}

// raw reads any value as it is written.
func (d *decoder) raw() []byte {
	if d.err != nil {
		return nil
	}
	value, err := d.tokens.ReadValue()
	d.check(err)
	return value
}

// offset is the place behind what was read.
func (d *decoder) offset() int64 { return d.tokens.InputOffset() }

// object is the part of the document from a place in front of a value to where
// the decoder is, if that is an object with members.
func (d *decoder) object(start int64) []byte {
	if d.err != nil {
		return nil
	}
	value := bytes.TrimLeft(d.data[start:d.offset()], ": \t\r\n")
	if len(value) < 2 || value[0] != '{' || len(bytes.TrimSpace(value[1:len(value)-1])) == 0 {
		return nil
	}
	return value[:len(value):len(value)]
}

// skip steps over any value.
func (d *decoder) skip() { d.raw() }

// unquote is what a string means. Like encoding/json it has U+FFFD for bytes
// that are no UTF-8 and for halves of surrogate pairs.
func unquote(quoted []byte) []byte {
	if len(quoted) < 2 {
		return nil
	}
	if inner := quoted[1 : len(quoted)-1]; bytes.IndexByte(inner, '\\') < 0 && utf8.Valid(inner) {
		return inner
	}
	text, _ := jsontext.AppendUnquote(make([]byte, 0, len(quoted)), quoted) // an error is one of UTF-8, which is replaced
	return text
}

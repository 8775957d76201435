package zenodo

import (
	"bytes"
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
)

// str reads a string; anything else is none.
func (d *decoder) str() string {
	raw := d.raw()
	if len(raw) == 0 || raw[0] != '"' {
		return ""
	}
	return string(unquote(raw))
}

// text reads a string that some servers write as a number, a truth value, or
// an object such as {"en": "…"}.
func (d *decoder) text() string {
	switch d.peek() {
	case '"':
		return string(unquote(d.raw()))
	case '{':
		return d.textOfObject()
	case '[', 'n':
		d.skip()
		return ""
	}
	return string(d.raw())
}

// textKeys are where an object may have its text, the best first. After them
// comes the first text in another language.
var textKeys = []string{"en", "title", "name", "id", "value"}

func (d *decoder) textOfObject() string {
	found, best := "", len(textKeys)+1
	for key := range d.fields {
		rank := slices.Index(textKeys, string(key))
		if rank < 0 && isLanguage(key) && best > len(textKeys) {
			rank = len(textKeys)
		}
		if rank >= 0 && rank <= best && d.peek() == '"' {
			found, best = d.str(), rank
		}
	}
	return found
}

// isLanguage reports whether a key may be that of a text in some language.
func isLanguage(key []byte) bool {
	return len(key) == 2 && key[0] >= 'a' && key[0] <= 'z' && key[1] >= 'a' && key[1] <= 'z'
}

// number reads a whole number that some servers write as a fraction or as a
// string; anything else is 0.
func (d *decoder) number() int64 {
	return parseNumber(string(bytes.Trim(d.raw(), `"`)))
}

// count reads a number that some servers write as a fraction or as a string;
// anything else is nil.
func (d *decoder) count() *int64 {
	n, known := parseWhole(string(bytes.Trim(d.raw(), `"`)))
	if !known {
		return nil
	}
	return &n
}

// degrees reads a number of degrees that some servers write as a string;
// anything else is nil.
func (d *decoder) degrees() *float64 {
	return parseDegrees(string(bytes.Trim(d.raw(), `"`)))
}

func parseDegrees(s string) *float64 {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.Abs(f) > 180 || math.IsNaN(f) {
		return nil
	}
	return &f
}

func parseNumber(s string) int64 {
	n, _ := parseWhole(s)
	return n
}

// parseWhole reads a number without its fraction. known is false where it is
// none, or too large.
func parseWhole(s string) (n int64, known bool) {
	if i, err := json.Number(s).Int64(); err == nil {
		return i, true
	}
	f, err := json.Number(s).Float64()
	if err != nil || f != f || f > 1<<62 || f < -1<<62 {
		return 0, false
	}
	return int64(f), true
}

// truth reads a truth value that some servers write as a string; known says
// whether there was one at all.
func (d *decoder) truth() (value, known bool) {
	switch strings.ToLower(string(bytes.Trim(d.raw(), `"`))) {
	case "true", "1":
		return true, true
	case "false", "0":
		return false, true
	}
	return false, false
}

// truthOrNil reads a truth value; anything else is nil.
func (d *decoder) truthOrNil() *bool {
	value, known := d.truth()
	if !known {
		return nil
	}
	return &value
}

// id reads the id of an object, or the id by itself.
func (d *decoder) id() string {
	if d.peek() != '{' {
		return d.text()
	}
	var id, identifier, user string
	for key := range d.fields {
		switch string(key) {
		case "id":
			id = d.text()
		case "identifier":
			identifier = d.text()
		case "user":
			user = d.text()
		}
	}
	return cmp.Or(id, identifier, user)
}

// values iterates over an array of plain values, or what should have been
// one: a single value stands for itself, null for nothing.
func (d *decoder) values(yield func(i int) bool) {
	switch d.peek() {
	case '[':
		d.items(yield)
	case 'n':
		d.skip()
	default:
		d.alone(yield)
	}
}

// objects iterates over an array of objects, or what should have been one: a
// single object stands for itself, anything else for nothing.
func (d *decoder) objects(yield func(i int) bool) {
	if d.peek() == '{' {
		d.alone(yield)
		return
	}
	d.items(yield)
}

func (d *decoder) alone(yield func(i int) bool) {
	value := d.tokens.InputOffset()
	yield(0)
	d.pass(value)
}

// texts reads an array of texts, without the empty ones.
func (d *decoder) texts() []string { return d.strings((*decoder).text) }

// ids reads an array of ids, without the empty ones.
func (d *decoder) ids() []string { return d.strings((*decoder).id) }

func (d *decoder) strings(read func(*decoder) string) []string {
	var out []string
	for range d.values {
		if s := read(d); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// Package rawjson writes JSON byte for byte as Zenodo does, and changes it where it
// stands.
package rawjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// locate finds the value at a path of keys in JSON, as offsets; in an array
// the first element is meant.
func locate(raw []byte, path ...string) (start, end int, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	open, err := dec.Token()
	if err != nil {
		return 0, 0, false
	}
	for dec.More() {
		if open == json.Delim('{') {
			key, err := dec.Token()
			if err != nil {
				return 0, 0, false
			}
			if len(path) > 0 && key != path[0] {
				if err := dec.Decode(new(json.RawMessage)); err != nil {
					return 0, 0, false
				}
				continue
			}
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return 0, 0, false
		}
		end := int(dec.InputOffset())
		start := end - len(value)
		rest := path
		if open == json.Delim('{') {
			rest = path[1:]
		}
		if len(rest) == 0 {
			return start, end, true
		}
		from, to, ok := locate(value, rest...)
		return start + from, start + to, ok
	}
	return 0, 0, false
}

// Replace returns a copy of raw with another value at a path. Nothing else
// changes, blanks and order included; where there is no such path, nothing at
// all does.
func Replace(raw []byte, value string, path ...string) []byte {
	start, end, ok := locate(raw, path...)
	if !ok {
		return slices.Clone(raw)
	}
	return slices.Concat(raw[:start], []byte(value), raw[end:])
}

// Set is as Replace, but that a member which is missing becomes the last of the
// object that is to have it, where there is that object.
func Set(raw []byte, value string, path ...string) []byte {
	if _, _, ok := locate(raw, path...); ok {
		return Replace(raw, value, path...)
	}
	last := len(path) - 1
	start, end := 0, len(raw)
	if last > 0 {
		var ok bool
		if start, end, ok = locate(raw, path[:last]...); !ok {
			return slices.Clone(raw)
		}
	}
	object := bytes.TrimRight(raw[start:end], " \t\r\n")
	if !bytes.HasPrefix(object, []byte("{")) || !bytes.HasSuffix(object, []byte("}")) {
		return slices.Clone(raw)
	}
	separator := ", "
	if len(bytes.TrimSpace(object[1:len(object)-1])) == 0 {
		separator = ""
	}
	at := start + len(object) - 1
	return slices.Concat(raw[:at], []byte(separator+Quote(path[last])+": "+value), raw[at:])
}

// ReplaceNumber returns a copy of raw with one number in the place of another
// wherever it stands by itself: in identifiers, DOIs and addresses.
func ReplaceNumber(raw []byte, before, after int64) []byte {
	old, replacement := strconv.AppendInt(nil, before, 10), strconv.AppendInt(nil, after, 10)
	var out []byte
	for {
		at := bytes.Index(raw, old)
		if at < 0 {
			return append(out, raw...)
		}
		end := at + len(old)
		out = append(out, raw[:at]...)
		alone := (at == 0 || !isDigit(raw[at-1])) && (end == len(raw) || !isDigit(raw[end]))
		if alone {
			out = append(out, replacement...)
		} else {
			out = append(out, old...)
		}
		raw = raw[end:]
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// Quote is a JSON string with all that is not ASCII escaped, as Zenodo does.
func Quote(s string) string {
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil { // a string always has a JSON form
		return `""`
	}
	return string(appendASCII(nil, bytes.TrimSpace(plain.Bytes())))
}

// QuoteAll is several strings with a separator between them.
func QuoteAll(texts []string, separator string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = Quote(text)
	}
	return strings.Join(quoted, separator)
}

// appendASCII appends JSON with all that is not ASCII escaped.
func appendASCII(dst, json []byte) []byte {
	for _, r := range string(json) {
		switch {
		case r < 0x80:
			dst = append(dst, byte(r))
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			dst = fmt.Appendf(dst, `\u%04x\u%04x`, high, low)
		default:
			dst = fmt.Appendf(dst, `\u%04x`, r)
		}
	}
	return dst
}

// Spaced is JSON with Zenodo's separators and escapes.
func Spaced(v any) []byte {
	var compact bytes.Buffer
	enc := json.NewEncoder(&compact)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil { // only for values that have no JSON, which none of ours is
		return []byte(`{"message": "` + err.Error() + `", "status": 500}`)
	}
	return appendASCII(nil, space(nil, bytes.TrimSpace(compact.Bytes())))
}

// space appends compact JSON with a blank after each comma and colon outside
// strings.
func space(dst, compact []byte) []byte {
	inString, escaped := false, false
	for _, c := range compact {
		dst = append(dst, c)
		switch {
		case escaped:
			escaped = false
		case inString && c == '\\':
			escaped = true
		case c == '"':
			inString = !inString
		case !inString && (c == ',' || c == ':'):
			dst = append(dst, ' ')
		}
	}
	return dst
}

// Indented is JSON on lines of its own, with the keys of objects in order.
func Indented(v any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil { // only for values that have no JSON, which none of ours is
		return []byte(`{"message": "` + err.Error() + `", "status": 500}`)
	}
	return appendASCII(nil, bytes.TrimSpace(out.Bytes()))
}

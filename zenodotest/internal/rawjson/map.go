package rawjson

import (
	"bytes"
	"encoding/json"
)

// Map returns a copy of an object or a list with other values: f gets each value
// with its key, which is empty in a list, and returns what takes its place. All
// else stays as it is, blanks and order included. What is neither an object nor a
// list, and what is no JSON, is returned as it came.
func Map(raw []byte, f func(key string, value []byte) []byte) []byte {
	at := skipBlanks(raw, 0)
	if at == len(raw) || raw[at] != '{' && raw[at] != '[' {
		return raw
	}
	isObject := raw[at] == '{'
	out := make([]byte, 0, len(raw)+len(raw)/8)
	from := 0 // what is before has been copied
	for at++; ; at++ {
		key := ""
		if at = skipBlanks(raw, at); at < len(raw) && raw[at] != '}' && raw[at] != ']' {
			if isObject {
				end := skip(raw, at)
				if json.Unmarshal(raw[at:end], &key) != nil {
					return raw
				}
				if at = skipBlanks(raw, end); at == len(raw) || raw[at] != ':' {
					return raw
				}
				at = skipBlanks(raw, at+1)
			}
			end := skip(raw, at)
			if end == at {
				return raw
			}
			out = append(append(out, raw[from:at]...), f(key, raw[at:end])...)
			from, at = end, skipBlanks(raw, end)
		}
		if at == len(raw) {
			return raw
		}
		if raw[at] != ',' {
			return append(out, raw[from:]...)
		}
	}
}

// skip is where the value that begins at an offset ends.
func skip(raw []byte, at int) int {
	depth := 0
	for at < len(raw) {
		switch c := raw[at]; c {
		case '"':
			at = skipString(raw, at)
		case '{', '[':
			depth++
			at++
		case '}', ']':
			if depth == 0 {
				return at
			}
			depth--
			at++
		default:
			if depth == 0 && (c == ',' || c == ':' || bytes.IndexByte(blanks, c) >= 0) {
				return at
			}
			at++
			continue
		}
		if depth == 0 {
			return at
		}
	}
	return at
}

// skipString is where the string that begins at an offset ends.
func skipString(raw []byte, at int) int {
	for at++; at < len(raw); at++ {
		switch raw[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return len(raw)
}

var blanks = []byte(" \t\r\n")

func skipBlanks(raw []byte, at int) int {
	for at < len(raw) && bytes.IndexByte(blanks, raw[at]) >= 0 {
		at++
	}
	return at
}

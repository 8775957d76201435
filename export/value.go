package export

import (
	"strconv"

	"github.com/zharvest/zharvest/zenodo"
)

// separator stands between the values of a list in a cell.
const separator = "; "

// AppendText appends the field's value for people to read: nothing where there
// is none, several values joined by "; ". Nothing is quoted or escaped.
func (f *Field) AppendText(dst []byte, r *zenodo.Record) []byte {
	switch f.kind {
	case Text, JSON:
		return append(dst, f.text(r)...)
	case Number:
		if n, known := f.number(r); known {
			return strconv.AppendInt(dst, n, 10)
		}
		return dst
	}
	return f.list.appendJoined(dst, r)
}

// appendJoined keeps empty values, so that lists stay in step with each other,
// except where all are empty.
func (l list) appendJoined(dst []byte, r *zenodo.Record) []byte {
	start, empty := len(dst), true
	for i := range l.len(r) {
		if i > 0 {
			dst = append(dst, separator...)
		}
		value := l.at(r, i)
		empty = empty && value == ""
		dst = append(dst, value...)
	}
	if empty {
		return dst[:start]
	}
	return dst
}

// AppendJSON appends the field's value as JSON: a string, a number, an array
// of strings or objects, an object, or null.
func (f *Field) AppendJSON(dst []byte, r *zenodo.Record) []byte {
	switch f.kind {
	case Text:
		if value := f.text(r); value != "" || f.always {
			return appendJSONString(dst, value)
		}
		return append(dst, "null"...)
	case Number:
		if n, known := f.number(r); known {
			return strconv.AppendInt(dst, n, 10)
		}
		return append(dst, "null"...)
	case JSON:
		return f.json(dst, r)
	}
	return f.list.appendJSON(dst, r)
}

func (l list) appendJSON(dst []byte, r *zenodo.Record) []byte {
	dst = append(dst, '[')
	for i := range l.len(r) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendJSONString(dst, l.at(r, i))
	}
	return append(dst, ']')
}

package export

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/zharvest/zharvest/zenodo"
)

// ErrNoRaw means that a record is not at hand in JSON as the server sent it:
// it was read in brief, or came in another form.
var ErrNoRaw = errors.New("not at hand as JSON from the server")

// appendRaw appends the record as the server sent it, byte for byte, without
// the white space around it, which is the message's rather than the record's.
func appendRaw(dst []byte, r *zenodo.Record) ([]byte, error) {
	raw := bytes.TrimSpace(r.Raw)
	if len(raw) == 0 || raw[0] != '{' {
		return dst, fmt.Errorf("record %s: %w", r.ID, ErrNoRaw)
	}
	return append(dst, raw...), nil
}

// appendRawLine keeps a record on its line: a line break in JSON is never part
// of a value, only of white space, and becomes a space. Zenodo sends none
// unless asked to.
func appendRawLine(dst []byte, r *zenodo.Record) ([]byte, error) {
	start := len(dst)
	dst, err := appendRaw(dst, r)
	line := dst[start:]
	if bytes.ContainsAny(line, "\r\n") {
		for i, b := range line {
			if b == '\n' || b == '\r' {
				line[i] = ' '
			}
		}
	}
	return dst, err
}

package main

import (
	"bytes"
	"encoding/json"
	"io"
)

// objectsBuffer is how many bytes of objects are written at a time.
const objectsBuffer = 1 << 16

// writeObjects writes rows as JSON objects with their fields in order, in an
// array or a line each.
func writeObjects(w io.Writer, fields []string, rows rowSeq, lines bool) error {
	var b bytes.Buffer
	if !lines {
		b.WriteByte('[')
	}
	first := true
	for row, err := range rows {
		if err != nil {
			return err
		}
		if !first && !lines {
			b.WriteString(",\n")
		}
		first = false
		if err := appendObject(&b, fields, row); err != nil {
			return err
		}
		if lines {
			b.WriteByte('\n')
		}
		if b.Len() < objectsBuffer {
			continue
		}
		if _, err := b.WriteTo(w); err != nil {
			return err
		}
	}
	if !lines {
		b.WriteString("]\n")
	}
	_, err := b.WriteTo(w)
	return err
}

// appendObject writes one object.
func appendObject(b *bytes.Buffer, fields []string, row []any) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	put := func(v any) error {
		err := enc.Encode(v)
		b.Truncate(b.Len() - 1) // the line end
		return err
	}
	for k, value := range row {
		b.WriteByte("{,"[min(k, 1)])
		if err := put(fields[k]); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := put(value); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

package main

import (
	"bytes"
	"encoding/json"
	"io"
)

// writeObjects writes rows as JSON objects with their fields in order, in an
// array or a line each.
func writeObjects(w io.Writer, fields []string, rows [][]any, lines bool) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	put := func(v any) error {
		err := enc.Encode(v)
		b.Truncate(b.Len() - 1) // the line end
		return err
	}
	if !lines {
		b.WriteByte('[')
	}
	for i, row := range rows {
		if i > 0 && !lines {
			b.WriteString(",\n")
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
		if lines {
			b.WriteByte('\n')
		}
	}
	if !lines {
		b.WriteString("]\n")
	}
	_, err := b.WriteTo(w)
	return err
}

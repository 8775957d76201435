package export

import (
	"io"
	"iter"

	"github.com/zharvest/zharvest/zenodo"
)

// writeJSONLines writes an object for each record, a line each, and nothing
// else.
func writeJSONLines(w io.Writer, records iter.Seq2[*zenodo.Record, error], o Options) error {
	row := newObject(o.fields()).append
	if o.Raw {
		row = appendRawLine
	}
	line := func(dst []byte, r *zenodo.Record) ([]byte, error) {
		dst, err := row(dst, r)
		return append(dst, '\n'), err
	}
	return layout{row: line}.write(w, records)
}

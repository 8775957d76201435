package export

import (
	"bytes"
	"encoding/binary"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// sortedBy is the column by whose order readers may know rows. An index orders
// by the same time, but to the millisecond.
const sortedBy = "created"

// groupOrder is the order of the rows of a row group by a column, found as they
// are written.
type groupOrder struct {
	last         parquet.Value
	rises, falls bool // somewhere in the group
	nulls        bool
}

// add takes the value of the next row.
func (o *groupOrder) add(v parquet.Value) {
	switch {
	case v.IsNull():
		o.nulls = true
		return
	case o.last.IsNull(): // the first one
	case v.Int64() > o.last.Int64():
		o.rises = true
	case v.Int64() < o.last.Int64():
		o.falls = true
	}
	o.last = v
}

// declared is what a row group says of its order: nothing where rows rise and
// fall, or one has no value.
func (o *groupOrder) declared(column int) []format.SortingColumn {
	if column < 0 || o.nulls || o.rises && o.falls {
		return nil
	}
	return []format.SortingColumn{{ColumnIdx: int32(column), Descending: !o.rises}}
}

// footerWriter writes what it is given, or keeps it for a new footer. The
// library has one order for all row groups, which it wants before there are
// rows.
type footerWriter struct {
	io.Writer
	keep bool
	kept bytes.Buffer
}

func (w *footerWriter) Write(b []byte) (int, error) {
	if w.keep {
		return w.kept.Write(b)
	}
	return w.Writer.Write(b)
}

// footerEnd is the length of a footer, and the letters that end a file.
const footerEnd = 4 + len("PAR1")

// finish writes what was kept, which ends with a footer, with the orders of
// the row groups in it.
func (w *footerWriter) finish(footer *format.FileMetaData, orders [][]format.SortingColumn) error {
	kept := w.kept.Bytes()
	if slices.ContainsFunc(orders, func(o []format.SortingColumn) bool { return o != nil }) {
		for i, o := range orders {
			footer.RowGroups[i].SortingColumns = o
		}
		encoded, err := thrift.Marshal(new(thrift.CompactProtocol), footer)
		if err != nil {
			return err
		}
		end := kept[len(kept)-footerEnd:]
		kept = kept[:len(kept)-footerEnd-int(binary.LittleEndian.Uint32(end))]
		encoded = binary.LittleEndian.AppendUint32(encoded, uint32(len(encoded)))
		kept = append(append(kept, encoded...), "PAR1"...)
	}
	_, err := w.Writer.Write(kept)
	return err
}

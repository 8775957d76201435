package export

import (
	"io"
	"iter"

	"github.com/parquet-go/parquet-go"

	"github.com/zharvest/zharvest/zenodo"
)

// A row group is ended by whichever it reaches first. Its columns are held
// until then, since each of them stands in one piece in the file: this bounds
// the memory. Readers divide their work by row group.
const (
	groupRows  = 122_880  // what DuckDB works on at a time
	groupBytes = 16 << 20 // of values, before they are compressed
)

// pageBytes is about how much of a column is compressed at a time.
const pageBytes = 64 << 10

// writeParquet writes Apache Parquet, see [parquetColumns] for its columns.
func writeParquet(w io.Writer, records iter.Seq2[*zenodo.Record, error], o Options) error {
	out := newParquetFile(w, o.fields(), groupBytes)
	for r, err := range records {
		if err != nil {
			return err
		}
		if err := out.add(r); err != nil {
			return err
		}
	}
	return out.close()
}

// parquetFile is a Parquet file that is being written.
type parquetFile struct {
	columns []parquetColumn
	writer  *parquet.GenericWriter[any]
	most    int // bytes of a row group
	bytes   int // in the row group so far
	row     parquet.Row
}

func newParquetFile(w io.Writer, fields []Field, most int) *parquetFile {
	columns := parquetColumns(fields)
	return &parquetFile{
		columns: columns, most: most,
		writer: parquet.NewGenericWriter[any](w,
			parquet.NewSchema("record", newParquetRoot(columns)),
			parquet.Compression(&parquet.Zstd),
			parquet.MaxRowsPerRowGroup(groupRows),
			parquet.PageBufferSize(pageBytes),
			parquet.DataPageVersion(1), // which every reader knows
			parquet.CreatedBy("zharvest", "", ""),
		),
	}
}

// add writes a record, and ends the row group where that is large enough.
func (f *parquetFile) add(r *zenodo.Record) error {
	f.row = f.row[:0]
	for i := range f.columns {
		f.row = f.columns[i].append(f.row, i, r)
	}
	for i := range f.row {
		f.bytes += sizeOf(f.row[i])
	}
	if _, err := f.writer.WriteRows([]parquet.Row{f.row}); err != nil {
		return err
	}
	if f.bytes < f.most {
		return nil
	}
	f.bytes = 0
	return f.writer.Flush()
}

// sizeOf is about how many bytes a value takes.
func sizeOf(v parquet.Value) int {
	const fixed = 8 // a number, or a length and levels
	if v.Kind() != parquet.ByteArray {
		return fixed
	}
	return fixed + len(v.ByteArray())
}

// close writes what makes the file whole.
func (f *parquetFile) close() error { return f.writer.Close() }

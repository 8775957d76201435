package export

import (
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"github.com/zharvest/zharvest/zenodo"
)

// A row group is ended by whichever it reaches first. Readers divide their work
// by row group, and find the ones they need by statistics.
const (
	groupRows  = 1_000_000
	groupBytes = 128 << 20 // of values, before they are compressed
)

// pageBytes is about how much of a column is compressed at a time.
const pageBytes = 64 << 10

// writeParquet writes Apache Parquet, see [parquetColumns] for its columns.
func writeParquet(w io.Writer, records iter.Seq2[*zenodo.Record, error], o Options) error {
	return writeGroups(w, records, o, groupBytes)
}

// writeGroups writes Parquet with row groups of so many bytes at most.
func writeGroups(w io.Writer, records iter.Seq2[*zenodo.Record, error], o Options, most int) error {
	out := newParquetFile(w, o, most)
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
	out     *footerWriter
	writer  *parquet.GenericWriter[any]
	most    int // bytes of a row group
	sorted  int // the column of sortedBy, or -1
	row     parquet.Row

	// Of the row group so far.
	rows, bytes int
	order       groupOrder

	orders [][]format.SortingColumn // of the row groups before
}

func newParquetFile(w io.Writer, o Options, most int) *parquetFile {
	columns := parquetColumns(o.fields())
	options := []parquet.WriterOption{
		parquet.NewSchema("record", newParquetRoot(columns)),
		parquet.Compression(&parquet.Zstd),
		// The encodings and pages that every reader knows.
		parquet.DefaultEncoding(&parquet.Plain),
		parquet.DataPageVersion(1),
		parquet.PageBufferSize(pageBytes),
		parquet.ColumnPageBuffers(pageFiles{}),
		parquet.CreatedBy("zharvest", strings.Trim(o.Version, "()"), ""),
	}
	for name, value := range o.About {
		options = append(options, parquet.KeyValueMetadata(name, value))
	}
	out := &footerWriter{Writer: w}
	return &parquetFile{
		columns: columns, out: out, writer: parquet.NewGenericWriter[any](out, options...), most: most,
		sorted: slices.IndexFunc(columns, func(c parquetColumn) bool { return c.name == sortedBy }),
	}
}

// pageFiles keeps the pages of a row group in files, one for each column, until
// it is written: each column stands in one piece in the file. The files have no
// names, where the system allows that, so that nothing is left of a killed
// process.
type pageFiles struct{}

// GetBuffer opens a file, or where there is none to be had, memory.
func (pageFiles) GetBuffer() io.ReadWriteSeeker {
	file, err := os.CreateTemp("", "zharvest-*.tmp")
	if err != nil {
		return parquet.NewBufferPool().GetBuffer()
	}
	_ = os.Remove(file.Name())
	return file
}

// PutBuffer closes a file that GetBuffer has opened.
func (pageFiles) PutBuffer(buffer io.ReadWriteSeeker) {
	if file, ok := buffer.(*os.File); ok {
		_ = file.Close()
		_ = os.Remove(file.Name()) // an open file has to keep its name on Windows
	}
}

// add writes a record, and ends the row group where that is large enough.
func (f *parquetFile) add(r *zenodo.Record) error {
	f.row = f.row[:0]
	for i := range f.columns {
		f.row = f.columns[i].append(f.row, i, r)
	}
	for _, v := range f.row {
		f.bytes += sizeOf(v)
		if v.Column() == f.sorted {
			f.order.add(v)
		}
	}
	if _, err := f.writer.WriteRows([]parquet.Row{f.row}); err != nil {
		return err
	}
	f.rows++
	if f.rows < groupRows && f.bytes < f.most {
		return nil
	}
	return f.endGroup()
}

// endGroup writes the row group, if there is a row in it.
func (f *parquetFile) endGroup() error {
	if f.rows == 0 {
		return nil
	}
	f.orders = append(f.orders, f.order.declared(f.sorted))
	f.rows, f.bytes, f.order = 0, 0, groupOrder{}
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
func (f *parquetFile) close() error {
	if err := f.endGroup(); err != nil {
		return err
	}
	f.out.keep = true
	if err := f.writer.Close(); err != nil {
		return err
	}
	return f.out.finish(f.writer.File().Metadata(), f.orders)
}

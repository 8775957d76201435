package export

import (
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// textLeaf is a column of texts.
func textLeaf() parquet.Node { return parquet.Leaf(textType{parquet.String().Type()}) }

// textType is the library's, but for the bounds of pages, which say what texts
// are in each. They are kept until the end of the file. Those of the library
// are cut to some bytes, and hold on to the whole texts that they were cut
// from: memory would grow with the number of records.
type textType struct{ parquet.Type }

// NewColumnIndexer gathers the bounds of a column's pages, cut to so many bytes.
func (t textType) NewColumnIndexer(size int) parquet.ColumnIndexer {
	return boundsOfTexts{t.Type.NewColumnIndexer(size)}
}

type boundsOfTexts struct{ parquet.ColumnIndexer }

// ColumnIndex is the bounds of a row group's pages.
func (b boundsOfTexts) ColumnIndex() format.ColumnIndex {
	index := b.ColumnIndexer.ColumnIndex()
	compact(index.MinValues)
	compact(index.MaxValues)
	return index
}

// compact moves values to where there is nothing else.
func compact(values [][]byte) {
	size := 0
	for _, v := range values {
		size += len(v)
	}
	all := make([]byte, 0, size)
	for i, v := range values {
		all = append(all, v...)
		values[i] = all[len(all)-len(v) : len(all) : len(all)]
	}
}

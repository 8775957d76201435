package dump

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/klauspost/compress/gzip"

	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// maxDeleted bounds the table, which has some 100 MB.
const maxDeleted = 1 << 30

// ReadDeleted iterates over the records of Zenodo's table of deleted records,
// a gzipped CSV file. Columns are found by their names. An error comes last,
// with nothing beside it.
func ReadDeleted(r io.Reader) iter.Seq2[store.Gone, error] {
	return func(yield func(store.Gone, error) bool) {
		fail := func(err error) {
			yield(store.Gone{}, fmt.Errorf("read the list of deleted records: %w", cutShort(err)))
		}
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			fail(err)
			return
		}
		defer unzipped.Close() //nolint:errcheck // it has only read
		table := csv.NewReader(io.LimitReader(unzipped, maxDeleted))
		table.FieldsPerRecord = -1 // a short row lacks what is not needed
		table.ReuseRecord = true
		header, err := table.Read()
		if err != nil {
			fail(err)
			return
		}
		columns := deletedColumnsOf(header)
		if columns.id < 0 {
			fail(errors.New("it has no column record_id"))
			return
		}
		for {
			row, err := table.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				fail(err)
				return
			}
			if gone := columns.gone(row); gone.ID != "" && !yield(gone, nil) {
				return
			}
		}
	}
}

// deletedColumns are the places of the columns that are read, negative for
// those that are not there.
type deletedColumns struct{ id, reason, note, date int }

func deletedColumnsOf(header []string) deletedColumns {
	at := func(name string) int { return slices.Index(header, name) }
	return deletedColumns{at("record_id"), at("removal_reason"), at("removal_note"), at("removal_date")}
}

func (c deletedColumns) gone(row []string) store.Gone {
	at := func(column int) string {
		if column < 0 || column >= len(row) {
			return ""
		}
		return row[column]
	}
	return store.Gone{
		ID: zenodo.RecordID(at(c.id)), At: zenodo.Timestamp(at(c.date)),
		Reason: cmp.Or(at(c.reason), at(c.note), "deleted"),
	}
}

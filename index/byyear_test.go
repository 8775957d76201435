package index_test

import (
	"fmt"
	"testing"

	"github.com/zharvest/zharvest/index"
)

// TestByYear has records year by year, whether all of them or columns are read,
// and those of no year last.
func TestByYear(t *testing.T) {
	db := openIndex(t)
	store(t, db,
		record(1, "metadata.publication_date", "2021-05-01"), record(2, "metadata.publication_date", "1875"),
		record(3, "metadata.publication_date", "2023-03"), record(4, "metadata.publication_date", nil),
		record(5, "metadata.publication_date", "2021/2022"), record(6, "metadata.publication_date", "in spring"))
	store(t, db, record(7, "metadata.publication_date", "2021-01-01"))
	for _, tt := range []struct {
		q    index.Query
		want []string
	}{
		{index.Query{ByYear: true}, []string{"3", "7", "5", "1", "2", "6", "4"}},
		{index.Query{ByYear: true, Columns: []string{"id", "publication_date"}}, []string{"3", "7", "5", "1", "2", "6", "4"}},
		{index.Query{ByYear: true, Limit: 2}, []string{"3", "7"}},
	} {
		var got []string
		for r, err := range db.Records(t.Context(), tt.q) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, string(r.ID))
		}
		equalIDs(t, fmt.Sprintf("%+v", tt.q), got, tt.want...)
	}
}

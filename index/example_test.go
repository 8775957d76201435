package index_test

import (
	"context"
	"fmt"
	"log"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// Records are stored as Zenodo gives them, and found by the queries that it
// takes. Package mirror fills an index from a server.
func Example() {
	ctx := context.Background()
	db, err := index.Open(ctx, index.Memory) // or the name of a file
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	for _, raw := range []string{
		`{"id": 7, "created": "2024-05-01T00:00:00+00:00", "metadata": {"title": "Fauna of caves", "publication_date": "2024-05-01"}}`,
		`{"id": 9, "created": "2024-05-02T00:00:00+00:00", "metadata": {"title": "Ice in a cave", "publication_date": "2023-12-24"}}`,
	} {
		record, err := zenodo.DecodeRecord([]byte(raw))
		if err != nil {
			log.Fatal(err)
		}
		if _, err := db.StoreRecords(ctx, record); err != nil {
			log.Fatal(err)
		}
	}

	query, err := querystring.Parse("title:cave* AND publication_date:[2024 TO *]")
	if err != nil {
		log.Fatal(err)
	}
	for record, err := range db.Records(ctx, index.Query{Parsed: query}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(record.ID, record.Metadata.Title)
	}
	// Output:
	// 7 Fauna of caves
}

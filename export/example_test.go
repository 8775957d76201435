package export_test

import (
	"fmt"
	"os"

	"github.com/zharvest/zharvest/export"
	"github.com/zharvest/zharvest/zenodo"
)

func Example() {
	records := []*zenodo.Record{
		{ID: "10", DOI: "10.5281/zenodo.10", Metadata: zenodo.Metadata{Title: "Sea ice, daily"}},
		{ID: "11", Metadata: zenodo.Metadata{Title: "=SUM(A1:A9)"}},
	}
	each := func(yield func(*zenodo.Record, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
	}
	fields, err := export.ParseFields("id,doi,title")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, name := range []string{"csv", "jsonl"} {
		format, _ := export.Lookup(name)
		if err := format.Write(os.Stdout, each, export.Options{Fields: fields}); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// id,doi,title
	// 10,10.5281/zenodo.10,"Sea ice, daily"
	// 11,,'=SUM(A1:A9)
	// {"id":"10","doi":"10.5281/zenodo.10","title":"Sea ice, daily"}
	// {"id":"11","doi":null,"title":"=SUM(A1:A9)"}
}

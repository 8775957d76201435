package harvest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
)

// A community is harvested into memory. An index that implements [store.Sink] keeps
// the records for good, and a run that was interrupted resumes there.
func ExampleHarvester() {
	server := newFake(deposits(1, 147, "egi-ace")...) // in place of Zenodo
	client, err := zenodo.NewClient(zenodo.WithBaseURL("http://127.0.0.1/api"), zenodo.WithTransport(server))
	if err != nil {
		log.Fatal(err)
	}

	var sink harvest.Memory
	h := &harvest.Harvester{
		Client:    client,
		Sink:      &sink,
		Selection: harvest.Selection{Communities: []zenodo.Slug{"egi-ace"}},
	}
	res, err := h.Run(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d of %d records, complete: %t\n", res.Harvest, len(sink.Records), res.Total, res.Complete)
	// Output:
	// egi-ace: 147 of 147 records, complete: true
}

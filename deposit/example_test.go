package deposit_test

import (
	"context"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/deposit"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// A program describes a dataset, and publishes it with its files. Run again
// after any failure, with a journal in a file, it makes no second record.
func Example() {
	ctx := context.Background()
	server, err := zenodotest.New(zenodotest.Config{}) // in place of Zenodo
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := zenodo.NewClient(
		zenodo.WithBaseURL("http://localhost/api"),
		zenodo.WithTransport(server.Transport()),
		zenodo.WithAccessToken("secret"),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	journal, err := deposit.OpenJournal("") // or deposit.JournalPath(…)
	if err != nil {
		fmt.Println(err)
		return
	}

	metadata := deposit.FromRecord(&zenodo.Record{
		Metadata: zenodo.Metadata{
			Type:        "dataset",
			Title:       "Water levels",
			Description: "<p>Hourly.</p>",
			Creators:    []zenodo.Creator{{Name: "Doe, Jane", ORCID: "0000-0002-1825-0097"}},
			License:     "cc-by-4.0",
		},
	})
	for _, problem := range deposit.Check(metadata, time.Now()) {
		fmt.Println(problem)
	}
	files, err := deposit.FindFiles([]string{"testdata/levels.csv"}, deposit.FindOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}

	pusher := &deposit.Pusher{Depositions: client.Depositions, Records: client.Records, Journal: journal, Jobs: 2}
	plan, err := pusher.Plan(ctx, &deposit.Manifest{Key: "levels", Metadata: metadata, Files: files, Publish: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range plan.Files {
		fmt.Println(f.Action, f.Name, f.Checksum)
	}
	result, err := pusher.Apply(ctx, plan)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Deposition.State, result.Deposition.Title)
	// Output:
	// add levels.csv md5:4fdc3bf22d6af6b9e300a642a43baed8
	// done Water levels
}

package mirror_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/mirror"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// A community is harvested into an index, which lists its DOIs. To run it again
// fetches what changed since.
func ExampleMirror_Harvest() {
	ctx := context.Background()
	client, dir := exampleClient(), exampleDir() // zenodo.NewClient() is Zenodo itself
	defer os.RemoveAll(dir)

	db, err := index.Open(ctx, filepath.Join(dir, "zharvest.db"))
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	m := mirror.Mirror{Index: db, Client: client}
	res, err := m.Harvest(ctx, harvest.Selection{Communities: []zenodo.Slug{"egi-ace"}}, mirror.Options{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(res.Harvest, res.State)
	for record, err := range db.Records(ctx, index.Query{Communities: []zenodo.Slug{"egi-ace"}, Limit: 2}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(record.DOI)
	}
	// Output:
	// egi-ace complete
	// 10.5281/zenodo.7670205
	// 10.5281/zenodo.7463329
}

// exampleClient is a client of a server in place of Zenodo.
func exampleClient() *zenodo.Client {
	server, err := zenodotest.New(zenodotest.Config{})
	if err != nil {
		log.Fatal(err)
	}
	client, err := zenodo.NewClient(zenodo.WithBaseURL("http://127.0.0.1/api"), zenodo.WithTransport(server.Transport()))
	if err != nil {
		log.Fatal(err)
	}
	return client
}

func exampleDir() string {
	dir, err := os.MkdirTemp("", "zharvest")
	if err != nil {
		log.Fatal(err)
	}
	return dir
}

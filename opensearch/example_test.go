package opensearch_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/zharvest/zharvest/opensearch"
	"github.com/zharvest/zharvest/zenodo"
)

// Records are sent to a cluster. A run that died is resumed after the last
// record that is known to be in the index.
func Example() {
	ctx := context.Background()
	cluster := exampleCluster()
	defer cluster.Close()

	client, err := opensearch.NewClient(cluster.URL, "zenodo", nil) // https://host:9200
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	run, err := client.Prepare(ctx, "all", opensearch.Options{})
	if err != nil {
		log.Fatal(err)
	}
	run.Selection = "all"
	result, err := client.Send(ctx, run, recordsSince(run.CreatedAt), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("sent", result.Sent)
	// Output:
	// POST /zenodo/_bulk: 2 documents
	// sent 2
}

// recordsSince are records in the order of creation, as an index gives them.
func recordsSince(zenodo.Timestamp) iter.Seq2[*zenodo.Record, error] {
	return func(yield func(*zenodo.Record, error) bool) {
		for _, raw := range []string{
			`{"id": 7, "created": "2024-05-01T00:00:00+00:00", "metadata": {"title": "Caves"}}`,
			`{"id": 9, "created": "2024-05-02T00:00:00+00:00", "metadata": {"title": "More caves"}}`,
		} {
			if r, err := zenodo.DecodeRecord([]byte(raw)); !yield(r, err) {
				return
			}
		}
	}
}

// exampleCluster is a server in place of a cluster. It prints what is sent to it
// in bulk.
func exampleCluster() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		switch r.Method + " " + r.URL.Path {
		case "GET /":
			fmt.Fprint(w, `{"version": {"distribution": "opensearch", "number": "3.4.0"}}`)
		case "GET /_cluster/health":
			fmt.Fprint(w, `{"status": "green", "number_of_data_nodes": 1}`)
		case "GET /zenodo":
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"error": {"type": "index_not_found_exception"}, "status": 404}`)
		case "GET /zenodo/_mapping":
			fmt.Fprint(w, `{"zenodo": {"mappings": {}}}`)
		case "POST /zenodo/_bulk":
			n := strings.Count(string(body), "\n") / 2
			fmt.Printf("%s %s: %d documents\n", r.Method, r.URL.Path, n)
			fmt.Fprintf(w, `{"errors": false, "items": [%s]}`, strings.Join(strings.Fields(strings.Repeat(` {"index":{"status":201}}`, n)), ","))
		case "POST /zenodo/_search":
			fmt.Fprint(w, `{"hits": {"hits": []}}`)
		default:
			fmt.Fprint(w, `{"acknowledged": true, "_shards": {"failed": 0}}`)
		}
	}))
}

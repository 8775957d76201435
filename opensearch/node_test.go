package opensearch

import (
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// TestNode has the query strings of Zenodo find in a real index what they find
// there.
func TestNode(t *testing.T) {
	address := os.Getenv("OPENSEARCH_URL")
	if address == "" {
		t.Skip("$OPENSEARCH_URL names no cluster")
	}
	name := "zharvest-test-" + time.Now().UTC().Format("20060102150405.000000000")
	c, err := NewClient(address, name, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	prepare(t, c)
	defer func() {
		if _, err := c.request(t.Context(), "remove the index", http.MethodDelete, "/"+name, nil, http.StatusOK); err != nil {
			t.Error(err)
		}
	}()
	plain := &zenodo.Record{ID: "1", Metadata: zenodo.Metadata{Title: "COVID-19 model", Keywords: []string{"open access"}, PublicationDate: "2021", Type: "dataset"}}
	list := []*zenodo.Record{plain, whole()}
	source := func(yield func(*zenodo.Record, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
	if _, err := c.Send(t.Context(), all, iter.Seq2[*zenodo.Record, error](source), nil); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"title:covid19": "1", "title:covid": "", `keywords:"open access"`: "1", "title:title": "7", "creators.name:rossi": "7",
		"type:publication": "7", "resource_type.subtype:publication-article": "7", "communities:eu": "7", "publication_date:2023*": "7",
		`doi:"10.5281/zenodo.7"`: "7", "filetype:csv": "7", "filesize:[10 TO *]": "7", "created:[2023 TO 2024]": "7", "version:2": "7",
		"license.identifier:cc0-1.0": "7", "open AND access": "1", "_exists_:journal.title": "7", "stats.this_version.views:5": "7", "model OR rossi": "1 7",
		`custom_fields.dwc\:genus:Felis`: "7", `custom_fields.dwc\:decimalLatitude:[46 TO 47]`: "7", "metadata.publication_date_range:[2023-03-15 TO 2023-03-16]": "7",
		"access.embargo.active:true": "7", "files.enabled:true": "7", "metadata.publisher.keyword:P": "7", `_exists_:metadata.contact`: "",
	} {
		if got := c.search(t, query); got != want {
			t.Errorf("%s finds %q, want %q", query, got, want)
		}
	}
	// The cluster gives the mapping back as it was made, and knows the documents of
	// other runs.
	prepare(t, c)
	list = list[:1]
	if result, err := c.Send(t.Context(), all, source, nil); err != nil || result != (Result{Sent: 1, Removed: 1}) {
		t.Errorf("got %+v, %v", result, err)
	}
	if got := c.search(t, "*"); got != "1" {
		t.Errorf("%s are there", got)
	}
	for _, setting := range []string{`{"index.blocks.write":true}`, `{"index.blocks.write":null,"index.blocks.read_only":true}`} {
		if _, err := c.request(t.Context(), "block the index", http.MethodPut, "/"+name+"/_settings", []byte(setting), http.StatusOK); err != nil {
			t.Fatal(err)
		}
		prepare(t, c)
		if _, err := c.Send(t.Context(), all, records(3), nil); !errors.Is(err, ErrTakesNone) {
			t.Errorf("%s: got %v", setting, err)
		}
	}
	if _, err := c.request(t.Context(), "release the index", http.MethodPut, "/"+name+"/_settings", []byte(`{"index.blocks.read_only":null}`), http.StatusOK); err != nil {
		t.Error(err)
	}
}

// search gives the ids that a query finds, sorted.
func (c *Client) search(t *testing.T, query string) string {
	t.Helper()
	a, err := c.request(t.Context(), "search", http.MethodGet, "/"+c.index+"/_search?q="+url.QueryEscape(query), nil, http.StatusOK)
	if err != nil {
		t.Fatal(err)
	}
	var result struct {
		Hits struct {
			Hits []struct {
				ID string `json:"_id"`
			}
		}
	}
	if err := json.Unmarshal(a.body, &result); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, h := range result.Hits.Hits {
		ids = append(ids, h.ID)
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

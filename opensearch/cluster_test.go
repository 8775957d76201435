package opensearch

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// cluster answers as OpenSearch is documented to, for one index.
type cluster struct {
	*httptest.Server
	t *testing.T

	mu        sync.Mutex
	made      json.RawMessage            // what the index was made with
	meta      json.RawMessage            // _meta of its mapping
	alias     string                     // another index that its name stands for, if any
	greeting  string                     // the answer to GET /
	health    string                     // of the cluster
	settings  json.RawMessage            // those changed after it was made
	refreshed bool                       // since the last change
	documents map[string]json.RawMessage // by id
	received  int                        // documents, also those refused
	bulks     int                        // requests
	users     []string                   // who sent requests

	// whole answers a bulk request itself, where it returns true; one gives the
	// status of a document.
	whole func(n int, w http.ResponseWriter) bool
	one   func(id string, n int) int
	seen  map[string]int
}

func newCluster(t *testing.T) *cluster {
	c := &cluster{
		t: t, documents: map[string]json.RawMessage{}, seen: map[string]int{}, meta: json.RawMessage(`{}`),
		greeting: `{"name":"n","version":{"distribution":"opensearch","number":"3.4.0"}}`, health: `{"status":"green","number_of_data_nodes":3}`,
	}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

func (c *cluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	user, password, _ := r.BasicAuth()
	c.users = append(c.users, user+":"+password)
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Error(err)
	}
	w.Header().Set("Content-Type", "application/json")
	switch r.Method + " " + r.URL.Path {
	case "GET /":
		fmt.Fprint(w, c.greeting)
	case "GET /_cluster/health":
		fmt.Fprint(w, c.health)
	case "PUT /zenodo":
		c.made = body
		fmt.Fprint(w, `{"acknowledged":true,"shards_acknowledged":true,"index":"zenodo"}`)
	case "GET /zenodo", "GET /zenodo/_mapping":
		if c.made == nil {
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"error":{"type":"index_not_found_exception"},"status":404}`)
			return
		}
		c.describe(w)
	case "PUT /zenodo/_settings":
		c.settings = body
		fmt.Fprint(w, `{"acknowledged":true}`)
	case "POST /zenodo/_refresh":
		c.refreshed = true
		fmt.Fprint(w, `{"_shards":{"total":2,"successful":1,"failed":0}}`)
	case "POST /zenodo/_search":
		c.search(w, body)
	case "PUT /zenodo/_mapping":
		var m struct {
			Meta json.RawMessage `json:"_meta"`
		}
		if err := json.Unmarshal(body, &m); err != nil {
			c.t.Error(err)
		}
		c.meta = m.Meta
		fmt.Fprint(w, `{"acknowledged":true}`)
	case "POST /zenodo/_bulk":
		c.bulk(w, body)
	default:
		c.t.Errorf("%s %s was not to be expected", r.Method, r.URL)
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// describe answers with the mapping of the index.
func (c *cluster) describe(w http.ResponseWriter) {
	var made struct {
		Mappings object `json:"mappings"`
	}
	if err := json.Unmarshal(c.made, &made); err != nil {
		c.t.Error(err)
	}
	made.Mappings["_meta"] = c.meta
	indices := object{"zenodo": made}
	if c.alias != "" {
		indices[c.alias] = made
	}
	if err := json.NewEncoder(w).Encode(indices); err != nil {
		c.t.Error(err)
	}
}

// search finds documents of other runs than the one of the query.
func (c *cluster) search(w http.ResponseWriter, body []byte) {
	var asked struct {
		Size  int
		Query struct {
			Bool struct {
				Filter struct {
					Exists struct{ Field string }
				}
				MustNot struct{ Term map[string]string } `json:"must_not"`
			}
		}
	}
	if err := json.Unmarshal(body, &asked); err != nil || asked.Query.Bool.Filter.Exists.Field != runField || asked.Query.Bool.MustNot.Term[runField] == "" {
		c.t.Errorf("%s: %v", body, err)
	}
	if !c.refreshed {
		c.t.Error("the index was searched before it was refreshed")
	}
	var hits []string
	for id, doc := range c.documents {
		run := runOf(c.t, doc)
		if run != "" && run != asked.Query.Bool.MustNot.Term[runField] && len(hits) < asked.Size {
			hits = append(hits, fmt.Sprintf(`{"_index":"zenodo","_id":%q}`, id))
		}
	}
	fmt.Fprintf(w, `{"took":1,"hits":{"hits":[%s]}}`, strings.Join(hits, ","))
}

// runOf is the run that a document was sent by.
func runOf(t *testing.T, doc json.RawMessage) string {
	var d map[string]json.RawMessage
	if err := json.Unmarshal(doc, &d); err != nil {
		t.Fatal(err)
	}
	return strings.Trim(string(d[runField]), `"`)
}

func (c *cluster) bulk(w http.ResponseWriter, body []byte) {
	c.bulks++
	if c.whole != nil && c.whole(c.bulks, w) {
		return
	}
	var items []string
	failed := false
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, 20<<20)
	c.refreshed = false
	for lines.Scan() {
		var action map[string]struct {
			ID string `json:"_id"`
		}
		if err := json.Unmarshal(lines.Bytes(), &action); err != nil {
			c.t.Fatalf("no action: %.200s, %v", lines.Bytes(), err)
		}
		name, id := "delete", action["delete"].ID
		if id == "" {
			name, id = "index", action["index"].ID
			c.received++
			if !lines.Scan() || id == "" {
				c.t.Fatal("no document")
			}
		}
		c.seen[id]++
		status := http.StatusCreated
		if c.one != nil {
			status = c.one(id, c.seen[id])
		}
		if status > 299 {
			failed = true
			items = append(items, fmt.Sprintf(`{%q:{"_index":"zenodo","_id":%q,"status":%d,"error":{"type":"refused_exception","reason":"refused <%s>"}}}`, name, id, status, id))
			continue
		}
		if name == "index" {
			c.documents[id] = bytes.Clone(lines.Bytes())
		} else {
			delete(c.documents, id)
		}
		items = append(items, fmt.Sprintf(`{%q:{"_index":"zenodo","_id":%q,"_version":1,"status":%d}}`, name, id, status))
	}
	fmt.Fprintf(w, `{"took":3,"errors":%t,"items":[%s]}`, failed, strings.Join(items, ","))
}

// client is one that notes how long it would have waited.
func (c *cluster) client() (*Client, *[]time.Duration) {
	c.t.Helper()
	client, err := NewClient(c.URL, "zenodo", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = client.Close() })
	waits := &[]time.Duration{}
	client.wait = func(ctx context.Context, d time.Duration) error {
		*waits = append(*waits, d)
		return ctx.Err()
	}
	return client, waits
}

// records are so many, created one a second.
func records(n int) iter.Seq2[*zenodo.Record, error] { return from(0, n) }

// from leaves out the first ones.
func from(first, n int) iter.Seq2[*zenodo.Record, error] {
	return func(yield func(*zenodo.Record, error) bool) {
		for i := first; i < n; i++ {
			created := time.Date(2020, 1, 1, 0, 0, i, 0, time.UTC).Format("2006-01-02T15:04:05.000000+00:00")
			r := &zenodo.Record{
				ID: zenodo.RecordID(fmt.Sprint(i + 1)), CreatedAt: zenodo.Timestamp(created), Metadata: zenodo.Metadata{Title: "A title"},
				Raw: []byte(`{"id":1}`), Format: zenodo.FormatLegacy,
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

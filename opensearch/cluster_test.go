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

// cluster answers as the bulk API is documented, for one index.
type cluster struct {
	*httptest.Server
	t *testing.T

	mu        sync.Mutex
	made      json.RawMessage            // what the index was made with
	meta      json.RawMessage            // _meta of its mapping
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
	c := &cluster{t: t, documents: map[string]json.RawMessage{}, seen: map[string]int{}}
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
	case "HEAD /zenodo":
		if c.made == nil {
			w.WriteHeader(http.StatusNotFound)
		}
	case "PUT /zenodo":
		c.made = body
		fmt.Fprint(w, `{"acknowledged":true,"shards_acknowledged":true,"index":"zenodo"}`)
	case "GET /zenodo/_mapping":
		if c.meta == nil {
			c.meta = json.RawMessage(`{}`)
		}
		fmt.Fprintf(w, `{"zenodo":{"mappings":{"_meta":%s,"dynamic":"false"}}}`, c.meta)
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

func (c *cluster) bulk(w http.ResponseWriter, body []byte) {
	c.bulks++
	if c.whole != nil && c.whole(c.bulks, w) {
		return
	}
	var items []string
	failed := false
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, 20<<20)
	for lines.Scan() {
		var action struct {
			Index struct {
				ID string `json:"_id"`
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &action); err != nil || action.Index.ID == "" || !lines.Scan() {
			c.t.Fatalf("no action and document: %.200s, %v", lines.Bytes(), err)
		}
		id := action.Index.ID
		c.received++
		c.seen[id]++
		status := http.StatusCreated
		if c.one != nil {
			status = c.one(id, c.seen[id])
		}
		if status > 299 {
			failed = true
			items = append(items, fmt.Sprintf(`{"index":{"_index":"zenodo","_id":%q,"status":%d,"error":{"type":"refused_exception","reason":"refused <%s>"}}}`, id, status, id))
			continue
		}
		c.documents[id] = bytes.Clone(lines.Bytes())
		items = append(items, fmt.Sprintf(`{"index":{"_index":"zenodo","_id":%q,"_version":1,"result":"created","status":%d}}`, id, status))
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
func records(n int) iter.Seq2[*zenodo.Record, error] {
	return func(yield func(*zenodo.Record, error) bool) {
		for i := range n {
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

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/opensearch"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodotest"
)

// searchCluster is an OpenSearch that takes everything, or refuses.
type searchCluster struct {
	mu      sync.Mutex
	meta    json.RawMessage
	ids     map[string]bool
	bulks   int
	onBulk  func(n int)
	refuses func(id string) bool
	wants   string // the password
}

func (c *searchCluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	if _, password, _ := r.BasicAuth(); password != c.wants {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	switch {
	case r.Method == http.MethodHead && c.meta == nil:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodPut && !strings.HasSuffix(r.URL.Path, "/_mapping"):
		c.meta = json.RawMessage(`{}`)
	case r.Method == http.MethodPut:
		var m struct {
			Meta json.RawMessage `json:"_meta"`
		}
		_ = json.Unmarshal(body, &m)
		c.meta = m.Meta
	case r.Method == http.MethodGet:
		fmt.Fprintf(w, `{"x":{"mappings":{"_meta":%s}}}`, c.meta)
	case r.Method == http.MethodPost:
		c.bulk(w, body)
	}
}

// with changes the cluster between requests: one that was interrupted may be
// answered after the command has ended.
func (c *searchCluster) with(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
}

// held counts the records that the cluster holds.
func (c *searchCluster) held() (n int) {
	c.with(func() { n = len(c.ids) })
	return n
}

func (c *searchCluster) bulk(w http.ResponseWriter, body []byte) {
	if c.bulks++; c.onBulk != nil {
		c.onBulk(c.bulks)
	}
	lines := bytes.Split(body, []byte("\n"))
	var items []string
	for i := 0; i+1 < len(lines); i += 2 {
		var action struct {
			Index struct {
				ID string `json:"_id"`
			}
		}
		_ = json.Unmarshal(lines[i], &action)
		if c.refuses != nil && c.refuses(action.Index.ID) {
			items = append(items, `{"index":{"status":400,"error":{"type":"mapper_parsing_exception","reason":"no \u001b[31mway"}}}`)
			continue
		}
		c.ids[action.Index.ID] = true
		items = append(items, `{"index":{"status":201}}`)
	}
	fmt.Fprintf(w, `{"errors":false,"items":[%s]}`, strings.Join(items, ","))
}

// toCluster runs an export to the cluster and returns the exit code and what it
// said.
func toCluster(t *testing.T, ctx context.Context, db, address string, more ...string) (code int, said string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	args := append([]string{"--db", db, "export", "--to-opensearch", address}, more...)
	code = run(ctx, args, strings.NewReader(""), &stdout, &stderr)
	if stdout.Len() > 0 {
		t.Errorf("on standard output it said %q", stdout.String())
	}
	return code, stderr.String()
}

func TestExportToOpenSearch(t *testing.T) {
	home(t)
	t.Setenv("OPENSEARCH_USERNAME", "")
	t.Setenv("OPENSEARCH_PASSWORD", "")
	const records = 1200
	srv := zenodotest.NewServer(t, zenodotest.Config{Synthetic: records})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "--all-versions")
	cluster := &searchCluster{ids: map[string]bool{}}
	node := httptest.NewServer(cluster)
	defer node.Close()

	if code, said := toCluster(t, t.Context(), db, node.URL, "--all-versions"); code != exitOK || said != "zenodo: 1200 records sent\n" {
		t.Errorf("exit code %d, %s", code, said)
	}
	if cluster.held() != records {
		t.Errorf("%d of %d are there", cluster.held(), records)
	}

	// A run of the same selection that did not end is resumed, another not.
	selection, err := selectionText(index.Query{Parsed: &querystring.Query{}, Sort: index.Oldest})
	if err != nil {
		t.Fatal(err)
	}
	const since = "2019-01-01T00:00:00Z"
	checkpoint, err := json.Marshal(map[string]any{"zharvest": opensearch.Checkpoint{Selection: selection, CreatedAt: since}})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.TrimSpace(zharvest(t, "--db", db, "search", "--count", "--since", since))
	cluster.with(func() { cluster.meta = checkpoint })
	if code, said := toCluster(t, t.Context(), db, node.URL); code != exitOK || !strings.Contains(said, "created since "+since+"\nzenodo: "+want+" records sent\n") {
		t.Errorf("after a run that did not end: exit code %d, %s, want %s records", code, said, want)
	}
	cluster.with(func() { cluster.meta = checkpoint })
	if code, said := toCluster(t, t.Context(), db, node.URL, "-t", "dataset"); code != exitOK || strings.Contains(said, "since") {
		t.Errorf("after a run of others: exit code %d, %s", code, said)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cluster.with(func() { cluster.onBulk = func(int) { cancel() } })
	if code, _ := toCluster(t, ctx, db, node.URL); code != exitInterrupted {
		t.Errorf("interrupted: exit code %d", code)
	}
	cluster.with(func() {
		cluster.onBulk = nil
		cluster.refuses = func(id string) bool { return strings.HasSuffix(id, "7") }
	})
	code, said := toCluster(t, t.Context(), db, node.URL)
	if code != exitRefused || !strings.Contains(said, "mapper_parsing_exception: no") || strings.Contains(said, "\x1b") || !strings.Contains(said, "hint: ") {
		t.Errorf("refused: exit code %d, %s", code, said)
	}
}

// The password of a cluster goes to it and is printed nowhere.
func TestOpenSearchPassword(t *testing.T) {
	home(t)
	t.Setenv("OPENSEARCH_USERNAME", "")
	t.Setenv("OPENSEARCH_PASSWORD", "")
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "-c", "fed-sky")
	cluster := &searchCluster{ids: map[string]bool{}, wants: "s3cret"}
	node := httptest.NewServer(cluster)
	defer node.Close()
	with := func(password string) string { return strings.Replace(node.URL, "://", "://user:"+password+"@", 1) }

	if code, said := toCluster(t, t.Context(), db, with("s3cret"), "-v"); code != exitOK || strings.Contains(said, "s3cret") || cluster.held() != 49 {
		t.Errorf("exit code %d, %d records, %s", code, cluster.held(), said)
	} else if !strings.Contains(said, "method=POST url="+node.URL+"/zenodo/_bulk ") {
		t.Errorf("-v shows no requests: %s", said)
	}
	for address, want := range map[string]int{
		with("wr0ng"): exitNotAllowed, node.URL: exitNotAllowed, "http://user:wr0ng@search.example": exitNotAllowed, "user:wr0ng@search.example": exitUsage,
	} {
		code, said := toCluster(t, t.Context(), db, address)
		if code != want || strings.Contains(said, "wr0ng") || !strings.Contains(said, "hint: ") {
			t.Errorf("%s: exit code %d, want %d; %s", address, code, want, said)
		}
	}
	node.Close()
	if code, said := toCluster(t, t.Context(), db, node.URL); code != exitFailure || !strings.Contains(said, "hint: check the address") {
		t.Errorf("no cluster: exit code %d, %s", code, said)
	}
	for _, args := range [][]string{{"-o", "x.csv"}, {"-f", "csv"}, {"--limit", "3"}, {"--sort", "title"}, {"--index", "A"}} {
		if code, said := toCluster(t, t.Context(), db, node.URL, args...); code != exitUsage {
			t.Errorf("%v: exit code %d, %s", args, code, said)
		}
	}
}

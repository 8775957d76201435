package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/zharvest/zharvest/zenodotest"
)

// searchCluster is an OpenSearch that takes everything, or refuses.
type searchCluster struct {
	mu      sync.Mutex
	made    map[string]map[string]any // what the index was made with
	meta    json.RawMessage
	runs    map[string]string // of the records that it holds, by id
	bulks   int
	onBulk  func(n int)
	refuses func(id string) string // for what
	wants   string                 // the password
}

func newSearchCluster(t *testing.T) (cluster *searchCluster, address string) {
	cluster = &searchCluster{runs: map[string]string{}, meta: json.RawMessage(`{}`)}
	node := httptest.NewServer(cluster)
	t.Cleanup(node.Close)
	return cluster, node.URL
}

func (c *searchCluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	if _, password, _ := r.BasicAuth(); password != c.wants {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	_, action, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case r.URL.Path == "/":
		fmt.Fprint(w, `{"version":{"number":"3.4.0"}}`)
	case r.URL.Path == "/_cluster/health":
		fmt.Fprint(w, `{"number_of_data_nodes":1}`)
	case r.Method == http.MethodGet && c.made == nil:
		w.WriteHeader(http.StatusNotFound)
	case r.Method == http.MethodGet:
		c.made["mappings"]["_meta"] = c.meta
		_ = json.NewEncoder(w).Encode(map[string]any{"x": c.made})
	case action == "_mapping":
		var m struct {
			Meta json.RawMessage `json:"_meta"`
		}
		_ = json.Unmarshal(body, &m)
		c.meta = m.Meta
	case r.Method == http.MethodPut:
		_ = json.Unmarshal(body, &c.made)
	case action == "_bulk":
		c.bulk(w, body)
	case action == "_search":
		c.search(w, body)
	}
}

// search finds the records of other runs than that of the query.
func (c *searchCluster) search(w http.ResponseWriter, query []byte) {
	hits := []string{}
	for id, run := range c.runs {
		if !bytes.Contains(query, []byte(run)) {
			hits = append(hits, fmt.Sprintf(`{"_id":%q}`, id))
		}
	}
	fmt.Fprintf(w, `{"hits":{"hits":[%s]}}`, strings.Join(hits, ","))
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
	c.with(func() { n = len(c.runs) })
	return n
}

func (c *searchCluster) bulk(w http.ResponseWriter, body []byte) {
	if c.bulks++; c.onBulk != nil {
		c.onBulk(c.bulks)
	}
	lines := bytes.Split(body, []byte("\n"))
	var items []string
	for i := 0; i+1 < len(lines); i++ {
		var action struct {
			Index, Delete struct {
				ID string `json:"_id"`
			}
		}
		_ = json.Unmarshal(lines[i], &action)
		id := action.Index.ID
		if id == "" {
			delete(c.runs, action.Delete.ID)
			items = append(items, `{"delete":{"status":200}}`)
			continue
		}
		i++
		if c.refuses != nil && c.refuses(id) != "" {
			items = append(items, fmt.Sprintf(`{"index":{"status":403,"error":{"type":%q,"reason":"no \u001b[31mway"}}}`, c.refuses(id)))
			continue
		}
		var document struct {
			Run string `json:"zharvest_run"`
		}
		_ = json.Unmarshal(lines[i], &document)
		c.runs[id] = document.Run
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
	count := func(flags ...string) string {
		return strings.TrimSpace(zharvest(t, append([]string{"--db", db, "search", "--count"}, flags...)...))
	}
	cluster, address := newSearchCluster(t)

	if code, said := toCluster(t, t.Context(), db, address, "--all-versions"); code != exitOK || said != "zenodo: 1200 records sent\n" {
		t.Errorf("exit code %d, %s", code, said)
	}
	if cluster.held() != records {
		t.Errorf("%d of %d are there", cluster.held(), records)
	}

	// An index of other records is replaced only by force, and then as a whole.
	if code, said := toCluster(t, t.Context(), db, address); code != exitFailure || !strings.Contains(said, `holds the selection {"all_versions":true}`) || cluster.held() != records {
		t.Errorf("another selection: exit code %d, %s", code, said)
	}
	latest := count()
	code, said := toCluster(t, t.Context(), db, address, "--force")
	if code != exitOK || !strings.HasSuffix(said, " removed, which are not selected any more\nzenodo: "+latest+" records sent\n") || fmt.Sprint(cluster.held()) != latest {
		t.Errorf("by force: exit code %d, %s; %d are there", code, said, cluster.held())
	}

	// A run of the same selection that did not end is resumed, unless the index of
	// zharvest has changed since; another is not.
	const since = "2019-01-01T00:00:00Z"
	unfinished := func() {
		cluster.with(func() {
			var meta map[string]map[string]any
			if err := json.Unmarshal(cluster.meta, &meta); err != nil {
				t.Fatal(err)
			}
			meta["zharvest"]["created_at"] = since
			cluster.meta, _ = json.Marshal(meta)
		})
	}
	want := count("--since", since)
	unfinished()
	if code, said := toCluster(t, t.Context(), db, address); code != exitOK || !strings.HasSuffix(said, "created since "+since+"\nzenodo: "+want+" records sent\n") {
		t.Errorf("after a run that did not end: exit code %d, %s, want %s records", code, said, want)
	}
	unfinished()
	if code, said := toCluster(t, t.Context(), db, address, "-t", "dataset", "--force"); code != exitOK || strings.Contains(said, "since") || fmt.Sprint(cluster.held()) != count("-t", "dataset") {
		t.Errorf("after a run of others: exit code %d, %s", code, said)
	}
	unfinished()
	zharvest(t, "--api", srv.API(), "--db", db, "update")
	if code, said := toCluster(t, t.Context(), db, address, "-t", "dataset"); code != exitOK || strings.Contains(said, "since") {
		t.Errorf("after an update: exit code %d, %s", code, said)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cluster.with(func() { cluster.onBulk = func(int) { cancel() } })
	if code, _ := toCluster(t, ctx, db, address, "--force"); code != exitInterrupted {
		t.Errorf("interrupted: exit code %d", code)
	}
	for reason, want := range map[string]struct {
		code int
		said string
	}{
		"mapper_parsing_exception": {exitRefused, " other records were taken; "},
		"cluster_block_exception":  {exitFailure, "hint: open the index or lift its block"},
	} {
		cluster.with(func() {
			cluster.onBulk = nil
			cluster.refuses = func(id string) string {
				if want.code == exitFailure || strings.HasSuffix(id, "7") {
					return reason
				}
				return ""
			}
		})
		code, said := toCluster(t, t.Context(), db, address)
		if code != want.code || !strings.Contains(said, reason+": no") || strings.Contains(said, "\x1b") || !strings.Contains(said, want.said) {
			t.Errorf("refused: exit code %d, %s", code, said)
		}
	}
}

// What the server has no more, has superseded, or what has left the selection
// leaves the index with the next export.
func TestOpenSearchFollows(t *testing.T) {
	home(t)
	t.Setenv("OPENSEARCH_USERNAME", "")
	t.Setenv("OPENSEARCH_PASSWORD", "")
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	var ids []string
	for i := range 4 {
		id, err := srv.Publish(zenodotest.Draft{Title: fmt.Sprint("Record ", i), Communities: []string{"mine"}})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "-c", "mine")
	cluster, address := newSearchCluster(t)
	export := func(said string, held ...string) {
		t.Helper()
		if code, got := toCluster(t, t.Context(), db, address, "-c", "mine"); code != exitOK || got != said {
			t.Errorf("exit code %d, %q, want %q", code, got, said)
		}
		cluster.with(func() {
			if got := slices.Sorted(maps.Keys(cluster.runs)); !slices.Equal(got, held) {
				t.Errorf("%v are there, want %v", got, held)
			}
		})
	}
	export("zenodo: 4 records sent\n", ids...)
	newer, err := srv.NewVersion(ids[1])
	if err := errors.Join(err, srv.Delete(ids[0], zenodotest.Tombstone{}), srv.Move(ids[2], "other")); err != nil {
		t.Fatal(err)
	}
	zharvest(t, "--api", srv.API(), "--db", db, "update")
	export("zenodo: 3 records removed, which are not selected any more\nzenodo: 2 records sent\n", ids[3], newer)
}

// The password of a cluster goes to it and is printed nowhere.
func TestOpenSearchPassword(t *testing.T) {
	home(t)
	t.Setenv("OPENSEARCH_USERNAME", "")
	t.Setenv("OPENSEARCH_PASSWORD", "")
	srv := zenodotest.NewServer(t, zenodotest.Config{})
	db := filepath.Join(t.TempDir(), "zharvest.db")
	zharvest(t, "--api", srv.API(), "--db", db, "harvest", "-c", "fed-sky")
	cluster, address := newSearchCluster(t)
	cluster.wants = "s3cret"
	with := func(password string) string { return strings.Replace(address, "://", "://user:"+password+"@", 1) }

	if code, said := toCluster(t, t.Context(), db, with("s3cret"), "-v"); code != exitOK || strings.Contains(said, "s3cret") || cluster.held() != 49 {
		t.Errorf("exit code %d, %d records, %s", code, cluster.held(), said)
	} else if !strings.Contains(said, "method=POST url="+address+"/zenodo/_bulk ") {
		t.Errorf("-v shows no requests: %s", said)
	}
	for at, want := range map[string]int{
		with("wr0ng"): exitNotAllowed, address: exitNotAllowed, "http://user:wr0ng@search.example": exitNotAllowed, "user:wr0ng@search.example": exitUsage,
	} {
		code, said := toCluster(t, t.Context(), db, at)
		if code != want || strings.Contains(said, "wr0ng") || !strings.Contains(said, "hint: ") {
			t.Errorf("%s: exit code %d, want %d; %s", at, code, want, said)
		}
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	if code, said := toCluster(t, t.Context(), db, gone.URL); code != exitFailure || !strings.Contains(said, "hint: check the address") {
		t.Errorf("no cluster: exit code %d, %s", code, said)
	}
	for _, args := range [][]string{{"-o", "x.csv"}, {"-f", "csv"}, {"--limit", "3"}, {"--sort", "title"}, {"--index", "A"}, {"--replicas", "-1"}} {
		if code, said := toCluster(t, t.Context(), db, address, args...); code != exitUsage {
			t.Errorf("%v: exit code %d, %s", args, code, said)
		}
	}
}

//go:build realserver

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// realServer is the InvenioRDM that internal/realserver has started. Its
// methods ask and change it without our client, so that what the commands find
// can be compared with what there is.
type realServer struct {
	url, search string
	db          string // an index of this test

	People      map[string]struct{ Token string }
	Communities map[string]string // their ids, by slug
	Ordinary    []string          // ids of records
	Special     map[string]json.RawMessage
}

// newRealServer makes sure that the server runs with settings, as its start
// takes them.
func newRealServer(t *testing.T, settings ...string) *realServer {
	t.Helper()
	if os.Getenv("INVENIO_URL") == "" {
		t.Fatal(`no server is known; first run: eval "$(internal/realserver/start invenio)"`)
	}
	if !slices.Equal(settings, realSettings) {
		startRealServer(t, settings...)
	}
	facts, err := os.ReadFile(os.Getenv("INVENIO_FACTS"))
	if err != nil {
		t.Fatal(err)
	}
	s := &realServer{url: os.Getenv("INVENIO_URL"), search: os.Getenv("OPENSEARCH_URL")}
	if err := json.Unmarshal(facts, s); err != nil {
		t.Fatal(err)
	}
	home(t)
	s.db = filepath.Join(t.TempDir(), "zharvest.db")
	s.refresh(t)
	return s
}

var (
	realSettings  []string // of the server that runs
	realEnviron   = os.Environ()
	realStart, _  = filepath.Abs("../../internal/realserver/start")
	realVariables = []string{"INVENIO_URL", "INVENIO_PID", "INVENIO_DATABASE", "INVENIO_FACTS", "OPENSEARCH_URL"}
)

// startRealServer starts the server anew where it has other settings or does not
// run, and notes where it is.
func startRealServer(t *testing.T, settings ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), realStart, append([]string{"invenio"}, settings...)...)
	cmd.Env, cmd.Stderr = realEnviron, os.Stderr
	variables, err := cmd.Output()
	if err != nil {
		t.Fatalf("start the server: %v", err)
	}
	for line := range strings.Lines(string(variables)) {
		name, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		if slices.Contains(realVariables, name) {
			os.Setenv(name, strings.Trim(value, "'"))
		}
	}
	realSettings = settings
}

// killRealServer kills the site's processes.
func killRealServer(t *testing.T) {
	pid, err := strconv.Atoi(os.Getenv("INVENIO_PID"))
	if err == nil {
		err = syscall.Kill(-pid, syscall.SIGKILL)
	}
	if err != nil {
		t.Errorf("kill the server: %v", err)
	}
}

// special is the id of a record with something special.
func (s *realServer) special(t *testing.T, name string) (id string) {
	t.Helper()
	if err := json.Unmarshal(s.Special[name], &id); err != nil {
		t.Fatal(err)
	}
	return id
}

// with is the same server with another index.
func (s *realServer) with(t *testing.T) *realServer {
	other := *s
	other.db = filepath.Join(t.TempDir(), "other.db")
	return &other
}

// behind is the same server as seen through a handler, which is given what passes
// a request on.
func (s *realServer) behind(t *testing.T, handle func(w http.ResponseWriter, r *http.Request, next http.Handler)) *realServer {
	t.Helper()
	target, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	next := httputil.NewSingleHostReverseProxy(target)
	next.ErrorHandler = func(http.ResponseWriter, *http.Request, error) {
		panic(http.ErrAbortHandler) // the connection ends, as it would without us
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handle(w, r, next) }))
	t.Cleanup(front.Close)
	seen := s.with(t)
	seen.url = front.URL
	return seen
}

// counted is the same server, and the number of requests that it has had.
func (s *realServer) counted(t *testing.T) (seen *realServer, requests func() int) {
	t.Helper()
	var mu sync.Mutex
	n := 0
	seen = s.behind(t, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		mu.Lock()
		n++
		mu.Unlock()
		next.ServeHTTP(w, r)
	})
	return seen, func() int {
		mu.Lock()
		defer mu.Unlock()
		return n
	}
}

// zharvest runs a command and returns what it printed. One that fails fails the
// test.
func (s *realServer) zharvest(t *testing.T, args ...string) string {
	t.Helper()
	code, stdout, stderr := s.attempt(t, args...)
	if code != exitOK {
		t.Fatalf("zharvest %s: exit code %d, %s", strings.Join(args, " "), code, stderr)
	}
	return stdout
}

func (s *realServer) attempt(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return attempt(t, append([]string{"--api", s.url + "/api", "--db", s.db}, args...)...)
}

// held are the ids that a command lists.
func (s *realServer) held(t *testing.T, args ...string) []string {
	t.Helper()
	lines := strings.Fields(s.zharvest(t, slices.Concat(args[:1], []string{"--fields", "id", "-f", "csv"}, args[1:])...))
	if len(lines) == 0 || lines[0] != "id" {
		t.Fatalf("%s printed %q", strings.Join(args, " "), lines)
	}
	return lines[1:]
}

// printed reads the JSON that a command prints.
func (s *realServer) printed(t *testing.T, answer any, args ...string) {
	t.Helper()
	text := s.zharvest(t, args...)
	if err := json.Unmarshal([]byte(text), answer); err != nil {
		t.Fatalf("zharvest %s: %v in %s", strings.Join(args, " "), err, text)
	}
}

// ask sends a request, as a person or as a guest (""), and returns the answer.
func (s *realServer) ask(t *testing.T, who, method, address string, body any) (status int, answer []byte) {
	t.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		sent = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, address, sent)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/vnd.inveniordm.v1+json, application/json;q=0.9")
	if who != "" {
		req.Header.Set("Authorization", "Bearer "+s.People[who].Token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err = io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// call is ask for what must succeed. The path is below /api.
func (s *realServer) call(t *testing.T, who, method, path string, body, answer any) {
	t.Helper()
	status, text := s.ask(t, who, method, s.url+"/api"+path, body)
	if status < 200 || status > 299 {
		t.Fatalf("%s %s: %d %s", method, path, status, text)
	}
	if answer == nil {
		return
	}
	if err := json.Unmarshal(text, answer); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

// finds are the ids of what guests find by a query, where the database does not
// tell.
func (s *realServer) finds(t *testing.T, path, query string) (ids []string) {
	t.Helper()
	params := url.Values{"q": {query}, "size": {"1000"}, "sort": {"updated-desc"}, "allversions": {"true"}}
	var answer struct {
		Hits struct {
			Hits  []struct{ ID string }
			Total int
		}
	}
	s.call(t, "", "GET", path+"?"+params.Encode(), nil, &answer)
	if len(answer.Hits.Hits) != answer.Hits.Total {
		t.Fatalf("%q: the server lists %d of %d records", query, len(answer.Hits.Hits), answer.Hits.Total)
	}
	for _, hit := range answer.Hits.Hits {
		ids = append(ids, hit.ID)
	}
	return ids
}

// refresh makes the server's searches find what was written.
func (s *realServer) refresh(t *testing.T) {
	t.Helper()
	if status, answer := s.ask(t, "", "POST", s.search+"/_refresh", nil); status != http.StatusOK {
		t.Fatalf("refresh the search indexes: %d %s", status, answer)
	}
}

// eventually waits for what the server's worker does in the background.
func (s *realServer) eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; {
		s.refresh(t)
		if done() {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server does not show it: %s", what)
		}
	}
}

// same compares ids in any order.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if len(want) == 0 {
		t.Errorf("%s: the server has none, so that nothing is compared", what)
	}
	if slices.Equal(got, want) {
		return
	}
	more := slices.DeleteFunc(slices.Clone(got), func(id string) bool { return slices.Contains(want, id) })
	missing := slices.DeleteFunc(slices.Clone(want), func(id string) bool { return slices.Contains(got, id) })
	t.Errorf("%s: %d records, the server has %d; missing %q, too many %q", what, len(got), len(want), missing, more)
}

func TestRealPing(t *testing.T) {
	s := newRealServer(t)
	ping := func(want int) (report pingReport) {
		t.Helper()
		code, stdout, stderr := s.attempt(t, "ping", "--json")
		if code != want {
			t.Fatalf("exit code %d, %s; want %d", code, stderr, want)
		}
		if err := json.Unmarshal([]byte(stdout), &report); err != nil {
			t.Fatal(err)
		}
		return report
	}
	want := len(s.records(t).latest().public())
	if got := ping(exitOK); got.Records != want || got.API != s.url+"/api" || got.Token.Accepted != nil || got.Dialect != "rdm" {
		t.Errorf("got %+v, want %d records of an InvenioRDM at %s", got, want, s.url)
	}
	t.Setenv("ZENODO_TOKEN", s.People["owner"].Token)
	if got := ping(exitOK); got.Token.Accepted == nil || !*got.Token.Accepted {
		t.Errorf("the token was not accepted: %+v", got.Token)
	}
	t.Setenv("ZENODO_TOKEN", "garbage")
	if got := ping(exitNotAllowed); got.Token.Accepted == nil || *got.Token.Accepted {
		t.Errorf("a token of nobody was accepted: %+v", got.Token)
	}
}

// This server has no deposit API as Zenodo has, and that is said.
func TestRealDeposit(t *testing.T) {
	s := newRealServer(t)
	t.Setenv("ZENODO_TOKEN", s.People["owner"].Token)
	for _, args := range [][]string{{"list"}, {"create"}, {"show", s.special(t, "draft")}, {"publish", "--yes", s.Ordinary[0]}, {"newversion", s.Ordinary[0]}} {
		code, stdout, stderr := s.attempt(t, append([]string{"deposit"}, args...)...)
		if code != exitFailure || stdout != "" || !strings.Contains(stderr, "the server has no deposit API as Zenodo has") || strings.Contains(stderr, "spelling") {
			t.Errorf("deposit %v: exit code %d, %q, %q", args, code, stdout, stderr)
		}
	}
}

package opensearch

import (
	"context"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// all is a run of everything.
var all = Checkpoint{Selection: "all", Source: "1"}

func prepare(t *testing.T, c *Client) Checkpoint {
	t.Helper()
	cp, err := c.Prepare(t.Context(), all.Selection, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return cp
}

func send(t *testing.T, c *Client, n int) {
	t.Helper()
	prepare(t, c)
	if got, err := c.Send(t.Context(), all, records(n), nil); err != nil || got != (Result{Sent: n}) {
		t.Fatalf("got %+v, %v; want %d", got, err, n)
	}
}

func TestSend(t *testing.T) {
	c := newCluster(t)
	client, waits := c.client()
	send(t, client, 2500)
	if len(c.documents) != 2500 || c.bulks != 3 || c.received != 2500 || len(*waits) > 0 {
		t.Errorf("%d documents came with %d requests, %d are there, after %v", c.received, c.bulks, len(c.documents), *waits)
	}
	if !strings.Contains(string(c.made), `"default_field"`) {
		t.Errorf("the index was made with %.200s", c.made)
	}
	// Once more: nothing is made, and the same documents are there.
	send(t, client, 2500)
	if len(c.documents) != 2500 {
		t.Errorf("after the second time %d are there", len(c.documents))
	}
}

// TestSendAgain has what is refused for the moment sent again, and only that.
func TestSendAgain(t *testing.T) {
	c := newCluster(t)
	client, waits := c.client()
	c.one = func(id string, n int) int {
		number, _ := strconv.Atoi(id)
		switch {
		case number%10 == 0 && n <= 2:
			return http.StatusTooManyRequests
		case number%10 == 1 && n == 1:
			return http.StatusServiceUnavailable
		}
		return http.StatusCreated
	}
	send(t, client, 100)
	if len(c.documents) != 100 {
		t.Errorf("%d of 100 are there", len(c.documents))
	}
	if want := 100 + 20 + 10; c.received != want {
		t.Errorf("%d documents were sent, want %d", c.received, want)
	}
	if len(*waits) != 2 || (*waits)[0] < firstPause/2 {
		t.Errorf("it waited %v", *waits)
	}
}

// TestWholeRequestRefused has a request that is refused as a whole, or fails,
// sent again when the cluster wants it.
func TestWholeRequestRefused(t *testing.T) {
	c := newCluster(t)
	client, waits := c.client()
	c.whole = func(n int, w http.ResponseWriter) bool {
		switch n {
		case 1:
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusTooManyRequests)
		case 2:
			w.WriteHeader(http.StatusBadGateway)
			_, _ = w.Write([]byte("<html>"))
		case 3:
			panic(http.ErrAbortHandler) // the connection is closed
		}
		return n <= 3
	}
	send(t, client, 10)
	if len(c.documents) != 10 || c.bulks != 4 {
		t.Errorf("%d of 10 are there after %d requests", len(c.documents), c.bulks)
	}
	if len(*waits) != 3 || (*waits)[0] != 7*time.Second {
		t.Errorf("it waited %v", *waits)
	}
}

// TestRefusedForGood lists documents that are refused for good, and all
// others sent.
func TestRefusedForGood(t *testing.T) {
	c := newCluster(t)
	client, _ := c.client()
	c.one = func(id string, _ int) int {
		if id == "5" || id == "1500" {
			return http.StatusBadRequest
		}
		return http.StatusCreated
	}
	prepare(t, client)
	result, err := client.Send(t.Context(), all, records(2000), nil)
	refused, ok := errors.AsType[*RefusedError](err)
	if !ok || refused.Count != 2 || refused.Taken != 1998 || result.Sent != 1998 || !strings.Contains(err.Error(), "1500: refused_exception: refused <1500>") {
		t.Errorf("got %v", err)
	}
	if len(c.documents) != 1998 {
		t.Errorf("%d are there, want 1998", len(c.documents))
	}
}

func TestGivesUp(t *testing.T) {
	c := newCluster(t)
	client, waits := c.client()
	prepare(t, client)
	c.one = func(string, int) int { return http.StatusTooManyRequests }
	_, err := client.Send(t.Context(), all, records(3), nil)
	if !errors.Is(err, ErrBusy) || c.bulks != attempts || len(*waits) != attempts-1 {
		t.Errorf("got %v after %d requests and %d waits", err, c.bulks, len(*waits))
	}
	for i, d := range *waits {
		if d > longestPause || i > 0 && d < firstPause/2 {
			t.Errorf("wait %d was %v", i, d)
		}
	}
	if !strings.Contains(err.Error(), "answers 429: refused_exception: refused <3>") {
		t.Errorf("it says %v", err)
	}
	c.Close()
	if _, err := client.Prepare(t.Context(), "all", Options{}); !errors.Is(err, ErrBusy) {
		t.Errorf("the cluster went: got %v, want ErrBusy", err)
	}
}

// TestUnreachable has nobody wait for a cluster that was never there, or that
// is not to be trusted.
func TestUnreachable(t *testing.T) {
	gone := newCluster(t)
	gone.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	for _, address := range []string{gone.URL, secure.URL} {
		client, err := NewClient(address, "zenodo", nil)
		if err != nil {
			t.Fatal(err)
		}
		client.wait = func(context.Context, time.Duration) error { t.Errorf("%s is waited for", address); return nil }
		if _, err := client.Prepare(t.Context(), "all", Options{}); !errors.Is(err, ErrUnreachable) {
			t.Errorf("got %v, want ErrUnreachable", err)
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestNotOpenSearch distinguishes another server from a cluster.
func TestNotOpenSearch(t *testing.T) {
	c := newCluster(t)
	client, _ := c.client()
	prepare(t, client)
	c.whole = func(_ int, w http.ResponseWriter) bool { _, _ = w.Write([]byte("<html>")); return true }
	if _, err := client.Send(t.Context(), all, records(1), nil); err == nil || !strings.Contains(err.Error(), "is not that of OpenSearch") {
		t.Errorf("got %v", err)
	}
}

// TestLog has each request in the log, with what is refused for the moment.
func TestLog(t *testing.T) {
	c := newCluster(t)
	client, _ := c.client()
	var b strings.Builder
	client.logger = slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c.one = func(_ string, n int) int {
		if n == 1 {
			return http.StatusTooManyRequests
		}
		return http.StatusCreated
	}
	send(t, client, 3)
	for _, want := range []string{
		"msg=request method=GET url=" + c.URL + "/zenodo bytes=0 attempt=1 ", "method=POST url=" + c.URL + "/zenodo/_bulk ", "attempt=2 ",
		`msg="records refused for now" records=3 attempt=1 status=429`,
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the log has not %q:\n%s", want, b.String())
		}
	}
}

// TestCheckpoint has a run that is killed resumed, from the first request on, and
// one that has ended leave nothing to resume.
func TestCheckpoint(t *testing.T) {
	for killed, want := range map[int]Checkpoint{
		1:  {Selection: "all", Source: "1"},
		2:  {Selection: "all", Source: "1", CreatedAt: "2020-01-01T00:16:39.000000+00:00", Sent: 1000},
		13: {Selection: "all", Source: "1", CreatedAt: "2020-01-01T03:03:19.000000+00:00", Sent: 11_000},
	} {
		c := newCluster(t)
		client, _ := c.client()
		if cp := prepare(t, client); cp != (Checkpoint{}) {
			t.Errorf("a new index has %+v", cp)
		}
		ctx, cancel := context.WithCancel(t.Context())
		c.whole = func(n int, _ http.ResponseWriter) bool {
			if n == killed {
				cancel()
			}
			return false
		}
		if _, err := client.Send(ctx, all, records(20_000), nil); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
		cp := prepare(t, client)
		want.Run = cp.Run
		if cp != want || cp.Run == "" {
			t.Errorf("killed in request %d: got %+v, want %+v", killed, cp, want)
		}
		c.whole = nil
		rest := 20_000 - cp.Sent
		result, err := client.Send(t.Context(), cp, from(cp.Sent, 20_000), nil)
		if err != nil || result != (Result{Sent: rest}) || len(c.documents) != 20_000 {
			t.Errorf("resumed: got %+v, %v, and %d are there", result, err, len(c.documents))
		}
		if got := prepare(t, client); got != (Checkpoint{Selection: "all", Source: "1", Run: cp.Run, Sent: 20_000}) {
			t.Errorf("at the end the checkpoint is %+v", got)
		}
	}
}

// TestSourceFails has the error of records come back as it is.
func TestSourceFails(t *testing.T) {
	client, _ := newCluster(t).client()
	prepare(t, client)
	cause := errors.New("no more records")
	failing := func(yield func(*zenodo.Record, error) bool) { yield(nil, cause) }
	if _, err := client.Send(t.Context(), all, failing, nil); err != cause {
		t.Errorf("got %v", err)
	}
}

func TestRefusedRequest(t *testing.T) {
	for status, want := range map[int]error{http.StatusUnauthorized: ErrUnauthorized, http.StatusForbidden: ErrUnauthorized, http.StatusRequestEntityTooLarge: nil} {
		c := newCluster(t)
		client, waits := c.client()
		c.whole = func(_ int, w http.ResponseWriter) bool { w.WriteHeader(status); return true }
		prepare(t, client)
		_, err := client.Send(t.Context(), all, records(1), nil)
		if err == nil || want != nil && !errors.Is(err, want) || len(*waits) > 0 || !strings.Contains(err.Error(), strconv.Itoa(status)) {
			t.Errorf("%d: got %v after %v", status, err, *waits)
		}
	}
}

// TestCredentials has user and password go to the cluster and into no error.
func TestCredentials(t *testing.T) {
	c := newCluster(t)
	for _, fromEnvironment := range []bool{true, false} {
		address := strings.Replace(c.URL, "http://", "http://user:s3cret@", 1)
		if fromEnvironment {
			t.Setenv("OPENSEARCH_USERNAME", "user")
			t.Setenv("OPENSEARCH_PASSWORD", "s3cret")
			address = c.URL
		}
		client, err := NewClient(address, "zenodo", nil)
		if err != nil {
			t.Fatal(err)
		}
		c.users = nil
		send(t, client, 1)
		if slices.ContainsFunc(c.users, func(u string) bool { return u != "user:s3cret" }) || len(c.users) == 0 {
			t.Errorf("the cluster was asked by %v", c.users)
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	}
	for address, want := range map[string]error{
		"http://user:s3cret@search.example:9200":  ErrInsecure,
		"https://user:s3cret@search.example/%zz":  ErrAddress,
		"ftp://user:s3cret@search.example":        ErrAddress,
		"https://user:s3cret@search.example/?a=b": ErrAddress,
		"search.example:9200":                     ErrAddress,
	} {
		_, err := NewClient(address, "zenodo", nil)
		if !errors.Is(err, want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: got %v, want %v", address, err, want)
		}
	}
	for _, name := range []string{"", "Zenodo", "_all", "a/b", "a*", "..", "a b"} {
		if _, err := NewClient(c.URL, name, nil); !errors.Is(err, ErrAddress) {
			t.Errorf("index %q: got %v, want ErrAddress", name, err)
		}
	}
	gone, err := NewClient("http://user:s3cret@127.0.0.1:1", "zenodo", nil)
	if err != nil {
		t.Fatal(err)
	}
	gone.wait = func(context.Context, time.Duration) error { return nil }
	if _, err := gone.Prepare(t.Context(), "all", Options{}); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("no cluster there: got %v", err)
	}
}

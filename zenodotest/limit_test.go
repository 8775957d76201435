package zenodotest_test

import (
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zharvest/zharvest/zenodotest"
)

// inBubble makes a client without sockets, for tests that move the clock.
func inBubble(t *testing.T, cfg zenodotest.Config) (*zenodotest.Emulator, *http.Client) {
	t.Helper()
	e, err := zenodotest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return e, &http.Client{Transport: e.Transport(), CheckRedirect: noRedirects.CheckRedirect}
}

func status(t *testing.T, client *http.Client, path string) *http.Response {
	t.Helper()
	resp, err := client.Get("http://zenodo.test" + path)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

func header(t *testing.T, resp *http.Response, key string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(resp.Header.Get(key), 10, 64)
	if err != nil {
		t.Errorf("%s: got %q, want a number", key, resp.Header.Get(key))
	}
	return n
}

func TestMovingWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, client := inBubble(t, zenodotest.Config{SearchLimit: zenodotest.Rate{Count: 3, Per: time.Minute}})
		start := time.Now()
		for i := range 3 {
			resp := status(t, client, "/api/records")
			if resp.StatusCode != 200 || header(t, resp, "X-RateLimit-Limit") != 3 || header(t, resp, "X-RateLimit-Remaining") != int64(2-i) {
				t.Errorf("request %d: got %d with %v", i, resp.StatusCode, resp.Header)
			}
			if got, want := header(t, resp, "X-RateLimit-Reset"), start.Add(time.Minute).Unix()+1; got != want {
				t.Errorf("request %d: reset %d, want %d: a minute after the oldest request, and a second", i, got, want)
			}
			if got, want := header(t, resp, "Retry-After"), int64(61-20*i); got != want {
				t.Errorf("request %d: Retry-After %d, want %d, with a 200 too", i, got, want)
			}
			time.Sleep(20 * time.Second)
		}
		// After 60 seconds the first request has left the window; the others have not.
		if resp := status(t, client, "/api/communities/fed-sky/records"); resp.StatusCode != 200 {
			t.Errorf("after a minute: got %d, want 200", resp.StatusCode)
		}
		if resp := status(t, client, "/api/records"); resp.StatusCode != 429 {
			t.Errorf("both kinds of searches share a window: got %d, want 429", resp.StatusCode)
		}
		if resp := status(t, client, "/api/communities"); resp.StatusCode != 200 || resp.Header.Get("X-RateLimit-Limit") != "" {
			t.Errorf("other requests are not limited here: got %d", resp.StatusCode)
		}
		time.Sleep(20 * time.Second)
		if resp := status(t, client, "/api/records"); resp.StatusCode != 200 {
			t.Errorf("what was refused must not count: got %d, want 200", resp.StatusCode)
		}
	})
}

func TestTooManyRequests(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{Limit: zenodotest.Rate{Count: 1, Per: time.Minute}, SearchLimit: zenodotest.Rate{Count: 30, Per: time.Minute}})
	if got := get(t, s, "/communities"); got.StatusCode != 200 {
		t.Fatalf("first request: got %d", got.StatusCode)
	}
	hasJSON(t, get(t, s, "/nonsense"), http.StatusTooManyRequests, `{"message": "1 per 1 minute", "status": 429}`)
	if got := get(t, s, "/records"); got.StatusCode != 200 || got.Header.Get("X-RateLimit-Remaining") != "29" {
		t.Errorf("search: got %d with %s left, want 200 with 29", got.StatusCode, got.Header.Get("X-RateLimit-Remaining"))
	}
}

// TestLimitByClient: a token changes nothing, and another User-Agent is another
// client. Writes are no searches.
func TestLimitByClient(t *testing.T) {
	s := zenodotest.NewServer(t, zenodotest.Config{SearchLimit: zenodotest.Rate{Count: 1, Per: time.Minute}})
	for _, tt := range []struct {
		agent, token string
		want         int
	}{{"a/1", "", 200}, {"a/1", "", 429}, {"a/1", "secret", 429}, {"a/2", "secret", 200}, {"a/2", "other", 429}} {
		headers := []string{"User-Agent", tt.agent}
		if tt.token != "" {
			headers = append(headers, "Authorization", "Bearer "+tt.token)
		}
		if got := get(t, s, "/records", headers...); got.StatusCode != tt.want {
			t.Errorf("%v: got %d, want %d", headers, got.StatusCode, tt.want)
		}
	}
	if got := do(t, http.MethodPost, s.API()+"/records", "User-Agent", "a/1"); got.StatusCode == http.StatusTooManyRequests {
		t.Errorf("POST of a record: got %d", got.StatusCode)
	}
	if got := get(t, s, "/nonsense"); got.StatusCode != 404 || got.Header.Get("X-RateLimit-Limit") != "" {
		t.Errorf("other requests have no limit here: got %d with %v", got.StatusCode, got.Header)
	}
}

func TestParseRate(t *testing.T) {
	for text, want := range map[string]zenodotest.Rate{
		"": {}, "30/m": {Count: 30, Per: time.Minute}, "5/s": {Count: 5, Per: time.Second}, "2000/h": {Count: 2000, Per: time.Hour},
	} {
		if got, err := zenodotest.ParseRate(text); got != want || err != nil {
			t.Errorf("ParseRate(%q): got %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"30", "m", "0/m", "-1/m", "1/d", "x/m", "1/m/s"} {
		if got, err := zenodotest.ParseRate(text); err == nil {
			t.Errorf("ParseRate(%q): got %v, want an error", text, got)
		}
	}
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, client := inBubble(t, zenodotest.Config{Latency: 3 * time.Second})
		start := time.Now()
		resp := status(t, client, "/api/communities")
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("took %v, want 3s", took)
		}
		if date := resp.Header.Get("Date"); date != time.Now().UTC().Format(http.TimeFormat) {
			t.Errorf("Date: got %q, want the time in the bubble", date)
		}
	})
}

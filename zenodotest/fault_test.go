package zenodotest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zharvest/zharvest/zenodotest"
)

// with makes every request meet a fault.
func with(f zenodotest.Fault) zenodotest.Config {
	return zenodotest.Config{Fault: func(*http.Request, int) zenodotest.Fault { return f }}
}

// attempt sends one request and returns what a client may notice: an error
// before the response, or one while its body is read.
func attempt(t *testing.T, client *http.Client, address string) (resp *http.Response, body []byte, err, bodyErr error) {
	t.Helper()
	resp, err = client.Get(address)
	if err != nil {
		return nil, nil, err, nil
	}
	defer resp.Body.Close()
	body, bodyErr = io.ReadAll(resp.Body)
	return resp, body, nil, bodyErr
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		fault zenodotest.Fault
		check func(t *testing.T, resp *http.Response, body []byte, err, bodyErr error)
	}{
		{zenodotest.Fault{Kind: zenodotest.FaultReset}, func(t *testing.T, _ *http.Response, _ []byte, err, _ error) {
			if !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("got %v, want a reset connection", err)
			}
		}},
		{zenodotest.Fault{Kind: zenodotest.FaultCut}, func(t *testing.T, resp *http.Response, body []byte, _, bodyErr error) {
			if resp.StatusCode != 200 || !errors.Is(bodyErr, io.ErrUnexpectedEOF) || len(body) == 0 {
				t.Errorf("got %d, %d bytes and %v, want half a body and an unexpected end", resp.StatusCode, len(body), bodyErr)
			}
		}},
		{zenodotest.Fault{Kind: zenodotest.FaultGarbled}, func(t *testing.T, resp *http.Response, body []byte, _, _ error) {
			if resp.StatusCode != 200 || json.Valid(body) {
				t.Errorf("got %d and %d bytes of sound JSON", resp.StatusCode, len(body))
			}
		}},
		{zenodotest.Fault{Kind: zenodotest.FaultEmpty}, func(t *testing.T, resp *http.Response, body []byte, _, _ error) {
			if resp.StatusCode != 200 || len(body) != 0 {
				t.Errorf("got %d and %q", resp.StatusCode, body)
			}
		}},
		{zenodotest.Fault{Kind: zenodotest.FaultHTML}, isPage(200, "text/html")},
		{zenodotest.Fault{Kind: zenodotest.Fault502}, isPage(502, "application/octet-stream")},
		{zenodotest.Fault{Kind: zenodotest.Fault503}, isPage(503, "text/html")},
		{zenodotest.Fault{Kind: zenodotest.Fault504}, isPage(504, "text/html")},
		{zenodotest.Fault{Kind: zenodotest.FaultBlock}, isPage(403, "text/html")},
		{zenodotest.Fault{Kind: zenodotest.Fault500}, func(t *testing.T, resp *http.Response, body []byte, _, _ error) {
			if resp.StatusCode != 500 || !bytes.Contains(body, []byte("error_id")) {
				t.Errorf("got %d and %s", resp.StatusCode, body)
			}
		}},
		{zenodotest.Fault{Kind: zenodotest.Fault429, RetryAfter: "7"}, func(t *testing.T, resp *http.Response, body []byte, _, _ error) {
			if resp.StatusCode != 429 || resp.Header.Get("Retry-After") != "7" || string(body) != `{"message": "30 per 1 minute", "status": 429}` {
				t.Errorf("got %d, Retry-After %s and %s", resp.StatusCode, resp.Header.Get("Retry-After"), body)
			}
		}},
	} {
		t.Run(string(c.fault.Kind), func(t *testing.T) {
			s := zenodotest.NewServer(t, with(c.fault))
			resp, body, err, bodyErr := attempt(t, &http.Client{}, s.API()+"/records")
			c.check(t, resp, body, err, bodyErr)
		})
		t.Run(string(c.fault.Kind)+" in process", func(t *testing.T) {
			_, client := inBubble(t, with(c.fault))
			resp, body, err, bodyErr := attempt(t, client, "http://zenodo.test/api/records")
			c.check(t, resp, body, err, bodyErr)
		})
	}
}

func isPage(status int, contentType string) func(*testing.T, *http.Response, []byte, error, error) {
	return func(t *testing.T, resp *http.Response, body []byte, _, _ error) {
		t.Helper()
		if resp.StatusCode != status || !strings.HasPrefix(resp.Header.Get("Content-Type"), contentType) || !bytes.Contains(body, []byte("<html>")) {
			t.Errorf("got %d, %s and %q", resp.StatusCode, resp.Header.Get("Content-Type"), body)
		}
	}
}

func TestDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, client := inBubble(t, with(zenodotest.Fault{Kind: zenodotest.FaultDelay, Delay: time.Hour}))
		start := time.Now()
		if resp := status(t, client, "/api/records"); resp.StatusCode != 200 || time.Since(start) != time.Hour {
			t.Errorf("got %d after %v, want 200 after an hour", resp.StatusCode, time.Since(start))
		}
	})
}

// TestChance checks that the same seed gives the same faults, about as many
// as asked for, of all kinds, and that a 503 names its delay in every way.
func TestChance(t *testing.T) {
	const n = 600
	run := func(seed uint64) (kinds []zenodotest.FaultKind) {
		e, client := inBubble(t, zenodotest.Config{Faults: 0.5, Seed: seed, FaultKinds: []zenodotest.FaultKind{
			zenodotest.FaultReset, zenodotest.Fault500, zenodotest.Fault503, zenodotest.FaultCut, zenodotest.FaultEmpty,
		}})
		for range n {
			attempt(t, client, "http://zenodo.test/api/communities")
		}
		for _, r := range e.Requests() {
			kinds = append(kinds, r.Fault)
		}
		return kinds
	}
	first, again, other := run(1), run(1), run(2)
	count, differs := map[zenodotest.FaultKind]int{}, false
	for i := range first {
		count[first[i]]++
		if first[i] != again[i] {
			t.Fatalf("request %d: %q and %q with the same seed", i+1, first[i], again[i])
		}
		differs = differs || first[i] != other[i]
	}
	if !differs {
		t.Error("another seed made the same faults")
	}
	if faults := n - count[zenodotest.FaultNone]; faults < n*4/10 || faults > n*6/10 || len(count) != 6 {
		t.Errorf("got %d faults of %d kinds, want about %d of 5", faults, len(count)-1, n/2)
	}
}

func TestRetryAfterForms(t *testing.T) {
	s := zenodotest.NewServer(t, with(zenodotest.Fault{Kind: zenodotest.Fault503}))
	forms := map[string]bool{}
	for range 3 {
		after := get(t, s, "/records").Header.Get("Retry-After")
		_, err := http.ParseTime(after)
		forms[map[bool]string{true: "date", false: after}[err == nil]] = true
	}
	if len(forms) != 3 {
		t.Errorf("Retry-After: got %v, want 0, 1 and a date", forms)
	}
}

func TestConfigErrors(t *testing.T) {
	for name, cfg := range map[string]zenodotest.Config{
		"probability": {Faults: 2}, "kind": {FaultKinds: []zenodotest.FaultKind{"flood"}}, "window": {Window: -1},
		"file": {Data: []string{"nothing.jsonl"}}, "synthetic": {Synthetic: -1},
		"burst": {Synthetic: 10, Bursts: []zenodotest.Burst{{At: 0, Count: 0}}},
	} {
		if _, err := zenodotest.New(cfg); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func TestJournal(t *testing.T) {
	var log bytes.Buffer
	s := zenodotest.NewServer(t, zenodotest.Config{Log: &log})
	for _, page := range []string{"1", "2", "2", "3"} {
		get(t, s, "/records?page="+page+"&access_token=secret")
	}
	get(t, s, "/records?size=1000")
	get(t, s, "/records?size=1000")
	requests := s.Requests()
	if len(requests) != 6 || s.RequestCount() != 6 || requests[5].Status != 400 || requests[0].N != 1 {
		t.Errorf("got %d requests, the last %+v", len(requests), requests[len(requests)-1])
	}
	repeated := s.Repeated()
	if n := repeated["GET /api/records?access_token=REDACTED&page=2"]; n != 2 || len(repeated) != 1 {
		t.Errorf("got %v, want page 2 twice and nothing else", repeated)
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if strings.Contains(log.String(), "secret") || len(lines) != 6 {
		t.Errorf("log of %d lines:\n%s", len(lines), log.String())
	}
	var line struct {
		Time         time.Time
		Method, Path string
		Status       int
	}
	if err := json.Unmarshal([]byte(lines[4]), &line); err != nil {
		t.Fatal(err)
	}
	if line.Method != "GET" || line.Path != "/api/records?size=1000" || line.Status != 400 || line.Time.IsZero() {
		t.Errorf("line: got %+v", line)
	}
}

func TestOnRequest(t *testing.T) {
	var mu sync.Mutex
	var numbers []int
	s := zenodotest.NewServer(t, zenodotest.Config{OnRequest: func(n int, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		numbers = append(numbers, n)
	}})
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() { get(t, s, "/records") })
	}
	group.Wait()
	if len(numbers) != 20 {
		t.Errorf("got %d calls, want 20", len(numbers))
	}
}

// TestSearchFaults: a search that failed in part looks like any other.
func TestSearchFaults(t *testing.T) {
	var kind zenodotest.FaultKind
	s := zenodotest.NewServer(t, zenodotest.Config{Fault: func(*http.Request, int) zenodotest.Fault { return zenodotest.Fault{Kind: kind} }})
	for _, path := range []string{"/records", "/communities/fed-sky/records"} {
		kind = zenodotest.FaultNone
		all := map[string]bool{}
		for _, r := range walk(t, s, path) {
			all[r.text()] = true
		}
		kind = zenodotest.FaultShards
		part, total := walk(t, s, path), search(t, s, path).total()
		if n := len(part); n != total || n >= len(all) || n < len(all)/3 {
			t.Errorf("%s: %d of %d records were found, %d by the total", path, n, len(all), total)
		}
		for _, r := range part {
			if !all[r.text()] {
				t.Errorf("%s: record %s was not found by the whole search", path, r.text())
			}
		}
		kind = zenodotest.FaultNoIndex
		if none := search(t, s, path); none.total() != 0 || len(none.Hits.Hits) > 0 || none.Links["self"] == "" {
			t.Errorf("%s: an empty index has %d records", path, none.total())
		}
		for id := range all {
			if got := get(t, s, "/records/"+id); got.StatusCode != http.StatusOK {
				t.Errorf("record %s: %d; only searches go wrong", id, got.StatusCode)
			}
		}
	}
}

func TestFaultKindText(t *testing.T) {
	for _, name := range []string{"reset", "checksum", "shards", "no-index"} {
		var kind zenodotest.FaultKind
		if err := kind.UnmarshalText([]byte(name)); err != nil || string(kind) != name {
			t.Errorf("%s: got %q, %v", name, kind, err)
		}
	}
	kind := zenodotest.Fault500
	if err := kind.UnmarshalText([]byte("flood")); err == nil || kind != zenodotest.Fault500 || !strings.Contains(err.Error(), "checksum shards no-index") {
		t.Errorf("flood: got %q, %v", kind, err)
	}
}

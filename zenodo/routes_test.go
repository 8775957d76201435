package zenodo_test

import (
	"context"
	"errors"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

func TestOAIURL(t *testing.T) {
	for root, want := range map[string]string{
		"https://zenodo.org/api":         "https://zenodo.org/oai2d",
		"https://sandbox.zenodo.org/api": "https://sandbox.zenodo.org/oai2d",
		"http://127.0.0.1:8080/api/":     "http://127.0.0.1:8080/oai2d",
		"https://example.org/repo/api":   "https://example.org/repo/oai2d",
		"https://example.org":            "https://example.org/oai2d",
		"https://api.example.org/v1":     "https://api.example.org/v1/oai2d",
	} {
		if got := newClient(t, zenodo.WithBaseURL(root)).OAIURL(); got != want {
			t.Errorf("%s: got %s, want %s", root, got, want)
		}
	}
}

// askRoute sends a request as a client of OAI-PMH does.
func askRoute(t *testing.T, c *zenodo.Client, address string) (status int, err error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.HTTPClient().Do(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// A resumption token that the server may have answered is not sent again, to the
// server of the API; others keep to the protocol, by which it may be.
func TestRouteWithResumptionToken(t *testing.T) {
	for _, tc := range []struct {
		host, query string
		first       func(*http.Request) (*http.Response, error)
		requests    int64
	}{
		{"zenodo.org", "verb=ListRecords&resumptionToken=x", answers(502, ""), 1},
		{"zenodo.org", "verb=ListRecords&resumptionToken=x", failsWith(syscall.ECONNRESET), 1},
		{"zenodo.org", "verb=ListRecords&resumptionToken=x", answers(429, ""), 2},
		{"zenodo.org", "verb=ListRecords&metadataPrefix=x", answers(502, ""), 2},
		{"example.org", "verb=ListRecords&resumptionToken=x", answers(502, ""), 2},
	} {
		n := 0
		c := newClient(t, zenodo.WithRetryDelay(time.Microsecond, time.Microsecond), zenodo.WithTransport(roundTrip(func(req *http.Request) (*http.Response, error) {
			if n++; n == 1 {
				return tc.first(req)
			}
			return answers(200, "<OAI-PMH/>")(req)
		})))
		status, err := askRoute(t, c, "https://"+tc.host+"/oai2d?"+tc.query)
		if got := c.Usage().Requests; got != tc.requests || tc.requests > 1 && (status != 200 || err != nil) {
			t.Errorf("%+v: got %d, %v after %d requests, want %d", tc, status, err, got, tc.requests)
		}
	}
}

// No token goes to another route, not even of the same host.
func TestRouteWithoutToken(t *testing.T) {
	server := roundTrip(func(req *http.Request) (*http.Response, error) {
		if got := req.Header.Get("Authorization"); got != "" {
			t.Errorf("sent to %s: %q", req.URL, got)
		}
		if got := req.Header.Get("User-Agent"); got != "curator/1 (+https://example.org)" {
			t.Errorf("User-Agent %q", got)
		}
		return answers(200, "<OAI-PMH/>")(req)
	})
	c := newClient(t, zenodo.WithTransport(server), zenodo.WithAccessToken(testToken), zenodo.WithUserAgent("curator/1 (+https://example.org)"))
	for _, address := range []string{c.OAIURL() + "?verb=Identify", "https://zenodo.org/api/records", "https://example.org/oai"} {
		if status, err := askRoute(t, c, address); err != nil || status != 200 {
			t.Errorf("%s: got %d, %v", address, status, err)
		}
	}
	if u := c.Usage(); u.Requests != 3 || u.Retries != 0 {
		t.Errorf("usage %+v", u)
	}
}

// What may pass is tried as often as a call of the API, and each request anew;
// an error of OAI-PMH is an answer.
func TestRouteRetries(t *testing.T) {
	for _, tc := range []struct {
		name     string
		fault    fault
		times    int
		requests int64
		status   int
		err      error
	}{
		{"reset", failsWith(syscall.ECONNRESET), 3, 4, 200, nil},
		{"504", answers(504, page403), 3, 4, 200, nil},
		{"429", answers(429, page403, "Retry-After", "7"), 1, 2, 200, nil},
		{"503 again and again", answers(503, page403), 99, zenodo.DefaultMaxAttempts, 503, nil},
		{"reset again and again", failsWith(syscall.ECONNRESET), 99, zenodo.DefaultMaxAttempts, 0, syscall.ECONNRESET},
		{"422", answers(422, `<OAI-PMH/>`), 99, 1, 422, nil},
		{"200 with HTML", answers(200, page403), 1, 1, 200, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &script{faults: repeat(tc.fault, tc.times)}
				c := newClient(t, zenodo.WithTransport(server))
				status, err := askRoute(t, c, c.OAIURL())
				if status != tc.status || !errors.Is(err, tc.err) {
					t.Errorf("got %d, %v; want %d, %v", status, err, tc.status, tc.err)
				}
				u := c.Usage()
				if u.Requests != tc.requests || u.Retries != tc.requests-1 {
					t.Errorf("usage %+v, want %d requests", u, tc.requests)
				}
				if tc.times == 99 && tc.requests > 1 { // another request has its own attempts
					_, _ = askRoute(t, c, c.OAIURL())
					if got := c.Usage().Requests; got != 2*tc.requests {
						t.Errorf("%d requests after the second, want %d", got, 2*tc.requests)
					}
				}
			})
		})
	}
}

// OAI-PMH has a window of its own, in which 30 requests a minute go out.
func TestRoutePace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, zenodo.WithTransport(&script{}))
		start := time.Now()
		for range 31 {
			if _, err := askRoute(t, c, c.OAIURL()+"?verb=ListSets"); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took < time.Minute || took > 62*time.Second {
			t.Errorf("31 requests took %v, want a minute", took)
		}
		start = time.Now()
		if _, err := c.Records.Get(t.Context(), "3"); err != nil || time.Since(start) > 0 {
			t.Errorf("another group waited for %v, error %v", time.Since(start), err)
		}
		for _, l := range c.Limits() {
			if l.Name == "oai" && l.PerMinute == 30 {
				return
			}
		}
		t.Errorf("limits %+v", c.Limits())
	})
}

func TestRouteCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, zenodo.WithTransport(&script{faults: repeat(answers(503, "", "Retry-After", "600"), 9)}))
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.OAIURL(), http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = c.HTTPClient().Do(req)
		if !errors.Is(err, context.Canceled) || time.Since(start) != time.Second {
			t.Errorf("got %v after %v, want canceled after 1s", err, time.Since(start))
		}
	})
}

package zenodo_test

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

type timeout struct{}

func (timeout) Error() string   { return "timeout" }
func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return true }

// fault is one way in which a request fails.
type fault func(*http.Request) (*http.Response, error)

func failsWith(err error) fault {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func answers(status int, body string, headers ...string) fault {
	return func(req *http.Request) (*http.Response, error) {
		h := http.Header{}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return response(req, status, h, body), nil
	}
}

func breaksOff(body string, err error) fault {
	return func(req *http.Request) (*http.Response, error) {
		resp := response(req, 200, http.Header{}, "")
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(body), iotest.ErrReader(err)))
		return resp, nil
	}
}

const page403 = "<html><h1>unusual traffic</h1></html>"

// passing are the faults that may pass.
var passing = map[string]fault{
	"no route":   failsWith(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.EHOSTUNREACH}),
	"reset":      failsWith(syscall.ECONNRESET),
	"EOF":        failsWith(io.EOF),
	"header cut": failsWith(io.ErrUnexpectedEOF),
	"timeout":    failsWith(timeout{}),
	"DNS":        failsWith(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", IsTemporary: true}}),
	"stream":     failsWith(errors.New("stream error: stream ID 3; INTERNAL_ERROR; received from peer")),
	"429":        answers(429, `{"message":"30 per 1 minute"}`),
	"500":        answers(500, `{"status":500}`),
	"502":        answers(502, page403),
	"503":        answers(503, page403),
	"504":        answers(504, page403),
	"body reset": breaksOff(`{"id":`, syscall.ECONNRESET),
	"body cut":   breaksOff(`{"id":1`, io.ErrUnexpectedEOF),
	"empty":      answers(200, ""),
	"blank":      answers(200, " \n"),
	"garbled":    answers(200, `{"id": 3, "metada\x00`),
	"cut":        answers(200, `{"id": 3, "doi": "10.5`),
	"HTML":       answers(200, page403, "Content-Type", "text/html"),
	"no record":  answers(200, `{}`),
}

// meant is what an error must say in the end.
var meant = map[string]string{
	"no route": "no route to host", "429": "30 per 1 minute", "500": "Internal Server Error", "502": "unusual traffic",
	"body cut": "unexpected EOF", "empty": "empty", "blank": "empty", "garbled": "garbled", "HTML": "HTML",
}

// script answers with the faults in order, then well.
type script struct {
	faults []fault
	n      int
}

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	s.n++
	if s.n <= len(s.faults) {
		return s.faults[s.n-1](req)
	}
	return answers(200, recordJSON(3))(req)
}

func repeat(f fault, n int) []fault {
	faults := make([]fault, n)
	for i := range faults {
		faults[i] = f
	}
	return faults
}

func TestRetry(t *testing.T) {
	for name, f := range passing {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &script{faults: repeat(f, zenodo.DefaultMaxAttempts-1)}
				c := newClient(t, zenodo.WithTransport(server))
				start := time.Now()
				if got, err := c.Records.Get(t.Context(), "3"); err != nil || got.ID != "3" {
					t.Fatalf("got %v, %v", got, err)
				}
				if u := c.Usage(); u.Requests != zenodo.DefaultMaxAttempts || u.Retries != u.Requests-1 {
					t.Errorf("usage %+v", u)
				}
				if took := time.Since(start); took == 0 || took > 11*30*time.Second {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

func TestRetryIsBounded(t *testing.T) {
	for name, f := range passing {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &script{faults: repeat(f, 100)}
				c := newClient(t, zenodo.WithTransport(server), zenodo.WithMaxAttempts(5))
				got, err := c.Records.Get(t.Context(), "3")
				if err == nil {
					t.Fatalf("got %v, want an error", got)
				}
				if !strings.Contains(err.Error(), meant[name]) {
					t.Errorf("got %q, which does not say %q", err, meant[name])
				}
				if u := c.Usage(); server.n != 5 || u.Requests != 5 || u.Retries != 4 {
					t.Errorf("%d requests, usage %+v; want 5 with 4 retries", server.n, u)
				}
			})
		})
	}
}

// Both depths of retry and the redirects of a call draw on the same attempts.
func TestRetryIsBoundedInCommon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		redirect := answers(302, "", "Location", "/api/records/4")
		server := &script{faults: []fault{
			passing["reset"], redirect, passing["500"], passing["empty"], redirect, passing["reset"], passing["HTML"], passing["cut"],
		}}
		c := newClient(t, zenodo.WithTransport(server), zenodo.WithMaxAttempts(5))
		_, err := c.Records.Get(t.Context(), "3")
		if !errors.Is(err, zenodo.ErrInvalidBody) || !strings.Contains(err.Error(), "(attempts: 5)") {
			t.Errorf("got %v, want ErrInvalidBody after 5 attempts", err)
		}
		if u := c.Usage(); u.Requests != 7 || u.Retries != 4 {
			t.Errorf("usage %+v, want 7 requests with 4 retries", u)
		}
	})
}

// Fewer attempts than the client allows may be asked for, not more.
func TestLimitAttempts(t *testing.T) {
	for name, f := range passing {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				for _, tt := range []struct{ limit, want int }{{3, 3}, {1, 1}, {0, 1}, {9, 5}} {
					server := &script{faults: repeat(f, 100)}
					c := newClient(t, zenodo.WithTransport(server), zenodo.WithMaxAttempts(5))
					if got, err := c.LimitAttempts(tt.limit).Records.Get(t.Context(), "3"); err == nil {
						t.Errorf("got %v, want an error", got)
					}
					if server.n != tt.want {
						t.Errorf("limited to %d: %d attempts, want %d", tt.limit, server.n, tt.want)
					}
				}
			})
		})
	}
}

func TestNotRetried(t *testing.T) {
	for name, f := range map[string]fault{
		"400":          answers(400, `{}`),
		"401":          answers(401, `{}`),
		"404":          answers(404, `{}`),
		"410":          answers(410, `{}`),
		"blocked":      answers(403, page403),
		"no such host": failsWith(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}),
		"certificate":  failsWith(x509.UnknownAuthorityError{}),
		"TLS alert":    failsWith(&net.OpError{Op: "remote error", Err: errors.New("tls: handshake failure")}),
		"a day":        answers(429, `{}`, "Retry-After", "86400"),
	} {
		t.Run(name, func(t *testing.T) {
			server := &script{faults: repeat(f, 100)}
			c := newClient(t, zenodo.WithTransport(server))
			if got, err := c.Records.Get(t.Context(), "3"); err == nil {
				t.Errorf("got %v, want an error", got)
			}
			if server.n != 1 {
				t.Errorf("%d requests, want 1", server.n)
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	date := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, tc := range []struct {
		name string
		f    fault
		want time.Duration
	}{
		{"429 seconds", answers(429, `{}`, "Retry-After", "22"), 22 * time.Second},
		{"503 seconds", answers(503, ``, "Retry-After", "100"), 100 * time.Second},
		{
			"429 date", answers(429, `{}`, "Retry-After", date.Add(40*time.Second).Format(http.TimeFormat), "Date", date.Format(http.TimeFormat)),
			40 * time.Second,
		},
		{"not an order", answers(500, `{}`, "Retry-After", "3000"), 0},
		{"not an order on a page that is cut", answers(200, `{`, "Retry-After", "3000"), 0},
		{"429 by its reset", answers(429, `{}`, "X-RateLimit-Limit", "30", "X-RateLimit-Remaining", "0",
			"X-RateLimit-Reset", "1767323075", "Date", time.Unix(1767323045, 0).UTC().Format(http.TimeFormat)), 30 * time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, zenodo.WithTransport(&script{faults: []fault{tc.f}}))
				start := time.Now()
				if _, err := c.Records.Get(t.Context(), "3"); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); took < tc.want || took > tc.want+500*time.Millisecond {
					t.Errorf("waited %v, want %v", took, tc.want)
				}
			})
		})
	}
}

// Where three of ten requests fail, in every way that may pass, the calls of a
// long harvest succeed and do not take long.
func TestOftenFailing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		random := rand.New(rand.NewPCG(1, 2))
		var kinds []fault
		for _, name := range []string{
			"no route", "reset", "EOF", "header cut", "timeout", "429", "500", "502", "503", "504",
			"body reset", "body cut", "empty", "garbled", "cut", "HTML",
		} {
			kinds = append(kinds, passing[name])
		}
		server := roundTrip(func(req *http.Request) (*http.Response, error) {
			if random.Float64() < 0.3 {
				return kinds[random.IntN(len(kinds))](req)
			}
			return answers(200, recordJSON(3))(req)
		})
		c := newClient(t, zenodo.WithBaseURL("https://data.example.org/api"), zenodo.WithTransport(server))
		const calls = 20_000
		start := time.Now()
		for range calls {
			if _, err := c.Records.Get(t.Context(), "3"); err != nil {
				t.Fatal(err)
			}
		}
		if each := time.Since(start) / calls; each > 500*time.Millisecond {
			t.Errorf("a call took %v", each)
		}
		if u := c.Usage(); u.Requests-u.Retries != calls || u.Throttled == 0 {
			t.Errorf("usage %+v after %d calls", u, calls)
		}
	})
}

func TestCancelledWhileWaiting(t *testing.T) {
	why := errors.New("the user went home")
	for name, f := range map[string]fault{
		"before a retry":           passing["reset"],
		"before a retry of a body": passing["empty"],
		"for Retry-After":          answers(503, "", "Retry-After", "3000"),
		"for the pace":             answers(429, `{}`, "Retry-After", "3000"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				server := &script{faults: repeat(f, 100)}
				c := newClient(t, zenodo.WithTransport(server), zenodo.WithRetryDelay(time.Hour, time.Hour))
				time.AfterFunc(time.Millisecond, func() { cancel(why) })
				start := time.Now()
				_, err := c.Records.Get(ctx, "3")
				if !errors.Is(err, context.Canceled) || !errors.Is(err, why) {
					t.Errorf("got %v, want %v and its cause", err, context.Canceled)
				}
				if took := time.Since(start); took != time.Millisecond || server.n != 1 {
					t.Errorf("%d requests in %v, want 1 in 1ms", server.n, took)
				}
			})
		})
	}
}

func TestCancelledUnderWay(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if _, err := c.Records.Get(ctx, "3"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want %v", err, context.Canceled)
	}
	if _, err := c.Records.Get(ctx, "3"); !errors.Is(err, context.Canceled) || c.Usage().Requests != 1 {
		t.Errorf("got %v with usage %+v, want no request", err, c.Usage())
	}
}

func TestDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		c := newClient(t, zenodo.WithTransport(&script{faults: repeat(passing["500"], 100)}), zenodo.WithMaxAttempts(1000))
		if _, err := c.Records.Get(ctx, "3"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want %v", err, context.DeadlineExceeded)
		}
	})
}

// A query that makes the server fail is asked once more, and not for minutes.
func TestQueryFails(t *testing.T) {
	fault, empty := `{"status":500,"message":"The server encountered an internal error"}`, envelopeJSON(0)
	for name, tt := range map[string]struct {
		status   func(n int, query string) int // of the n-th request
		earlier  string                        // a query that was answered before
		want     error
		requests int64
	}{
		"the query's fault": {func(_ int, q string) int { return map[bool]int{true: 500, false: 200}[q == "a:b:c"] }, "", zenodo.ErrQuery, 3},
		"the server's":      {func(n int, _ string) int { return map[bool]int{true: 500, false: 200}[n <= 4] }, "", nil, 5},
		"a busy server's":   {func(n int, _ string) int { return map[bool]int{true: 500, false: 200}[n > 1 && n <= 4] }, "frog", nil, 5},
		"a gateway's":       {func(n int, _ string) int { return map[bool]int{true: 502, false: 200}[n <= 4] }, "", nil, 5},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := 0
				c := newClient(t, zenodo.WithTransport(handler(func(w http.ResponseWriter, r *http.Request) {
					n++
					status := tt.status(n, r.FormValue("q"))
					reply(w, status, map[bool]string{true: empty, false: fault}[status == 200])
				})))
				if tt.earlier != "" {
					if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{Query: tt.earlier}); err != nil {
						t.Fatal(err)
					}
				}
				_, err := c.Records.Search(t.Context(), zenodo.SearchOptions{Query: "a:b:c"})
				if !errors.Is(err, tt.want) || c.Usage().Requests != tt.requests {
					t.Errorf("got %v after %d requests, want %v after %d", err, c.Usage().Requests, tt.want, tt.requests)
				}
				if tt.want != nil && (errors.Is(err, zenodo.ErrServer) || !strings.Contains(err.Error(), "answers searches without this query")) {
					t.Errorf("got %v, want it to name the query", err)
				}
			})
		})
	}
}

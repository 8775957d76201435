package zenodo_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zharvest/zharvest/zenodo"
)

// limiter is a server that counts requests in a moving window of a minute, as
// Zenodo does, and takes its time to answer.
type limiter struct {
	limit   int // per minute; 0 sends no headers
	latency time.Duration
	way     time.Duration // how long a request is at most on its way
	// atAnswer makes the headers tell of the time of the answer, not of the
	// arrival.
	atAnswer bool

	mu      sync.Mutex
	counted []time.Time
	served  int
	refused int
}

// arrive counts one request if there is room.
func (l *limiter) arrive() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.prune()
	if l.limit > 0 && len(l.counted) >= l.limit {
		return false
	}
	l.counted = append(l.counted, time.Now())
	return true
}

func (l *limiter) prune() {
	for len(l.counted) > 0 && time.Since(l.counted[0]) >= time.Minute {
		l.counted = l.counted[1:]
	}
}

func (l *limiter) headers() http.Header {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.prune()
	now := time.Now()
	h := http.Header{"Date": {now.UTC().Format(http.TimeFormat)}}
	if l.limit == 0 {
		return h
	}
	reset := now
	if len(l.counted) > 0 {
		reset = l.counted[0].Add(time.Minute)
	}
	h.Set("X-RateLimit-Limit", strconv.Itoa(l.limit))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(l.limit-len(l.counted)))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(reset.Unix()+1, 10))
	h.Set("Retry-After", strconv.FormatInt(reset.Unix()+1-now.Unix(), 10))
	return h
}

func (l *limiter) RoundTrip(req *http.Request) (*http.Response, error) {
	time.Sleep(rand.N(l.way + 1))
	ok := l.arrive()
	header := l.headers()
	time.Sleep(l.latency)
	if l.atAnswer {
		header = l.headers()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !ok {
		l.refused++
		return response(req, http.StatusTooManyRequests, header, `{"message":"30 per 1 minute","status":429}`), nil
	}
	l.served++
	return response(req, http.StatusOK, header, `{"hits":{"hits":[],"total":0}}`), nil
}

func response(req *http.Request, status int, h http.Header, body string) *http.Response {
	return &http.Response{
		Status: strconv.Itoa(status), StatusCode: status, Header: h, Request: req,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// search keeps workers busy with searches for as long as it takes.
func searchFor(t *testing.T, c *zenodo.Client, workers int, how time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), how)
	defer cancel()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				_, err := c.Records.Search(ctx, zenodo.SearchOptions{})
				if errors.Is(err, context.DeadlineExceeded) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func newClient(t *testing.T, opts ...zenodo.Option) *zenodo.Client {
	t.Helper()
	c, err := zenodo.NewClient(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPaceUsesWhatIsAllowed(t *testing.T) {
	const minutes = 10
	for _, tc := range []struct {
		name    string
		url     string
		server  *limiter
		workers int
		others  time.Duration // between requests of another process
		allowed int           // a minute
		least   float64       // part of what is allowed
	}{
		{"zenodo", zenodo.DefaultBaseURL, &limiter{limit: 30, latency: 3 * time.Second}, 4, 0, 30, 0.98},
		{"zenodo, counted late", zenodo.DefaultBaseURL, &limiter{limit: 30, latency: 3 * time.Second, atAnswer: true}, 4, 0, 30, 0.98},
		{"uneven network", zenodo.DefaultBaseURL, &limiter{limit: 30, latency: 3 * time.Second, way: 200 * time.Millisecond}, 4, 0, 30, 0.98},
		{"quick answers, uneven network", zenodo.DefaultBaseURL, &limiter{limit: 30, way: 200 * time.Millisecond}, 4, 0, 30, 0.98},
		{"quick answers", zenodo.DefaultBaseURL, &limiter{limit: 30, latency: 50 * time.Millisecond}, 4, 0, 30, 0.98},
		{"slow answers", zenodo.DefaultBaseURL, &limiter{limit: 30, latency: 14 * time.Second}, 8, 0, 30, 0.98},
		{"more allowed than promised", zenodo.DefaultBaseURL, &limiter{limit: 133, latency: 3 * time.Second}, 12, 0, 133, 0.98},
		{"more allowed, counted late", zenodo.DefaultBaseURL, &limiter{limit: 133, latency: 3 * time.Second, atAnswer: true}, 12, 0, 133, 0.98},
		{"less allowed than promised", zenodo.DefaultBaseURL, &limiter{limit: 10, latency: 3 * time.Second}, 4, 0, 10, 0.98},
		{"another server", "https://data.example.org/api", &limiter{limit: 30, latency: 3 * time.Second}, 4, 0, 30, 0.98},
		{"shared, uneven network", zenodo.DefaultBaseURL, &limiter{limit: 30, latency: 3 * time.Second, way: 200 * time.Millisecond}, 4, 4 * time.Second, 15, 0.9},
		{"shared with another process", zenodo.DefaultBaseURL, &limiter{limit: 30, latency: 3 * time.Second}, 4, 4 * time.Second, 15, 0.98},
		// What others have shows only when nothing is under way; until then too
		// much is left to them.
		{"shared, counted late", zenodo.DefaultBaseURL, &limiter{limit: 30, latency: 3 * time.Second, atAnswer: true}, 4, 4 * time.Second, 15, 0.95},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := tc.server
				ctx, stop := context.WithCancel(t.Context())
				defer stop()
				if tc.others > 0 {
					go otherProcess(ctx, t, server, tc.others)
					time.Sleep(61 * time.Second)
				}
				c := newClient(t, zenodo.WithBaseURL(tc.url), zenodo.WithTransport(server))
				searchFor(t, c, tc.workers, minutes*time.Minute)
				if server.refused > 0 {
					t.Errorf("%d requests were refused", server.refused)
				}
				got, want := server.served, tc.allowed*minutes
				if float64(got) < tc.least*float64(want) || got > want+1 {
					t.Errorf("served %d requests in %d minutes, allowed are %d", got, minutes, want)
				}
				if u := c.Usage(); u.Throttled != 0 || u.Retries != 0 || int(u.Requests) < got {
					t.Errorf("usage %+v after %d requests", u, got)
				}
			})
		})
	}
}

func otherProcess(ctx context.Context, t *testing.T, l *limiter, every time.Duration) {
	for ctx.Err() == nil {
		if !l.arrive() {
			t.Errorf("the other process was refused")
		}
		select {
		case <-time.After(every):
		case <-ctx.Done():
		}
	}
}

// A server that names no limit is asked as fast as it answers.
func TestPaceOfServerWithoutLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, zenodo.WithBaseURL("https://data.example.org/api"), zenodo.WithTransport(&limiter{}))
		start := time.Now()
		for range 1000 {
			if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("waited %v", took)
		}
		if l := c.Limits()[0]; l != (zenodo.Limit{Name: "search"}) {
			t.Errorf("limit %+v, want none", l)
		}
	})
}

func TestWithRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &limiter{limit: 30} // says 30, which is overridden
		c := newClient(t, zenodo.WithTransport(server), zenodo.WithRate(20))
		start := time.Now()
		for i := range 10 {
			if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{}); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Communities.Search(t.Context(), zenodo.CommunitySearchOptions{}); err != nil {
				t.Fatal(err)
			}
			if got, want := time.Since(start), time.Duration(2*i+1)*3*time.Second; got != want {
				t.Errorf("request %d after %v, want %v", 2*i+2, got, want)
			}
		}
		if l := c.Limits()[0]; l.PerMinute != 20 || l.FromServer {
			t.Errorf("limit %+v, want 20 a minute", l)
		}
	})
}

func TestWithRateObeysRefusal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &script{faults: []fault{answers(429, `{}`, "Retry-After", "100")}}
		c := newClient(t, zenodo.WithTransport(server), zenodo.WithRate(6000))
		start := time.Now()
		if _, err := c.Records.Get(t.Context(), "3"); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 100*time.Second {
			t.Errorf("asked again after %v, want 100s", took)
		}
	})
}

// What is refused to one is not asked by the others, and the other group is
// not concerned.
func TestRefusalHoldsForTheGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var refused atomic.Int64
		server := roundTrip(func(req *http.Request) (*http.Response, error) {
			if strings.HasSuffix(req.URL.Path, "/records") && time.Since(start) < 40*time.Second {
				refused.Add(1)
				return answers(429, `{}`, "Retry-After", "40")(req)
			}
			return answers(200, envelopeJSON(0))(req)
		})
		c := newClient(t, zenodo.WithTransport(server))
		ask := func() error {
			_, err := c.Records.Search(t.Context(), zenodo.SearchOptions{})
			return err
		}
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * time.Second)
				if err := ask(); err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(10 * time.Second)
		if _, err := c.Communities.Search(t.Context(), zenodo.CommunitySearchOptions{}); err != nil || time.Since(start) != 10*time.Second {
			t.Errorf("communities: %v after %v, want at once", err, time.Since(start))
		}
		wg.Wait()
		if n := refused.Load(); n != 1 {
			t.Errorf("%d requests were refused, want 1", n)
		}
	})
}

// A run that starts when another one has just used up the limit waits once, for
// what the server says, and says so.
func TestCrowdedStart(t *testing.T) {
	for name, spread := range map[string]time.Duration{"a burst": 0, "a while": 20 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &limiter{limit: 30}
				for i := range 30 {
					server.counted = append(server.counted, time.Now().Add(-spread*time.Duration(30-i)/30))
				}
				var waits []time.Duration
				c := newClient(t, zenodo.WithTransport(server), zenodo.WithOnWait(func(w zenodo.Wait) {
					waits = append(waits, time.Until(w.Until))
				}))
				start := time.Now()
				for range 20 {
					if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{}); err != nil {
						t.Fatal(err)
					}
				}
				if took := time.Since(start); took > time.Minute+5*time.Second {
					t.Errorf("20 requests took %v, want the minute after which the others are gone", took)
				}
				if len(waits) == 0 || waits[0] < time.Minute-spread || waits[0] > time.Minute-spread+2*time.Second {
					t.Errorf("waits of %v were reported, want one of about %v", waits, time.Minute-spread)
				}
			})
		})
	}
}

// A client that knows what an earlier one has sent is not refused.
func TestRateState(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &limiter{limit: 30}
		first := newClient(t, zenodo.WithTransport(server))
		for range 25 {
			if _, err := first.Records.Search(t.Context(), zenodo.SearchOptions{}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		text, err := json.Marshal(first.RateState())
		if err != nil {
			t.Fatal(err)
		}
		var state zenodo.RateState
		if err := json.Unmarshal(text, &state); err != nil {
			t.Fatal(err)
		}
		second := newClient(t, zenodo.WithTransport(server), zenodo.WithRateState(state))
		for range 20 {
			if _, err := second.Records.Search(t.Context(), zenodo.SearchOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		if u := second.Usage(); server.refused != 0 || u.Requests != 20 {
			t.Errorf("%d requests were refused, usage %+v", server.refused, u)
		}
	})
}

// A state that cannot be right does no harm.
func TestRateStateOfNonsense(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		for _, w := range []zenodo.RateWindow{
			{},
			{Limit: -1, Seconds: 60},
			{Limit: 1, Seconds: 1e300, Sent: []time.Time{now}},
			{Limit: 1, Seconds: 60, Sent: []time.Time{now.Add(time.Hour)}},
			{Limit: 1, Seconds: math.NaN(), Sent: []time.Time{now}},
			{Limit: 5, Seconds: 60, Blocked: now.AddDate(1, 0, 0)},
		} {
			c := newClient(t, zenodo.WithTransport(roundTrip(answers(200, envelopeJSON(0)))), zenodo.WithRateState(zenodo.RateState{"search": w}))
			start := time.Now()
			if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{}); err != nil || time.Since(start) > time.Second {
				t.Errorf("%+v: %v after %v", w, err, time.Since(start))
			}
		}
	})
}

// A limit that resets in more than a minute is for an hour.
func TestPaceOfAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n atomic.Int64
		server := roundTrip(func(req *http.Request) (*http.Response, error) {
			now := time.Now()
			return answers(200, envelopeJSON(0), "Date", now.UTC().Format(http.TimeFormat),
				"X-RateLimit-Limit", "5", "X-RateLimit-Remaining", strconv.FormatInt(max(0, 5-n.Add(1)), 10),
				"X-RateLimit-Reset", strconv.FormatInt(now.Unix()+3000, 10))(req)
		})
		c := newClient(t, zenodo.WithTransport(server))
		start := time.Now()
		for range 6 {
			if _, err := c.Records.Search(t.Context(), zenodo.SearchOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took < time.Hour || took > time.Hour+time.Minute {
			t.Errorf("the sixth request went after %v, want an hour", took)
		}
		if l := c.Limits()[0]; l.PerMinute != 5.0/60 || !l.FromServer || l.Reset.IsZero() {
			t.Errorf("limit %+v, want 5 an hour", l)
		}
	})
}

// Whoever gives up its turn does not hold up those behind it.
func TestCancelledInTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, zenodo.WithTransport(&limiter{}), zenodo.WithRate(1))
		search := func(ctx context.Context) error {
			_, err := c.Records.Search(ctx, zenodo.SearchOptions{})
			return err
		}
		if err := search(t.Context()); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second)
				defer cancel()
				if err := search(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
					t.Errorf("got %v after %v, want %v after 1s", err, time.Since(start), context.DeadlineExceeded)
				}
			})
		}
		if err := search(t.Context()); err != nil || time.Since(start) != time.Minute {
			t.Errorf("got %v after %v, want success after a minute", err, time.Since(start))
		}
		wg.Wait()
	})
}

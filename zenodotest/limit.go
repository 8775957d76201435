package zenodotest

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/zharvest/zharvest/zenodotest/internal/oai"
	"github.com/zharvest/zharvest/zenodotest/internal/wire"
)

// Rate is a number of requests in a time, written as 30/m, 5/s or 2000/h. The
// zero value is no limit.
type Rate struct {
	Count int
	Per   time.Duration
}

// ParseRate reads a rate such as 30/m. The empty string is no limit.
func ParseRate(s string) (Rate, error) {
	if s == "" {
		return Rate{}, nil
	}
	number, unit, _ := strings.Cut(s, "/")
	count, err := strconv.Atoi(number)
	if err != nil || count < 1 {
		return Rate{}, fmt.Errorf("rate %q: want a number, a slash and s, m or h, as in 30/m", s)
	}
	switch unit {
	case "s":
		return Rate{count, time.Second}, nil
	case "m":
		return Rate{count, time.Minute}, nil
	case "h":
		return Rate{count, time.Hour}, nil
	}
	return Rate{}, fmt.Errorf("rate %q: want a number, a slash and s, m or h, as in 30/m", s)
}

// UnmarshalText reads what [ParseRate] reads, for flags and JSON.
func (r *Rate) UnmarshalText(text []byte) error {
	rate, err := ParseRate(string(text))
	if err == nil {
		*r = rate
	}
	return err
}

// String is how the server words the limit: 30 per 1 minute.
func (r Rate) String() string {
	switch r.Per {
	case time.Second:
		return fmt.Sprintf("%d per 1 second", r.Count)
	case time.Minute:
		return fmt.Sprintf("%d per 1 minute", r.Count)
	case time.Hour:
		return fmt.Sprintf("%d per 1 hour", r.Count)
	}
	return fmt.Sprintf("%d per %v", r.Count, r.Per)
}

// limiter has a window for each client: as on the server, whoever comes from
// another address or calls itself by another name has another, with a token or
// without.
type limiter struct {
	rate Rate

	mu      sync.Mutex
	windows map[client]*movingWindow
}

// client is the address and the User-Agent of a request.
type client struct{ address, agent string }

// window returns the window of a request's client.
func (l *limiter) window(r *http.Request, now time.Time) *movingWindow {
	address, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		address = r.RemoteAddr
	}
	who := client{address, r.UserAgent()}
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.windows[who]
	if w == nil {
		maps.DeleteFunc(l.windows, func(_ client, w *movingWindow) bool { return w.isOver(now) })
		if l.windows == nil {
			l.windows = map[client]*movingWindow{}
		}
		w = &movingWindow{rate: l.rate}
		l.windows[who] = w
	}
	return w
}

// movingWindow allows rate.Count requests in any stretch of rate.Per: unlike
// a bucket or a fixed window it remembers when each of them came.
type movingWindow struct {
	rate Rate

	mu    sync.Mutex
	times []time.Time // of the allowed requests, the oldest first
}

// windowState is what a response says about the window.
type windowState struct {
	allowed   bool
	remaining int
	reset     time.Time
}

// take asks for one request at the given time. What is refused does not count.
func (w *movingWindow) take(now time.Time) windowState {
	w.mu.Lock()
	defer w.mu.Unlock()
	old := 0
	for old < len(w.times) && !w.times[old].After(now.Add(-w.rate.Per)) {
		old++
	}
	w.times = w.times[old:]
	allowed := len(w.times) < w.rate.Count
	if allowed {
		w.times = append(w.times, now)
	}
	return windowState{allowed: allowed, remaining: w.rate.Count - len(w.times), reset: w.times[0].Add(w.rate.Per)}
}

// isOver reports whether no request is in the window any more.
func (w *movingWindow) isOver(now time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.times) > 0 && !w.times[len(w.times)-1].After(now.Add(-w.rate.Per))
}

// header writes whole seconds with the second that Zenodo adds, so that the
// window has moved when they have passed.
func (s windowState) header(h http.Header, rate Rate, now time.Time) {
	reset := s.reset.Unix() + 1
	h.Set("X-RateLimit-Limit", strconv.Itoa(rate.Count))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(s.remaining))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(reset, 10))
	h.Set("Retry-After", strconv.FormatInt(int64(time.Unix(reset, 0).Sub(now)/time.Second), 10))
}

// limit applies the window of the request's group: searches of records and
// OAI-PMH share one, everything else has the other. It returns the refusal, or
// nil.
func (e *Emulator) limit(r *http.Request, h http.Header) *wire.Answer {
	limits := &e.others
	if isSearch(r) {
		limits = &e.searches
	}
	if limits.rate.Count == 0 {
		return nil
	}
	now := e.cfg.Now()
	state := limits.window(r, now).take(now)
	state.header(h, limits.rate, now)
	if state.allowed {
		return nil
	}
	if r.URL.Path == oai.Path { // it belongs to the application of web pages
		return wire.Page(http.StatusTooManyRequests, "Too many requests")
	}
	return wire.AppError(http.StatusTooManyRequests, limits.rate.String())
}

// isSearch reports whether a request is one of those that share the stricter
// limit.
func isSearch(r *http.Request) bool {
	slug, ok := strings.CutPrefix(r.URL.Path, "/api/communities/")
	slug, isRecords := strings.CutSuffix(slug, "/records")
	isList := r.URL.Path == "/api/records" || ok && isRecords && !strings.Contains(slug, "/")
	return r.URL.Path == oai.Path || isList && wire.IsRead(r)
}

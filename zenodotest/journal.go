package zenodotest

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Request is what the emulator remembers of a request.
type Request struct {
	Time   time.Time `json:"time"`
	N      int       `json:"n"` // counted from 1
	Method string    `json:"method"`
	Path   string    `json:"path"`   // with the query, without tokens
	Status int       `json:"status"` // 0: the connection was reset
	Fault  FaultKind `json:"fault,omitempty"`
	Agent  string    `json:"agent,omitempty"`
}

// remembered is how many requests a journal keeps.
const remembered = 1 << 16

// journal is the memory of the last requests, and their log.
type journal struct {
	mu       sync.Mutex
	out      io.Writer
	requests []Request
	next     int // where the oldest is overwritten once the journal is full
}

func (j *journal) add(now time.Time, n int, r *http.Request, status int, f Fault) {
	request := Request{
		Time: now.UTC(), N: n, Method: r.Method, Path: withoutToken(r), Status: status,
		Fault: f.Kind, Agent: r.UserAgent(),
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.requests) < remembered {
		j.requests = append(j.requests, request)
	} else {
		j.requests[j.next] = request
		j.next = (j.next + 1) % remembered
	}
	if j.out == nil {
		return
	}
	line, err := json.Marshal(request)
	if err == nil {
		j.out.Write(append(line, '\n'))
	}
}

func withoutToken(r *http.Request) string {
	u := *r.URL
	if query := u.Query(); query.Has("access_token") {
		query.Set("access_token", "REDACTED")
		u.RawQuery = query.Encode()
	}
	return u.RequestURI()
}

// Requests returns the requests so far in the order of their answers, at most
// the last 65 536.
func (e *Emulator) Requests() []Request {
	j := &e.current().journal
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Concat(j.requests[j.next:], j.requests[:j.next])
}

// RequestCount is the number of requests so far.
func (e *Emulator) RequestCount() int { return int(e.current().count.Load()) }

// Repeated returns what was asked for and delivered in full more than once,
// with the number of times: pages that a client that resumes its work should
// not have needed again. Only the requests of [Emulator.Requests] count.
func (e *Emulator) Repeated() map[string]int {
	times := map[string]int{}
	for _, r := range e.Requests() {
		if r.Status == http.StatusOK && (r.Fault == FaultNone || r.Fault == FaultDelay) {
			times[r.Method+" "+r.Path]++
		}
	}
	for path, n := range times {
		if n < 2 {
			delete(times, path)
		}
	}
	return times
}

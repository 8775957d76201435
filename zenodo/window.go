package zenodo

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	// marginPart of a window's length is kept between us and its end: what
	// two requests may differ in the time they take to arrive. Of a minute it
	// is half a second, and costs 0.8 % of the rate.
	marginPart = 125
	// maxLogged bounds the log where no limit does.
	maxLogged = 10_000
	// noticed is the shortest wait that is reported.
	noticed = 5 * time.Second
)

// Wait is a time in which a client sends nothing, because of the server's limit
// of requests.
type Wait struct {
	Until time.Time
	// Window is the time over which the server counts: a minute, an hour or a
	// day.
	Window time.Duration
}

// window is the pace of one group of requests.
//
// Zenodo counts in a moving window: a request is allowed if fewer than N were
// counted in the minute before it. A token bucket (golang.org/x/time/rate)
// does not fit that: full at the start and filled again at N a minute it lets
// nearly 2N through in the first minute, and without a burst it leaves unused
// what a slow start or a pause has saved up. So this keeps what the server
// keeps, the times of the last N requests, and sends the next when the N-th
// last has left the window. The same is right for windows that do not move.
//
// Other processes may count to the same window. The server's count tells how
// much: what it has counted beyond ours is taken off N until an answer says
// otherwise. Nothing tells when theirs leave the window, so they are expected
// to keep on at the same rate.
type window struct {
	fixed  bool       // by the user: nothing is learned
	onWait func(Wait) // may be nil

	turn    chan struct{} // held by the one whose turn it is to wait
	changed chan struct{} // wakes it when something was learned

	mu         sync.Mutex
	limit      int // requests per length; 0 is none
	length     time.Duration
	fromServer bool
	reset      time.Time
	log        []*sentRequest // by time
	shares     []share        // of others, by time
	blocked    time.Time      // until when the server refuses everything
	crowded    time.Time      // until when others had used all before us
}

// sentRequest is one request in the log.
type sentRequest struct {
	at       time.Time
	answered time.Time // zero while it is under way
}

func newWindow(onWait func(Wait)) *window {
	return &window{
		onWait: onWait, length: time.Minute,
		turn: make(chan struct{}, 1), changed: make(chan struct{}, 1),
	}
}

// wait returns when a request may be sent, which must then be sent. Requests
// go in the order in which they came.
func (w *window) wait(ctx context.Context) (*sentRequest, error) {
	if ctx.Err() != nil {
		return nil, cancelled(ctx)
	}
	select {
	case w.turn <- struct{}{}:
		defer func() { <-w.turn }()
	case <-ctx.Done():
		return nil, cancelled(ctx)
	}
	for {
		now := time.Now()
		sent, wait := w.take(now)
		if sent != nil {
			return sent, nil
		}
		w.say(wait, now)
		timer := time.NewTimer(wait.Until.Sub(now))
		select {
		case <-timer.C:
		case <-w.changed:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return nil, cancelled(ctx)
		}
	}
}

// take enters a request into the log, or returns until when to wait.
func (w *window) take(now time.Time) (*sentRequest, Wait) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if next := w.next(now); next.After(now) {
		return nil, Wait{Until: next, Window: w.length}
	}
	w.forget(now)
	sent := &sentRequest{at: now}
	w.log = append(w.log, sent)
	return sent, Wait{}
}

// next is when the next request may go.
func (w *window) next(now time.Time) time.Time {
	next := now
	if w.limit > 0 {
		// Never none at all: somebody has to find out that others are done.
		ours := max(1, w.limit-w.foreign(now))
		if n := len(w.log); n >= ours {
			next = w.log[n-ours].at.Add(w.span())
			if w.crowded.After(now) && w.reset.Before(next) && w.areAnswered() {
				next = w.reset // the first of the others leaves the window
			}
		}
	}
	if w.blocked.After(next) {
		next = w.blocked
	}
	return next
}

// span is how long a request is held to be in the window.
func (w *window) span() time.Duration {
	if w.fixed {
		return w.length
	}
	return w.length + w.length/marginPart
}

// forget drops what has long left the window. Answers that are still under
// way may speak of what left it lately.
func (w *window) forget(now time.Time) {
	old := now.Add(-2 * w.span())
	keep := slices.IndexFunc(w.log, func(s *sentRequest) bool { return s.at.After(old) })
	if keep < 0 {
		keep = len(w.log)
	}
	keep = max(keep, len(w.log)-maxLogged)
	w.log = w.log[keep:]
}

// areAnswered reports whether no request is under way.
func (w *window) areAnswered() bool {
	return !slices.ContainsFunc(w.log, func(s *sentRequest) bool { return s.answered.IsZero() })
}

// wrote corrects the time of a request to when it went out: connecting may
// have taken a while, and the server counts later then.
func (w *window) wrote(sent *sentRequest, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.Index(w.log, sent)
	if i < 0 {
		return
	}
	sent.at = at
	for ; i+1 < len(w.log) && w.log[i+1].at.Before(at); i++ {
		w.log[i], w.log[i+1] = w.log[i+1], w.log[i]
	}
}

// observe learns from an answer.
func (w *window) observe(sent *sentRequest, resp *http.Response, now time.Time) {
	h := readLimits(resp.Header, now)
	var delay time.Duration
	w.mu.Lock()
	sent.answered = now
	if resp.StatusCode == http.StatusTooManyRequests {
		delay = w.refuse(sent, resp, h, now)
	}
	if !w.fixed && h.limit > 0 {
		w.learn(sent, h, now)
	}
	w.mu.Unlock()
	select {
	case w.changed <- struct{}{}:
	default:
	}
	w.say(Wait{Until: now.Add(delay), Window: lengthOf(delay)}, now)
}

// refuse obeys a 429, and returns the delay that it orders. Refused requests do
// not count on Zenodo. One that is refused although none of ours counts came
// when others, such as a run that ended a moment ago, had used all: what is
// theirs leaves the window from now on.
func (w *window) refuse(sent *sentRequest, resp *http.Response, h limits, now time.Time) time.Duration {
	w.log = slices.DeleteFunc(w.log, func(s *sentRequest) bool { return s == sent })
	delay := retryAfter(resp, now)
	if delay == 0 && h.remaining == 0 {
		delay = h.reset
	}
	if delay > maxRetryAfter {
		return 0 // the call fails
	}
	if until := now.Add(delay); until.After(w.blocked) {
		w.blocked = until
	}
	if len(w.log) == 0 {
		w.crowded = now.Add(delay + w.span())
	}
	return delay
}

// say reports a wait that people would notice.
func (w *window) say(wait Wait, now time.Time) {
	if w.onWait != nil && wait.Until.Sub(now) >= noticed {
		w.onWait(wait)
	}
}

func (w *window) learn(sent *sentRequest, h limits, now time.Time) {
	if h.limit != w.limit { // perhaps another window: servers have several, and name the tightest
		w.limit, w.length = h.limit, time.Minute
	}
	w.fromServer = true
	if h.hasReset {
		w.length = max(w.length, lengthOf(h.reset))
		w.reset = now.Add(h.reset)
	}
	if h.remaining >= 0 {
		w.share(sent, h.limit-h.remaining, now)
	}
}

func (w *window) state(name string, now time.Time) Limit {
	w.mu.Lock()
	defer w.mu.Unlock()
	l := Limit{Name: name, Reset: w.reset, FromServer: w.fromServer}
	if w.limit == 0 {
		return l
	}
	l.PerMinute = float64(w.limit) * float64(time.Minute) / float64(w.length)
	if w.blocked.After(now) {
		return l
	}
	inside := 0
	for _, s := range w.log {
		if s.at.Add(w.span()).After(now) {
			inside++
		}
	}
	l.Remaining = max(0, w.limit-w.foreign(now)-inside)
	return l
}

package zenodo

import (
	"slices"
	"time"
)

// share is what others had in the window when requests of ours were sent.
type share struct {
	at        time.Time // of the first of these
	n         int
	low, high int // n is between these, say all answers to them together
}

// share learns from the server's count what others have in the window. How
// many of ours it has counted is known only within bounds, so the last
// estimate stands while it is within; beyond them, others are believed to have
// as much as they can.
func (w *window) share(sent *sentRequest, used int, now time.Time) {
	// Flask-Limiter, which Zenodo uses, writes the headers when the answer is
	// ready; others may do so when the request arrives.
	least, most := w.counted(sent, sent.at)
	leastNow, mostNow := w.counted(sent, now)
	low, high := used-max(most, mostNow), max(0, used-min(least, leastNow))

	var last share
	if n := len(w.shares); n > 0 {
		last = w.shares[n-1]
	}
	switch {
	case sent.at.Before(last.at.Add(-w.jitter())):
		return // a slow answer, after which a later request has said more
	case sent.at.After(last.at.Add(w.jitter())):
		w.shares = append(w.shares, share{at: sent.at, n: last.n, low: low, high: high})
	}
	w.shares[len(w.shares)-1].narrow(low, high)
	old := sent.at.Add(-w.span())
	w.shares = slices.DeleteFunc(w.shares, func(s share) bool { return s.at.Before(old) })
}

// narrow takes in the bounds by another answer.
func (s *share) narrow(low, high int) {
	s.low, s.high = max(s.low, low), min(s.high, high)
	if s.low > s.high { // others came or went meanwhile
		s.low, s.high = low, high
	}
	if s.n < s.low || s.n > s.high {
		s.n = s.high
	}
}

// foreign is how much of the window to leave to others: as much as they had at
// any time of the last window, since what they have goes up and down. After a
// crowded start it only goes down.
func (w *window) foreign(now time.Time) int {
	n := 0
	if last := len(w.shares) - 1; last >= 0 && w.crowded.After(now) {
		return w.shares[last].n
	}
	for _, s := range w.shares {
		n = max(n, s.n)
	}
	return n
}

// counted is how many of ours, sent among them, the server had in its window
// at that time: at least and at most.
func (w *window) counted(sent *sentRequest, at time.Time) (least, most int) {
	start, jitter := at.Add(-w.length), w.jitter()
	for _, s := range w.log {
		if s.at.After(start.Add(-jitter)) && !s.at.After(at.Add(jitter)) {
			most++
		}
		arrived := s == sent || s.at.Before(at.Add(-jitter)) ||
			!s.answered.IsZero() && !s.answered.After(at)
		if s.at.After(start.Add(jitter)) && arrived {
			least++
		}
	}
	return least, most
}

// jitter is how much later a request may arrive than another sent after it.
func (w *window) jitter() time.Duration { return w.length / marginPart / 2 }

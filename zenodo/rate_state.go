package zenodo

import (
	"slices"
	"time"
)

// RateState is what a client knows of its server's limits. Given to the client
// of a later process it keeps that from being refused for what this one sent.
// The keys are the names of [Limit].
type RateState map[string]RateWindow

// RateWindow is what was sent of one kind of access.
type RateWindow struct {
	Limit   int         `json:"limit"`
	Seconds float64     `json:"seconds"` // the time over which the server counts
	Sent    []time.Time `json:"sent"`    // in that time, by time
	Blocked time.Time   `json:"blocked,omitzero"`
}

// RateState returns what to give to [WithRateState]. It is empty where the
// server named no limit, or the rate was set by [WithRate].
func (c *Client) RateState() RateState {
	state, now := RateState{}, time.Now()
	for name, w := range c.pace.windows() {
		if kept, ok := w.keep(now); ok {
			state[name] = kept
		}
	}
	return state
}

func (p *pace) windows() map[string]*window {
	return map[string]*window{"search": p.search, "oai": p.oai, "other": p.other}
}

func (w *window) keep(now time.Time) (RateWindow, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	kept := RateWindow{Limit: w.limit, Seconds: w.length.Seconds()}
	for _, s := range w.log {
		if s.at.Add(w.span()).After(now) {
			kept.Sent = append(kept.Sent, s.at)
		}
	}
	if w.blocked.After(now) {
		kept.Blocked = w.blocked
	}
	return kept, w.limit > 0 && !w.fixed && (len(kept.Sent) > 0 || !kept.Blocked.IsZero())
}

// restore takes over what another process has sent. What cannot be right is
// left out: the server's answers say the rest.
func (w *window) restore(kept RateWindow, now time.Time) {
	length := time.Duration(kept.Seconds * float64(time.Second))
	if w.fixed || kept.Limit <= 0 || kept.Limit > maxLogged || length < time.Second || length > 24*time.Hour {
		return
	}
	w.limit, w.length = kept.Limit, length
	slices.SortFunc(kept.Sent, time.Time.Compare)
	for _, at := range kept.Sent {
		if !at.After(now) && at.Add(w.span()).After(now) && len(w.log) < maxLogged {
			w.log = append(w.log, &sentRequest{at: at, answered: at})
		}
	}
	if kept.Blocked.Before(now.Add(maxRetryAfter)) {
		w.blocked = kept.Blocked
	}
}

// Counts reports whether the server still counts any of it.
func (s RateState) Counts(now time.Time) bool {
	for _, kept := range s {
		w := newWindow(nil)
		w.restore(kept, now)
		if len(w.log) > 0 || w.blocked.After(now) {
			return true
		}
	}
	return false
}

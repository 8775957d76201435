package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/zharvest/zharvest/cmd/zharvest/internal/term"
	"github.com/zharvest/zharvest/internal/atomicfile"
	"github.com/zharvest/zharvest/zenodo"
)

// noteWait says that requests are held back: in the bar where there is one,
// else by a line for each wait.
func (a *app) noteWait(w zenodo.Wait) {
	last := a.wait.Swap(&w)
	if last != nil && w.Until.Sub(last.Until).Abs() < 2*time.Second {
		return
	}
	if !a.drawn.Load() || w.Window > time.Minute {
		a.note("%s", waiting(w, time.Now()))
	}
}

// waitingNow is what the bar says while requests are held back, else "".
func (a *app) waitingNow() string {
	w, now := a.wait.Load(), time.Now()
	if w == nil || !w.Until.After(now) {
		return ""
	}
	return waiting(*w, now)
}

func waiting(w zenodo.Wait, now time.Time) string {
	left := w.Until.Sub(now)
	if w.Window <= time.Minute {
		return fmt.Sprintf("waiting for the server's rate limit, %.0f s", left.Seconds())
	}
	name := "hourly"
	if w.Window > time.Hour {
		name = "daily"
	}
	return fmt.Sprintf("the server's %s limit is used up; it resets at %s (in %.0f min)", name, w.Until.Format("15:04"), left.Minutes())
}

// ratesFile is where it is kept what was sent lately, for the next command: a
// server counts the requests of all of them.
func ratesFile() string {
	return filepath.Join(xdg("XDG_STATE_HOME", ".local/state"), "zharvest", "rates.json")
}

// keptRates reads what earlier commands have sent, by API root. A file that
// cannot be read is as good as none: the server's answers say the rest.
func keptRates() map[string]zenodo.RateState {
	kept := map[string]zenodo.RateState{}
	text, err := os.ReadFile(ratesFile())
	if err != nil || json.Unmarshal(text, &kept) != nil {
		return map[string]zenodo.RateState{}
	}
	return kept
}

// keepRates writes what the clients of this command have sent, where a server
// named a limit. A command does not fail because that cannot be written.
func (a *app) keepRates() {
	fresh := map[string]zenodo.RateState{}
	for _, c := range a.clients {
		if state := c.RateState(); len(state) > 0 {
			fresh[c.BaseURL()] = state
		}
	}
	if len(fresh) == 0 {
		return
	}
	for root, state := range keptRates() {
		if _, ok := fresh[root]; !ok && state.Counts(time.Now()) {
			fresh[root] = state
		}
	}
	name := ratesFile()
	text, err := json.Marshal(fresh)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(name), 0o700)
	}
	if err == nil {
		err = atomicfile.WriteFile(name, text)
	}
	if err != nil {
		term.NewLogger(a.stderr, a.flags.Verbose, a.note).Debug("rates were not kept", "error", err)
	}
}

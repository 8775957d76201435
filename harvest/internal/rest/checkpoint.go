package rest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
)

// checkpointVersion changes when older programs would misread a checkpoint.
const checkpointVersion = 2

// Checkpoint says how far a run has come. It is stored together with the page
// that brought it there.
type Checkpoint struct {
	Version int `json:"v"`
	// Selection is the name and hash of the selection that the run is for.
	Selection string `json:"selection"`
	// Window is the server's result window where it was found out, Reached up
	// to which place of a list it is known to go.
	Window  int `json:"window,omitzero"`
	Reached int `json:"reached,omitzero"`
	// Next is the number of the next span to be made.
	Next int `json:"next"`
	// Begun is when the run began by the server's clock, zero where the server
	// names none, and Started by the one here.
	Begun   time.Time `json:"begun,omitzero"`
	Started time.Time `json:"started,omitzero"`
	// Newest is the latest change among the records received.
	Newest time.Time `json:"newest,omitzero"`
	// Stale are numbers of spans that were listed anew by another number,
	// because the server came to count fewer members than it had given out.
	// Records that are in no later span are no longer listed.
	Stale []int `json:"stale,omitempty"`
	// Parts are walked one after the other.
	Parts []*Part `json:"parts"`
}

// ParseCheckpoint reads what a [store.Sink] was given in [store.Page.Checkpoint]. It
// returns an error for one of another version, or that contradicts itself:
// then the harvest has to begin anew.
func ParseCheckpoint(data []byte) (Checkpoint, error) {
	var cp Checkpoint
	if err := json.Unmarshal(data, &cp); err != nil {
		return Checkpoint{}, fmt.Errorf("read checkpoint: %w", err)
	}
	if cp.Version != checkpointVersion {
		return Checkpoint{}, fmt.Errorf("read checkpoint: version %d, not %d", cp.Version, checkpointVersion)
	}
	if len(cp.Parts) == 0 {
		return Checkpoint{}, fmt.Errorf("read checkpoint: no parts")
	}
	for i, part := range cp.Parts {
		if part == nil || !part.valid() || part.Divided && cp.Window < 1 {
			return Checkpoint{}, fmt.Errorf("read checkpoint: part %d makes no sense", i)
		}
	}
	return cp, nil
}

func (p *Part) valid() bool {
	if !p.Divided && len(p.Spans) != 1 || p.Divided && p.Whole.Width() <= 0 {
		return false
	}
	for _, span := range p.Spans {
		if span == nil || span.Offset < 0 || span.Total < 0 || span.Found < 0 || span.Walk < 1 || span.Listed < 0 {
			return false
		}
	}
	for _, rest := range p.Todo {
		if rest.Width() <= 0 || rest.Count < 0 {
			return false
		}
	}
	return true
}

// begun reports whether anything was stored under this checkpoint.
func (cp Checkpoint) begun() bool {
	for _, part := range cp.Parts {
		for _, span := range part.Spans {
			if span.Offset > 0 || span.Found > 0 {
				return true
			}
		}
		if part.DoneSpans > 0 {
			return true
		}
	}
	return false
}

func (cp Checkpoint) encode() []byte {
	// Encoding cannot fail: times are of this age, the rest is text, numbers
	// and truth values.
	data, _ := json.Marshal(cp)
	return data
}

// renumber gives a span another number, so that what it lists from now on is
// distinguished from what it listed before.
func (cp *Checkpoint) renumber(s *Span) {
	if s.Found > 0 {
		cp.Stale = append(cp.Stale, s.Number)
	}
	s.Number, s.Found = cp.Next, 0
	cp.Next++
}

// resumable returns the checkpoint of an earlier run where it can be
// resumed, ready for that: spans whose walks had ended short are walked again.
func resumable(data []byte, f run.Filter) (Checkpoint, bool) {
	if data == nil {
		return Checkpoint{}, false
	}
	cp, err := ParseCheckpoint(data)
	if err != nil || cp.Selection != f.Mark() {
		return Checkpoint{}, false
	}
	for _, part := range cp.Parts {
		for _, span := range part.Spans {
			if span.endedShort() {
				cp.renumber(span)
				span.restart()
			}
		}
		part.Checked, part.Checks = false, 0
	}
	return cp, true
}

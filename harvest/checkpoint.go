package harvest

import (
	"encoding/json"
	"fmt"
)

// checkpointVersion changes when older programs would misread a checkpoint.
const checkpointVersion = 1

// Checkpoint says how far a run has come. It is stored together with the page
// that brought it there.
type Checkpoint struct {
	Version int `json:"v"`
	// Selection is the name and hash of the selection that the run is for.
	Selection string `json:"selection"`
	Spans     []Span `json:"spans"`
}

// ParseCheckpoint reads what a [Sink] was given in [Page.Checkpoint]. It
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
	if len(cp.Spans) == 0 {
		return Checkpoint{}, fmt.Errorf("read checkpoint: no spans")
	}
	for i, span := range cp.Spans {
		if span.Offset < 0 || span.Total < 0 || span.Found < 0 || span.Walk < 1 {
			return Checkpoint{}, fmt.Errorf("read checkpoint: span %d makes no sense", i)
		}
	}
	return cp, nil
}

// begun tells whether anything was stored under this checkpoint.
func (cp Checkpoint) begun() bool {
	for _, span := range cp.Spans {
		if span.Offset > 0 || span.Found > 0 {
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

// mark identifies a selection in its checkpoints.
func (s Selection) mark() string {
	return s.Name() + "#" + shortHash(string(s.JSON()))
}

// takeUp returns the checkpoint of an earlier run where it can be gone on
// with, ready for that: spans whose walks had ended short are walked again.
func takeUp(data []byte, sel Selection) (Checkpoint, bool) {
	if data == nil {
		return Checkpoint{}, false
	}
	cp, err := ParseCheckpoint(data)
	if err != nil || cp.Selection != sel.mark() {
		return Checkpoint{}, false
	}
	for i := range cp.Spans {
		if cp.Spans[i].endedShort() {
			cp.Spans[i].restart()
		}
	}
	return cp, true
}

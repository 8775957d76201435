package oai

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/zenodo"
)

// checkpointVersion changes when older programs would misread a checkpoint. No
// version of [Checkpoint] has the same number.
const checkpointVersion = 101

// Checkpoint says how far a run through OAI-PMH has come. Resumption tokens
// are not in it: they are dead before anybody reads it.
type Checkpoint struct {
	Version   int    `json:"v"`
	Selection string `json:"selection"`
	// Begun is when the run began by the server's clock, Started by the one here.
	Begun   time.Time `json:"begun,omitzero"`
	Started time.Time `json:"started,omitzero"`
	Parts   []*Part   `json:"parts"`
}

// Part is a set, or everything. What was changed before From is there; it
// is walked on in spans up to End, which is a moment of the server's clock, and
// then from there to the present.
type Part struct {
	Community zenodo.Slug `json:"community,omitzero"`
	// Total is what the server counted when the part was begun.
	Total int `json:"total"`
	// From is where the next span begins, zero for no bound.
	From time.Time `json:"from,omitzero"`
	// Unbounded says that From is a guess by which spans are measured, before
	// which there may be records.
	Unbounded bool `json:"unbounded,omitzero"`
	// End is up to where spans are made, zero where that is to be found out.
	End time.Time `json:"end,omitzero"`
	// Known is what the server counted up to moments after From, the earliest
	// of these last.
	Known []Known `json:"known,omitempty"`
	// Sparse says that the last span had far fewer records than it should.
	Sparse bool `json:"sparse,omitzero"`
	// Half is how long the next span is to be where a longer one has failed.
	Half time.Duration `json:"half,omitzero"`
	// Ends counts the moments that End has been.
	Ends int `json:"ends,omitzero"`
	// Divided says that the part was walked in several spans, Unlisted how many
	// records it then has beyond those that were listed, and Rechecked that they
	// were looked for once more.
	Divided   bool `json:"divided,omitzero"`
	Unlisted  int  `json:"unlisted,omitzero"`
	Rechecked bool `json:"resolved,omitzero"`
	// Short are spans with fewer records listed than counted.
	Short []Short `json:"short,omitempty"`
	Done  bool    `json:"done,omitzero"`
	// Again says that the part is walked from its beginning once more, so that
	// what was found before does not count.
	Again bool `json:"again,omitzero"`
}

// Span is an interval of the time of change, with both its bounds in it;
// zero is no bound.
type Span struct {
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
}

// Known is how many records there are from a part's From until a moment.
type Known struct {
	Until time.Time `json:"until"`
	Count int       `json:"count"`
}

// Short is a span that was given up.
type Short struct {
	Span
	Total int `json:"total"`
	Found int `json:"found"`
}

func (s Short) missing() int { return max(0, s.Total-s.Found) }

func (p *Part) complete() bool { return p.Done && len(p.Short) == 0 && p.Unlisted == 0 }

// missing is how many records were counted and not received, of spans that were
// walked and of a part that is done.
func (p *Part) missing() int {
	n := p.Unlisted
	for _, short := range p.Short {
		n += short.missing()
	}
	return n
}

func (cp Checkpoint) encode() []byte {
	// Encoding cannot fail: times are of this age, the rest is text, numbers
	// and truth values.
	data, _ := json.Marshal(cp)
	return data
}

// parseCheckpoint refuses a checkpoint that contradicts itself: then the
// harvest has to begin anew.
func parseCheckpoint(data []byte) (Checkpoint, error) {
	var cp Checkpoint
	if err := json.Unmarshal(data, &cp); err != nil {
		return Checkpoint{}, fmt.Errorf("read checkpoint: %w", err)
	}
	if cp.Version != checkpointVersion || len(cp.Parts) == 0 {
		return Checkpoint{}, fmt.Errorf("read checkpoint: it is of version %d with %d parts", cp.Version, len(cp.Parts))
	}
	for i, part := range cp.Parts {
		if part == nil || part.Half < 0 || !part.End.IsZero() && len(part.Known) == 0 || !part.End.IsZero() && part.End.Before(part.From) {
			return Checkpoint{}, fmt.Errorf("read checkpoint: part %d makes no sense", i)
		}
	}
	return cp, nil
}

// resumable returns the checkpoint of an earlier run where it can be
// resumed. A part with missing records whose place is unknown begins anew.
func resumable(data []byte, f run.Filter) (Checkpoint, bool) {
	if data == nil {
		return Checkpoint{}, false
	}
	cp, err := parseCheckpoint(data)
	if err != nil || cp.Selection != f.Mark() {
		return Checkpoint{}, false
	}
	for i, part := range cp.Parts {
		if part.Unlisted > 0 {
			cp.Parts[i] = &Part{Community: part.Community, From: f.ChangedFrom(), Total: part.Total, Again: true}
		}
	}
	return cp, true
}

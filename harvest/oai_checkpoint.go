package harvest

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/zenodo"
)

// oaiVersion changes when older programs would misread a checkpoint. No
// version of [Checkpoint] has the same number.
const oaiVersion = 101

// oaiCheckpoint says how far a run through OAI-PMH has come. Resumption tokens
// are not in it: they are dead before anybody reads it.
type oaiCheckpoint struct {
	Version   int    `json:"v"`
	Selection string `json:"selection"`
	// Begun is when the run began by the server's clock, Started by the one here.
	Begun   time.Time  `json:"begun,omitzero"`
	Started time.Time  `json:"started,omitzero"`
	Parts   []*oaiPart `json:"parts"`
}

// oaiPart is a set, or everything. What was changed before From is there; it
// is walked on in spans up to End, which is a moment of the server's clock, and
// then from there to the present.
type oaiPart struct {
	Community zenodo.Slug `json:"community,omitzero"`
	// Total is what the server counted when the part was begun.
	Total int `json:"total"`
	// From is where the next span begins, zero for no bound.
	From time.Time `json:"from,omitzero"`
	// Unbounded tells that From is a guess by which spans are measured, before
	// which there may be records.
	Unbounded bool `json:"unbounded,omitzero"`
	// End is up to where spans are made, zero where that is to be found out.
	End time.Time `json:"end,omitzero"`
	// Known is what the server counted up to moments after From, the earliest
	// of these last.
	Known []oaiKnown `json:"known,omitempty"`
	// Sparse tells that the last span had far fewer records than it should.
	Sparse bool `json:"sparse,omitzero"`
	// Half is how long the next span is to be where a longer one has failed.
	Half time.Duration `json:"half,omitzero"`
	// Ends counts the moments that End has been.
	Ends int `json:"ends,omitzero"`
	// Divided tells that the part was walked in several spans, Unlisted how many
	// records it then has beyond those that were listed, and Settled that they
	// were looked for once more.
	Divided  bool `json:"divided,omitzero"`
	Unlisted int  `json:"unlisted,omitzero"`
	Settled  bool `json:"resolved,omitzero"`
	// Short are spans of which fewer records were listed than counted.
	Short []oaiShort `json:"short,omitempty"`
	Done  bool       `json:"done,omitzero"`
	// Again tells that the part is walked from its beginning once more, so that
	// what was found before does not count.
	Again bool `json:"again,omitzero"`
}

// oaiSpan is an interval of the time of change, with both its bounds in it;
// zero is no bound.
type oaiSpan struct {
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
}

// oaiKnown is how many records there are from a part's From until a moment.
type oaiKnown struct {
	Until time.Time `json:"until"`
	Count int       `json:"count"`
}

// oaiShort is a span that was given up.
type oaiShort struct {
	oaiSpan
	Total int `json:"total"`
	Found int `json:"found"`
}

func (s oaiShort) missing() int { return max(0, s.Total-s.Found) }

func (p *oaiPart) complete() bool { return p.Done && len(p.Short) == 0 && p.Unlisted == 0 }

// missing is how many records were counted and not received, of spans that were
// walked and of a part that is done.
func (p *oaiPart) missing() int {
	n := p.Unlisted
	for _, short := range p.Short {
		n += short.missing()
	}
	return n
}

func (cp oaiCheckpoint) encode() []byte {
	// Encoding cannot fail: times are of this age, the rest is text, numbers
	// and truth values.
	data, _ := json.Marshal(cp)
	return data
}

// parseOAICheckpoint refuses a checkpoint that contradicts itself: then the
// harvest has to begin anew.
func parseOAICheckpoint(data []byte) (oaiCheckpoint, error) {
	var cp oaiCheckpoint
	if err := json.Unmarshal(data, &cp); err != nil {
		return oaiCheckpoint{}, fmt.Errorf("read checkpoint: %w", err)
	}
	if cp.Version != oaiVersion || len(cp.Parts) == 0 {
		return oaiCheckpoint{}, fmt.Errorf("read checkpoint: it is of version %d with %d parts", cp.Version, len(cp.Parts))
	}
	for i, part := range cp.Parts {
		if part == nil || part.Half < 0 || !part.End.IsZero() && len(part.Known) == 0 || !part.End.IsZero() && part.End.Before(part.From) {
			return oaiCheckpoint{}, fmt.Errorf("read checkpoint: part %d makes no sense", i)
		}
	}
	return cp, nil
}

// resumableOAI returns the checkpoint of an earlier run where it can be
// resumed. A part that lacks records of which nobody knows where they are begins
// anew.
func resumableOAI(data []byte, f run.Filter) (oaiCheckpoint, bool) {
	if data == nil {
		return oaiCheckpoint{}, false
	}
	cp, err := parseOAICheckpoint(data)
	if err != nil || cp.Selection != f.Mark() {
		return oaiCheckpoint{}, false
	}
	for i, part := range cp.Parts {
		if part.Unlisted > 0 {
			cp.Parts[i] = &oaiPart{Community: part.Community, From: f.ChangedFrom(), Total: part.Total, Again: true}
		}
	}
	return cp, true
}

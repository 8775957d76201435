package harvest

import (
	"context"
	"time"

	"github.com/zharvest/zharvest/harvest/internal/run"
	"github.com/zharvest/zharvest/zenodo"
)

// Plan is what a run that begins anew would do.
type Plan struct {
	Harvest string `json:"harvest"`
	Mode    string `json:"mode"` // [store.ModeFull], or [store.ModeIncremental] with [Harvester.ChangedSince]
	// Records counts the members of all parts; what is in several of them is
	// counted in each.
	Records int `json:"records"`
	// Spans are the parts of the selection. One that is larger than the window
	// is divided only by the run itself.
	Spans []PlanSpan `json:"spans"`
	// SpanCount is how many spans will be walked, by estimate where a part is
	// to be divided.
	SpanCount int  `json:"span_count"`
	Estimated bool `json:"estimated"` // whether SpanCount and the costs are
	Guest     Cost `json:"guest"`     // without an access token
	Token     Cost `json:"token"`     // with one
}

// PlanSpan is a part of a selection: the records of one community, or of all,
// that were created in [Since, Until). What is zero is not bounded.
type PlanSpan struct {
	Number    int         `json:"number"`
	Community zenodo.Slug `json:"community,omitzero"`
	Since     time.Time   `json:"since,omitzero"`
	Until     time.Time   `json:"until,omitzero"`
	Total     int         `json:"total"` // members, as counted by the server
	// Found, Walk and Offset say how far its walk has come: 0, 1 and 0 in a plan.
	Found  int `json:"found"`
	Walk   int `json:"walk"`
	Offset int `json:"offset"`
}

// Cost is what a plan takes at a certain size of page.
type Cost struct {
	PageSize int     `json:"page_size"`
	Requests int     `json:"requests"`
	Seconds  float64 `json:"seconds"` // at the known rate, 0 where none is known
}

// Plan asks the server how large the selection is and stores nothing.
func (h *Harvester) Plan(ctx context.Context) (*Plan, error) {
	if err := h.Selection.Validate(); err != nil {
		return nil, err
	}
	r := h.newRun()
	s, err := h.strategy(r)
	if err != nil {
		return nil, err
	}
	found, err := s.Plan(ctx)
	if err != nil {
		return nil, err
	}
	p := &Plan{Harvest: h.name(), Mode: r.Mode()}
	for number, part := range found.Parts {
		p.Records += part.Total
		p.SpanCount += part.Spans
		p.Estimated = p.Estimated || part.Estimated
		p.Spans = append(p.Spans, PlanSpan{Number: number, Community: part.Community, Since: part.Since, Until: part.Until, Total: part.Total, Walk: 1})
	}
	perMinute := h.rate()
	p.Guest = costOf(found.Guest, perMinute)
	p.Token = costOf(found.Token, perMinute)
	return p, nil
}

func costOf(w run.Work, perMinute float64) Cost {
	c := Cost{PageSize: w.PageSize, Requests: w.Requests}
	if perMinute > 0 {
		c.Seconds = float64(c.Requests) / perMinute * 60
	}
	return c
}

// rate is how many requests a minute the server is known to allow, 0 where it
// is not known to have a limit.
func (h *Harvester) rate() float64 {
	name := "search"
	switch {
	case h.Selection.Via == ViaOAI:
		name = "oai"
	case h.Selection.Kind == KindCommunities:
		name = "other"
	}
	for _, limit := range h.Client.Limits() {
		if limit.Name == name {
			return limit.PerMinute
		}
	}
	return 0
}

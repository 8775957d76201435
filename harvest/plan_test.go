package harvest_test

import (
	"errors"
	"testing"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
)

func TestRunWindow(t *testing.T) {
	for _, tt := range []struct {
		name           string
		server, ours   int
		wantWindow     int
		mostOfRequests int64
	}{
		{"known", 10_000, 100, 100, 2},
		{"refused by the server", 100, 0, 100, 9},
		{"refused by the server, not a multiple of the page", 60, 0, 75, 9},
		{"refused from the second page on", 25, 0, 25, 9},
	} {
		f := newFake(deposits(1, 400, "egi")...)
		f.window = tt.server
		var sink harvest.Memory
		res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi, Window: tt.ours})
		tooLarge, ok := errors.AsType[*harvest.WindowError](err)
		if !ok || tooLarge.Total != 400 || tooLarge.Window != tt.wantWindow {
			t.Errorf("%s: got %v, want a window of %d for 400 records", tt.name, err, tt.wantWindow)
			continue
		}
		if !errors.Is(err, zenodo.ErrWindow) || errors.Is(err, harvest.ErrIncomplete) {
			t.Errorf("%s: %v should match ErrWindow and not ErrIncomplete", tt.name, err)
		}
		if len(sink.Records) > 0 || res.Requests > tt.mostOfRequests {
			t.Errorf("%s: stored %d records after %d requests, want none after at most %d", tt.name, len(sink.Records), res.Requests, tt.mostOfRequests)
		}
	}
}

func TestRunWindowOfOneCommunity(t *testing.T) {
	f := newFake(deposits(1, 30, "egi")...)
	f.records = append(f.records, deposits(31, 130, "egi-ace")...)
	f.window = 50
	var sink harvest.Memory
	sel := harvest.Selection{Communities: []zenodo.Slug{"egi", "egi-ace"}}
	_, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel})
	tooLarge, ok := errors.AsType[*harvest.WindowError](err)
	if !ok || *tooLarge != (harvest.WindowError{Community: "egi-ace", Total: 100, Window: 50}) {
		t.Errorf("got %v, want egi-ace to have 100 records in a window of 50", err)
	}
	if len(sink.Records) > 0 {
		t.Errorf("stored %d records, want none", len(sink.Records))
	}
}

func TestRunLimit(t *testing.T) {
	for _, limit := range []int{1, 10, 25, 30, 99, 100, 200} {
		f := newFake(deposits(1, 100, "egi")...)
		var sink harvest.Memory
		h := &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi, Limit: limit}
		res, err := run(t, h)
		if err != nil || res.Fetched != min(limit, 100) || res.Total != 100 || res.Missing != 0 || res.Complete != (limit >= 100) {
			t.Errorf("limit %d: got %+v, %v", limit, res, err)
		}
		wantIDs(t, &sink, 1, min(limit, 100))
		if want := (min(limit, 100) + 24) / 25; len(f.pages) > want {
			t.Errorf("limit %d: asked for pages %v, want %d of them", limit, f.pages, want)
		}
		h.Limit = 0
		res, err = run(t, h)
		if err != nil || !res.Complete || res.New != 100-min(limit, 100) {
			t.Errorf("without the limit of %d: got %+v, %v", limit, res, err)
		}
		wantIDs(t, &sink, 1, 100)
	}
}

// A limit makes sense of what is too large to be harvested whole.
func TestRunLimitInsideWindow(t *testing.T) {
	f := newFake(deposits(1, 400, "egi")...)
	f.window = 100
	var sink harvest.Memory
	h := &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi, Limit: 60, Window: 100}
	if res, err := run(t, h); err != nil || res.Fetched != 60 || res.Total != 400 || res.Complete {
		t.Errorf("got %+v, %v; want 60 of 400", res, err)
	}
	h.Limit = 0
	_, err := run(t, h)
	if _, ok := errors.AsType[*harvest.WindowError](err); !ok || errors.Is(err, harvest.ErrIncomplete) {
		t.Errorf("without the limit: got %v, want a *WindowError", err)
	}
}

func TestPlan(t *testing.T) {
	f := newFake(deposits(1, 260, "egi")...)
	f.records = append(f.records, deposits(261, 270, "egi-ace")...)
	sel := harvest.Selection{Communities: []zenodo.Slug{"egi", "egi-ace"}}
	h := &harvest.Harvester{Client: f.client(t, zenodo.WithRate(6000)), Sink: new(harvest.Memory), Selection: sel}
	plan, err := h.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// 11 or 3 pages and 1; two communities to look up and one more count.
	if plan.Harvest != "egi+egi-ace" || plan.Records != 270 || len(plan.Spans) != 2 || plan.Guest.Requests != 15 || plan.Token.Requests != 7 {
		t.Errorf("got %+v", plan)
	}
	if plan.Guest.Seconds != 15.0/6000*60 {
		t.Errorf("got %v s for 15 requests at 100 a second", plan.Guest.Seconds)
	}

	h.Window = 100
	plan, err = h.Plan(t.Context())
	if _, ok := errors.AsType[*harvest.WindowError](err); !ok || plan == nil || plan.Records != 270 {
		t.Errorf("got %+v, %v; want the plan and a *WindowError", plan, err)
	}
}

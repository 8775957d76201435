package harvest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
)

func TestRunWindow(t *testing.T) {
	for _, tt := range []struct {
		name         string
		server, ours int
		mostRequests int64
	}{
		{"known", 100, 100, 35},
		{"smaller than the server's", 10_000, 100, 35},
		{"refused by the server", 100, 0, 40},
		{"refused by the server, not a multiple of the page", 60, 0, 60},
		{"refused from the second page on", 25, 0, 60},
	} {
		f := newFake(deposits(1, 400, "egi")...)
		f.window = tt.server
		var sink harvest.Memory
		res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi, Window: tt.ours})
		if err != nil || !res.Complete || res.Total != 400 || res.Fetched != 400 {
			t.Errorf("%s: got %+v, %v; want 400 records, each once", tt.name, res, err)
		}
		wantIDs(t, &sink, 1, 400)
		if res.Requests > tt.mostRequests {
			t.Errorf("%s: %d requests, want at most %d", tt.name, res.Requests, tt.mostRequests)
		}
	}
}

func TestRunWindowOfOneCommunity(t *testing.T) {
	f := newFake(deposits(1, 30, "egi")...)
	f.records = append(f.records, deposits(21, 130, "egi-ace")...)
	f.records = append(f.records[:20], f.records[30:]...)
	for i := range f.records[20:30] {
		f.records[20+i].communities = []string{"egi", "egi-ace"}
	}
	f.window = 50
	var sink harvest.Memory
	sel := harvest.Selection{Communities: []zenodo.Slug{"egi", "egi-ace"}}
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel})
	if err != nil || !res.Complete || res.Total != 130 || res.New != 130 || res.Unchanged != 0 {
		t.Errorf("got %+v, %v; want 130 records, 10 of them in both", res, err)
	}
	wantIDs(t, &sink, 1, 130)
}

// Communities are not divided by time.
func TestRunWindowOfCommunities(t *testing.T) {
	f := newFake()
	f.communities = nil
	for i := range 250 {
		f.communities = append(f.communities, fmt.Sprintf("c-%03d", i))
	}
	f.window = 150
	var sink harvest.Memory
	sel := harvest.Selection{Kind: harvest.KindCommunities}
	_, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel})
	tooLarge, ok := errors.AsType[*harvest.WindowError](err)
	if !ok || *tooLarge != (harvest.WindowError{Total: 250, Window: 200}) || len(sink.Communities) > 0 {
		t.Errorf("got %v and %d communities, want 250 to be too many and nothing stored", err, len(sink.Communities))
	}
}

// A query that nothing can be added to is sent as it is, where that is enough.
func TestRunWindowOfLooseQuery(t *testing.T) {
	f := newFake(deposits(1, 400, "egi")...)
	sel := harvest.Selection{Query: "record ("}
	var sink harvest.Memory
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel})
	if err != nil || res.Total != 400 || !res.Complete {
		t.Errorf("got %+v, %v; want 400 records", res, err)
	}
	f.window = 100
	sink = harvest.Memory{}
	_, err = run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel})
	if problem, ok := errors.AsType[*harvest.SelectionError](err); !ok || problem.Hint == "" || !strings.Contains(err.Error(), "400 records match") {
		t.Errorf("got %v, want a *SelectionError that says why", err)
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
	res, err := run(t, h)
	if err != nil || !res.Complete || res.New != 340 || res.Unchanged != 60 {
		t.Errorf("without the limit: got %+v, %v; want the other 340", res, err)
	}
	wantIDs(t, &sink, 1, 400)
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
	if err != nil || plan.Records != 270 || plan.SpanCount != 5 || !plan.Estimated || plan.Token.Requests < 7 {
		t.Errorf("got %+v, %v; want the larger community in 4 spans", plan, err)
	}
	if len(f.pages) > 3 {
		t.Errorf("asked for pages %v, want one or two a plan", f.pages)
	}
}

package harvest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
)

var egi = harvest.Selection{Communities: []zenodo.Slug{"egi"}}

// run harvests and checks what a result must always be.
func run(t *testing.T, h *harvest.Harvester) (*harvest.Result, error) {
	t.Helper()
	res, err := h.Run(t.Context())
	if res == nil {
		t.Fatalf("no result next to %v", err)
	}
	if res.Complete && err != nil {
		t.Errorf("complete in spite of %v", err)
	}
	return res, err
}

func TestRun(t *testing.T) {
	// 110 records are 5 pages for a guest, the last one short.
	f := newFake(deposits(1, 110, "egi")...)
	var sink harvest.Memory
	h := &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi}
	var seen []harvest.Progress
	h.Progress = func(p harvest.Progress) { seen = append(seen, p) }
	res, err := run(t, h)
	if err != nil {
		t.Fatal(err)
	}
	wantIDs(t, &sink, 1, 110)
	if !res.Complete || res.Harvest != "egi" || res.Total != 110 || res.Fetched != 110 || res.New != 110 || res.Missing != 0 {
		t.Errorf("got %+v, want 110 new records, complete", res)
	}
	slices.Sort(f.pages)
	if want := []int{1, 2, 3, 4, 5}; !slices.Equal(f.pages, want) {
		t.Errorf("asked for pages %v, want each once: %v", f.pages, want)
	}
	if res.Requests != 6 { // and whether the community exists
		t.Errorf("got %d requests, want 6", res.Requests)
	}
	if first, last := seen[0], seen[len(seen)-1]; first.Done != 0 || first.Total != 110 || last.Done != 110 || last.Total != 110 {
		t.Errorf("progress from %+v to %+v, want from 0 to 110 of 110", first, last)
	}

	sink.Finish()
	res, err = run(t, h)
	if err != nil || res.New != 0 || res.Unchanged != 110 || !res.Complete {
		t.Errorf("second run: got %+v, %v; want 110 unchanged", res, err)
	}
}

func TestRunSummary(t *testing.T) {
	f := newFake()
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: new(harvest.Memory), Selection: egi, Name: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	res.Seconds = 0
	got, _ := json.Marshal(res)
	const want = `{"harvest":"mine","total":0,"fetched":0,"new":0,"updated":0,"unchanged":0,"gone":0,"left":0,` +
		`"missing":0,"missing_ids":[],"requests":3,"retries":0,"throttled":0,"seconds":0,"complete":true,"mode":"full","state":"complete","listed":0,"held":0,"unlisted":0}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRunSeveralCommunities(t *testing.T) {
	f := newFake(deposits(1, 40, "egi")...)
	f.records = append(f.records, deposits(41, 60, "egi", "egi-ace")...)
	f.records = append(f.records, deposits(61, 100, "egi-ace")...)
	f.records = append(f.records, deposits(101, 120)...)
	sel := harvest.Selection{Communities: []zenodo.Slug{"egi-ace", "egi"}}
	var sink harvest.Memory
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel})
	if err != nil {
		t.Fatal(err)
	}
	wantIDs(t, &sink, 1, 100)
	if res.Total != 100 || res.Fetched != 120 || res.New != 100 || res.Unchanged != 0 || !res.Complete {
		t.Errorf("got %+v, want 100 new records in 120 received", res)
	}
	egi, _ := sink.SpanIDs(t.Context(), 0)
	ace, _ := sink.SpanIDs(t.Context(), 1)
	if len(egi) != 40 || len(ace) != 60 {
		t.Errorf("got spans of %d and %d, want 40 and then 60", len(egi), len(ace))
	}
}

func TestRunUnknownCommunity(t *testing.T) {
	f := newFake(deposits(1, 10, "egi")...)
	var sink harvest.Memory
	sel := harvest.Selection{Communities: []zenodo.Slug{"egi", "no-such"}}
	_, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel})
	if !errors.Is(err, zenodo.ErrNotFound) || !strings.Contains(err.Error(), "no-such") || errors.Is(err, harvest.ErrIncomplete) {
		t.Errorf("got %v, want ErrNotFound that names no-such", err)
	}
	if len(f.pages) > 0 || len(sink.Records) > 0 {
		t.Errorf("asked for pages %v and stored %d records, want nothing fetched", f.pages, len(sink.Records))
	}
}

func TestRunCanonicalSlug(t *testing.T) {
	f := newFake(deposits(1, 10, "egi")...)
	rename := roundTripFunc(func(req *http.Request) (*http.Response, error) {
		req.URL.Path = strings.Replace(req.URL.Path, "/uuid-of-egi", "/egi", 1)
		return f.RoundTrip(req)
	})
	sel := harvest.Selection{Communities: []zenodo.Slug{"uuid-of-egi", "egi"}}
	res, err := run(t, &harvest.Harvester{Client: f.client(t, zenodo.WithTransport(rename)), Sink: new(harvest.Memory), Selection: sel})
	if err != nil || res.Fetched != 10 || len(f.pages) != 1 {
		t.Errorf("got %+v, %v with pages %v; want one community of 10, asked for once", res, err, f.pages)
	}
}

type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestRunCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := newFake(deposits(1, 10, "egi")...)
	res, err := (&harvest.Harvester{Client: f.client(t), Sink: new(harvest.Memory), Selection: egi}).Run(ctx)
	if !errors.Is(err, context.Canceled) || res == nil {
		t.Errorf("got %+v, %v; want a result and context.Canceled", res, err)
	}
}

package harvest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
		`"missing":0,"missing_ids":[],"requests":2,"retries":0,"throttled":0,"seconds":0,"complete":true}`
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
	if len(egi) != 60 || len(ace) != 60 {
		t.Errorf("got spans of %d and %d, want 60 each", len(egi), len(ace))
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

func TestRunResumes(t *testing.T) {
	const records, pages, parallel = 240, 10, 4
	for stored := range pages {
		f := newFake(deposits(1, records, "egi")...)
		sink := &flakySink{left: stored}
		h := &harvest.Harvester{Client: f.client(t), Sink: sink, Selection: egi, Parallel: parallel}
		res, err := run(t, h)
		if !errors.Is(err, errDisk) || errors.Is(err, harvest.ErrIncomplete) {
			t.Fatalf("with room for %d pages: got %v, want the sink's error alone", stored, err)
		}
		before := len(sink.Records)
		if before > stored*25 || res.Complete {
			t.Errorf("with room for %d pages: %d records, complete %t", stored, before, res.Complete)
		}
		first := len(f.pages)
		sink.left = 1000
		res, err = run(t, h)
		if err != nil || !res.Complete || res.New != records-before || res.Unchanged != 0 {
			t.Errorf("resumed after %d pages: got %+v, %v; want %d new", stored, res, err, records-before)
		}
		wantIDs(t, &sink.Memory, 1, records)
		if twice := len(f.pages) - pages; before > 0 && twice > parallel {
			t.Errorf("resumed after %d pages: %d of them asked for twice (%v, then %v), want at most %d", stored, twice, f.pages[:first], f.pages[first:], parallel)
		}
	}
}

func TestRunResumesBetweenCommunities(t *testing.T) {
	for stored := range 6 {
		f := newFake(deposits(1, 70, "egi", "egi-ace")...)
		f.records = append(f.records, deposits(71, 75, "egi-ace")...)
		sink := &flakySink{left: stored}
		sel := harvest.Selection{Communities: []zenodo.Slug{"egi", "egi-ace"}}
		h := &harvest.Harvester{Client: f.client(t), Sink: sink, Selection: sel, Parallel: 1}
		if _, err := run(t, h); !errors.Is(err, errDisk) {
			t.Fatalf("with room for %d pages: got %v", stored, err)
		}
		sink.left = 1000
		res, err := run(t, h)
		if err != nil || !res.Complete || res.Total != 75 || res.Fetched != 145-25*min(stored, 2)-20*(stored/3)-25*max(0, stored-3) {
			t.Errorf("resumed after %d pages: got %+v, %v; want the rest of 75 records", stored, res, err)
		}
		wantIDs(t, &sink.Memory, 1, 75)
	}
}

// A checkpoint counts places, so that it serves pages of any size.
func TestRunResumesWithAnotherPageSize(t *testing.T) {
	for _, tt := range []struct{ before, after int }{{25, 100}, {100, 25}, {25, 10}} {
		f := newFake(deposits(1, 450, "egi")...)
		f.maxSize = tt.before
		sink := &flakySink{left: 3}
		h := &harvest.Harvester{Client: f.client(t, zenodo.WithAccessToken("t")), Sink: sink, Selection: egi, Parallel: 1}
		if _, err := run(t, h); !errors.Is(err, errDisk) {
			t.Fatalf("got %v", err)
		}
		f.maxSize, sink.left = tt.after, 1000
		h.Client = f.client(t, zenodo.WithAccessToken("t"))
		res, err := run(t, h)
		if err != nil || !res.Complete || res.Fetched > 450-3*tt.before+2*tt.after {
			t.Errorf("from pages of %d to %d: got %+v, %v", tt.before, tt.after, res, err)
		}
		wantIDs(t, &sink.Memory, 1, 450)
	}
}

// A token may be found unknown, or expire, in the middle of a walk.
func TestRunPagesBecomeSmaller(t *testing.T) {
	for after := range 8 {
		f := newFake(deposits(1, 450, "egi")...)
		f.maxSize = 100
		f.before = func(n, _ int) int {
			if n > after {
				f.maxSize = 25
			}
			return 0
		}
		var sink harvest.Memory
		res, err := run(t, &harvest.Harvester{Client: f.client(t, zenodo.WithAccessToken("t")), Sink: &sink, Selection: egi})
		if err != nil || !res.Complete {
			t.Errorf("smaller after %d pages: got %+v, %v", after, res, err)
		}
		wantIDs(t, &sink, 1, 450)
	}
}

func TestRunIgnoresForeignCheckpoint(t *testing.T) {
	for _, checkpoint := range []string{
		`garbage`,
		`{"v":99,"selection":"egi#0","spans":[{"total":10,"found":10,"walk":1,"offset":25}]}`,
		`{"v":1,"selection":"another#0","spans":[{"total":10,"found":10,"walk":1,"offset":25}]}`,
	} {
		f := newFake(deposits(1, 10, "egi")...)
		var sink harvest.Memory
		sink.StorePage(t.Context(), harvest.Page{Checkpoint: []byte(checkpoint)})
		res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi})
		if err != nil || res.New != 10 {
			t.Errorf("after checkpoint %s: got %+v, %v; want 10 new", checkpoint, res, err)
		}
	}
}

func TestRunPageLost(t *testing.T) {
	for lost := 1; lost <= 10; lost++ {
		f := newFake(deposits(1, 240, "egi")...)
		f.before = func(_, page int) int {
			if page == lost {
				return http.StatusGatewayTimeout
			}
			return 0
		}
		var sink harvest.Memory
		h := &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi}
		res, err := run(t, h)
		// The first page and the last one are asked for before anything is stored.
		atOnce := lost == 1 || lost == 10
		if !errors.Is(err, zenodo.ErrServer) || errors.Is(err, harvest.ErrIncomplete) == atOnce {
			t.Errorf("page %d lost: got %v", lost, err)
		}
		if got, want := res.Fetched, 25*(lost-1); !atOnce && got != want {
			t.Errorf("page %d lost: got %d records, want the %d before it", lost, got, want)
		}
		if !atOnce && res.Missing != 240-res.Fetched {
			t.Errorf("page %d lost: got %d missing of 240, having %d", lost, res.Missing, res.Fetched)
		}
		f.before = nil
		res, err = run(t, h)
		if err != nil || !res.Complete || res.Missing != 0 {
			t.Errorf("page %d found again: got %+v, %v", lost, res, err)
		}
		wantIDs(t, &sink, 1, 240)
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

func TestRunQueries(t *testing.T) {
	const since, until = "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"
	for _, tt := range []struct {
		name string
		sel  harvest.Selection
		want []string // of the first page, and of the following ones
	}{
		{"everything", harvest.Selection{}, []string{"", "created:[* TO 2026-06-01T12:00:00Z}"}},
		{"query", harvest.Selection{Query: "title:record"}, []string{"title:record", "(title:record) AND created:[* TO 2026-06-01T12:00:00Z}"}},
		{"loose query", harvest.Selection{Query: "record ("}, []string{"record (", "record ("}},
		{"since", harvest.Selection{Since: since}, []string{"created:[" + since + " TO *]", "created:[" + since + " TO 2026-06-01T12:00:00Z}"}},
		{
			"dates and query", harvest.Selection{Query: "a OR b", Since: since, Until: until},
			[]string{"(a OR b) AND created:[" + since + " TO " + until + "}", "(a OR b) AND created:[" + since + " TO " + until + "}"},
		},
		{
			"until the future", harvest.Selection{Until: "2030-01-01T00:00:00Z"},
			[]string{"created:[* TO 2030-01-01T00:00:00Z}", "created:[* TO 2026-06-01T12:00:00Z}"},
		},
		{"type", harvest.Selection{Type: "dataset"}, []string{"", "created:[* TO 2026-06-01T12:00:00Z}"}},
		{
			"subtype in a community", harvest.Selection{Type: "image", Subtype: "plot", Communities: []zenodo.Slug{"egi"}},
			[]string{
				`type:"image" AND resource_type.subtype:"image-plot"`,
				`type:"image" AND resource_type.subtype:"image-plot" AND created:[* TO 2026-06-01T12:00:00Z}`,
			},
		},
	} {
		f := newFake(deposits(9800, 9999, "egi")...)
		if tt.sel.Type == "image" {
			for i := range f.records {
				f.records[i].kind = "image"
			}
		}
		if _, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: new(harvest.Memory), Selection: tt.sel}); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		slices.Sort(f.queries[1:])
		if got := slices.Compact(f.queries); !slices.Equal(got, slices.Compact(tt.want)) {
			t.Errorf("%s: got queries %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestRunDates(t *testing.T) {
	f := newFake(deposits(9000, 9999, "egi")...) // the last one is of 31 May 2026, noon
	sel := harvest.Selection{Since: "2026-01-01T12:00:00Z", Until: "2026-03-01T12:00:00Z"}
	var sink harvest.Memory
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel})
	if err != nil || res.Total != 59 {
		t.Errorf("got %+v, %v; want the 59 days from 1 January to 28 February", res, err)
	}
	wantIDs(t, &sink, 9849, 9907)
}

func TestRunLooseWithDates(t *testing.T) {
	f := newFake(deposits(1, 10)...)
	sel := harvest.Selection{Query: "record (", Since: "2026-01-01T00:00:00Z"}
	_, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: new(harvest.Memory), Selection: sel})
	if problem, ok := errors.AsType[*harvest.SelectionError](err); !ok || problem.Hint == "" {
		t.Errorf("got %v, want a *SelectionError with a hint", err)
	}
	if len(f.requests) > 0 {
		t.Errorf("sent %v, want nothing", f.requests)
	}
}

func TestRunFilterIgnored(t *testing.T) {
	f := newFake(deposits(1, 10)...)
	ignore := roundTripFunc(func(req *http.Request) (*http.Response, error) {
		query := req.URL.Query()
		query.Del("type")
		req.URL.RawQuery = query.Encode()
		return f.RoundTrip(req)
	})
	sel := harvest.Selection{Type: "software"}
	var sink harvest.Memory
	_, err := run(t, &harvest.Harvester{Client: f.client(t, zenodo.WithTransport(ignore)), Sink: &sink, Selection: sel})
	if err == nil || len(sink.Records) > 0 {
		t.Errorf("got %v and %d records of another type", err, len(sink.Records))
	}
}

func TestRunCommunities(t *testing.T) {
	f := newFake()
	f.communities = nil
	for i := range 250 {
		f.communities = append(f.communities, fmt.Sprintf("c-%03d", i))
	}
	var sink harvest.Memory
	sel := harvest.Selection{Kind: harvest.KindCommunities, Query: "c"}
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel})
	if err != nil || !res.Complete || res.New != 250 || len(sink.Communities) != 250 || len(sink.Records) != 0 {
		t.Errorf("got %+v, %v and %d communities; want 250", res, err, len(sink.Communities))
	}
	if queries := slices.Compact(f.queries); !slices.Equal(queries, []string{"c"}) {
		t.Errorf("got queries %q, want c alone", queries)
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

func TestRunCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := newFake(deposits(1, 10, "egi")...)
	res, err := (&harvest.Harvester{Client: f.client(t), Sink: new(harvest.Memory), Selection: egi}).Run(ctx)
	if !errors.Is(err, context.Canceled) || res == nil {
		t.Errorf("got %+v, %v; want a result and context.Canceled", res, err)
	}
}

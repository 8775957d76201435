package harvest_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

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
		`{"v":1,"selection":"egi#0","spans":[{"total":10,"found":10,"walk":1,"offset":25}]}`,
		`{"v":2,"selection":"another#0","parts":[{"spans":[{"total":10,"found":10,"walk":1,"offset":25}]}]}`,
	} {
		f := newFake(deposits(1, 10, "egi")...)
		var sink harvest.Memory
		sink.StorePages(t.Context(), store.Page{Checkpoint: []byte(checkpoint)})
		res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi})
		if err != nil || res.New != 10 {
			t.Errorf("after checkpoint %s: got %+v, %v; want 10 new", checkpoint, res, err)
		}
	}
}

// A server that fails from some request on ends the run.
func TestRunServerLost(t *testing.T) {
	for lost := 1; lost <= 10; lost++ {
		f := newFake(deposits(1, 240, "egi")...)
		f.before = func(n, _ int) int {
			if n >= lost {
				return http.StatusGatewayTimeout
			}
			return 0
		}
		var sink harvest.Memory
		h := &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi, Parallel: 1}
		res, err := run(t, h)
		atOnce := lost == 1
		if !errors.Is(err, zenodo.ErrServer) || errors.Is(err, harvest.ErrIncomplete) == atOnce {
			t.Errorf("lost from request %d on: got %v", lost, err)
		}
		if len(res.Unserved) > 0 || !atOnce && (res.Fetched == 0 || res.Missing != 240-res.Fetched) {
			t.Errorf("lost from request %d on: got %+v, want the rest of 240 missing", lost, res)
		}
		f.before = nil
		res, err = run(t, h)
		if err != nil || !res.Complete || res.Missing != 0 {
			t.Errorf("found again after request %d: got %+v, %v", lost, res, err)
		}
		wantIDs(t, &sink, 1, 240)
	}
}

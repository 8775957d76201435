package harvest_test

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// A full run finds out what became of each record that is not listed any more.
func TestResolve(t *testing.T) {
	for _, sel := range []harvest.Selection{
		{Communities: []zenodo.Slug{"mine"}},
		{Communities: []zenodo.Slug{"mine"}, AllVersions: true},
	} {
		w := newWorld(t, zenodotest.Config{})
		var ids []string
		for range 40 {
			ids = append(ids, w.publish("mine"))
		}
		w.later()
		var sink harvest.Memory
		w.full(&sink, sel)
		w.check(w.Delete(ids[0], zenodotest.Tombstone{Reason: "spam", Note: "Sold shoes"}))
		w.check(w.Delete(ids[1], zenodotest.Tombstone{Hidden: true}))
		w.check(w.Delete(ids[2], zenodotest.Tombstone{Note: "By its owner"}))
		w.check(w.Edit(ids[3], inCommunity("other")))
		w.check(w.Edit(ids[4], zenodotest.SetTitle("Edited")))
		_, err := w.NewVersion(ids[5])
		w.check(err)
		w.publish("mine")
		w.later()
		res := w.full(&sink, sel)
		left := 2 // what another community has now, and what was superseded
		if sel.AllVersions {
			left = 1
		}
		if res.Gone != 3 || res.Left != left || res.New != 2 {
			t.Errorf("%s: got %+v, want 3 gone and %d left", sel.JSON(), res, left)
		}
		w.wantListed(&sink, sel)
		for id, want := range map[string]string{ids[0]: "spam: Sold shoes", ids[1]: "", ids[2]: "By its owner"} {
			if got, gone := sink.Gone[zenodo.RecordID(id)]; !gone || got != want {
				t.Errorf("%s: record %s is gone: %t, because of %q, want %q", sel.JSON(), id, gone, got, want)
			}
		}
		if again := w.full(&sink, sel); again.Gone+again.Left+again.New != 0 {
			t.Errorf("%s: again: got %+v, want nothing to resolve", sel.JSON(), again)
		}
	}
}

// One that was deleted may be restored.
func TestResolveRestored(t *testing.T) {
	w := newWorld(t, zenodotest.Config{})
	id := w.publish("mine")
	raw, err := w.Raw(id)
	w.check(err)
	w.later()
	var sink harvest.Memory
	w.full(&sink, egiMine)
	w.check(w.Delete(id, zenodotest.Tombstone{}))
	w.later()
	w.full(&sink, egiMine)
	if _, gone := sink.Gone[zenodo.RecordID(id)]; !gone || len(sink.Records) != 0 {
		t.Fatalf("got %v gone and %d records", sink.Gone, len(sink.Records))
	}
	_, err = w.PublishRaw(raw)
	w.check(err)
	w.full(&sink, egiMine)
	if len(sink.Gone) != 0 || len(sink.Records) != 1 {
		t.Errorf("got %v gone and %d records", sink.Gone, len(sink.Records))
	}
}

var egiMine = harvest.Selection{Communities: []zenodo.Slug{"mine"}}

// A run that ends while it resolves what is missing resumes there, and does not ask again for
// what it has resolved.
func TestResolveResumes(t *testing.T) {
	for failAfter := range 12 {
		var asked, lost atomic.Int64
		lost.Store(1000)
		cfg := zenodotest.Config{Fault: func(r *http.Request, _ int) zenodotest.Fault {
			if path.Dir(r.URL.Path) == "/api/records" && asked.Add(1) > lost.Load() {
				return zenodotest.Fault{Kind: zenodotest.FaultReset}
			}
			return zenodotest.Fault{}
		}}
		w := newWorld(t, cfg)
		var ids []string
		for range 12 {
			ids = append(ids, w.publish("mine"))
		}
		w.later()
		var sink harvest.Memory
		w.full(&sink, egiMine)
		for _, id := range ids[:10] {
			w.check(w.Delete(id, zenodotest.Tombstone{}))
		}
		w.later()
		sink.Finish()
		lost.Store(int64(failAfter))
		h := &harvest.Harvester{Client: w.client, Sink: &sink, Selection: egiMine, Parallel: 2}
		res, err := run(t, h)
		if short := failAfter < 10; errors.Is(err, harvest.ErrIncomplete) != short || res.Complete == short {
			t.Fatalf("lost after %d records: got %+v, %v", failAfter, res, err)
		}
		if res.Gone != min(10, failAfter) {
			t.Errorf("lost after %d records: got %+v", failAfter, res)
		}
		listed := w.RequestCount()
		lost.Store(1 << 60)
		rest, err := run(t, h)
		if err != nil || !rest.Complete || res.Gone+rest.Gone != 10 || rest.Fetched != 0 {
			t.Errorf("gone on after %d records: got %+v, %v", failAfter, rest, err)
		}
		if got := w.RequestCount() - listed; got != rest.Gone {
			t.Errorf("gone on after %d records: %d requests for %d records", failAfter, got, rest.Gone)
		}
		w.wantListed(&sink, egiMine)
	}
}

// A record that the server cannot say anything about is resolved another time,
// and does not keep the others from being resolved.
func TestResolveUnservable(t *testing.T) {
	var unservable string
	cfg := zenodotest.Config{Fault: func(r *http.Request, _ int) zenodotest.Fault {
		if unservable != "" && strings.HasSuffix(r.URL.Path, "/records/"+unservable) {
			return zenodotest.Fault{Kind: zenodotest.Fault504}
		}
		return zenodotest.Fault{}
	}}
	w := newWorld(t, cfg)
	ids := []string{w.publish("mine"), w.publish("mine"), w.publish("mine")}
	w.later()
	var sink harvest.Memory
	w.full(&sink, egiMine)
	for _, id := range ids {
		w.check(w.Delete(id, zenodotest.Tombstone{}))
	}
	unservable = ids[1]
	sink.Finish()
	res, err := run(t, &harvest.Harvester{Client: w.client, Sink: &sink, Selection: egiMine})
	if !errors.Is(err, harvest.ErrIncomplete) || !errors.Is(err, zenodo.ErrServer) || res.Gone != 2 || res.Complete {
		t.Errorf("got %+v, %v, want 2 gone and 1 not resolved", res, err)
	}
	unservable = ""
	if res, err = run(t, &harvest.Harvester{Client: w.client, Sink: &sink, Selection: egiMine}); err != nil || res.Gone != 1 {
		t.Errorf("the run after that: got %+v, %v", res, err)
	}
}

// Restricted records exist and are not shown: they are no longer public.
func TestResolveForbidden(t *testing.T) {
	f := newFake(deposits(1, 3, "egi")...)
	var sink harvest.Memory
	if _, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi}); err != nil {
		t.Fatal(err)
	}
	sink.Finish()
	f.remove(2)
	f.restricted = []string{"2"}
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi})
	if err != nil || res.Left != 0 || res.Gone != 1 || len(sink.Records) != 2 || sink.Gone["2"] != "no longer public" {
		t.Errorf("got %+v, %v and %v gone", res, err, sink.Gone)
	}
}

// A run that ended short does not take what it has not seen for gone.
func TestResolveNotWhenShort(t *testing.T) {
	f := newFake(deposits(1, 60, "egi")...)
	var sink harvest.Memory
	h := &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi}
	if _, err := run(t, h); err != nil {
		t.Fatal(err)
	}
	sink.Finish()
	f.lists = 0
	f.before = func(n, _ int) int {
		if n > 1 {
			return http.StatusGatewayTimeout
		}
		return 0
	}
	res, err := run(t, h)
	if !errors.Is(err, harvest.ErrIncomplete) || res.Gone+res.Left != 0 || len(sink.Records) != 60 {
		t.Errorf("got %+v, %v and %d records", res, err, len(sink.Records))
	}
	sink.Finish()
	f.before = nil
	h.Limit = 30
	if res, err = run(t, h); err != nil || res.Gone+res.Left != 0 || len(sink.Records) != 60 {
		t.Errorf("with a limit: got %+v, %v and %d records", res, err, len(sink.Records))
	}
}

// What was published in the second in which a run began is not listed by it,
// and has not left.
func TestResolveFresh(t *testing.T) {
	w := newWorld(t, zenodotest.Config{Window: 50, Synthetic: 90})
	sel := harvest.Selection{AllVersions: true}
	var sink harvest.Memory
	w.full(&sink, sel)
	fresh := w.publish("mine")
	rec, err := w.client.Records.Get(t.Context(), fresh)
	w.check(err)
	sink.Records[rec.ID] = rec // as another run has stored it
	res := w.full(&sink, sel)
	if res.Left != 0 || sink.Records[rec.ID] == nil {
		t.Errorf("got %+v", res)
	}
	if unseen, err := sink.Unseen(context.Background(), store.Scope{}, 10); err != nil || slices.Contains(unseen, rec.ID) {
		t.Errorf("got %v, %v", unseen, err)
	}
}

// An interrupt while records are asked for keeps those that have come.
func TestResolveInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	cfg := zenodotest.Config{OnRequest: func(_ int, r *http.Request) {
		if path.Dir(r.URL.Path) != "/api/records" {
			return
		}
		if asked++; asked == 3 {
			cancel()
		}
	}}
	w := newWorld(t, cfg)
	ids := []string{w.publish("mine"), w.publish("mine"), w.publish("mine"), w.publish("mine")}
	w.later()
	var sink harvest.Memory
	w.full(&sink, egiMine)
	for _, id := range ids {
		w.check(w.Delete(id, zenodotest.Tombstone{}))
	}
	sink.Finish()
	h := &harvest.Harvester{Client: w.client, Sink: &sink, Selection: egiMine, Parallel: 1}
	res, err := h.Run(ctx)
	if !errors.Is(err, context.Canceled) || errors.Is(err, harvest.ErrIncomplete) || res.Gone != 2 || len(sink.Gone) != 2 {
		t.Errorf("got %+v, %v", res, err)
	}
}

// A selection that is larger than the window is resolved like any other, with
// records deleted between the runs and while one is under way.
func TestResolveDivided(t *testing.T) {
	var w *world
	var doomed []string
	cfg := zenodotest.Config{Window: 50, Synthetic: 300, Seed: 6, OnRequest: func(int, *http.Request) {
		if len(doomed) > 0 {
			_ = w.Delete(doomed[0], zenodotest.Tombstone{Reason: "duplicate"}) // it is there
			doomed = doomed[1:]
		}
	}}
	w = newWorld(t, cfg)
	sel := harvest.Selection{AllVersions: true}
	var sink harvest.Memory
	w.full(&sink, sel)
	ids := slices.Sorted(maps.Keys(sink.Records))
	for _, id := range ids[:20] {
		w.check(w.Delete(string(id), zenodotest.Tombstone{}))
	}
	w.later()
	w.full(&sink, sel)
	for _, id := range ids[280:] {
		doomed = append(doomed, string(id))
	}
	w.later()
	sink.Finish()
	if _, err := run(t, &harvest.Harvester{Client: w.client, Sink: &sink, Selection: sel, Parallel: 1}); err != nil && !errors.Is(err, harvest.ErrIncomplete) {
		t.Fatal(err)
	}
	w.later()
	w.full(&sink, sel)
	if len(sink.Records) != 260 || len(sink.Gone) != 40 {
		t.Errorf("got %d records and %d gone, want 260 and 40", len(sink.Records), len(sink.Gone))
	}
}

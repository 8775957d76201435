package harvest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// world is an emulator whose clock a test moves.
type world struct {
	*zenodotest.Emulator
	t      *testing.T
	client *zenodo.Client
	clock  time.Time
	// parallel is how many pages are asked for at a time, 0 for the usual number.
	parallel int
}

func newWorld(t *testing.T, cfg zenodotest.Config) *world {
	w := &world{t: t, clock: now}
	cfg.Now = func() time.Time { return w.clock }
	w.Emulator, w.client = emulated(t, cfg)
	return w
}

// later lets days pass.
func (w *world) later() { w.clock = w.clock.AddDate(0, 0, 3) }

func (w *world) publish(communities ...string) string {
	w.t.Helper()
	id, err := w.Publish(zenodotest.Draft{Communities: communities})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

func (w *world) check(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// full runs a harvest from its beginning to its end.
func (w *world) full(sink *harvest.Memory, sel harvest.Selection) *harvest.Result {
	w.t.Helper()
	sink.Finish()
	res, err := run(w.t, &harvest.Harvester{Client: w.client, Sink: sink, Selection: sel})
	if err != nil || !res.Complete {
		w.t.Fatalf("full run: got %+v, %v", res, err)
	}
	return res
}

// changed runs a harvest of what changed since an earlier run, and compares the
// totals alone.
func (w *world) changed(sink store.Sink, sel harvest.Selection, before *harvest.Result) (*harvest.Result, error) {
	w.t.Helper()
	if memory, ok := sink.(*harvest.Memory); ok {
		memory.Finish()
	}
	return run(w.t, &harvest.Harvester{Client: w.client, Sink: sink, Selection: sel, ChangedSince: before.Begun, Known: before.Total, Quick: true, Parallel: w.parallel})
}

// wantListed compares what a sink holds with what the server lists.
func (w *world) wantListed(sink *harvest.Memory, sel harvest.Selection) {
	w.t.Helper()
	var want, got []string
	records := w.client.Records.All(context.Background(), zenodo.SearchOptions{Query: sel.Query, AllVersions: sel.AllVersions, Type: sel.Type})
	if len(sel.Communities) > 0 {
		records = w.client.Communities.AllRecords(context.Background(), sel.Communities[0], zenodo.SearchOptions{AllVersions: sel.AllVersions})
	}
	for rec, err := range records {
		w.check(err)
		want = append(want, string(rec.ID)+" "+rec.Metadata.Title)
	}
	for _, rec := range sink.Records {
		got = append(got, string(rec.ID)+" "+rec.Metadata.Title)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		w.t.Errorf("%s: got %d records, want %d\ngot  %v\nwant %v", sel.JSON(), len(got), len(want), got, want)
	}
}

func TestIncremental(t *testing.T) {
	for _, sel := range []harvest.Selection{
		{Communities: []zenodo.Slug{"mine"}, AllVersions: true},
		{AllVersions: true},
		{Query: "type:dataset", AllVersions: true},
		{Type: "dataset", AllVersions: true},
	} {
		w := newWorld(t, zenodotest.Config{Synthetic: 60, Seed: 2})
		var ids []string
		for range 30 {
			ids = append(ids, w.publish("mine"))
			w.clock = w.clock.Add(time.Second)
		}
		w.later()
		var sink harvest.Memory
		first := w.full(&sink, sel)
		if first.Mode != store.ModeFull || !first.Begun.Equal(w.clock.Truncate(time.Second)) {
			t.Errorf("%s: mode %s, begun %v, want the server's clock, %v", sel.JSON(), first.Mode, first.Begun, w.clock)
		}

		w.later()
		res, err := w.changed(&sink, sel, first)
		if err != nil || !res.Complete || res.Fetched != 0 || res.Total != first.Total || res.Requests > 3 {
			t.Errorf("%s: nothing changed: got %+v, %v", sel.JSON(), res, err)
		}

		w.publish("mine")
		w.check(w.Edit(ids[3], zenodotest.SetTitle("Edited")))
		_, err = w.NewVersion(ids[7])
		w.check(err)
		w.later()
		res, err = w.changed(&sink, sel, first)
		if err != nil || !res.Complete || res.New != 2 || res.Updated != 1 || res.Unchanged != 0 || res.Total != first.Total+2 {
			t.Errorf("%s: 2 new and 1 edited: got %+v, %v", sel.JSON(), res, err)
		}
		if res.Mode != store.ModeIncremental || res.Unlisted != 0 {
			t.Errorf("%s: got %+v", sel.JSON(), res)
		}
		if got := sink.Records[zenodo.RecordID(ids[3])].Metadata.Title; got != "Edited" {
			t.Errorf("%s: the edited record is called %q", sel.JSON(), got)
		}

		// What was fetched is fetched again as long as the search may have
		// lagged behind, and no longer.
		res, err = w.changed(&sink, sel, res)
		if err != nil || res.Fetched != 0 {
			t.Errorf("%s: days later: got %+v, %v", sel.JSON(), res, err)
		}
		w.publish("mine")
		w.clock = w.clock.Add(50 * time.Minute)
		again := *res
		again.Begun = w.clock
		res, err = w.changed(&sink, sel, &again)
		if err != nil || res.New != 1 {
			t.Errorf("%s: a record that was not yet to be found: got %+v, %v", sel.JSON(), res, err)
		}
	}
}

// Of a selection of latest versions a new one takes the place of the old one,
// which is held and not counted any more.
func TestIncrementalSupersedes(t *testing.T) {
	w := newWorld(t, zenodotest.Config{})
	first, second := w.publish("mine"), w.publish("mine")
	w.later()
	sel := harvest.Selection{Communities: []zenodo.Slug{"mine"}}
	var sink harvest.Memory
	before := w.full(&sink, sel)
	next, err := w.NewVersion(first)
	w.check(err)
	w.later()
	res, err := w.changed(&sink, sel, before)
	if err != nil || !res.Complete || res.New != 1 || res.Total != 2 || res.Unlisted != 0 {
		t.Errorf("a new version: got %+v, %v", res, err)
	}
	if len(sink.Records) != 3 {
		t.Errorf("got %d records, want both versions of %s and %s", len(sink.Records), first, second)
	}
	w.later()
	if res = w.full(&sink, sel); res.Left != 1 || res.Gone != 0 || sink.Records[zenodo.RecordID(first)] != nil || sink.Records[zenodo.RecordID(next)] == nil {
		t.Errorf("a full run: got %+v and %d records, want the old version to leave", res, len(sink.Records))
	}
}

// What was deleted or left shows as a difference of numbers, and what joined
// without being changed as well.
func TestIncrementalCompares(t *testing.T) {
	w := newWorld(t, zenodotest.Config{})
	var ids []string
	for range 5 {
		ids = append(ids, w.publish("mine"))
	}
	w.later()
	sel := harvest.Selection{Communities: []zenodo.Slug{"mine"}, AllVersions: true}
	var sink harvest.Memory
	before := w.full(&sink, sel)
	w.check(w.Delete(ids[0], zenodotest.Tombstone{}))
	w.check(w.Edit(ids[1], inCommunity("other")))
	w.later()
	res, err := w.changed(&sink, sel, before)
	surplus, ok := errors.AsType[*harvest.MissingError](err)
	if !ok || res.Complete || res.Total != 3 || res.Unlisted != 2 || res.Missing != 0 || surplus.Surplus != 2 {
		t.Errorf("one deleted, one left: got %+v, %v", res, err)
	}

	// A record that the community takes in is not changed by that.
	delete(sink.Records, zenodo.RecordID(ids[2]))
	delete(sink.Records, zenodo.RecordID(ids[0]))
	delete(sink.Records, zenodo.RecordID(ids[1]))
	res, err = w.changed(&sink, sel, before)
	missing, ok := errors.AsType[*harvest.MissingError](err)
	if !ok || !errors.Is(err, harvest.ErrIncomplete) || res.Complete || res.Missing != 1 || missing.Missing != 1 || missing.Total != 3 {
		t.Errorf("one joined unseen: got %+v, %v", res, err)
	}
}

// inCommunity moves a record of the community mine to another one.
func inCommunity(slug string) func([]byte) []byte {
	return func(raw []byte) []byte { return []byte(strings.ReplaceAll(string(raw), `"mine"`, `"`+slug+`"`)) }
}

// Records of several communities are counted once.
func TestIncrementalOverlap(t *testing.T) {
	w := newWorld(t, zenodotest.Config{})
	for range 3 {
		w.publish("mine", "yours")
		w.publish("yours")
	}
	gone := w.publish("mine", "yours")
	w.later()
	sel := harvest.Selection{Communities: []zenodo.Slug{"mine", "yours"}}
	var sink harvest.Memory
	before := w.full(&sink, sel)
	w.later()
	w.publish("mine", "yours")
	w.later()
	res, err := w.changed(&sink, sel, before)
	if err != nil || !res.Complete || res.Total != 8 || res.New != 1 || res.Unlisted != 0 {
		t.Errorf("got %+v, %v, want 8 in all", res, err)
	}
	w.check(w.Delete(gone, zenodotest.Tombstone{}))
	res, err = w.changed(&sink, sel, res)
	if !errors.Is(err, harvest.ErrIncomplete) || res.Complete || res.Unlisted == 0 {
		t.Errorf("one deleted: got %+v, %v", res, err)
	}
	delete(sink.Records, zenodo.RecordID(gone))
	for id := range sink.Records {
		delete(sink.Records, id)
		break
	}
	if res, err = w.changed(&sink, sel, res); !errors.Is(err, harvest.ErrIncomplete) || res.Missing == 0 {
		t.Errorf("one missing: got %+v, %v", res, err)
	}
}

// What is published while an incremental run is under way is for the next one.
func TestIncrementalMeanwhile(t *testing.T) {
	var w *world
	published := 0
	cfg := zenodotest.Config{OnRequest: func(_ int, r *http.Request) {
		if w != nil && published > 0 && r.URL.Query().Get("size") == "1" {
			published--
			w.clock = w.clock.Add(time.Minute)
			w.publish("mine")
		}
	}}
	w = newWorld(t, cfg)
	for range 3 {
		w.publish("mine")
	}
	w.later()
	sel := harvest.Selection{Communities: []zenodo.Slug{"mine"}}
	var sink harvest.Memory
	before := w.full(&sink, sel)
	w.later()
	published = 1
	res, err := w.changed(&sink, sel, before)
	if err != nil || !res.Complete || res.Total != 3 || published != 0 {
		t.Errorf("published meanwhile: got %+v, %v", res, err)
	}
	res, err = w.changed(&sink, sel, res)
	if err != nil || res.Total != 4 || res.New != 1 {
		t.Errorf("the run after that: got %+v, %v", res, err)
	}
}

// Changes beyond the window are divided like any selection, and a run that was
// killed among them is resumed.
func TestIncrementalLarge(t *testing.T) {
	w := newWorld(t, zenodotest.Config{Window: 100, Synthetic: 700, Seed: 4})
	sel := harvest.Selection{AllVersions: true}
	sink := &flakySink{left: 1000}
	res, err := run(t, &harvest.Harvester{Client: w.client, Sink: sink, Selection: sel})
	w.check(err)
	w.later()
	for rec := range sink.Records {
		if rec[len(rec)-1]%2 == 0 {
			w.check(w.Edit(string(rec), nil))
		}
	}
	w.later()
	sink.Finish()
	sink.left = 7
	before := *res
	if res, err = w.changed(sink, sel, &before); !errors.Is(err, errDisk) || res.Total != 700 {
		t.Fatalf("killed: got %+v, %v", res, err)
	}
	first := w.RequestCount()
	sink.left = 1000
	if res, err = w.changed(sink, sel, &before); err != nil || !res.Complete || res.Total != 700 {
		t.Errorf("resumed: got %+v, %v", res, err)
	}
	for id, rec := range sink.Records {
		if raw, err := w.Raw(string(id)); err != nil || string(raw) != string(rec.Raw) {
			t.Errorf("record %s is not as the server has it: %v", id, err)
		}
	}
	if len(sink.Records) != 700 || res.Unchanged != 0 || res.Updated == 0 || w.RequestCount()-first > 40 {
		t.Errorf("resumed: got %+v, %d records and %d requests", res, len(sink.Records), w.RequestCount()-first)
	}
}

// A run that is resumed after days has what happened meanwhile, too.
func TestIncrementalResumedLate(t *testing.T) {
	w := newWorld(t, zenodotest.Config{})
	var ids []string
	for range 60 {
		ids = append(ids, w.publish("mine"))
	}
	w.later()
	sink := &flakySink{left: 1000}
	sel := harvest.Selection{Communities: []zenodo.Slug{"mine"}}
	before, err := run(t, &harvest.Harvester{Client: w.client, Sink: sink, Selection: sel})
	w.check(err)
	sink.Finish()
	w.later()
	for _, id := range ids[:50] {
		w.check(w.Edit(id, nil))
	}
	w.later()
	sink.left, w.parallel = 1, 1
	if res, err := w.changed(sink, sel, before); !errors.Is(err, errDisk) || res.Updated == 0 {
		t.Fatalf("killed: got %+v, %v", res, err)
	}
	w.later()
	w.check(w.Edit(ids[55], zenodotest.SetTitle("Edited")))
	w.publish("mine")
	w.later()
	sink.left = 1000
	res, err := w.changed(sink, sel, before)
	if err != nil || !res.Complete || res.New != 1 || res.Total != 61 || !res.Begun.Equal(w.clock.Truncate(time.Second)) {
		t.Errorf("resumed: got %+v, %v", res, err)
	}
	w.wantListed(&sink.Memory, sel)
}

// A checkpoint of another kind of run, or since another time, is not taken up.
func TestIncrementalCheckpoint(t *testing.T) {
	w := newWorld(t, zenodotest.Config{Synthetic: 120})
	sink := &flakySink{left: 1000}
	sel := harvest.Selection{AllVersions: true}
	res, err := run(t, &harvest.Harvester{Client: w.client, Sink: sink, Selection: sel, Limit: 50})
	w.check(err)
	w.later()
	// The full run would go on and fetch the other 70.
	got, err := w.changed(sink, sel, res)
	if !errors.Is(err, harvest.ErrIncomplete) || got.Fetched != 0 || got.Missing != 70 || got.Mode != store.ModeIncremental {
		t.Errorf("after an unfinished full run: got %+v, %v", got, err)
	}
}

// The cost of an incremental run depends on what changed, not on what there is.
func TestIncrementalCost(t *testing.T) {
	w := newWorld(t, zenodotest.Config{Synthetic: 3000, Seed: 1})
	sel := harvest.Selection{AllVersions: true}
	var sink harvest.Memory
	before := w.full(&sink, sel)
	for _, changes := range []int{0, 1, 60, 200} {
		w.later()
		ids := slices.Sorted(func(yield func(zenodo.RecordID) bool) {
			for id := range sink.Records {
				if !yield(id) {
					return
				}
			}
		})
		for _, id := range ids[:changes] {
			w.check(w.Edit(string(id), nil))
		}
		w.later()
		res, err := w.changed(&sink, sel, before)
		if err != nil || res.Updated != changes || res.Requests > int64(changes/25+4) {
			t.Errorf("after %d changes among 3000: got %+v, %v", changes, res, err)
		}
		before = res
	}
}

func TestIncrementalRefused(t *testing.T) {
	for _, sel := range []harvest.Selection{
		{Kind: harvest.KindCommunities},
		{Query: "title:(one"},
	} {
		if _, ok := errors.AsType[*harvest.SelectionError](sel.Incremental()); !ok {
			t.Errorf("%s: got %v, want a SelectionError", sel.JSON(), sel.Incremental())
		}
		f := newFake(deposits(1, 3, "egi")...)
		var sink harvest.Memory
		_, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel, ChangedSince: now})
		if _, ok := errors.AsType[*harvest.SelectionError](err); !ok || len(f.requests) > 0 {
			t.Errorf("%s: got %v after %d requests", sel.JSON(), err, len(f.requests))
		}
	}
	for _, sel := range []harvest.Selection{{}, egi, {Query: "title:one"}, {Query: `creators.name:"Doe, Jane" OR one`}} {
		if err := sel.Incremental(); err != nil {
			t.Errorf("%s: %v", sel.JSON(), err)
		}
	}
}

// The condition is added to the query in brackets, an hour before the run
// before began.
func TestIncrementalQuery(t *testing.T) {
	f := newFake(deposits(1, 3, "egi")...)
	var sink harvest.Memory
	_, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: harvest.Selection{Query: "title:one OR two"}, ChangedSince: now, Quick: true})
	want := "(title:one OR two) AND updated:[2026-06-01T11:00:00Z TO *]"
	if err != nil || !slices.Contains(f.queries, want) || !slices.Contains(f.queries, "title:one OR two") {
		t.Errorf("got %v and queries %q, want %q and that for all", err, f.queries, want)
	}
}

// Whatever happens to records while incremental runs are under way, what is
// there in the end is what the server lists, and a full run finds out the rest.
func TestIncrementalChanges(t *testing.T) {
	for seed := range uint64(6) {
		dice := rand.New(rand.NewPCG(seed, 1))
		var w *world
		var ids []string
		busy := false
		cfg := zenodotest.Config{OnRequest: func(_ int, r *http.Request) {
			if !busy || dice.IntN(2) == 0 {
				return
			}
			w.clock = w.clock.Add(time.Second)
			// What was deleted cannot be changed: that is no matter.
			switch id := ids[dice.IntN(len(ids))]; dice.IntN(5) {
			case 0:
				_ = w.Delete(id, zenodotest.Tombstone{})
			case 1:
				_, _ = w.NewVersion(id)
			case 2:
				_ = w.Edit(id, zenodotest.SetTitle(fmt.Sprint("edited ", dice.Int())))
			case 3:
				_ = w.Edit(id, inCommunity("other"))
			default:
				w.publish("mine")
			}
		}}
		w = newWorld(t, cfg)
		w.parallel = 1 // so that one goroutine at a time changes the world
		for range 70 {
			ids = append(ids, w.publish("mine"))
			w.clock = w.clock.Add(time.Hour)
		}
		sel := harvest.Selection{Communities: []zenodo.Slug{"mine"}, AllVersions: seed%2 == 0}
		var sink harvest.Memory
		before := w.full(&sink, sel)
		for range 8 {
			w.later()
			busy = true
			res, err := w.changed(&sink, sel, before)
			busy = false
			if err != nil && !errors.Is(err, harvest.ErrIncomplete) {
				t.Fatal(err)
			}
			if err == nil {
				before = res
			}
		}
		w.later()
		sink.Finish()
		last := &harvest.Harvester{Client: w.client, Sink: &sink, Selection: sel, ChangedSince: before.Begun, Known: before.Total, CheckRequests: 2 + int(seed%2)}
		res, err := run(t, last)
		if err != nil || !res.Complete || res.Gone == 0 || res.Left == 0 {
			t.Errorf("seed %d: the last run: got %+v, %v", seed, res, err)
		}
		if want := map[bool]string{true: store.StateComplete, false: store.StateCounts}[seed%2 == 1]; res.State != want {
			t.Errorf("seed %d: state %s, want %s", seed, res.State, want)
		}
		w.wantListed(&sink, sel)
		for rec, err := range w.client.Communities.AllRecords(t.Context(), "mine", zenodo.SearchOptions{AllVersions: sel.AllVersions}) {
			w.check(err)
			// That a record is superseded does not count as a change of it.
			if held := sink.Records[rec.ID]; held == nil || held.UpdatedAt != rec.UpdatedAt {
				t.Errorf("seed %d: record %s is not held as it is listed", seed, rec.ID)
			}
		}
	}
}

// plainSink is a sink that does not know what it holds.
type plainSink struct{ memory harvest.Memory }

func (s *plainSink) Checkpoint() []byte { return s.memory.Checkpoint() }

func (s *plainSink) StorePages(ctx context.Context, pages ...store.Page) (store.Stored, error) {
	return s.memory.StorePages(ctx, pages...)
}

func (s *plainSink) SpanIDs(ctx context.Context, span int) ([]string, error) {
	return s.memory.SpanIDs(ctx, span)
}

// A sink that is no Keeper gets what changed, and nothing is compared or
// resolved.
func TestIncrementalPlainSink(t *testing.T) {
	w := newWorld(t, zenodotest.Config{})
	deleted, kept := w.publish("mine", "yours"), w.publish("mine")
	w.later()
	for _, sel := range []harvest.Selection{
		{Communities: []zenodo.Slug{"mine"}},
		{Communities: []zenodo.Slug{"mine", "yours"}},
	} {
		var sink plainSink
		before, err := run(t, &harvest.Harvester{Client: w.client, Sink: &sink, Selection: sel})
		w.check(err)
		sink.memory.Finish()
		w.later()
		w.check(w.Edit(kept, nil))
		w.later()
		res, err := w.changed(&sink, sel, before)
		if err != nil || !res.Complete || res.Updated != 1 || res.Total < 2 || res.Unlisted != 0 {
			t.Errorf("%s: got %+v, %v", sel.JSON(), res, err)
		}
	}
	var sink plainSink
	h := &harvest.Harvester{Client: w.client, Sink: &sink, Selection: harvest.Selection{Communities: []zenodo.Slug{"mine"}}}
	_, err := run(t, h)
	w.check(err)
	sink.memory.Finish()
	w.check(w.Delete(deleted, zenodotest.Tombstone{}))
	if res, err := run(t, h); err != nil || !res.Complete || res.Gone+res.Left != 0 {
		t.Errorf("a full run: got %+v, %v", res, err)
	}
}

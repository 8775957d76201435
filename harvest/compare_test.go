package harvest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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

// checked runs a harvest again as the index does: with what is known of the run
// before.
func (w *world) checked(sink *harvest.Memory, sel harvest.Selection, before *harvest.Result) (*harvest.Result, error) {
	w.t.Helper()
	sink.Finish()
	return run(w.t, &harvest.Harvester{
		Client: w.client, Sink: sink, Selection: sel, ChangedSince: before.Begun, Known: before.Total, Checked: before.Checked, Parallel: w.parallel,
	})
}

// One record that left hides one that joined, as long as only numbers are
// compared: neither moves the time of update.
func TestJoinedAndLeft(t *testing.T) {
	w := newWorld(t, zenodotest.Config{})
	var ids []string
	for range 50 {
		ids = append(ids, w.publish("mine"))
	}
	outside := w.publish("other")
	w.later()
	var sink harvest.Memory
	before := w.full(&sink, egiMine)
	w.check(w.Move(ids[7], "other"))
	w.check(w.Move(outside, "mine"))
	w.later()
	res, err := w.checked(&sink, egiMine, before)
	if err != nil || res.State != store.StateComplete || res.Left != 1 || res.New != 1 || *res.Listed != 50 {
		t.Errorf("got %+v, %v, want one that left and one that joined", res, err)
	}
	w.wantListed(&sink, egiMine)
}

// Of a large selection spans are counted: what differs in number is found and
// listed, whatever hides it in the sum, after a few runs.
func TestCompareSpans(t *testing.T) {
	w := newWorld(t, zenodotest.Config{Synthetic: 9_000, Seed: 3})
	sel := harvest.Selection{AllVersions: true}
	var sink harvest.Memory
	before := w.full(&sink, sel)
	if got := before.Checked.ComparedAt(); !got.Equal(before.Begun) {
		t.Errorf("compared at %v, want when the run began, %v", got, before.Begun)
	}
	compared := before.Checked.ComparedAt()
	ids := slices.SortedFunc(maps.Keys(sink.Records), func(a, b zenodo.RecordID) int {
		return strings.Compare(string(sink.Records[a].CreatedAt), string(sink.Records[b].CreatedAt))
	})

	// One that is deleted shows in the sum.
	w.check(w.Delete(string(ids[5000]), zenodotest.Tombstone{}))
	w.later()
	res, err := w.checked(&sink, sel, before)
	if err != nil || res.State != store.StateCounts || res.Gone != 1 || res.Requests > 60 {
		t.Errorf("one deleted: got %+v, %v", res, err)
	}
	if got := res.Checked.ComparedAt(); !got.Equal(compared) {
		t.Errorf("compared at %v, want %v: most spans were only counted", got, compared)
	}

	// One that is deleted and one that is missing in another place do not.
	w.check(w.Delete(string(ids[100]), zenodotest.Tombstone{}))
	delete(sink.Records, ids[8_000])
	runs := 0
	for runs < 5 && (sink.Records[ids[8_000]] == nil || sink.Records[ids[100]] != nil) {
		w.later()
		runs++
		if res, err = w.checked(&sink, sel, res); err != nil || !res.Complete || res.Requests > 100 {
			t.Errorf("run %d: got %+v, %v", runs, res, err)
		}
	}
	w.wantListed(&sink, sel)
	if runs > 3 {
		t.Errorf("it took %d runs to look at all spans", runs)
	}
	var spans []struct{ Since, Until, Counted time.Time }
	if err := json.Unmarshal(res.Checked.JSON(), &spans); err != nil {
		t.Fatal(err)
	}
	if total := 9_000; len(spans) < total/25/harvest.DefaultCheckRequests/2 {
		t.Fatalf("got %d spans", len(spans))
	}
	for i, span := range spans[1:] {
		if !span.Since.Equal(spans[i].Until) || span.Counted.IsZero() {
			t.Errorf("span %d: %+v does not follow %+v", i+1, span, spans[i])
		}
	}
}

// Comparing totals alone takes one request, and shows what differs.
func TestQuick(t *testing.T) {
	w := newWorld(t, zenodotest.Config{})
	ids := []string{w.publish("mine"), w.publish("mine")}
	w.later()
	var sink harvest.Memory
	before := w.full(&sink, egiMine)
	res, err := w.changed(&sink, egiMine, before)
	if err != nil || res.State != store.StateCounts || res.Requests > 3 {
		t.Errorf("got %+v, %v", res, err)
	}
	w.check(w.Delete(ids[0], zenodotest.Tombstone{}))
	w.later()
	if res, err = w.changed(&sink, egiMine, before); !errors.Is(err, harvest.ErrIncomplete) || res.State != store.StateIncomplete || res.Unlisted != 1 {
		t.Errorf("one deleted: got %+v, %v", res, err)
	}
}

// A server that does not count is read until a page is short; what it has is
// then held, though nobody knows whether it is all.
func TestUncounted(t *testing.T) {
	for name, total := range map[string]string{"none": ``, "null": `,"total":null`, "beyond": `,"total":99999999999999999999`} {
		for _, n := range []int{0, 10, 25, 60, 75} {
			f := newFake(deposits(1, n, "egi")...)
			f.total = func(int) string { return total }
			var sink harvest.Memory
			h := &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi}
			res, err := run(t, h)
			if err != nil || res.State != store.StateCounts || !res.Complete || res.Listed != nil || res.Total != n {
				t.Errorf("%s, %d records: got %+v, %v", name, n, res, err)
			}
			wantIDs(t, &sink, 1, n)
			if limit := n/25 + 6; len(f.requests) > limit {
				t.Errorf("%s, %d records: %d requests, want %d at most", name, n, len(f.requests), limit)
			}
		}
	}
}

// A count that falls below what was received, or to nothing, is asked for once
// more. If it stays so, the list is read again, and what is not in it any more
// is asked for by itself.
func TestCountFalls(t *testing.T) {
	for _, at := range []int{1, 2, 3, 4, 5, 6} {
		f := newFake(deposits(1, 100, "egi")...)
		lists := 0
		f.total = func(total int) string {
			if lists++; lists == at {
				return `,"total":0`
			}
			return fmt.Sprintf(`,"total":%d`, total)
		}
		f.hide = func() bool { return lists+1 == at }
		var sink harvest.Memory
		res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi, Parallel: 1})
		if err != nil || res.State != store.StateComplete || res.Total != 100 {
			t.Errorf("nothing in list %d: got %+v, %v", at, res, err)
		}
		wantIDs(t, &sink, 1, 100)
	}

	f := newFake(deposits(1, 100, "egi")...)
	lists := 0
	f.total = func(total int) string {
		if lists++; lists > 3 {
			return `,"total":0`
		}
		return fmt.Sprintf(`,"total":%d`, total)
	}
	f.hide = func() bool { return lists >= 3 }
	f.alone = true
	var sink harvest.Memory
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi, Parallel: 1})
	unlisted, ok := errors.AsType[*harvest.UnlistedError](err)
	if !ok || res.State != store.StateIncomplete || res.Complete || unlisted.Unlisted == 0 || res.Gone+res.Left != 0 {
		t.Errorf("nothing from the third list on: got %+v, %v", res, err)
	}
}

// A server that lists nothing while its index is made anew does not empty the
// harvest.
func TestUnlisted(t *testing.T) {
	f := newFake(deposits(1, 50, "egi")...)
	f.alone = true
	var sink harvest.Memory
	h := &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi}
	if _, err := run(t, h); err != nil {
		t.Fatal(err)
	}
	sink.Finish()
	f.hide = func() bool { return true }
	f.total = func(int) string { return `,"total":0` }
	asked := len(f.requests)
	res, err := run(t, h)
	unlisted, ok := errors.AsType[*harvest.UnlistedError](err)
	if !ok || !errors.Is(err, harvest.ErrIncomplete) || res.Left+res.Gone != 0 || unlisted.Held != 50 || len(sink.Records) != 50 {
		t.Errorf("got %+v, %v", res, err)
	}
	if got := len(f.requests) - asked; got > 15 {
		t.Errorf("asked %d times before giving up", got)
	}

	// Few are no reason to give up.
	sink.Finish()
	f.hide, f.total = nil, nil
	f.unlisted = []string{"7", "9"}
	res, err = run(t, h)
	if err != nil || res.State != store.StateComplete || res.Unlisted != 2 || res.Left != 0 || *res.Listed != 48 {
		t.Errorf("two unlisted: got %+v, %v", res, err)
	}
	sink.Finish()
	f.unlisted = nil
	if res, err = run(t, h); err != nil || res.Unlisted != 0 || *res.Listed != 50 {
		t.Errorf("listed again: got %+v, %v", res, err)
	}
}

// Where the newest version is deleted, the one before is the latest again.
func TestNewestDeleted(t *testing.T) {
	for _, sel := range []harvest.Selection{egiMine, {Communities: egiMine.Communities, AllVersions: true}} {
		w := newWorld(t, zenodotest.Config{})
		first := w.publish("mine")
		w.publish("mine")
		w.later()
		second, err := w.NewVersion(first)
		w.check(err)
		w.later()
		var sink harvest.Memory
		before := w.full(&sink, sel)
		w.check(w.Delete(second, zenodotest.Tombstone{}))
		w.later()
		res, err := w.changed(&sink, sel, before) // by its change alone
		if err != nil || res.Gone != 1 || !res.Complete {
			t.Errorf("%s: got %+v, %v", sel.JSON(), res, err)
		}
		w.wantListed(&sink, sel)
	}
}

// An incremental run begins with what the server wrote last, since its clock may
// be wrong, and never later than the run before began by either clock.
func TestClocks(t *testing.T) {
	for _, ahead := range []time.Duration{0, 3 * time.Hour, -3 * time.Hour} {
		w := newWorld(t, zenodotest.Config{})
		id := w.publish("mine")
		w.clock = w.clock.Add(time.Hour)
		f := &skewed{next: w.Transport(), ahead: ahead}
		client, err := zenodo.NewClient(zenodo.WithBaseURL("http://127.0.0.1/api"), zenodo.WithTransport(f))
		w.check(err)
		var sink harvest.Memory
		h := &harvest.Harvester{Client: client, Sink: &sink, Selection: egiMine, Quick: true}
		res, err := run(t, h)
		if err != nil || !res.Complete || !res.Newest.Equal(now) {
			t.Fatalf("%v ahead: got %+v, %v", ahead, res, err)
		}
		if want := w.clock.Add(ahead); !res.Begun.Equal(want) {
			t.Errorf("%v ahead: begun %v, want %v", ahead, res.Begun, want)
		}
		w.clock = w.clock.Add(time.Minute)
		w.check(w.Edit(id, zenodotest.SetTitle("Edited")))
		sink.Finish()
		h.ChangedSince, h.Known = res.Begun, res.Total
		if res.Newest.Before(h.ChangedSince) { // as an index does
			h.ChangedSince = res.Newest
		}
		if res, err = run(t, h); err != nil || res.Updated != 1 {
			t.Errorf("%v ahead: got %+v, %v, want the edit", ahead, res, err)
		}
	}
	// A server that lives in the future is behind the clock here, or ahead.
	f := newFake(deposits(1, 3, "egi")...)
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &harvest.Memory{}, Selection: egi})
	if err != nil || res.ClockAhead > -time.Hour {
		t.Errorf("got %v (%v), want that the server is behind by months", res.ClockAhead, err)
	}
}

// skewed shows another time than the server has.
type skewed struct {
	next  http.RoundTripper
	ahead time.Duration
}

func (s *skewed) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := s.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if at, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		resp.Header.Set("Date", at.Add(s.ahead).Format(http.TimeFormat))
	}
	return resp, nil
}

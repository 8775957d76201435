package harvest_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// What happens on the server while the list of 120 records is read.
func TestRunWhileOthersWork(t *testing.T) {
	all := harvest.Selection{}
	loose := harvest.Selection{Query: "record ("} // cannot be bounded
	for _, tt := range []struct {
		name      string
		sel       harvest.Selection
		change    func(f *fake)
		first     int // id of the first record that is left
		last      int
		wantTotal int
		rewalked  bool
	}{
		{"deleted", all, func(f *fake) { f.remove(3) }, 4, 120, 119, true},
		{"deleted from a community", egi, func(f *fake) { f.remove(3) }, 4, 120, 119, true},
		{"superseded", all, func(f *fake) {
			f.remove(3)
			f.records = append(f.records, deposit{id: 121, created: now.Add(time.Minute), communities: []string{"egi"}})
		}, 4, 121, 120, true},
		{"published", all, func(f *fake) {
			f.records = append(f.records, deposit{id: 121, created: now.Add(time.Minute), communities: []string{"egi"}})
		}, 1, 120, 120, false},
		{"published, unbounded", loose, func(f *fake) {
			f.records = append(f.records, deposit{id: 121, created: now.Add(time.Minute), communities: []string{"egi"}})
		}, 1, 121, 121, true},
		{"joined the community", egi, func(f *fake) {
			f.records = append(f.records, deposit{id: 121, created: now.AddDate(-60, 0, 0), communities: []string{"egi"}})
		}, 1, 121, 121, true},
	} {
		for after := 2; after <= 4; after++ { // the first page and the last one are read before
			f := newFake(deposits(1, 120, "egi")...)
			f.before = func(n, _ int) int {
				if n == after+1 {
					tt.change(f)
				}
				return 0
			}
			var sink harvest.Memory
			res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: tt.sel, Parallel: 1})
			if err != nil || !res.Complete || res.Total != tt.wantTotal || res.Missing != 0 {
				t.Errorf("%s after page %d: got %+v, %v; want %d, complete", tt.name, after, res, err, tt.wantTotal)
			}
			// Those deleted may be there or not: nobody could say so later either.
			for id := tt.first; id <= tt.last; id++ {
				if sink.Records[recordID(id)] == nil {
					t.Errorf("%s after page %d: record %d is missing", tt.name, after, id)
				}
			}
			if again := res.Fetched > 125; again != tt.rewalked {
				t.Errorf("%s after page %d: fetched %d, want the list walked again: %t", tt.name, after, res.Fetched, tt.rewalked)
			}
		}
	}
}

// The server's clock tells whole seconds, and people harvest what they have
// just published.
func TestRunPublishedJustBefore(t *testing.T) {
	for _, sel := range []harvest.Selection{{}, egi} {
		f := newFake(deposits(1, 119, "egi")...)
		f.records = append(f.records, deposit{id: 120, created: now.Add(400 * time.Millisecond), communities: []string{"egi"}})
		var sink harvest.Memory
		res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel})
		if err != nil || !res.Complete || res.Total != 120 {
			t.Errorf("got %+v, %v; want 120, complete", res, err)
		}
		wantIDs(t, &sink, 1, 120)
	}
}

// A list may lose a record whenever it is read: none of the others goes
// missing behind that, but that those left is not known, so that the run does
// not call itself complete.
func TestRunNeverStops(t *testing.T) {
	for _, parallel := range []int{1, 4} {
		f := newFake(deposits(1, 200)...)
		f.before = func(n, _ int) int {
			f.remove(n)
			return 0
		}
		var sink harvest.Memory
		res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Parallel: parallel})
		if !errors.Is(err, harvest.ErrIncomplete) || res.Complete || res.Missing != 0 {
			t.Errorf("got %+v, %v; want it incomplete, with nothing missing", res, err)
		}
		for _, d := range f.records {
			if sink.Records[recordID(d.id)] == nil {
				t.Errorf("record %d is missing", d.id)
			}
		}
		// Four walks, and one from the end; pages under way when a walk is
		// given up count, and how many those are is up to the scheduler. Pages
		// that show a shorter list are asked for once more, a few times.
		if len(f.pages) > 5*8+2+4*3 {
			t.Errorf("asked for %d pages: %v", len(f.pages), f.pages)
		}
	}
}

// A list that grows whenever it is read never holds still.
func TestRunGrows(t *testing.T) {
	f := newFake(deposits(1, 200)...)
	f.before = func(n, _ int) int {
		f.records = append(f.records, deposit{id: 1000 + n, created: now.AddDate(-50, 0, 0)})
		return 0
	}
	var sink harvest.Memory
	h := &harvest.Harvester{Client: f.client(t), Sink: &sink, Parallel: 1}
	res, err := run(t, h)
	if !errors.Is(err, harvest.ErrIncomplete) || res.Complete || res.Missing == 0 {
		t.Errorf("got %+v, %v; want it incomplete", res, err)
	}
	if len(f.pages) > 4*10+2 {
		t.Errorf("asked for %d pages, want an end after 4 walks", len(f.pages))
	}
	f.before = nil
	res, err = run(t, h)
	if err != nil || !res.Complete || res.Fetched != res.Total {
		t.Errorf("when it holds still: got %+v, %v; want one complete walk", res, err)
	}
}

// A server may count what it does not list.
func TestRunMissing(t *testing.T) {
	f := newFake(deposits(1, 60, "egi")...)
	f.records = append(f.records, f.records[40]) // listed twice, in place of another
	var sink harvest.Memory
	h := &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi}
	res, err := run(t, h)
	if !errors.Is(err, harvest.ErrIncomplete) || res.Missing != 1 || res.Total != 61 || res.Complete || res.Unchanged != 0 {
		t.Errorf("got %+v, %v; want 1 missing of 61", res, err)
	}
	if res.Fetched != 4*61 {
		t.Errorf("fetched %d, want four walks of 61", res.Fetched)
	}
	f.remove(5) // what is gone must not stand in for what is missing
	res, err = run(t, h)
	if !errors.Is(err, harvest.ErrIncomplete) || res.Missing != 1 || res.Total != 60 {
		t.Errorf("one deleted: got %+v, %v; want 1 missing of 60", res, err)
	}
	f.records = deposits(1, 61, "egi")
	res, err = run(t, h)
	if err != nil || !res.Complete || res.New != 1 {
		t.Errorf("once listed: got %+v, %v; want 1 new", res, err)
	}
	wantIDs(t, &sink, 1, 61)
}

// A walk that is taken up again knows that the list has changed meanwhile.
func TestRunChangedBetweenRuns(t *testing.T) {
	f := newFake(deposits(1, 120, "egi")...)
	sink := &flakySink{left: 2}
	h := &harvest.Harvester{Client: f.client(t), Sink: sink, Selection: egi, Parallel: 1}
	if _, err := run(t, h); !errors.Is(err, errDisk) {
		t.Fatalf("got %v", err)
	}
	f.remove(7) // moves record 51 to a page that was read
	sink.left = 1000
	res, err := run(t, h)
	if err != nil || !res.Complete || sink.Records["51"] == nil {
		t.Errorf("got %+v, %v; want record 51 found in a second walk", res, err)
	}
}

func TestRunInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(deposits(1, 1000)...)
		random := rand.New(rand.NewPCG(1, 2))
		delays := make([]time.Duration, 41)
		for i := range delays {
			delays[i] = time.Duration(random.IntN(1000)) * time.Millisecond
		}
		f.delay = func(page int) time.Duration { return delays[page] }
		sink := &orderSink{t: t}
		running := &concurrency{next: f}
		res, err := run(t, &harvest.Harvester{Client: f.client(t, zenodo.WithTransport(running)), Sink: sink})
		if err != nil || !res.Complete {
			t.Errorf("got %+v, %v", res, err)
		}
		wantIDs(t, &sink.Memory, 1, 1000)
		if most := running.most; most < 2 || most > harvest.DefaultParallel {
			t.Errorf("%d pages were on their way at a time, want 2 to %d", most, harvest.DefaultParallel)
		}
		if sink.transactions >= 40 {
			t.Errorf("40 pages took %d transactions, want some to share one", sink.transactions)
		}
	})
}

// concurrency notes how many requests are on their way at a time, at most.
type concurrency struct {
	next    http.RoundTripper
	mu      sync.Mutex
	running int
	most    int
}

func (c *concurrency) RoundTrip(req *http.Request) (*http.Response, error) {
	c.add(1)
	defer c.add(-1)
	return c.next.RoundTrip(req)
}

func (c *concurrency) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running += n
	c.most = max(c.most, c.running)
}

// orderSink wants records in the order of their ids and takes its time.
type orderSink struct {
	harvest.Memory
	t            *testing.T
	transactions int
}

func (s *orderSink) StorePages(ctx context.Context, pages ...store.Page) (store.Stored, error) {
	time.Sleep(300 * time.Millisecond)
	s.transactions++
	for _, page := range pages {
		if got, want := page.Records[0].ID, recordID(len(s.Records)+1); got != want {
			s.t.Errorf("got the page that begins with %s, want %s", got, want)
		}
		if _, err := s.Memory.StorePages(ctx, page); err != nil {
			return store.Stored{}, err
		}
	}
	return store.Stored{New: 1}, nil
}

func TestRunCancelled(t *testing.T) {
	for _, slow := range []time.Duration{0, 500 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake(deposits(1, 1000, "egi")...)
			f.delay = func(int) time.Duration { return 2 * time.Second }
			ctx, cancel := context.WithCancel(t.Context())
			sink := &slowSink{delay: slow}
			stored := 0
			h := &harvest.Harvester{Client: f.client(t), Sink: sink, Selection: egi}
			h.Progress = func(p harvest.Progress) { stored = p.Fetched }
			var asked time.Time
			sink.during = func(n int) {
				if n == 3 {
					asked = time.Now()
					cancel()
				}
			}
			res, err := h.Run(ctx)
			if !errors.Is(err, context.Canceled) || errors.Is(err, harvest.ErrIncomplete) {
				t.Errorf("got %v, want context.Canceled alone", err)
			}
			if took := time.Since(asked); took > time.Second {
				t.Errorf("took %v to end", took)
			}
			if res.Fetched != len(sink.Records) || res.Fetched != stored || res.Fetched < 3*25 {
				t.Errorf("fetched %d, stored %d, want the same, the page in hand included", res.Fetched, len(sink.Records))
			}
			sink.during = nil
			res, err = run(t, h)
			if err != nil || !res.Complete {
				t.Errorf("next run: got %+v, %v", res, err)
			}
			wantIDs(t, &sink.Memory, 1, 1000)
		})
	}
}

// A sink that hangs when the run is interrupted is cut off.
func TestRunCancelledSinkHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(deposits(1, 100, "egi")...)
		ctx, cancel := context.WithCancel(t.Context())
		sink := &slowSink{delay: time.Hour}
		time.AfterFunc(time.Minute, cancel)
		begin := time.Now()
		_, err := (&harvest.Harvester{Client: f.client(t), Sink: sink, Selection: egi}).Run(ctx)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want context.Canceled", err)
		}
		if took := time.Since(begin) - time.Minute; took > time.Second {
			t.Errorf("took %v to end, want a second at most", took)
		}
	})
}

// slowSink takes its time, and gives up when its context ends.
type slowSink struct {
	harvest.Memory
	delay  time.Duration
	during func(call int)
	calls  int
}

func (s *slowSink) StorePages(ctx context.Context, pages ...store.Page) (store.Stored, error) {
	s.calls++
	if s.during != nil {
		s.during(s.calls)
	}
	select {
	case <-time.After(s.delay):
		return s.Memory.StorePages(ctx, pages...)
	case <-ctx.Done():
		return store.Stored{}, ctx.Err()
	}
}

// What fails in one community leaves the others for the next run.
func TestRunCommunityLost(t *testing.T) {
	f := newFake(deposits(1, 60, "egi", "egi-ace")...)
	asked := 0
	lost := roundTripFunc(func(req *http.Request) (*http.Response, error) {
		if req.URL.Path == "/api/communities/egi-ace/records" {
			if asked++; asked > 2 {
				req.URL.RawQuery = "page=1&size=1000"
			}
		}
		return f.RoundTrip(req)
	})
	sel := harvest.Selection{Communities: []zenodo.Slug{"egi", "egi-ace"}}
	var sink harvest.Memory
	h := &harvest.Harvester{Client: f.client(t, zenodo.WithTransport(lost)), Sink: &sink, Selection: sel, Parallel: 1}
	res, err := run(t, h)
	if !errors.Is(err, harvest.ErrIncomplete) || res.Fetched != 85 || res.Missing != 35 {
		t.Errorf("got %+v, %v; want it to end after 85 with 35 missing", res, err)
	}
	h.Client = f.client(t)
	res, err = run(t, h)
	if err != nil || !res.Complete || res.Fetched != 35 || res.Total != 60 {
		t.Errorf("got %+v, %v; want the last 35 of 60 records", res, err)
	}
}

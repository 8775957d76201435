package harvest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// countingSink keeps ids alone, and counts the pages.
type countingSink struct {
	ids        map[string]struct{}
	spans      map[int][]string
	checkpoint []byte
	largest    int // bytes of a checkpoint
	pages      int
	left       int // pages until it fails, if positive from the start
}

func (s *countingSink) Checkpoint() []byte { return s.checkpoint }

func (s *countingSink) StorePages(_ context.Context, pages ...store.Page) (store.Stored, error) {
	if s.left > 0 {
		if s.left -= len(pages); s.left <= 0 {
			return store.Stored{}, errDisk
		}
	}
	if s.ids == nil {
		s.ids, s.spans = map[string]struct{}{}, map[int][]string{}
	}
	var stored store.Stored
	for _, page := range pages {
		s.pages++
		s.checkpoint, s.largest = page.Checkpoint, max(s.largest, len(page.Checkpoint))
		for _, r := range page.Records {
			if _, known := s.ids[string(r.ID)]; known {
				stored.Unchanged++
				continue
			}
			stored.New++
			s.ids[string(r.ID)] = struct{}{}
			s.spans[page.Span] = append(s.spans[page.Span], string(r.ID))
		}
	}
	return stored, nil
}

func (s *countingSink) SpanIDs(_ context.Context, span int) ([]string, error) {
	return s.spans[span], nil
}

func emulatedLarge(t *testing.T, cfg zenodotest.Config) (*zenodotest.Emulator, *zenodo.Client) {
	t.Helper()
	e, err := zenodotest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c, err := zenodo.NewClient(zenodo.WithBaseURL("http://127.0.0.1/api"), zenodo.WithTransport(e.Transport()),
		zenodo.WithAccessToken("t"), zenodo.WithRetryDelay(time.Microsecond, time.Microsecond), zenodo.WithMaxAttempts(3))
	if err != nil {
		t.Fatal(err)
	}
	return e, c
}

var everything = harvest.Selection{AllVersions: true}

// small is a window of as many pages as Zenodo has, with fewer records on
// each, so that tests are quick.
func small(n int, bursts ...zenodotest.Burst) zenodotest.Config {
	return zenodotest.Config{Synthetic: n, Window: 100, TokenPageSize: 4, Bursts: bursts}
}

func TestDivide(t *testing.T) {
	clean, few := small(900), small(900)
	clean.VerifiedOneIn, few.VerifiedOneIn = -1, 50
	for _, tt := range []struct {
		name  string
		cfg   zenodotest.Config
		extra float64 // most of what is not a page stored, in percent
	}{
		{"even", small(900), 10},
		{"clean order", clean, 10},
		{"few of verified owners", few, 10},
		{"one second", small(1200, zenodotest.Burst{At: 100, Count: 1000, Span: time.Second}), 8},
		{"one millisecond", small(1200, zenodotest.Burst{At: 200, Count: 800, Span: time.Millisecond}), 40},
		{"many bursts", small(1200,
			zenodotest.Burst{At: 60, Count: 120, Span: time.Minute}, zenodotest.Burst{At: 200, Count: 60, Span: time.Millisecond},
			zenodotest.Burst{At: 280, Count: 140, Span: time.Millisecond}, zenodotest.Burst{At: 500, Count: 200, Span: time.Second},
			zenodotest.Burst{At: 1180, Count: 20, Span: time.Second}), 20},
	} {
		t.Run(tt.name, func(t *testing.T) { divide(t, tt.cfg, 4, tt.extra) })
	}
}

// divide harvests all that a configuration serves, with few requests beyond
// the pages.
func divide(t *testing.T, cfg zenodotest.Config, size int, extra float64) {
	_, c := emulatedLarge(t, cfg)
	sink := &countingSink{}
	res, err := run(t, &harvest.Harvester{Client: c, Sink: sink, Selection: everything})
	if err != nil || !res.Complete || res.Total != cfg.Synthetic || len(sink.ids) != cfg.Synthetic {
		t.Errorf("got %d ids, %+v, %v; want %d records", len(sink.ids), res, err, cfg.Synthetic)
	}
	pages := (cfg.Synthetic + size - 1) / size
	got := 100 * float64(int(res.Requests)-sink.pages) / float64(sink.pages)
	if got > extra {
		t.Errorf("%d requests for %d pages: %.1f %% of them extra, want at most %.1f", res.Requests, sink.pages, got, extra)
	}
	if sink.largest > 10_000 {
		t.Errorf("a checkpoint has %d bytes", sink.largest)
	}
	t.Logf("%d requests, %d pages (%d at least), checkpoint of %d bytes", res.Requests, sink.pages, pages, sink.largest)
}

// The plan is made of few requests.
func TestPlanDivided(t *testing.T) {
	e, c := emulatedLarge(t, small(1200))
	plan, err := (&harvest.Harvester{Client: c, Selection: everything}).Plan(t.Context())
	if err != nil || plan.Records != 1200 || plan.SpanCount != 15 || !plan.Estimated || len(plan.Spans) != 1 {
		t.Errorf("got %+v, %v; want 1200 records in 15 spans of 80", plan, err)
	}
	if n := e.RequestCount(); n > 12 {
		t.Errorf("%d requests, want a dozen at most", n)
	}
	if plan.Token.Requests < 12 || plan.Guest.Requests < 48 || plan.Guest.Requests > 70 {
		t.Errorf("got costs %+v and %+v", plan.Guest, plan.Token)
	}
}

func TestDivideMore(t *testing.T) {
	if testing.Short() {
		t.Skip("many records")
	}
	divide(t, zenodotest.Config{Synthetic: 25_000, Window: 500, TokenPageSize: 25}, 25, 2)
}

// A harvest that is killed after any of its pages resumes there.
func TestDivideResumes(t *testing.T) {
	cfg := zenodotest.Config{
		Synthetic: 280, Window: 40, TokenPageSize: 5,
		Bursts: []zenodotest.Burst{{At: 120, Count: 100, Span: time.Millisecond}},
	}
	_, c := emulatedLarge(t, cfg)
	undisturbed := &countingSink{}
	if _, err := run(t, &harvest.Harvester{Client: c, Sink: undisturbed, Selection: everything}); err != nil {
		t.Fatal(err)
	}
	for killed := 1; killed < undisturbed.pages; killed += 7 {
		sink := &countingSink{left: killed}
		h := &harvest.Harvester{Client: c, Sink: sink, Selection: everything}
		if _, err := run(t, h); !errors.Is(err, errDisk) {
			t.Fatalf("killed after %d pages: got %v", killed, err)
		}
		before := len(sink.ids)
		sink.left = 0
		res, err := run(t, h)
		if err != nil || !res.Complete || res.Total != 280 || len(sink.ids) != 280 || res.New != 280-before {
			t.Errorf("killed after %d pages with %d ids: got %d, %+v, %v", killed, before, len(sink.ids), res, err)
		}
		if res.Fetched != res.New {
			t.Errorf("killed after %d pages: received %d for %d new ones", killed, res.Fetched, res.New)
		}
	}
}

// A run may be killed again and again.
func TestDivideResumesOften(t *testing.T) {
	quick := []zenodotest.FaultKind{"reset", "500", "502", "504", "cut", "garbled", "empty", "html"} // without a delay
	_, c := emulatedLarge(t, zenodotest.Config{Synthetic: 400, Window: 50, TokenPageSize: 5, Faults: 0.2, FaultKinds: quick})
	sink := &countingSink{}
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		sink.left = 1 + random.IntN(12)
		res, err := run(t, &harvest.Harvester{Client: c, Sink: sink, Selection: everything})
		if err == nil && res.Complete {
			break
		}
		if !errors.Is(err, errDisk) && !errors.Is(err, harvest.ErrIncomplete) {
			t.Fatal(err)
		}
	}
	if len(sink.ids) != 400 {
		t.Errorf("got %d ids, want 400", len(sink.ids))
	}
}

// Whatever others do while a large selection is harvested, every record that
// is there all the while is found.
func TestDivideWhileOthersWork(t *testing.T) {
	for seed := range uint64(3) {
		for _, sel := range []harvest.Selection{{}, everything, {Communities: []zenodo.Slug{"mine"}}} {
			divideWhileOthersWork(t, seed, sel)
		}
	}
}

func divideWhileOthersWork(t *testing.T, seed uint64, sel harvest.Selection) {
	const n = 240
	w := &others{t: t, random: rand.New(rand.NewPCG(seed, 1)), touched: map[string]bool{}}
	var active bool
	cfg := zenodotest.Config{Window: 50, TokenPageSize: 5, Seed: seed}
	cfg.OnRequest = func(_ int, r *http.Request) {
		if active && r.URL.Query().Get("size") != "" {
			w.work()
		}
	}
	e, c := emulatedLarge(t, cfg)
	w.e = e
	for i := range n {
		id, err := e.Publish(zenodotest.Draft{
			Title: fmt.Sprint("part ", i), Communities: []string{"mine"}, Owner: fmt.Sprint(i % 7),
			CreatedAt: time.Now().Add(time.Duration(i-2*n) * time.Hour),
		})
		if err != nil {
			t.Fatal(err)
		}
		w.ids = append(w.ids, id)
	}
	active = true
	sink := &countingSink{}
	res, err := run(t, &harvest.Harvester{Client: c, Sink: sink, Selection: sel})
	active = false
	if err != nil || !res.Complete {
		t.Errorf("seed %d, %s: got %+v, %v", seed, sel.JSON(), res, err)
	}
	for _, id := range w.ids[:n] {
		if _, found := sink.ids[id]; !found && !w.touched[id] {
			t.Errorf("seed %d, %s: record %s is missing", seed, sel.JSON(), id)
		}
	}
	t.Logf("seed %d, %s: %d touched, %d requests for %d pages", seed, sel.JSON(), len(w.touched), res.Requests, sink.pages)
}

// others publish, edit, supersede and delete.
type others struct {
	t       *testing.T
	e       *zenodotest.Emulator
	mu      sync.Mutex
	random  *rand.Rand
	ids     []string
	touched map[string]bool
}

func (w *others) work() {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := w.ids[w.random.IntN(len(w.ids))]
	var err error
	switch kind := w.random.IntN(12); {
	case w.touched[id]:
	case kind == 0:
		w.touched[id] = true
		err = w.e.Delete(id, zenodotest.Tombstone{})
	case kind == 1:
		w.touched[id] = true
		_, err = w.e.NewVersion(id)
	case kind == 2:
		err = w.e.Edit(id, zenodotest.SetTitle("changed"))
	case kind == 3:
		_, err = w.e.Publish(zenodotest.Draft{Title: "new", Communities: []string{"mine"}})
	}
	if err != nil {
		w.t.Error(err)
	}
}

// What joins spans that were walked already is looked for at the end.
func TestDivideJoined(t *testing.T) {
	var e *zenodotest.Emulator
	var c *zenodo.Client
	cfg := zenodotest.Config{Synthetic: 600, Window: 100, TokenPageSize: 10}
	var late []string
	cfg.OnRequest = func(n int, _ *http.Request) {
		if n == 50 || n == 55 {
			id, err := e.Publish(zenodotest.Draft{Title: "found in a drawer", CreatedAt: time.Date(2013, 9, n-40, 0, 0, 0, 0, time.UTC)})
			if err != nil {
				t.Error(err)
			}
			late = append(late, id)
		}
	}
	e, c = emulatedLarge(t, cfg)
	sink := &countingSink{}
	res, err := run(t, &harvest.Harvester{Client: c, Sink: sink, Selection: everything})
	if err != nil || !res.Complete || res.Total != 602 || len(sink.ids) != 602 {
		t.Errorf("got %d ids, %+v, %v; want 602", len(sink.ids), res, err)
	}
	for _, id := range late {
		if _, found := sink.ids[id]; !found {
			t.Errorf("record %s is missing", id)
		}
	}
}

// The server fails over two records, whichever page they are on.
func TestDivideUnservable(t *testing.T) {
	var bad sync.Map // ids
	_, c := emulatedLarge(t, zenodotest.Config{Synthetic: 600, Window: 100, TokenPageSize: 10})
	whole := &harvest.Memory{}
	if _, err := run(t, &harvest.Harvester{Client: c, Sink: whole, Selection: everything}); err != nil {
		t.Fatal(err)
	}
	ids := slices.Sorted(maps.Keys(whole.Records))
	for _, id := range []zenodo.RecordID{ids[17], ids[18], ids[400]} {
		bad.Store(string(id), true)
	}
	e, err := zenodotest.New(zenodotest.Config{Synthetic: 600, Window: 100, TokenPageSize: 10})
	if err != nil {
		t.Fatal(err)
	}
	broken := pageBreaker{next: e.Transport(), bad: &bad}
	c = unservableClient(t, &broken)
	sink := &countingSink{}
	h := &harvest.Harvester{Client: c, Sink: sink, Selection: everything}
	res, err := run(t, h)
	if !errors.Is(err, harvest.ErrIncomplete) || res.Missing != 3 || len(res.Unserved) != 3 || len(sink.ids) != 597 {
		t.Errorf("got %d ids, %+v, %v; want all but 3 of 600", len(sink.ids), res, err)
	}
	slices.Sort(res.MissingIDs)
	if want := []zenodo.RecordID{ids[17], ids[18], ids[400]}; !slices.Equal(res.MissingIDs, want) {
		t.Errorf("got %v missing, want %v", res.MissingIDs, want)
	}
	alone := broken
	alone.lists = true
	h.Client = unservableClient(t, &alone)
	other := &countingSink{}
	res, err = run(t, &harvest.Harvester{Client: h.Client, Sink: other, Selection: everything})
	if err != nil || !res.Complete || len(other.ids) != 600 || len(res.Unserved) > 0 {
		t.Errorf("served alone: got %d ids, %+v, %v; want 600", len(other.ids), res, err)
	}

	pages := sink.pages
	bad.Clear()
	res, err = run(t, h)
	if err != nil || !res.Complete || res.New != 3 || len(sink.ids) != 600 {
		t.Errorf("once they are served: got %d ids, %+v, %v; want 3 new", len(sink.ids), res, err)
	}
	if again := sink.pages - pages; again > 22 {
		t.Errorf("stored %d pages again, want those of two spans", again)
	}
}

func unservableClient(t *testing.T, s *pageBreaker) *zenodo.Client {
	t.Helper()
	c, err := zenodo.NewClient(zenodo.WithBaseURL("http://127.0.0.1/api"), zenodo.WithTransport(s), zenodo.WithAccessToken("t"),
		zenodo.WithRetryDelay(time.Microsecond, time.Microsecond), zenodo.WithMaxAttempts(2))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// pageBreaker fails over answers that hold certain records.
type pageBreaker struct {
	next  http.RoundTripper
	bad   *sync.Map
	lists bool // only lists
}

func (s *pageBreaker) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := s.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	for id := range s.bad.Range {
		if list := req.URL.Query().Has("size"); (list || !s.lists) && bytes.Contains(body, []byte(`"id": "`+id.(string)+`"`)) {
			body, resp.StatusCode, resp.Status = nil, http.StatusGatewayTimeout, "504 Gateway Timeout"
			resp.ContentLength = 0
			break
		}
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// With a limit of requests, nearly all of them are used.
func TestDivideAtTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))) // the made-up records are of this age
		e, err := zenodotest.New(zenodotest.Config{
			Synthetic: 1200, Window: 100, TokenPageSize: 2, Now: time.Now, Latency: 900 * time.Millisecond,
			SearchLimit: zenodotest.Rate{Count: 30, Per: time.Minute},
		})
		if err != nil {
			t.Fatal(err)
		}
		c, err := zenodo.NewClient(zenodo.WithBaseURL("http://127.0.0.1/api"), zenodo.WithTransport(e.Transport()), zenodo.WithAccessToken("t"))
		if err != nil {
			t.Fatal(err)
		}
		sink := &countingSink{}
		begin := time.Now()
		res, err := run(t, &harvest.Harvester{Client: c, Sink: sink, Selection: everything})
		if err != nil || !res.Complete {
			t.Errorf("got %+v, %v", res, err)
		}
		allowed := 30 + 30*math.Floor(time.Since(begin).Minutes())
		if used := float64(res.Requests) / allowed; used < 0.98 {
			t.Errorf("used %.1f %% of the %.0f requests allowed", 100*used, allowed)
		}
		t.Logf("%d requests, %d of them refused, %.0f allowed in %v", res.Requests, res.Throttled, allowed, time.Since(begin))
	})
}

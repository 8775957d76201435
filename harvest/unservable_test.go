package harvest_test

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// unservableRecord is an emulator of 60 records that fails over one of them, and
// a client with the usual number of attempts.
func unservableRecord(t *testing.T, next func(http.RoundTripper) http.RoundTripper) (*zenodo.Client, zenodo.RecordID) {
	t.Helper()
	cfg := zenodotest.Config{Synthetic: 60, Seed: 3}
	_, whole := emulated(t, cfg)
	var sink harvest.Memory
	if _, err := run(t, &harvest.Harvester{Client: whole, Sink: &sink, Selection: everything}); err != nil {
		t.Fatal(err)
	}
	id := slices.Min(slices.Collect(maps.Keys(sink.Records)))
	e, err := zenodotest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var bad sync.Map
	bad.Store(string(id), true)
	c, err := zenodo.NewClient(zenodo.WithBaseURL("http://127.0.0.1/api"), zenodo.WithRetryDelay(time.Microsecond, time.Microsecond),
		zenodo.WithTransport(next(&pageBreaker{next: e.Transport(), bad: &bad})))
	if err != nil {
		t.Fatal(err)
	}
	return c, id
}

// A record that is never served costs the attempts of its page, and then few
// for each piece: each may take the server half a minute. It used to cost as
// many for every piece, four times as many in all.
func TestUnservableCostsLittle(t *testing.T) {
	c, id := unservableRecord(t, func(next http.RoundTripper) http.RoundTripper { return next })
	var sink harvest.Memory
	res, err := run(t, &harvest.Harvester{Client: c, Sink: &sink, Selection: everything})
	if !errors.Is(err, harvest.ErrIncomplete) || res.Missing != 1 || len(res.MissingIDs) != 1 || res.MissingIDs[0] != id || len(sink.Records) != 59 {
		t.Errorf("got %+v, %v; want all but %s", res, err, id)
	}
	// The page, a fifth of it, the record in its list and the record alone.
	if most := int64(zenodo.DefaultMaxAttempts - 1 + 3*2); res.Retries == 0 || res.Retries > most {
		t.Errorf("%d retries, want at most %d", res.Retries, most)
	}
}

// resetting breaks the connection three times for each part of a page.
type resetting struct {
	next  http.RoundTripper
	mu    sync.Mutex
	asked map[string]int
}

func (r *resetting) RoundTrip(req *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if size := req.URL.Query().Get("size"); size != "" && size != "25" {
		if r.asked[req.URL.String()]++; r.asked[req.URL.String()] <= 3 {
			return nil, syscall.ECONNRESET
		}
	}
	return r.next.RoundTrip(req)
}

// A failure that passes does not end the search for the record that breaks a
// page, although its pieces are asked for less often: it would end the run.
func TestUnservableAmongFaults(t *testing.T) {
	c, id := unservableRecord(t, func(next http.RoundTripper) http.RoundTripper {
		return &resetting{next: next, asked: map[string]int{}}
	})
	var sink harvest.Memory
	res, err := run(t, &harvest.Harvester{Client: c, Sink: &sink, Selection: everything})
	if !errors.Is(err, harvest.ErrIncomplete) || res.Missing != 1 || len(res.Unserved) != 1 || sink.Records[id] != nil || len(sink.Records) != 59 {
		t.Errorf("got %+v, %v and %d records; want all but %s", res, err, len(sink.Records), id)
	}
}

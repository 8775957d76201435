package harvest_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// burst makes all records share a moment.
func burst(records []deposit, kinds ...string) []deposit {
	for i := range records {
		records[i].created = now.AddDate(-1, 0, 0)
		records[i].kind = kinds[i%len(kinds)]
	}
	return records
}

// without answers as a server does on which a field does not exist.
func without(f *fake, field string) roundTripFunc {
	return func(req *http.Request) (*http.Response, error) {
		if query := req.URL.Query(); strings.Contains(query.Get("q"), field+":") {
			query.Set("q", `created:[1000-01-01T00:00:00Z TO 1000-01-02T00:00:00Z}`)
			req.URL.RawQuery = query.Encode()
		}
		return f.RoundTrip(req)
	}
}

// What shares a millisecond is divided by id, and by type where the server
// has no such field.
func TestDivideBurst(t *testing.T) {
	for _, lacking := range []string{"nothing", "recid", "type"} {
		f := newFake(deposits(1001, 1050)...)
		f.records = append(f.records, burst(deposits(2001, 2150), "dataset", "image", "software")...)
		f.window = 60
		var sink harvest.Memory
		res, err := run(t, &harvest.Harvester{Client: f.client(t, zenodo.WithTransport(without(f, lacking))), Sink: &sink})
		if err != nil || !res.Complete || res.Total != 200 || len(sink.Records) != 200 {
			t.Errorf("without %s: got %d, %+v, %v; want 200 records", lacking, len(sink.Records), res, err)
		}
	}
}

// The types that divide a burst are all that Zenodo has: audio, instruments and
// projects were not among them.
func TestDivideBurstByEachType(t *testing.T) {
	types := zenodo.ResourceTypes()
	f := newFake(deposits(1001, 1050)...)
	f.records = append(f.records, burst(deposits(2001, 2000+10*len(types)), types...)...)
	f.window = 60
	var sink harvest.Memory
	res, err := run(t, &harvest.Harvester{Client: f.client(t, zenodo.WithTransport(without(f, "recid"))), Sink: &sink})
	if want := 50 + 10*len(types); err != nil || !res.Complete || len(sink.Records) != want {
		t.Errorf("got %d, %+v, %v; want %d records", len(sink.Records), res, err, want)
	}
}

// Where nothing divides a burst, as much is harvested as the server lists, and
// the run says what is missing.
func TestDivideIndivisible(t *testing.T) {
	f := newFake(deposits(1001, 1050)...)
	f.records = append(f.records, burst(deposits(2001, 2150), "image")...)
	f.window = 50
	blind := without(f, "recid")
	var sink harvest.Memory
	h := &harvest.Harvester{Client: f.client(t, zenodo.WithTransport(blind)), Sink: &sink}
	for range 2 { // a second run finds the same
		res, err := run(t, h)
		if !errors.Is(err, harvest.ErrIncomplete) || res.Missing != 100 || res.Total != 200 || len(sink.Records) != 100 {
			t.Errorf("got %d, %+v, %v; want 100 of 200 records", len(sink.Records), res, err)
		}
		if want := "100 of them are beyond the first 50 of created:[2025-06-01T12:00:00Z TO 2025-06-01T12:00:00.001Z}"; !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
	}
}

// A server that ignores the conditions cannot be divided, and must not be
// asked for ever.
func TestDivideIgnored(t *testing.T) {
	f := newFake(deposits(1001, 1200)...)
	f.window = 60
	ignore := roundTripFunc(func(req *http.Request) (*http.Response, error) {
		query := req.URL.Query()
		query.Del("q")
		req.URL.RawQuery = query.Encode()
		return f.RoundTrip(req)
	})
	res, err := run(t, &harvest.Harvester{Client: f.client(t, zenodo.WithTransport(ignore)), Sink: &harvest.Memory{}})
	if !errors.Is(err, zenodo.ErrWindow) || res.Requests > 300 {
		t.Errorf("got %v after %d requests, want a *WindowError", err, res.Requests)
	}
}

// The server shows creation to the second, and divides by the millisecond.
func TestDivideCoarseTimes(t *testing.T) {
	f := newFake(deposits(1001, 1010)...)
	for i, d := range deposits(2001, 2200) {
		d.created = now.AddDate(-1, 0, 0).Add(time.Duration(i) * 4 * time.Millisecond)
		f.records = append(f.records, d)
	}
	f.window = 60
	var sink harvest.Memory
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink})
	if err != nil || !res.Complete || len(sink.Records) != 210 {
		t.Errorf("got %d, %+v, %v; want 210 records", len(sink.Records), res, err)
	}
}

// A list that outgrows the window while it is walked is divided after all.
func TestDivideOutgrown(t *testing.T) {
	f := newFake(deposits(1, 90, "egi")...)
	f.window = 100
	f.before = func(n, _ int) int {
		if n == 4 {
			f.records = append(f.records, deposits(91, 150, "egi")...)
		}
		return 0
	}
	var sink harvest.Memory
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: egi, Parallel: 1})
	if err != nil || !res.Complete || res.Total != 150 {
		t.Errorf("got %+v, %v; want 150 records", res, err)
	}
	wantIDs(t, &sink, 1, 150)
}

// TestBurstOfLetters: more records in one millisecond than a search lists are
// divided by how their ids begin, also where these are letters.
func TestBurstOfLetters(t *testing.T) {
	_, c := emulated(t, zenodotest.Config{
		Dialect: zenodo.DialectRDM, Synthetic: 300, Window: 100, Bursts: []zenodotest.Burst{{At: 50, Count: 150, Span: time.Millisecond}},
	})
	var sink harvest.Memory
	harvestInto(t, c, &sink, harvest.Selection{AllVersions: true})
	if len(sink.Records) != 300 {
		t.Errorf("%d records, want 300", len(sink.Records))
	}
}

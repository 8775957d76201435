package main

import (
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/index"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// harvestAll harvests everything that an emulator has into a new index, with
// the client's default settings, and returns the records as received. It wants
// to be in a bubble of synctest, where waiting takes no time.
func harvestAll(t *testing.T, cfg zenodotest.Config) (*harvest.Result, []string) {
	t.Helper()
	// A bubble begins in the year 2000, when there were no records yet.
	cfg.Now = func() time.Time { return time.Now().AddDate(30, 0, 0) }
	emulator, err := zenodotest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer emulator.Close()
	client, err := zenodo.NewClient(zenodo.WithBaseURL("https://zenodo.org/api"), zenodo.WithTransport(emulator.Transport()))
	if err != nil {
		t.Fatal(err)
	}
	db, err := index.Open(t.Context(), filepath.Join(t.TempDir(), "zharvest.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	run, err := db.StartRun(t.Context(), index.RunSpec{Name: "all", Selection: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	h := &harvest.Harvester{Client: client, Sink: run, Selection: harvest.Selection{AllVersions: true}}
	res, err := h.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for r, err := range db.Records(t.Context(), index.Query{AllVersions: true}) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(r.Raw))
	}
	slices.Sort(lines)
	return res, lines
}

// faults makes three of ten answers go wrong. The records stay those of a seed
// of their own.
func faults(share float64, seed uint64) func(*http.Request, int) zenodotest.Fault {
	kinds := zenodotest.FaultKinds()
	return func(_ *http.Request, n int) zenodotest.Fault {
		dice := rand.New(rand.NewPCG(seed, uint64(n)))
		if dice.Float64() >= share {
			return zenodotest.Fault{}
		}
		return zenodotest.Fault{Kind: kinds[dice.IntN(len(kinds))]}
	}
}

// At Zenodo's limit, with answers that take three seconds each, all that is
// allowed is used and no request is refused.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const perMinute = 30
		res, _ := harvestAll(t, zenodotest.Config{
			Synthetic: sized(20_000, 1500, 1500), Latency: 3 * time.Second, SearchLimit: zenodotest.Rate{Count: perMinute, Per: time.Minute},
		})
		if res.Throttled > 0 {
			t.Errorf("%d requests were refused", res.Throttled)
		}
		allowed := res.Seconds / 60 * perMinute
		t.Logf("%d requests in %.0f s, in which %.0f were allowed", res.Requests, res.Seconds, allowed)
		if float64(res.Requests) < 0.95*allowed {
			t.Errorf("%d requests in %.0f s, in which %.0f were allowed", res.Requests, res.Seconds, allowed)
		}
	})
}

// Whatever goes wrong with three of ten answers, the index is that of a quiet
// day.
func TestFaultsOfAllKinds(t *testing.T) {
	records, seeds := sized(5000, 500, 300), sized(20, 3, 2)
	var want []string
	synctest.Test(t, func(t *testing.T) { _, want = harvestAll(t, zenodotest.Config{Synthetic: records}) })
	if len(want) != records {
		t.Fatalf("%d records, want %d", len(want), records)
	}
	for seed := range seeds {
		synctest.Test(t, func(t *testing.T) {
			res, got := harvestAll(t, zenodotest.Config{
				Synthetic: records, Fault: faults(0.3, uint64(seed)),
			})
			t.Logf("seed %d: %d requests, %d retries, %.0f s by the clock", seed, res.Requests, res.Retries, res.Seconds)
			if !res.Complete || res.Retries == 0 {
				t.Errorf("seed %d: got %+v", seed, res)
			}
			if !slices.Equal(got, want) {
				t.Errorf("seed %d: the index differs from that of an undisturbed harvest", seed)
			}
		})
	}
}

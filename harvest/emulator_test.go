package harvest_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

func emulated(t *testing.T, cfg zenodotest.Config) (*zenodotest.Emulator, *zenodo.Client) {
	t.Helper()
	e, err := zenodotest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	c, err := zenodo.NewClient(zenodo.WithBaseURL("http://127.0.0.1/api"), zenodo.WithTransport(e.Transport()),
		zenodo.WithRetryDelay(time.Microsecond, time.Microsecond))
	if err != nil {
		t.Fatal(err)
	}
	return e, c
}

func TestEmulatedFaults(t *testing.T) {
	_, c := emulated(t, zenodotest.Config{
		Synthetic: 600, Seed: 7, Faults: 0.2,
		FaultKinds: []zenodotest.FaultKind{"reset", "500", "502", "504", "cut", "garbled", "empty", "html"},
	})
	var sink harvest.Memory
	res, err := run(t, &harvest.Harvester{Client: c, Sink: &sink, Selection: harvest.Selection{AllVersions: true}})
	if err != nil || !res.Complete || res.Total != len(sink.Records) || res.Retries == 0 {
		t.Errorf("got %+v, %v; want %d records in spite of faults", res, err, len(sink.Records))
	}
}

func TestEmulatedSelections(t *testing.T) {
	const since, until = "2013-06-01T00:00:00Z", "2013-09-01T00:00:00Z" // the made-up records begin in 2013
	for _, sel := range []harvest.Selection{
		{Type: "dataset", AllVersions: true},
		{Type: "publication", Subtype: "article"},
		{Since: since, Until: until},
		{Query: "type:dataset", Since: since},
	} {
		_, c := emulated(t, zenodotest.Config{Synthetic: 400, Seed: 3})
		var sink harvest.Memory
		res, err := run(t, &harvest.Harvester{Client: c, Sink: &sink, Selection: sel})
		if err != nil || !res.Complete || len(sink.Records) != res.Total {
			t.Errorf("%s: got %+v, %v, %d records", sel.JSON(), res, err, len(sink.Records))
		}
		if res.Total == 0 {
			t.Errorf("%s selects nothing, so this shows nothing", sel.JSON())
		}
		for _, r := range sink.Records {
			at, _ := r.CreatedAt.Time()
			if sel.Type != "" && r.Metadata.Type != sel.Type ||
				sel.Since != "" && at.Format(time.RFC3339) < sel.Since || sel.Until != "" && at.Format(time.RFC3339) >= sel.Until {
				t.Errorf("%s: record %s of %s, %s does not belong there", sel.JSON(), r.ID, at, r.Metadata.Type)
			}
		}
	}
}

// A community whose records have one type, by the clause that replaces the
// parameter.
func TestEmulatedCommunity(t *testing.T) {
	e, c := emulated(t, zenodotest.Config{Synthetic: 50})
	for i := range 70 {
		kind := "dataset"
		if i%2 == 0 {
			kind = "software"
		}
		if _, err := e.Publish(zenodotest.Draft{Title: fmt.Sprint("part ", i), Type: kind, Communities: []string{"mine"}}); err != nil {
			t.Fatal(err)
		}
	}
	var sink harvest.Memory
	sel := harvest.Selection{Communities: []zenodo.Slug{"mine"}, Type: "dataset"}
	res, err := run(t, &harvest.Harvester{Client: c, Sink: &sink, Selection: sel})
	if err != nil || !res.Complete || len(sink.Records) != 35 {
		t.Errorf("got %+v, %v and %d records; want 35", res, err, len(sink.Records))
	}
	var all harvest.Memory
	res, err = run(t, &harvest.Harvester{Client: c, Sink: &all, Selection: harvest.Selection{Kind: harvest.KindCommunities}})
	if err != nil || !res.Complete || len(all.Communities) == 0 {
		t.Errorf("communities: got %+v, %v", res, err)
	}
}

// Whatever happens to records while their list is read, none of those that
// stay where they were goes missing.
func TestEmulatedChanges(t *testing.T) {
	for seed := range uint64(4) {
		var e *zenodotest.Emulator
		var ids []string
		cfg := zenodotest.Config{Synthetic: 10, Seed: seed}
		cfg.OnRequest = func(n int, _ *http.Request) {
			at := int(seed)*7 + n*3
			if n < 4 || n > 6 {
				return
			}
			switch (int(seed) + n) % 4 {
			case 0:
				_ = e.Delete(ids[at], zenodotest.Tombstone{})
			case 1:
				_, _ = e.NewVersion(ids[at])
			case 2:
				_, _ = e.Publish(zenodotest.Draft{Communities: []string{"mine"}})
			}
		}
		e, c := emulatedWith(t, cfg, &e)
		for i := range 120 {
			id, err := e.Publish(zenodotest.Draft{
				Title: fmt.Sprint("part ", i), Communities: []string{"mine"},
				CreatedAt: time.Now().AddDate(0, 0, i-200),
			})
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, id)
		}
		var sink harvest.Memory
		sel := harvest.Selection{Communities: []zenodo.Slug{"mine"}}
		res, err := run(t, &harvest.Harvester{Client: c, Sink: &sink, Selection: sel})
		if err != nil && !errors.Is(err, harvest.ErrIncomplete) {
			t.Fatal(err)
		}
		if !res.Complete {
			t.Logf("seed %d: %+v, %v", seed, res, err)
		}
		for rec, err := range c.Communities.AllRecords(t.Context(), "mine", zenodo.SearchOptions{}) {
			if err != nil {
				t.Fatal(err)
			}
			at, _ := rec.CreatedAt.Time()
			if old := time.Since(at) > time.Hour; old && res.Complete && sink.Records[rec.ID] == nil {
				t.Errorf("seed %d: record %s is missing from %+v", seed, rec.ID, res)
			}
		}
	}
}

// emulatedWith sets e before the emulator, whose OnRequest uses it, is asked
// anything.
func emulatedWith(t *testing.T, cfg zenodotest.Config, e **zenodotest.Emulator) (*zenodotest.Emulator, *zenodo.Client) {
	t.Helper()
	emulator, client := emulated(t, cfg)
	*e = emulator
	return emulator, client
}

func TestEmulatedResume(t *testing.T) {
	e, c := emulated(t, zenodotest.Config{Synthetic: 600, Seed: 5})
	sink := &flakySink{left: 9}
	h := &harvest.Harvester{Client: c, Sink: sink}
	if _, err := run(t, h); !errors.Is(err, errDisk) {
		t.Fatalf("got %v", err)
	}
	sink.left = 1000
	res, err := run(t, h)
	if err != nil || !res.Complete || len(sink.Records) != res.Total {
		t.Errorf("got %+v, %v and %d records", res, err, len(sink.Records))
	}
	if again := e.Repeated(); len(again) > harvest.DefaultParallel {
		t.Errorf("asked twice for %v, want at most %d of them", again, harvest.DefaultParallel)
	}
}

package harvest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
	"github.com/zharvest/zharvest/zenodotest"
)

// gaps is a store with records that are to be filled.
type gaps struct {
	list   []store.Unfilled
	filled []zenodo.RecordID
	gone   []store.Gone
	fail   error // of the next storing
}

func gapsOf(ids ...string) *gaps {
	g := &gaps{}
	for i, id := range ids {
		g.list = append(g.list, store.Unfilled{Key: int64(i*2 + 1), ID: zenodo.RecordID(id)})
	}
	return g
}

func (g *gaps) Unfilled(_ context.Context, after int64, limit int) (list []store.Unfilled, err error) {
	for _, u := range g.list {
		if u.Key > after && len(list) < limit && !slices.Contains(g.filled, u.ID) {
			list = append(list, u)
		}
	}
	return list, nil
}

func (g *gaps) StoreRecords(_ context.Context, records ...*zenodo.Record) (stored store.Stored, err error) {
	if g.fail != nil {
		return stored, g.fail
	}
	for _, r := range records {
		if slices.Contains(g.filled, r.ID) {
			return stored, fmt.Errorf("record %s was stored twice", r.ID)
		}
		g.filled = append(g.filled, r.ID)
	}
	return stored, nil
}

func (g *gaps) MarkGone(_ context.Context, gone ...store.Gone) (marked []zenodo.RecordID, err error) {
	g.gone = append(g.gone, gone...)
	return nil, nil
}

// syntheticIDs are those of the first made-up records of an emulator.
func syntheticIDs(t *testing.T, c *zenodo.Client, n int) []string {
	t.Helper()
	var ids []string
	for r, err := range c.Records.All(t.Context(), zenodo.SearchOptions{AllVersions: true, Sort: "oldest"}) {
		if err != nil {
			t.Fatal(err)
		}
		if ids = append(ids, string(r.ID)); len(ids) == n {
			break
		}
	}
	return ids
}

func TestFill(t *testing.T) {
	e, c := emulated(t, zenodotest.Config{Synthetic: 120, Seed: 5})
	ids := syntheticIDs(t, c, 60)
	for i, tomb := range []zenodotest.Tombstone{{Reason: "spam"}, {Hidden: true}} {
		if err := e.Delete(ids[i*30+7], tomb); err != nil {
			t.Fatal(err)
		}
	}
	held := gapsOf(append(ids, "99999999")...)
	steps := 0
	res, err := (&harvest.Filler{Client: c, Store: held, Progress: func(harvest.FillResult) { steps++ }}).Run(t.Context())
	if err != nil || res.Filled != 58 || res.Gone != 3 || res.Remaining != 0 || len(held.filled) != 58 {
		t.Errorf("got %+v, %v; want 58 filled and 3 gone", res, err)
	}
	if res.Requests != 3+3 || steps != 3 {
		t.Errorf("%d requests in %d steps, want a search for 25 each and one for each that is gone", res.Requests, steps)
	}
	for _, g := range held.gone {
		want := store.Gone{ID: zenodo.RecordID(ids[7]), Reason: "spam", At: g.At}
		_, known := g.At.Time()
		switch {
		case g.ID == want.ID && (g != want || !known):
			t.Errorf("it is gone as %+v, want %+v", g, want)
		case g.ID != want.ID && g.Reason != "not found":
			t.Errorf("%+v: the server does not say why it is gone", g)
		}
	}
}

// A record over which the server fails every time keeps no other from being filled.
func TestFillAroundUnservable(t *testing.T) {
	var ids []string
	unservable := ""
	_, c := emulated(t, zenodotest.Config{Synthetic: 40, Seed: 5, Fault: func(r *http.Request, _ int) zenodotest.Fault {
		if unservable != "" && strings.Contains(r.URL.Query().Get("q")+r.URL.Path+`"`, unservable) {
			return zenodotest.Fault{Kind: zenodotest.Fault504}
		}
		return zenodotest.Fault{}
	}})
	ids = syntheticIDs(t, c, 20)
	unservable = ids[11]
	held := gapsOf(ids...)
	res, err := (&harvest.Filler{Client: c, Store: held}).Run(t.Context())
	if !errors.Is(err, harvest.ErrIncomplete) || res.Filled != 19 || res.Remaining != 1 || string(res.RemainingIDs[0]) != unservable {
		t.Errorf("got %+v, %v; want 19 filled and %s remaining", res, err, unservable)
	}
}

func TestFillStops(t *testing.T) {
	_, c := emulated(t, zenodotest.Config{Synthetic: 40, Seed: 5})
	ids := syntheticIDs(t, c, 5)

	full := errors.New("disk full")
	held := gapsOf(ids...)
	held.fail = full
	if _, err := (&harvest.Filler{Client: c, Store: held}).Run(t.Context()); !errors.Is(err, full) || errors.Is(err, harvest.ErrIncomplete) {
		t.Errorf("the store fails, but the run says %v", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if res, err := (&harvest.Filler{Client: c, Store: gapsOf(ids...)}).Run(ctx); !errors.Is(err, context.Canceled) || res.RemainingIDs == nil {
		t.Errorf("cancelled, but got %+v, %v", res, err)
	}
	if res, err := (&harvest.Filler{Client: c, Store: gapsOf()}).Run(t.Context()); err != nil || res.Requests != 0 {
		t.Errorf("nothing to do, but got %+v, %v", res, err)
	}
}

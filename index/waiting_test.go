package index_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
)

// TestWaiting has several handles, as other processes would have them, store new
// records and new states of those of the others while these wait for a segment,
// and forget some; each record is found once, and by its last state.
func TestWaiting(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	path := filepath.Join(t.TempDir(), "index.db")
	const handles = 3
	var dbs [handles]*index.DB
	var runs [handles]*index.Run
	for i := range handles {
		dbs[i] = reopen(t, path)
		runs[i] = startRun(t, dbs[i], fmt.Sprint("h", i))
	}
	states := map[int]int{}
	check := func(step int) {
		t.Helper()
		if n, err := dbs[0].Count(t.Context(), index.Query{}); err != nil || n != len(states) {
			t.Fatalf("step %d: %d records, %v, want %d", step, n, err, len(states))
		}
		count := map[int]int{}
		for _, state := range states {
			count[state]++
		}
		for state, want := range count {
			if n, err := dbs[1].Count(t.Context(), index.Query{Parsed: parsed(fmt.Sprint("title:state", state))}); err != nil || n != want {
				t.Fatalf("step %d: %d records of state %d, %v, want %d", step, n, state, err, want)
			}
		}
	}
	made := 0
	for step := range 40 / slowdown * 2 {
		at := random.IntN(handles)
		var texts []string
		for range 1 + random.IntN(90) {
			id := made + 1
			if random.IntN(4) == 0 {
				id = 1 + random.IntN(made+1)
			}
			made = max(made, id)
			states[id] = step
			texts = append(texts, record(id, "metadata.title", fmt.Sprint("state", step)))
		}
		if random.IntN(2) == 0 { // which makes a segment of what this handle has stored
			if _, err := dbs[at].StoreRecords(t.Context(), decode(t, texts...)...); err != nil {
				t.Fatal(err)
			}
		} else if _, err := runs[at].StorePages(t.Context(), page(t, texts...)); err != nil {
			t.Fatal(err)
		}
		switch random.IntN(8) {
		case 0: // which makes segments of all that waits
			if err := runs[at].Finish(t.Context(), index.Outcome{State: store0.StateIncomplete}); err != nil {
				t.Fatal(err)
			}
		case 1:
			extra := 1_000_000 + step
			harvest(t, dbs[(at+1)%handles], "gone soon", page(t, record(extra)))
			if _, err := dbs[(at+2)%handles].Forget(t.Context(), "gone soon"); err != nil {
				t.Fatal(err)
			}
		}
		check(step)
	}
	for i := range handles {
		if err := runs[i].Finish(t.Context(), index.Outcome{State: store0.StateComplete}); err != nil {
			t.Fatal(err)
		}
		if err := runs[i].Close(); err != nil {
			t.Fatal(err)
		}
	}
	check(-1)
	if got := table(t, path, "SELECT (SELECT count(*) FROM pending) + (SELECT count(*) FROM pending_ranges)"); got[0] != "0\n" {
		t.Errorf("%s still wait", got[0])
	}
}

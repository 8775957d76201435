package index_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

// member is what a harvest is to say of a record.
type member struct {
	run, span, added int
	unlisted         bool
}

// TestMembers has two harvests in turns store, keep, lose and not find listed
// records, old and new, and compares what they hold with a map.
func TestMembers(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	db := openIndex(t)
	want := map[string]map[int]member{"a": {}, "b": {}}
	made := 0
	for range 30 / slowdown * 2 {
		name := []string{"a", "b"}[random.IntN(2)]
		members := want[name]
		run := startRun(t, db, name)
		number := lastRun(t, db)
		for span := range 1 + random.IntN(3) {
			var texts []string
			from := 1 + random.IntN(made+1)
			for i := range 1 + random.IntN(60) {
				id := from + i
				if random.IntN(4) == 0 {
					id = 1 + random.IntN(made+1)
				}
				made = max(made, id)
				texts = append(texts, record(id))
				m, held := members[id]
				if !held {
					m.added = number
				}
				m.run, m.span, m.unlisted = number, span, false
				members[id] = m
			}
			p := page(t, texts...)
			p.Span = span
			if _, err := run.StorePages(t.Context(), p); err != nil {
				t.Fatal(err)
			}
		}
		for id, m := range members {
			fate := store0.Resolved{ID: zenodo.RecordID(strconv.Itoa(id))}
			switch random.IntN(20) {
			case 0:
				fate.Fate = store0.FateLeft
				delete(members, id)
			case 1:
				fate.Fate, m.unlisted = store0.FateUnlisted, true
				members[id] = m
			case 2:
				fate.Fate, m.unlisted, m.run = store0.FateKept, false, number
				members[id] = m
			default:
				continue
			}
			if _, err := run.Resolve(t.Context(), fate); err != nil {
				t.Fatal(err)
			}
		}
		if err := run.Finish(t.Context(), index.Outcome{State: store0.StateComplete}); err != nil {
			t.Fatal(err)
		}
		if err := run.Close(); err != nil {
			t.Fatal(err)
		}
		for name, members := range want {
			var rows []string
			for id, m := range members {
				rows = append(rows, fmt.Sprintln(id, m.run, m.span, m.added, m.unlisted))
			}
			got := table(t, db.Path(), "SELECT id, run_id, span, added_run_id, iif(unlisted_run_id IS NULL, 'false', 'true') "+
				"FROM harvest_records JOIN records USING (record_id) JOIN harvests USING (harvest_id) WHERE name = '"+name+"'")
			slices.Sort(rows)
			slices.Sort(got)
			if diff := cmp.Diff(rows, got); diff != "" {
				t.Fatalf("harvest %s (-want +got):\n%.2000s", name, diff)
			}
		}
		wrong := table(t, db.Path(), `SELECT a.harvest_id, a.first_record, b.first_record FROM harvest_ranges a JOIN harvest_ranges b USING (harvest_id)
			WHERE b.first_record > a.first_record AND (b.first_record <= a.last_record OR b.first_record = a.last_record + 1 AND
			(a.run_id, a.span, a.added_run_id) IS (b.run_id, b.span, b.added_run_id) AND a.unlisted_run_id IS b.unlisted_run_id)`)
		if len(wrong) > 0 {
			t.Fatalf("ranges overlap, or are two and not one: %q", wrong)
		}
	}
}

// lastRun is the number of the newest run.
func lastRun(t *testing.T, db *index.DB) int {
	t.Helper()
	var n int
	if _, err := fmt.Sscan(table(t, db.Path(), "SELECT max(run_id) FROM runs")[0], &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// The first harvest of pages one after the other is one range.
func TestOneRange(t *testing.T) {
	db := openIndex(t)
	var pages []store0.Page
	for i := range 5 {
		pages = append(pages, page(t, record(10*i+1), record(10*i+2), record(10*i+3)))
	}
	harvest(t, db, "a", pages...)
	if got := table(t, db.Path(), "SELECT first_record, last_record FROM harvest_ranges"); !slices.Equal(got, []string{"1 15\n"}) {
		t.Errorf("the harvest has the ranges %q", got)
	}
}

package index_test

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
)

// raws are the records of an index as received.
func raws(t *testing.T, db *index.DB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for r, err := range db.Records(t.Context(), index.Query{AllVersions: true, IncludeGone: true}) {
		if err != nil {
			t.Fatal(err)
		}
		all[string(r.ID)] = string(r.Raw)
	}
	return all
}

// TestRecordsAsReceived stores and forgets records in pages of random sizes, with
// states that replace others, in the same page too, and has each record be what
// was received last, byte for byte.
func TestRecordsAsReceived(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	db := openIndex(t)
	want, holds := map[string]string{}, map[string]map[string]bool{}
	made, folded := 0, false
	for step := range 40 / slowdown * 2 {
		name := fmt.Sprint("h", random.IntN(3))
		if ids := holds[name]; ids != nil && random.IntN(5) == 0 {
			if _, err := db.Forget(t.Context(), name); err != nil {
				t.Fatal(err)
			}
			delete(holds, name)
			for id := range ids {
				if !slices.ContainsFunc(slices.Collect(maps.Values(holds)), func(m map[string]bool) bool { return m[id] }) {
					delete(want, id)
				}
			}
		}
		if holds[name] == nil {
			holds[name] = map[string]bool{}
		}
		var pages []store0.Page
		for range 1 + random.IntN(3) {
			var texts []string
			for range 1 + random.IntN(120) {
				id := made + 1
				if random.IntN(3) == 0 {
					id = 1 + random.IntN(made+1)
				}
				made = max(made, id)
				raw := record(id, "metadata.description", strings.Repeat(fmt.Sprint("state ", step, random.IntN(1e6)), random.IntN(20)))
				want[fmt.Sprint(id)], holds[name][fmt.Sprint(id)] = raw, true
				texts = append(texts, raw)
			}
			pages = append(pages, page(t, texts...))
		}
		harvest(t, db, name, pages...)
		if diff := cmp.Diff(want, raws(t, db)); diff != "" {
			t.Fatalf("step %d (-want +got):\n%.2000s", step, diff)
		}
		apart := table(t, db.Path(), `SELECT first_record FROM document_blocks
			WHERE (SELECT count(*) FROM documents WHERE record_id BETWEEN first_record AND first_record + records - 1) * 2 >= records`)
		if len(apart) > 0 {
			t.Fatalf("step %d: half or more of the blocks %q stand apart", step, apart)
		}
		folded = folded || table(t, db.Path(), "SELECT count(*) FROM documents")[0] != "0\n"
		overlap := table(t, db.Path(), `SELECT a.first_record FROM document_blocks a JOIN document_blocks b
			ON b.first_record > a.first_record AND b.first_record < a.first_record + a.records`)
		if len(overlap) > 0 {
			t.Fatalf("step %d: the blocks %q overlap others", step, overlap)
		}
	}
	if !folded && slowdown == 1 {
		t.Error("no record has ever stood apart from its block")
	}
}

// What is forgotten is in no block any more.
func TestForgottenIsInNoBlock(t *testing.T) {
	db := openIndex(t)
	harvest(t, db, "stays", page(t, record(1), record(3)))
	harvest(t, db, "goes", page(t, record(2), record(3), record(4, "metadata.title", "secret"), record(5)))
	const size = "SELECT count(*), sum(records), sum(length(data)) FROM document_blocks"
	before := table(t, db.Path(), size)
	if _, err := db.Forget(t.Context(), "goes"); err != nil {
		t.Fatal(err)
	}
	if got := table(t, db.Path(), "SELECT count(*), sum(records) FROM document_blocks"); got[0] != "1 2\n" {
		t.Errorf("after %q the blocks are %q, want one of the two records that stay", before, got)
	}
	if diff := cmp.Diff(map[string]string{"1": record(1), "3": record(3)}, raws(t, db)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	store(t, db, record(6)) // which may have the key of one that was forgotten
	if got := raws(t, db)["6"]; got != record(6) {
		t.Errorf("a new record is %q", got)
	}
}

// A record whose block is not there is an error, not a gap.
func TestBlockIsMissing(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1))
	execSQL(t, db.Path(), "DELETE FROM document_blocks")
	for r, err := range db.Records(t.Context(), index.Query{}) {
		if !errors.Is(err, index.ErrDamaged) {
			t.Errorf("got %v, %v, want ErrDamaged", r, err)
		}
	}
	if _, err := db.StoreRecords(t.Context(), decode(t, record(1, "revision", 2))...); !errors.Is(err, index.ErrDamaged) {
		t.Errorf("to store it again: %v, want ErrDamaged", err)
	}
}

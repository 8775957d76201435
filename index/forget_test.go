package index_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/zharvest/zharvest/index"
	store0 "github.com/zharvest/zharvest/store"
	"github.com/zharvest/zharvest/zenodo"
)

func slugs(tb testing.TB, db *index.DB, text string) []string {
	tb.Helper()
	var all []string
	for c, err := range db.Communities(tb.Context(), text) {
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%s %d", c.Slug, c.Records))
	}
	return all
}

func in(communities ...string) []any {
	var all []any
	for _, c := range communities {
		all = append(all, map[string]any{"id": c})
	}
	return all
}

func community(tb testing.TB, slug string) *zenodo.Community {
	tb.Helper()
	c, err := zenodo.DecodeCommunity(fmt.Appendf(nil, `{"id":"uuid-%[1]s","slug":"%[1]s","created":"2021-01-01T00:00:00+00:00","updated":"2021-01-01T00:00:00+00:00","metadata":{"title":"Community %[1]s"}}`, slug))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestForget(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(9)) // by no harvest
	if _, err := db.StoreCommunities(t.Context(), community(t, "loner")); err != nil {
		t.Fatal(err)
	}
	one := page(t, record(1, "metadata.communities", in("x")), record(2, "metadata.communities", in("x", "y")))
	one.Communities = []*zenodo.Community{community(t, "harvested")}
	harvest(t, db, "one", one)
	harvest(t, db, "two", page(t, record(2, "metadata.communities", in("x", "y")), record(3, "metadata.communities", in("z"))))
	equalIDs(t, "communities", slugs(t, db, ""), "harvested 0", "loner 0", "x 2", "y 1", "z 1")

	if _, err := db.Forget(t.Context(), "three"); !errors.Is(err, index.ErrNotFound) {
		t.Errorf("an unknown harvest: got %v, want ErrNotFound", err)
	}
	forget(t, db, "one", 1)
	equalIDs(t, "records", find(t, db, ""), "9", "3", "2")
	equalIDs(t, "communities", slugs(t, db, ""), "loner 0", "x 1", "y 1", "z 1")
	forget(t, db, "two", 2)
	equalIDs(t, "records", find(t, db, "record OR title:*"), "9")
	equalIDs(t, "communities", slugs(t, db, ""), "loner 0")

	// The keys of what was dropped are given again.
	store(t, db, record(5, "metadata.title", "Another"))
	equalIDs(t, "all", find(t, db, ""), "9", "5")
	equalIDs(t, "what had its key", find(t, db, "title:record"), "9")
	equalIDs(t, "the new one", find(t, db, "another"), "5")
	if got := table(t, db.Path(), "SELECT count(*) FROM harvest_records"); !slices.Equal(got, []string{"0\n"}) {
		t.Errorf("members left: %s", got)
	}
}

func TestForgetRunning(t *testing.T) {
	db := openIndex(t)
	run := startRun(t, db, "one")
	if _, err := run.StorePages(t.Context(), page(t, record(1))); err != nil {
		t.Fatal(err)
	}
	_, err := db.Forget(t.Context(), "one")
	if _, ok := errors.AsType[*index.LeaseError](err); !ok {
		t.Errorf("a running harvest: got %v, want a LeaseError", err)
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	forget(t, db, "one", 1)
	equalIDs(t, "records", find(t, db, ""))
}

func TestCommunities(t *testing.T) {
	db := openIndex(t)
	store(t, db, record(1, "metadata.communities", in("zoo", "egi-ace")))
	stored, err := db.StoreCommunities(t.Context(), community(t, "egi-ace"), community(t, "bees"))
	if err != nil {
		t.Fatal(err)
	}
	equalStored(t, "communities", stored, store0.Stored{New: 2})
	stored, err = db.StoreCommunities(t.Context(), community(t, "egi-ace"))
	if err != nil {
		t.Fatal(err)
	}
	equalStored(t, "again", stored, store0.Stored{Unchanged: 1})
	equalIDs(t, "all", slugs(t, db, ""), "bees 0", "egi-ace 1", "zoo 1")
	equalIDs(t, "by title", slugs(t, db, "COMMUNITY E"), "egi-ace 1")
	equalIDs(t, "by slug", slugs(t, db, "zo"), "zoo 1")
}

func TestHarvestCommunities(t *testing.T) {
	db := openIndex(t)
	run := startRun(t, db, "communities")
	defer run.Close() //nolint:errcheck // the test has what it wants
	nameless := community(t, "nameless")
	nameless.ID = ""
	stored, err := run.StorePages(t.Context(), store0.Page{Span: 3, Communities: []*zenodo.Community{community(t, "a"), community(t, "a"), nameless}, Checkpoint: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	if stored.New != 2 {
		t.Errorf("stored %+v, want two new", stored)
	}
	ids, err := run.SpanIDs(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ids)
	equalIDs(t, "ids of the span", ids, "nameless", "uuid-a")
}

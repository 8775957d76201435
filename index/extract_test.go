package index_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/zharvest/zharvest/index"
)

// extract makes a part and opens it.
func extract(t *testing.T, db *index.DB, q index.Query, want int) *index.DB {
	t.Helper()
	path := filepath.Join(t.TempDir(), "part.db")
	n, err := db.Extract(t.Context(), q, path)
	if err != nil || n != want {
		t.Fatalf("extracted %d records, %v; want %d", n, err, want)
	}
	return reopen(t, path)
}

// TestExtract has a part answer as the whole does, and keep all that is known
// of its records.
func TestExtract(t *testing.T) {
	db := library(t)
	part := extract(t, db, index.Query{Parsed: parsed("bats OR covid19")}, 3)
	equalIDs(t, "all of the part", find(t, part, ""), "4", "3", "1")
	for _, text := range []string{
		"title:bats", "communities:egi-ace", `creators.name:"Doe, Jane"`, "energy", "filetype:csv", "stats.all_versions.views:[5 TO *]",
	} {
		want := slices.DeleteFunc(find(t, db, text), func(id string) bool { return id == "2" })
		equalIDs(t, text, find(t, part, text), want...)
	}
	for name, columns := range map[string]string{
		"records": "title, doi, created_at, is_latest, views, form", "statistics": "seen_at, s.views, s.downloads",
		"creators": "position, name, orcid", "contributors": "position, name", "keywords": "keyword", "grants": "code, s.title", "related_identifiers": "identifier",
		"files": "key, s.size, s.url", "memberships": "community_id",
	} {
		from := " FROM " + name + " s JOIN records r USING (record_id)"
		if name == "records" {
			from = " FROM records r"
		}
		query := "SELECT r.id, " + columns + from + " WHERE r.id <> '2' ORDER BY 1, 2"
		if diff := cmp.Diff(table(t, db.Path(), query), table(t, part.Path(), query)); diff != "" {
			t.Errorf("%s (-whole +part):\n%s", name, diff)
		}
	}
	for _, check := range []string{"PRAGMA integrity_check", "SELECT CASE WHEN count(*) = 0 THEN 'ok' END FROM pragma_foreign_key_check"} {
		if got := table(t, part.Path(), check); !slices.Equal(got, []string{"ok\n"}) {
			t.Errorf("%s: %q", check, got)
		}
	}
}

// TestExtractKeepsStates has records that are gone or superseded be so in the
// part, and the history of statistics be there.
func TestExtractKeepsStates(t *testing.T) {
	db := openIndex(t)
	harvest(t, db, "h", page(t, record(1), record(2, version(20, 1, true)...)))
	store(t, db, record(3, append(version(20, 2, true), "stats", stats(5))...))
	store(t, db, record(3, append(version(20, 2, true), "stats", stats(9))...))
	part := extract(t, db, index.Query{AllVersions: true, IncludeGone: true}, 3)
	equalIDs(t, "the latest", find(t, part, ""), find(t, db, "")...)
	if status, err := part.Status(t.Context()); err != nil || len(status.Harvests) > 0 || status.Records != 3 || status.Latest != 2 {
		t.Errorf("got %+v, %v", status, err)
	}
	query := "SELECT s.views FROM statistics s JOIN records USING (record_id) WHERE id = '3' ORDER BY seen_at"
	if diff := cmp.Diff(table(t, db.Path(), query), table(t, part.Path(), query)); diff != "" {
		t.Errorf("statistics (-whole +part):\n%s", diff)
	}
}

// TestExtractLimit has the limit of a query hold, in its order.
func TestExtractLimit(t *testing.T) {
	part := extract(t, library(t), index.Query{Limit: 2, Sort: index.Title}, 2)
	equalIDs(t, "the first by title", find(t, part, ""), "4", "1")
	if part := extract(t, library(t), index.Query{Parsed: parsed("nosuchword")}, 0); len(find(t, part, "")) > 0 {
		t.Error("a part of nothing has records")
	}
}

func TestExtractEnds(t *testing.T) {
	db := library(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := db.Extract(ctx, index.Query{}, filepath.Join(t.TempDir(), "part.db")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	if _, err := db.Extract(t.Context(), index.Query{Parsed: parsed("created:abc")}, filepath.Join(t.TempDir(), "part.db")); err == nil {
		t.Error("a query that is refused was run")
	}
}

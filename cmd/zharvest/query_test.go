package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index"
)

// A query that Zenodo refuses is not sent by an update, either, should an index
// have such a harvest.
func TestUpdateOfRefusedQuery(t *testing.T) {
	s := newStandIn(t)
	path := filepath.Join(t.TempDir(), "zharvest.db")
	db, err := index.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	saved, err := db.StartRun(t.Context(), index.RunSpec{Name: "old one", Selection: []byte(`{"query":"created:abc"}`), API: s.URL + "/api"})
	if err != nil {
		t.Fatal(err)
	}
	if err := saved.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := s.zharvest(t.Context(), "--db", path, "update")
	const want = `zharvest: update old one: query, character 1: "abc" is no date; write 2024, 2024-05, 2024-05-31, or 2024-05-31T12:00:00Z
hint: drop it with "zharvest forget 'old one'" and harvest again with the query that was meant
`
	if code != exitUsage || stdout != "" || !strings.Contains(stderr, want) {
		t.Errorf("exit code %d, %s%swant exit code %d and %s", code, stdout, stderr, exitUsage, want)
	}
}

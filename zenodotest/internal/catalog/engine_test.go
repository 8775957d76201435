package catalog

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"
)

// TestFoundIsKept: what the engine found is kept for the next part of a selection,
// and forgotten when a record changes.
func TestFoundIsKept(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }
	c, err := New(Config{Synthetic: 400, Seed: 7, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	total := func(query string) int {
		t.Helper()
		_, n, err := c.Page(context.Background(), Search{Criteria: Criteria{Query: query, AllVersions: true}, Sort: "oldest", Page: 1, Size: 1}, 10_000, nil)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	const words = `(title:(data OR model) OR description:soil*)`
	all := total(words)
	middle := time.UnixMicro(c.made.Created(200)).UTC().Format(time.RFC3339)
	before, after := total(words+" AND created:[* TO "+middle+"}"), total("created:["+middle+" TO *] AND "+words)
	if all == 0 || before == 0 || after == 0 || before+after != all {
		t.Errorf("found %d, %d of them before and %d after", all, before, after)
	}
	if len(c.engine.asked) != 1 {
		t.Errorf("the engine was asked for %q, want once", c.engine.asked)
	}
	both := total(words+" AND title:data AND description:soil*") + total(words+" AND title:nosuchword")
	if both == 0 || both >= all || len(c.engine.asked) != keptFound || !slices.Contains(c.engine.asked, "title:nosuchword") {
		t.Errorf("found %d of %d; kept %q", both, all, c.engine.asked)
	}
	id := c.idText(c.made.ID(0))
	if err := c.Edit(id, func(raw []byte) []byte {
		return bytes.Replace(raw, []byte(`"metadata": {"title": "`), []byte(`"metadata": {"title": "Nosuchword `), -1)
	}); err != nil {
		t.Fatal(err)
	}
	if n := total("title:nosuchword"); n != 1 {
		t.Errorf("after a change of one title %d have the word", n)
	}
}

package index_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zharvest/zharvest/index"
)

// A segment with more values than are read at once, and another one with some
// of the same, give each value once and with its count.
func TestFacetOfManyValues(t *testing.T) {
	db := openIndex(t)
	const records, each = 60, 250
	var raws []string
	for id := range records {
		keywords := []any{"shared"}
		for k := range each {
			keywords = append(keywords, fmt.Sprintf("%03d-%03d %s", k, id, strings.Repeat("x", 40)))
		}
		raws = append(raws, record(id+1, "metadata.keywords", keywords))
	}
	store(t, db, raws...)
	store(t, db, record(1000, "metadata.keywords", in("shared", "twice", "000-000 "+strings.Repeat("x", 40))))
	store(t, db, record(1001, "metadata.keywords", in("twice")))

	facets, err := db.Facets(t.Context(), index.Query{}, []string{"keyword"}, 4)
	if err != nil {
		t.Fatal(err)
	}
	want := []index.FacetValue{
		{Value: "shared", Count: records + 1},
		{Value: "000-000 " + strings.Repeat("x", 40), Count: 2},
		{Value: "twice", Count: 2},
		{Value: "000-001 " + strings.Repeat("x", 40), Count: 1},
	}
	if got := facets[0]; !slices.Equal(got.Values, want) || got.Total != records*each+2 {
		t.Errorf("got %v of %d, want %v of %d", got.Values, got.Total, want, records*each+2)
	}
}

package engine_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/zharvest/zharvest/index/internal/engine"
	"github.com/zharvest/zharvest/index/internal/segment"
	"github.com/zharvest/zharvest/querystring"
	"github.com/zharvest/zharvest/zenodo"
)

// titles are those of the records 1, 2, … of the tests.
var titles = []string{"Bats of Borneo", "A bat, a bat", "Cats", "bats and cats and dogs"}

// newIndex makes an index of records in two segments, where the record 3 is
// gone. Each has as many views as its number.
func newIndex(t *testing.T) *engine.Index {
	t.Helper()
	var docs []*segment.Document
	for i, title := range titles {
		key := int64(i + 1)
		d := engine.Analyse(&zenodo.Record{
			ID:        zenodo.RecordID(fmt.Sprint(key)),
			CreatedAt: zenodo.Timestamp(fmt.Sprintf("2020-01-0%dT00:00:00+00:00", key)),
			UpdatedAt: zenodo.Timestamp(fmt.Sprintf("2021-01-0%dT00:00:00+00:00", 9-key)),
			Metadata: zenodo.Metadata{
				Title: title, Type: "dataset", Keywords: []string{title[:1], "all"},
				PublicationDate: fmt.Sprintf("%d-05-05", 2000+key%2),
			},
		})
		d.Record, d.Latest, d.Gone = key, true, key == 3
		docs = append(docs, d)
	}
	x := &engine.Index{WithStatistic: func(_ context.Context, field string, from, until int64) (engine.KeySet, error) {
		if field != "stats.all_versions.views" {
			return nil, fmt.Errorf("asked for %s", field)
		}
		found := engine.KeySet{}
		for key := max(from, 1); key <= min(until, int64(len(titles))); key++ {
			found.Add(key)
		}
		return found, nil
	}}
	for part := range slices.Chunk(docs, 3) {
		s, err := engine.MemorySegment(part)
		if err != nil {
			t.Fatal(err)
		}
		x.Segments = append(x.Segments, s)
	}
	return x
}

func parse(t *testing.T, text string) *querystring.Query {
	t.Helper()
	q, err := querystring.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return q
}

func collect(t *testing.T, keys iter.Seq2[int64, error]) (all []int64) {
	t.Helper()
	for key, err := range keys {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, key)
	}
	return all
}

func TestSearch(t *testing.T) {
	among := engine.KeySet{}
	among.Add(1)
	for _, tt := range []struct {
		text  string
		query engine.Query
		want  []int64 // newest first
	}{
		{"", engine.Query{}, []int64{4, 2, 1}},
		{"", engine.Query{IncludeGone: true}, []int64{4, 3, 2, 1}},
		{"", engine.Query{Among: among}, []int64{1}},
		{"", engine.Query{Among: engine.KeySet{}}, nil},
		{"", engine.Query{Type: "software"}, nil},
		{"", engine.Query{Since: time.Date(2020, 1, 2, 0, 0, 0, 0, time.UTC), Until: time.Date(2020, 1, 4, 0, 0, 0, 0, time.UTC)}, []int64{2}},
		{"bats", engine.Query{}, []int64{4, 1}},
		{"title:bat?", engine.Query{}, []int64{4, 1}},
		{"bats AND NOT dogs", engine.Query{}, []int64{1}},
		{"stats.all_versions.views:>=2", engine.Query{}, []int64{4, 2}},
		{"nothing:bats", engine.Query{}, nil},
	} {
		tt.query.Parsed = parse(t, tt.text)
		found, err := newIndex(t).Search(t.Context(), tt.query)
		if err != nil {
			t.Errorf("%s: %v", tt.text, err)
			continue
		}
		if got := collect(t, found.ByCreation(t.Context(), true)); !slices.Equal(got, tt.want) {
			t.Errorf("%q, %+v: found %v, want %v", tt.text, tt.query, got, tt.want)
		}
		if n, err := found.Count(t.Context()); err != nil || n != len(tt.want) {
			t.Errorf("%q: counted %d, %v, want %d", tt.text, n, err, len(tt.want))
		}
	}
}

func TestOrders(t *testing.T) {
	found, err := newIndex(t).Search(t.Context(), engine.Query{Parsed: parse(t, "bat bats"), IncludeGone: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		keys iter.Seq2[int64, error]
		want []int64
	}{
		"oldest":  {found.ByCreation(t.Context(), false), []int64{1, 2, 4}},
		"title":   {found.ByTitle(t.Context(), 2), []int64{2, 4}},
		"updated": {found.ByUpdated(t.Context(), 2), []int64{1, 2}},
		"score":   {found.ByScore(t.Context(), 1), []int64{2}},
		"year":    {found.ByYear(t.Context()), []int64{1, 4, 2}},
	} {
		if got := collect(t, tt.keys); !slices.Equal(got, tt.want) {
			t.Errorf("by %s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestFacet(t *testing.T) {
	found, err := newIndex(t).Search(t.Context(), engine.Query{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := found.Facet(t.Context(), "keyword", 2)
	want := []engine.FacetValue{{Value: "all", Count: 3}, {Value: "A", Count: 1}}
	if err != nil || got.Total != 4 || !slices.Equal(got.Values, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := found.Facet(t.Context(), "colour", 0); err == nil {
		t.Error("a facet that there is not is counted")
	}
}

// A query that cannot be run is refused where there are no segments, and where
// what the statistics are read from fails, the search fails.
func TestErrors(t *testing.T) {
	none := &engine.Index{}
	if _, err := none.Search(t.Context(), engine.Query{Parsed: parse(t, "created:abc")}); !errors.As(err, new(*querystring.Error)) {
		t.Errorf("a date that is none: %v", err)
	}
	if found, err := none.Search(t.Context(), engine.Query{Parsed: parse(t, "stats.all_versions.views:1")}); err != nil {
		t.Errorf("no segments: %v", err)
	} else if n, err := found.Count(t.Context()); n != 0 || err != nil {
		t.Errorf("no segments: counted %d, %v", n, err)
	}
	found, err := newIndex(t).Search(t.Context(), engine.Query{Parsed: parse(t, "stats.all_versions.downloads:1")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := found.Count(t.Context()); err == nil {
		t.Error("no error where the statistics cannot be read")
	}
}

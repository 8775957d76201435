package harvest_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
)

func TestRunQueries(t *testing.T) {
	const since, until = "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z"
	for _, tt := range []struct {
		name string
		sel  harvest.Selection
		want []string // of the first page, and of the following ones
	}{
		{"everything", harvest.Selection{}, []string{"", "created:[* TO 2026-06-01T12:00:00Z}"}},
		{"query", harvest.Selection{Query: "title:record"}, []string{"title:record", "(title:record) AND created:[* TO 2026-06-01T12:00:00Z}"}},
		{"loose query", harvest.Selection{Query: "record ("}, []string{"record (", "record ("}},
		{"since", harvest.Selection{Since: since}, []string{"created:[" + since + " TO *]", "created:[" + since + " TO 2026-06-01T12:00:00Z}"}},
		{
			"dates and query",
			harvest.Selection{Query: "a OR b", Since: since, Until: until},
			[]string{"(a OR b) AND created:[" + since + " TO " + until + "}", "(a OR b) AND created:[" + since + " TO " + until + "}"},
		},
		{
			"until the future",
			harvest.Selection{Until: "2030-01-01T00:00:00Z"},
			[]string{"created:[* TO 2030-01-01T00:00:00Z}", "created:[* TO 2026-06-01T12:00:00Z}"},
		},
		{"type", harvest.Selection{Type: "dataset"}, []string{"", "created:[* TO 2026-06-01T12:00:00Z}"}},
		{
			"subtype in a community",
			harvest.Selection{Type: "image", Subtype: "plot", Communities: []zenodo.Slug{"egi"}},
			[]string{
				`type:"image" AND resource_type.subtype:"image-plot"`,
				`type:"image" AND resource_type.subtype:"image-plot" AND created:[* TO 2026-06-01T12:00:00Z}`,
			},
		},
	} {
		f := newFake(deposits(9800, 9999, "egi")...)
		if tt.sel.Type == "image" {
			for i := range f.records {
				f.records[i].kind = "image"
			}
		}
		if _, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: new(harvest.Memory), Selection: tt.sel}); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		slices.Sort(f.queries[1:])
		if got := slices.Compact(f.queries); !slices.Equal(got, slices.Compact(tt.want)) {
			t.Errorf("%s: got queries %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestRunDates(t *testing.T) {
	f := newFake(deposits(9000, 9999, "egi")...) // the last one is of 31 May 2026, noon
	sel := harvest.Selection{Since: "2026-01-01T12:00:00Z", Until: "2026-03-01T12:00:00Z"}
	var sink harvest.Memory
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel})
	if err != nil || res.Total != 59 {
		t.Errorf("got %+v, %v; want the 59 days from 1 January to 28 February", res, err)
	}
	wantIDs(t, &sink, 9849, 9907)
}

func TestRunLooseWithDates(t *testing.T) {
	f := newFake(deposits(1, 10)...)
	sel := harvest.Selection{Query: "record (", Since: "2026-01-01T00:00:00Z"}
	_, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: new(harvest.Memory), Selection: sel})
	if problem, ok := errors.AsType[*harvest.SelectionError](err); !ok || problem.Hint == "" {
		t.Errorf("got %v, want a *SelectionError with a hint", err)
	}
	if len(f.requests) > 0 {
		t.Errorf("sent %v, want nothing", f.requests)
	}
}

func TestRunFilterIgnored(t *testing.T) {
	f := newFake(deposits(1, 10)...)
	ignore := roundTripFunc(func(req *http.Request) (*http.Response, error) {
		query := req.URL.Query()
		query.Del("type")
		req.URL.RawQuery = query.Encode()
		return f.RoundTrip(req)
	})
	sel := harvest.Selection{Type: "software"}
	var sink harvest.Memory
	_, err := run(t, &harvest.Harvester{Client: f.client(t, zenodo.WithTransport(ignore)), Sink: &sink, Selection: sel})
	if err == nil || len(sink.Records) > 0 {
		t.Errorf("got %v and %d records of another type", err, len(sink.Records))
	}
}

func TestRunCommunities(t *testing.T) {
	f := newFake()
	f.communities = nil
	for i := range 250 {
		f.communities = append(f.communities, fmt.Sprintf("c-%03d", i))
	}
	var sink harvest.Memory
	sel := harvest.Selection{Kind: harvest.KindCommunities, Query: "c"}
	res, err := run(t, &harvest.Harvester{Client: f.client(t), Sink: &sink, Selection: sel})
	if err != nil || !res.Complete || res.New != 250 || len(sink.Communities) != 250 || len(sink.Records) != 0 {
		t.Errorf("got %+v, %v and %d communities; want 250", res, err, len(sink.Communities))
	}
	if queries := slices.Compact(f.queries); !slices.Equal(queries, []string{"c"}) {
		t.Errorf("got queries %q, want c alone", queries)
	}
}

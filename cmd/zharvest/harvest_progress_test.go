package main

import (
	"testing"
	"time"

	"github.com/zharvest/zharvest/harvest"
	"github.com/zharvest/zharvest/zenodo"
)

// The speed is that of this run: a bar that had 900 of 1000 records from an
// earlier one used to promise the rest at once.
func TestSpeed(t *testing.T) {
	limits := []zenodo.Limit{{Name: "search", PerMinute: 30, Remaining: 20, FromServer: true}, {Name: "oai", PerMinute: 10}, {Name: "other", PerMinute: 133, FromServer: true}}
	for _, tt := range []struct {
		progress harvest.Progress
		took     time.Duration
		requests int64
		limits   []zenodo.Limit
		want     string
	}{
		{harvest.Progress{Done: 500, Total: 1000, Fetched: 500}, 50 * time.Second, 0, nil, "10/s, 50s left"},
		{harvest.Progress{Done: 950, Total: 1000, Fetched: 50}, 10 * time.Second, 0, nil, "5/s, 10s left"},
		{harvest.Progress{Done: 900, Total: 1000}, 0, 0, nil, "0/s"},
		{harvest.Progress{Done: 100, Total: 1_000_000, Fetched: 100}, time.Second, 0, nil, "100/s, 2h46m39s left"},
		{harvest.Progress{Done: 10, Total: 8, Fetched: 10}, time.Second, 0, nil, "10/s, 0s left"},
		{harvest.Progress{Done: 10, Total: 20, Fetched: 10}, 0, 0, nil, "10000/s, 0s left"},
		{harvest.Progress{Done: 250, Total: 10_250, Fetched: 250}, 5 * time.Second, 10, nil, "50/s, 3m20s left"},
		{harvest.Progress{Done: 250, Total: 10_250, Fetched: 250}, 5 * time.Second, 10, limits, "50/s, 12m40s left"},
		{harvest.Progress{Done: 250, Total: 500, Fetched: 250}, 5 * time.Second, 10, limits, "50/s, 5s left"},
	} {
		if got := speed(tt.progress, tt.took, tt.requests, tt.limits); got != tt.want {
			t.Errorf("speed(%+v, %v) = %q, want %q", tt.progress, tt.took, got, tt.want)
		}
	}
}
